import SyncProtocol

/// An automatic offer 促销: nobody has to ask for it.
public struct Promotion: Hashable, Sendable, Codable {
  public let id: String
  public let name: Words
  public let when: Condition
  public let scope: LineScope
  public let effect: PromotionEffect
  /// The group it competes in; nil for one that goes with all others.
  public let group: String?
  /// Leaves out lines that a flash or member price has made cheaper 特价商品不参与.
  public let exceptSpecialPrices: Bool
  /// The most that the chain gives away with it 活动预算; stores take of it what they hold (law Q7).
  public let budget: Money?
  public let limits: PromotionLimits?

  public init(
    id: String, name: Words, when: Condition = .always, scope: LineScope = .all, effect: PromotionEffect,
    group: String? = nil, exceptSpecialPrices: Bool = false, budget: Money? = nil,
    limits: PromotionLimits? = nil
  ) {
    self.id = id
    self.name = name
    self.when = when
    self.scope = scope
    self.effect = effect
    self.group = group
    self.exceptSpecialPrices = exceptSpecialPrices
    self.budget = budget
    self.limits = limits
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    id = try container.decode(String.self, forKey: .id)
    name = try container.decode(Words.self, forKey: .name)
    when = try container.decodeIfPresent(Condition.self, forKey: .when) ?? .always
    scope = try container.decodeIfPresent(LineScope.self, forKey: .scope) ?? .all
    effect = try container.decode(PromotionEffect.self, forKey: .effect)
    group = try container.decodeIfPresent(String.self, forKey: .group)
    exceptSpecialPrices = try container.decodeIfPresent(Bool.self, forKey: .exceptSpecialPrices) ?? false
    budget = try container.decodeIfPresent(Money.self, forKey: .budget)
    limits = try container.decodeIfPresent(PromotionLimits.self, forKey: .limits)
  }
}

/// How often a promotion may be used 次数限制; what is left out does not restrict.
public struct PromotionLimits: Hashable, Sendable, Codable {
  /// By one member, ever; so it is for identified members.
  public let perMember: Int?
  /// By one member on one business day.
  public let perMemberDay: Int?
  /// At one store on one business day.
  public let perStoreDay: Int?

  public init(perMember: Int? = nil, perMemberDay: Int? = nil, perStoreDay: Int? = nil) {
    self.perMember = perMember
    self.perMemberDay = perMemberDay
    self.perStoreDay = perStoreDay
  }

  var isForMembers: Bool { perMember != nil || perMemberDay != nil }
}

/// How often promotions have been used before this sale, by promotion id, as far as the caller knows.
public struct PromotionUses: Hashable, Sendable {
  public var member: [String: Int]
  public var memberDay: [String: Int]
  public var storeDay: [String: Int]

  public init(member: [String: Int] = [:], memberDay: [String: Int] = [:], storeDay: [String: Int] = [:]) {
    self.member = member
    self.memberDay = memberDay
    self.storeDay = storeDay
  }

  func reach(_ limits: PromotionLimits, of promotion: String) -> Bool {
    func isReached(_ limit: Int?, _ uses: [String: Int]) -> Bool {
      limit.map { uses[promotion, default: 0] >= $0 } ?? false
    }
    return isReached(limits.perMember, member) || isReached(limits.perMemberDay, memberDay)
      || isReached(limits.perStoreDay, storeDay)
  }
}
