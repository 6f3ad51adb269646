import SyncProtocol

/// How entries are read: by the chain's clock, the rulebook that each names, and the key of the phone index.
public struct EntryReading {
  public var day: (Timestamp) -> Day
  /// Names of the limited promotions that a sale used.
  public var counted: (Sale) -> [String]
  /// What a sale bought of paid memberships.
  public var memberships: (Sale) -> [BoughtMembership]
  public var phoneKey: (String) -> PhoneKey?

  public init(
    day: @escaping (Timestamp) -> Day, counted: @escaping (Sale) -> [String] = { _ in [] },
    memberships: @escaping (Sale) -> [BoughtMembership] = { _ in [] },
    phoneKey: @escaping (String) -> PhoneKey?
  ) {
    self.day = day
    self.counted = counted
    self.memberships = memberships
    self.phoneKey = phoneKey
  }
}

extension AccountOverlay.Effect {
  /// Points that are new here, and held here.
  mutating func earn(_ points: Points, _ lot: LotKey) {
    if points > .zero { lots.append(AccountOverlay.LotEffect(lot: lot, remainder: points, held: points)) }
  }
}
