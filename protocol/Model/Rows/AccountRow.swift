/// A member's points and months as the hub has them, summed from that member's own movements; a merged
/// member's records keep an account each and are added up by whoever asks.
public struct AccountRow: Hashable, Sendable {
  /// What is left of each lot, in spend order, without empty ones.
  public var lots: [LotBalance]
  /// Points owed after a clawback that found too few.
  public var debt: Points
  /// The business day of joining; nil before the hub has said it.
  public var joined: Day?
  /// What tiers count, rising by month, each month once.
  public var months: [MonthSum]
  /// Tiers given by hand.
  public var floors: [TierFloor]
  /// What the member earned on the last day they earned, where the rulebook caps a day.
  public var dayEarned: DayEarned?
  /// What check-ins so far came to; nil without any.
  public var checkIns: CheckInState?
  /// How often the member used what is limited, by rising name.
  public var uses: [UseCount]
  /// Paid memberships as they were bought.
  public var memberships: [BoughtMembership]
  /// Groups that headquarters has put the member in 人群, sorted.
  public var segments: [String]
  public var lastStore: NodeID

  public init(
    lots: [LotBalance] = [], debt: Points = .zero, joined: Day? = nil, months: [MonthSum] = [],
    floors: [TierFloor] = [], dayEarned: DayEarned? = nil, checkIns: CheckInState? = nil,
    uses: [UseCount] = [], memberships: [BoughtMembership] = [], segments: [String] = [],
    lastStore: NodeID = .hub
  ) {
    self.lots = lots
    self.debt = debt
    self.joined = joined
    self.months = months
    self.floors = floors
    self.dayEarned = dayEarned
    self.checkIns = checkIns
    self.uses = uses
    self.memberships = memberships
    self.segments = segments
    self.lastStore = lastStore
  }

  enum Tag {
    static let lots: UInt32 = 1
    static let debt: UInt32 = 2
    static let lastStore: UInt32 = 4
    static let joined: UInt32 = 5
    static let earlierMonths: UInt32 = 6
    /// By itself, because a sale changes no other.
    static let lastMonth: UInt32 = 7
    static let floors: UInt32 = 8
    static let dayEarned: UInt32 = 9
    static let checkIns: UInt32 = 10
    static let uses: UInt32 = 11
    static let memberships: UInt32 = 12
    static let segments: UInt32 = 13
  }

  public init(_ fields: Fields) throws(WireError) {
    let lots = try Self.list(fields, Tag.lots, limit: Limits.lotsPerRow, LotBalance.init(from:))
    let months = try Self.list(fields, Tag.earlierMonths, limit: Limits.accountMonths, MonthSum.init(from:))
    let last = try Self.list(fields, Tag.lastMonth, limit: 1, MonthSum.init(from:))
    let day = try Self.list(fields, Tag.dayEarned, limit: 1, DayEarned.init(from:))
    self.init(
      lots: lots, debt: Points(fields.int(Tag.debt) ?? 0),
      joined: fields.int(Tag.joined).map { Day(Int32(clamping: $0)) }, months: months + last,
      floors: try Self.list(fields, Tag.floors, limit: Limits.tierFloors, TierFloor.init(from:)),
      dayEarned: day.first,
      checkIns: try Self.list(fields, Tag.checkIns, limit: 1, CheckInState.init(from:)).first,
      uses: try Self.list(fields, Tag.uses, limit: Limits.useCounts, UseCount.init(from:)),
      memberships: try Self.list(
        fields, Tag.memberships, limit: Limits.memberships, BoughtMembership.init(from:)),
      segments: try Self.list(fields, Tag.segments, limit: Limits.memberSegments) {
        source throws(WireError) in try source.text(.segment)
      },
      lastStore: NodeID(UInt32(truncatingIfNeeded: fields.int(Tag.lastStore) ?? 0)))
  }

  public var fields: Fields {
    var out = Fields()
    out[Tag.lots] = Self.bytes(lots) { $1.encode(to: &$0) }
    if debt != .zero { out[Tag.debt] = .int(debt.count) }
    out[Tag.joined] = joined.map { .int(Int64($0.number)) }
    out[Tag.earlierMonths] = Self.bytes(months.dropLast()) { $1.encode(to: &$0) }
    out[Tag.lastMonth] = Self.bytes(months.suffix(1)) { $1.encode(to: &$0) }
    out[Tag.floors] = Self.bytes(floors) { $1.encode(to: &$0) }
    out[Tag.dayEarned] = Self.bytes(dayEarned.map { [$0] } ?? []) { $1.encode(to: &$0) }
    out[Tag.checkIns] = Self.bytes(checkIns.map { [$0] } ?? []) { $1.encode(to: &$0) }
    out[Tag.uses] = Self.bytes(uses) { $1.encode(to: &$0) }
    out[Tag.memberships] = Self.bytes(memberships) { $1.encode(to: &$0) }
    out[Tag.segments] = Self.bytes(segments) { $0.text($1, .segment) }
    out[Tag.lastStore] = .int(Int64(lastStore.number))
    return out
  }

  private static func list<T>(
    _ fields: Fields, _ tag: UInt32, limit: Int, _ read: (inout RowSource) throws(WireError) -> T
  ) throws(WireError) -> [T] {
    guard let bytes = fields.bytes(tag) else { return [] }
    var source = RowSource(bytes)
    let values = try source.list(.count, limit: limit) { source throws(WireError) in try read(&source) }
    try source.finish()
    return values
  }

  /// An empty list has no field.
  private static func bytes<T>(_ values: some Collection<T>, _ write: (inout RowSink, T) -> Void)
    -> FieldValue?
  {
    if values.isEmpty { return nil }
    var sink = RowSink()
    sink.list(Array(values), .count, write)
    return .bytes(sink.bytes)
  }
}

public struct LotBalance: Hashable, Sendable, Codable {
  public let lot: LotKey
  public var remainder: Points

  public init(lot: LotKey, remainder: Points) {
    self.lot = lot
    self.remainder = remainder
  }
}

/// A tier given by hand, as far as stores need to know: a floor from the first day until just before the
/// last.
public struct TierFloor: Hashable, Sendable, Codable {
  public let level: String
  public let from: Day
  public let until: Day

  public init(level: String, from: Day, until: Day) {
    self.level = level
    self.from = from
    self.until = until
  }
}

/// What a member earned on one business day, over all stores.
public struct DayEarned: Hashable, Sendable, Codable {
  public let day: Day
  public var points: Points

  public init(day: Day, points: Points) {
    self.day = day
    self.points = points
  }
}
