/// How much of a store's journal the hub's state includes, as a row of the store's own partition: the same
/// page that brings the effects of an entry says that they are in it.
public struct PositionRow: Hashable, Sendable {
  public var epoch: Int64
  public var includedThrough: JournalSeq

  public init(epoch: Int64, includedThrough: JournalSeq) {
    self.epoch = epoch
    self.includedThrough = includedThrough
  }

  public static let key = RowKey(kind: .position, bytes: [])

  public init(_ fields: Fields) {
    epoch = fields.int(1) ?? 0
    includedThrough = JournalSeq(UInt64(max(0, fields.int(2) ?? 0)))
  }

  public var fields: Fields {
    Fields([
      Field(tag: 1, value: .int(epoch)),
      Field(tag: 2, value: .int(Int64(bitPattern: includedThrough.number))),
    ])
  }
}
