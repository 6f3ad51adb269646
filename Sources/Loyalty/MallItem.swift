import SyncProtocol

/// Something the points mall 积分商城 gives for points, or for points and money, or for nothing: goods, a service
/// or a place that is set aside for a member 预约. A time slot is an item of its own.
public struct MallItem: Hashable, Sendable, Codable {
  public enum Policy: String, Hashable, Sendable, Codable, CaseIterable {
    /// A store gives out what it holds, also with the line down.
    case held
    /// Only headquarters takes the order, so that `perMember` is kept exactly.
    case online
  }

  public let id: String
  public let name: Words
  public let sku: String
  /// Of one piece; 0 asks for no points.
  public let points: Points
  /// To pay for one piece besides its points; 0 for points only 纯积分兑换.
  public let money: Money
  /// Pieces in the whole chain; nil never runs out.
  public let stock: Int64?
  /// Pieces that one member may order, as far as the node that decides knows of their orders.
  public let perMember: Int?
  public let when: Condition
  /// Members for whom it holds order while `when` does not hold yet 优先购.
  public let priority: Condition?
  public let policy: Policy

  public init(
    id: String, name: Words, sku: String, points: Points, money: Money = .zero, stock: Int64? = nil,
    perMember: Int? = nil, when: Condition = .always, priority: Condition? = nil, policy: Policy = .held
  ) {
    self.id = id
    self.name = name
    self.sku = sku
    self.points = points
    self.money = money
    self.stock = stock
    self.perMember = perMember
    self.when = when
    self.priority = priority
    self.policy = policy
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      id: try container.decode(String.self, forKey: .id),
      name: try container.decode(Words.self, forKey: .name),
      sku: try container.decode(String.self, forKey: .sku),
      points: try container.decode(Points.self, forKey: .points),
      money: try container.decodeIfPresent(Money.self, forKey: .money) ?? .zero,
      stock: try container.decodeIfPresent(Int64.self, forKey: .stock),
      perMember: try container.decodeIfPresent(Int.self, forKey: .perMember),
      when: try container.decodeIfPresent(Condition.self, forKey: .when) ?? .always,
      priority: try container.decodeIfPresent(Condition.self, forKey: .priority),
      policy: try container.decodeIfPresent(Policy.self, forKey: .policy) ?? .held)
  }

  /// The name of the item's stock among a node's allowances.
  public var allowance: String { "mall/\(id)" }

  /// Costs neither points nor money.
  public var isFree: Bool { points == .zero && money == .zero }

  /// The most pieces of one order: one movement carries their points, one line their money.
  public var mostPieces: Int64 {
    min(
      ProgramLimits.mallPieces, Limits.movementPoints / max(1, points.count),
      Limits.lineMinorUnits / max(1, money.minor))
  }

  func faults(path: String, levels: Set<String>) -> [RulebookFault] {
    var found = FaultList(path: path)
    found.requireToken(id, "id")
    found.requireName(name)
    found.requireToken(sku, "sku")
    found.require(points.count, "points", in: 0...Limits.movementPoints)
    found.require(money.minor, "money", in: 0...Limits.lineMinorUnits)
    if let stock { found.require(stock, "stock", in: 0...ProgramLimits.stock) }
    // Whoever asked first could have all that is given for nothing.
    found.require(!isFree || perMember != nil, "perMember", "is there where an item is free")
    found.requireTimes(perMember, "perMember")
    found.add(when.faults(path: "\(path).when", tiers: levels))
    if let priority {
      found.add(priority.faults(path: "\(path).priority", tiers: levels))
      found.require(!priority.isForEveryMember, "priority", "names some members, stores or channels")
      found.require(!priority.isWithin(when.amongMembers), "priority", "is no part of when")
      if let end = when.until {
        // To be first is not to be last: what has ended for all has ended.
        found.require(
          priority.until.map { $0 <= end } ?? false, "priority.until", "is no later than that of when")
      }
    }
    return found.faults
  }
}
