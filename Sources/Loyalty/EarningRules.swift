import SyncProtocol

/// What purchases earn: points 积分, which are spent, or growth value 成长值, which only counts towards tiers.
public enum EarningCurrency: String, Hashable, Sendable, Codable, CaseIterable {
  case points
  case growth
}

/// "Each full `per` of money earns `points`" 消费积分. In each currency the rules stand in order, and a line
/// belongs to the first that covers it and whose condition is met. What earns nothing, such as gift cards, is
/// a rule of 0 points that stands first.
public struct EarningRule: Hashable, Sendable, Codable {
  public let id: String
  public let currency: EarningCurrency
  public let per: Money
  public let points: Points
  public let when: Condition
  public let scope: LineScope

  public init(
    id: String, currency: EarningCurrency = .points, per: Money, points: Points, when: Condition = .always,
    scope: LineScope = .all
  ) {
    self.id = id
    self.currency = currency
    self.per = per
    self.points = points
    self.when = when
    self.scope = scope
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      id: try container.decode(String.self, forKey: .id),
      currency: try container.decodeIfPresent(EarningCurrency.self, forKey: .currency) ?? .points,
      per: try container.decode(Money.self, forKey: .per),
      points: try container.decode(Points.self, forKey: .points),
      when: try container.decodeIfPresent(Condition.self, forKey: .when) ?? .always,
      scope: try container.decodeIfPresent(LineScope.self, forKey: .scope) ?? .all)
  }
}

/// Lines count for more 多倍积分: members' days, tiers that collect faster. Of several of one group that cover a
/// line the highest counts, the first of equals. Groups, and multipliers without one, add what they give
/// above once: double and triple together are fourfold.
public struct Multiplier: Hashable, Sendable, Codable {
  public let id: String
  public let currency: EarningCurrency
  /// In thousandths of the line's net: 2000 is 双倍积分, double points.
  public let permille: Int64
  public let when: Condition
  public let scope: LineScope
  public let group: String?

  public init(
    id: String, currency: EarningCurrency = .points, permille: Int64, when: Condition = .always,
    scope: LineScope = .all, group: String? = nil
  ) {
    self.id = id
    self.currency = currency
    self.permille = permille
    self.when = when
    self.scope = scope
    self.group = group
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      id: try container.decode(String.self, forKey: .id),
      currency: try container.decodeIfPresent(EarningCurrency.self, forKey: .currency) ?? .points,
      permille: try container.decode(Int64.self, forKey: .permille),
      when: try container.decodeIfPresent(Condition.self, forKey: .when) ?? .always,
      scope: try container.decodeIfPresent(LineScope.self, forKey: .scope) ?? .all,
      group: try container.decodeIfPresent(String.self, forKey: .group))
  }
}

/// Fixed points on top 奖励积分: for a birthday, a first purchase, each full hundred of one brand. No multiplier
/// touches them. What is asked for is money, so a bonus never feeds a bonus.
public struct Bonus: Hashable, Sendable, Codable {
  public let id: String
  public let currency: EarningCurrency
  public let when: Condition
  public let scope: LineScope
  /// The covered lines must come to this much, and to more than nothing.
  public let minimum: Money
  public let points: Points
  /// Given for each full amount of the covered lines; nil gives once.
  public let each: Money?

  public init(
    id: String, currency: EarningCurrency = .points, when: Condition = .always, scope: LineScope = .all,
    minimum: Money = .zero, points: Points, each: Money? = nil
  ) {
    self.id = id
    self.currency = currency
    self.when = when
    self.scope = scope
    self.minimum = minimum
    self.points = points
    self.each = each
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      id: try container.decode(String.self, forKey: .id),
      currency: try container.decodeIfPresent(EarningCurrency.self, forKey: .currency) ?? .points,
      when: try container.decodeIfPresent(Condition.self, forKey: .when) ?? .always,
      scope: try container.decodeIfPresent(LineScope.self, forKey: .scope) ?? .all,
      minimum: try container.decodeIfPresent(Money.self, forKey: .minimum) ?? .zero,
      points: try container.decode(Points.self, forKey: .points),
      each: try container.decodeIfPresent(Money.self, forKey: .each))
  }
}

/// The most that purchases earn 积分上限, in points; growth value has no cap.
public struct EarningCaps: Hashable, Sendable, Codable {
  public var perSale: Points?
  /// Over all of a member's sales of one business day. What is left of it is told to the pricing of a sale.
  public var perMemberDay: Points?

  public init(perSale: Points? = nil, perMemberDay: Points? = nil) {
    self.perSale = perSale
    self.perMemberDay = perMemberDay
  }

  public static let none = EarningCaps()

  /// What the day's cap leaves somebody who has earned so much today; nil without one.
  public func left(after earned: Points) -> Points? { perMemberDay.map { max(.zero, $0 - earned) } }
}
