/// One published version of the rulebook, as its document, with headquarters' signature of it.
public struct RulebookRow: Hashable, Sendable {
  public var effectiveFrom: Timestamp
  public var document: [UInt8]
  public var signature: [UInt8]

  public init(effectiveFrom: Timestamp, document: [UInt8], signature: [UInt8]) {
    self.effectiveFrom = effectiveFrom
    self.document = document
    self.signature = signature
  }

  public static func key(version: Int64) -> RowKey {
    RowKey(kind: .rulebook, bytes: (0..<8).map { UInt8(truncatingIfNeeded: version >> (56 - 8 * $0)) })
  }

  public init(_ fields: Fields) {
    effectiveFrom = Timestamp(ms: fields.int(1) ?? 0)
    document = fields.bytes(2) ?? []
    signature = fields.bytes(3) ?? []
  }

  public var fields: Fields {
    Fields([
      Field(tag: 1, value: .int(effectiveFrom.ms)), Field(tag: 2, value: .bytes(document)),
      Field(tag: 3, value: .bytes(signature)),
    ])
  }
}
