import Seeds
import ServerCore
import SyncProtocol
import Testing

struct Pages {
  private func change(_ samples: inout Samples) -> RowChange {
    let key = RowKey(kind: samples.oneOf([.member, .account]), bytes: [UInt8(samples.number(0...2))])
    let effect = samples.oneOf([RowChange.Effect.update, .update, .update, .remove, .replace])
    let fields = samples.list(0...3) {
      FieldChange(
        tag: UInt32($0.number(1...4)),
        value: effect == .replace ? .int($0.number(0...9)) : $0.maybe { .int($0.number(0...9)) })
    }
    return RowChange(key: key, effect: effect, fields: effect == .remove ? [] : fields)
  }

  private func applied(_ changes: [RowChange], to rows: [RowKey: Fields]) -> [RowKey: Fields] {
    var rows = rows
    for change in changes { rows[change.key] = Fields.applying(change, to: rows[change.key]) }
    return rows
  }

  @Test func `a folded run of the feed leaves the rows as its changes one by one would`() {
    forAll { (samples: inout Samples) in
      let log = samples.list(0...12) { change(&$0) }
      let before = applied(samples.list(0...6) { change(&$0) }, to: [:])
      return applied(coalesced(log), to: before) == applied(log, to: before)
    }
  }

  @Test func `a folded run has each row once, in key order, and folding again changes nothing`() {
    forAll { (samples: inout Samples) in
      let log = samples.list(0...12) { change(&$0) }
      let folded = coalesced(log)
      return Set(folded.map(\.key)) == Set(log.map(\.key))
        && zip(folded, folded.dropFirst()).allSatisfy { $0.key < $1.key } && coalesced(folded) == folded
    }
  }

  @Test func `a feed may be folded in pieces and folded again`() {
    forAll(5_000) { (samples: inout Samples) in
      let log = samples.list(0...12) { change(&$0) }
      let cut = Int(samples.number(0...Int64(log.count)))
      let before = applied(samples.list(0...6) { change(&$0) }, to: [:])
      let inPieces = coalesced(coalesced(log[..<cut]) + coalesced(log[cut...]))
      return applied(inPieces, to: before) == applied(log, to: before)
    }
  }
}
