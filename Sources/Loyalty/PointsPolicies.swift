import SyncProtocol

/// What becomes of points when goods come back 退货积分规则.
public struct PointsPolicies: Hashable, Sendable, Codable {
  public var restore: RestorePolicy
  public var shortage: ShortagePolicy

  private enum CodingKeys: String, CodingKey { case restore, shortage }

  public init(restore: RestorePolicy = .stayExpired, shortage: ShortagePolicy = .debt) {
    self.restore = restore
    self.shortage = shortage
  }

  /// What holds where a rulebook says nothing.
  public static let standard = PointsPolicies()

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      restore: try container.decodeIfPresent(RestorePolicy.self, forKey: .restore) ?? .stayExpired,
      shortage: try container.decodeIfPresent(ShortagePolicy.self, forKey: .shortage) ?? .debt)
  }
}

/// Where spent points go that come back when their lot has expired 过期积分退还 (law P5).
public enum RestorePolicy: Hashable, Sendable, Codable {
  /// On their own lot, where nobody can spend them.
  case stayExpired
  /// On a lot of their own that lasts so many days, the day of the return included.
  case grace(days: Int)

  private enum Keys: String, CodingKey { case policy, days }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Keys.self)
    switch try container.decode(String.self, forKey: .policy) {
    case "stayExpired": self = .stayExpired
    case "grace": self = .grace(days: try container.decode(Int.self, forKey: .days))
    default:
      throw DecodingError.dataCorruptedError(
        forKey: .policy, in: container, debugDescription: "is no restore policy")
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Keys.self)
    switch self {
    case .stayExpired: try container.encode("stayExpired", forKey: .policy)
    case .grace(let days):
      try container.encode("grace", forKey: .policy)
      try container.encode(days, forKey: .days)
    }
  }

  /// The lot that points of `lot` go back to on the day of a return.
  public func lot(for lot: LotKey, on day: Day) -> LotKey {
    guard case .grace(let days) = self, lot.expiresOn <= day else { return lot }
    return LotKey(availableFrom: lot.availableFrom, expiresOn: day.adding(days))
  }
}

/// What becomes of points that a return should take back and cannot 扣回不足 (law P7).
public enum ShortagePolicy: Hashable, Sendable, Codable {
  /// All of it is owed.
  case debt
  /// Owed until the member owes so many points in all; the rest is written off.
  case debtUpTo(Points)
  /// All of it is written off.
  case loss

  private enum Keys: String, CodingKey { case policy, limit }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Keys.self)
    switch try container.decode(String.self, forKey: .policy) {
    case "debt": self = .debt
    case "debtUpTo": self = .debtUpTo(try container.decode(Points.self, forKey: .limit))
    case "loss": self = .loss
    default:
      throw DecodingError.dataCorruptedError(
        forKey: .policy, in: container, debugDescription: "is no shortage policy")
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Keys.self)
    switch self {
    case .debt: try container.encode("debt", forKey: .policy)
    case .debtUpTo(let limit):
      try container.encode("debtUpTo", forKey: .policy)
      try container.encode(limit, forKey: .limit)
    case .loss: try container.encode("loss", forKey: .policy)
    }
  }

  /// Divides `missing` points for somebody who owes `owed` points already. Nothing missing is no shortage.
  public func shortage(of missing: Points, owed: Points) -> Shortage {
    let missing = max(.zero, missing)
    switch self {
    case .debt: return Shortage(debt: missing, loss: .zero)
    case .debtUpTo(let limit):
      let debt = owed < limit ? min(missing, limit - max(.zero, owed)) : .zero
      return Shortage(debt: debt, loss: missing - debt)
    case .loss: return Shortage(debt: .zero, loss: missing)
    }
  }
}

/// Points that could not be taken back: what is owed, and what is written off.
public struct Shortage: Hashable, Sendable {
  public let debt: Points
  public let loss: Points

  public init(debt: Points, loss: Points) {
    self.debt = debt
    self.loss = loss
  }

  /// All that was missing.
  public var missing: Points { debt + loss }
}
