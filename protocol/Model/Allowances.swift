/// Which lot of points: lots differ in when they become available and when they expire.
/// Sorted by spend order (law P4): nearest expiry, then oldest.
public struct LotKey: Hashable, Comparable, Sendable, Codable {
  public let expiresOn: Day
  public let availableFrom: Day

  public init(availableFrom: Day, expiresOn: Day) {
    self.availableFrom = availableFrom
    self.expiresOn = expiresOn
  }

  public static func < (a: LotKey, b: LotKey) -> Bool {
    (a.expiresOn, a.availableFrom) < (b.expiresOn, b.availableFrom)
  }

  /// Points of the lot count on this day: it is no longer pending and not yet expired.
  public func isActive(on day: Day) -> Bool { availableFrom <= day && day < expiresOn }
}

/// An amount of points of one member's lot: what a movement adds, draws or gives back.
public struct LotAmount: Hashable, Sendable, Codable {
  public let owner: MemberID
  public let lot: LotKey
  public var points: Points

  public init(owner: MemberID, lot: LotKey, points: Points) {
    self.owner = owner
    self.lot = lot
    self.points = points
  }
}

/// A bounded counter's rights at one node: both numbers only grow, so copies merge by taking the larger.
/// Source: Balegas et al., "Extending Eventually Consistent Cloud Databases for Enforcing Numeric
/// Invariants", 2015.
public struct Holding: Hashable, Sendable, Codable {
  /// Points the node may ever use: granted by the hub, or earned or given back at the node itself.
  public var granted: Points
  /// Points the node has spent, taken back or released.
  public var used: Points

  public init(granted: Points = .zero, used: Points = .zero) {
    self.granted = granted
    self.used = used
  }

  public var held: Points { granted - used }

  public func merged(with other: Holding) -> Holding {
    Holding(granted: max(granted, other.granted), used: max(used, other.used))
  }
}
