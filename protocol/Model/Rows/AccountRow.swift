/// A member's points and growth as the hub has them, summed from that member's own movements; a merged
/// member's records keep an account each and are added up by whoever asks.
public struct AccountRow: Hashable, Sendable {
  /// What is left of each lot, in spend order, without empty ones.
  public var lots: [LotBalance]
  /// Points owed after a clawback that found too few.
  public var debt: Points
  /// Net spend per calendar year, the metric of tiers; the last two years.
  public var spend: [YearSpend]
  public var lastStore: NodeID

  public init(
    lots: [LotBalance] = [], debt: Points = .zero, spend: [YearSpend] = [], lastStore: NodeID = .hub
  ) {
    self.lots = lots
    self.debt = debt
    self.spend = spend
    self.lastStore = lastStore
  }

  enum Tag {
    static let lots: UInt32 = 1
    static let debt: UInt32 = 2
    static let spend: UInt32 = 3
    static let lastStore: UInt32 = 4
  }

  public init(_ fields: Fields) throws(WireError) {
    var lots: [LotBalance] = []
    if let bytes = fields.bytes(Tag.lots) {
      var source = RowSource(bytes)
      lots = try source.list(.count, limit: Limits.lotsPerRow) { source throws(WireError) in
        LotBalance(lot: try source.lot(), remainder: Points(try source.int(.lotPoints)))
      }
      try source.finish()
    }
    var spend: [YearSpend] = []
    if let bytes = fields.bytes(Tag.spend) {
      var source = RowSource(bytes)
      spend = try source.list(.count, limit: Limits.lotsPerRow) { source throws(WireError) in
        YearSpend(year: Int(try source.int(.count)), net: Money(try source.int(.gross)))
      }
      try source.finish()
    }
    self.init(
      lots: lots, debt: Points(fields.int(Tag.debt) ?? 0), spend: spend,
      lastStore: NodeID(UInt32(truncatingIfNeeded: fields.int(Tag.lastStore) ?? 0)))
  }

  public var fields: Fields {
    var out = Fields()
    if !lots.isEmpty {
      var sink = RowSink()
      sink.list(lots, .count) { sink, balance in
        sink.lot(balance.lot)
        sink.int(balance.remainder.count, .lotPoints)
      }
      out[Tag.lots] = .bytes(sink.bytes)
    }
    if debt != .zero { out[Tag.debt] = .int(debt.count) }
    if !spend.isEmpty {
      var sink = RowSink()
      sink.list(spend, .count) { sink, year in
        sink.int(Int64(year.year), .count)
        sink.int(year.net.minor, .gross)
      }
      out[Tag.spend] = .bytes(sink.bytes)
    }
    out[Tag.lastStore] = .int(Int64(lastStore.number))
    return out
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

public struct YearSpend: Hashable, Sendable, Codable {
  public let year: Int
  public var net: Money

  public init(year: Int, net: Money) {
    self.year = year
    self.net = net
  }
}
