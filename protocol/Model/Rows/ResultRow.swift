/// What became of an entry after headquarters looked at it again, as a row of its store's own partition. It
/// takes the place of the result that the push brought.
public struct ResultRow: Hashable, Sendable {
  /// As `EntryOutcome` numbers them; an agent may be older than an outcome.
  public var outcome: UInt8
  public var reason: String

  public init(outcome: UInt8, reason: String) { (self.outcome, self.reason) = (outcome, reason) }

  /// Epoch and position of the entry, most significant first.
  public static func key(epoch: Int64, _ seq: JournalSeq) -> RowKey {
    let bytes = [UInt64(bitPattern: epoch), seq.number].flatMap { number in
      stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: number >> UInt64($0)) }
    }
    return RowKey(kind: .result, bytes: bytes)
  }

  public init(_ fields: Fields) {
    outcome = UInt8(clamping: fields.int(1) ?? 0)
    reason = fields.text(2) ?? ""
  }

  public var fields: Fields {
    Fields([Field(tag: 1, value: .int(Int64(outcome))), Field(tag: 2, value: .text(reason))])
  }
}
