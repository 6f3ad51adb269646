/// What one store holds of one member's lots: its right to spend them with the line down.
public struct HoldingRow: Hashable, Sendable {
  public var lots: [LotKey: Holding]

  public init(lots: [LotKey: Holding] = [:]) { self.lots = lots }

  enum Tag { static let lots: UInt32 = 1 }

  public init(_ fields: Fields) throws(WireError) {
    lots = [:]
    guard let bytes = fields.bytes(Tag.lots) else { return }
    var source = RowSource(bytes)
    let pairs = try source.list(.count, limit: Limits.lotsPerRow) { source throws(WireError) in
      let lot = try source.lot()
      let granted = Points(try source.int(.lotPoints))
      return (lot, Holding(granted: granted, used: Points(try source.int(.lotPoints))))
    }
    try source.finish()
    for (lot, holding) in pairs { lots[lot] = holding }
  }

  public var fields: Fields {
    var sink = RowSink()
    sink.list(lots.sorted { $0.key < $1.key }, .count) { sink, pair in
      sink.lot(pair.key)
      sink.int(pair.value.granted.count, .lotPoints)
      sink.int(pair.value.used.count, .lotPoints)
    }
    return Fields([Field(tag: Tag.lots, value: .bytes(sink.bytes))])
  }
}
