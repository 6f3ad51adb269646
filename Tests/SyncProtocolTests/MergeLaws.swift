import Seeds
import SyncProtocol
import Testing

struct MergeLaws {
  @Test func `the change from one row to another, applied to the one, gives the other`() {
    forAll { (samples: inout Samples) in
      let key = samples.rowKey()
      let (a, b) = (samples.maybe { $0.fields() }, samples.maybe { $0.fields() })
      guard let change = Fields.change(key, from: a, to: b) else { return a == b }
      return a != b && Fields.applying(change, to: a) == b
    }
  }

  @Test func `a row does not change into itself`() {
    forAll { (samples: inout Samples) in
      let fields = samples.maybe { $0.fields() }
      return Fields.change(PositionRow.key, from: fields, to: fields) == nil
    }
  }

  @Test func `an accent spelled otherwise is a change, because it changes the row's hash`() {
    let rows = ["caf\u{E9}", "cafe\u{301}"].map { Fields([Field(tag: 1, value: .text($0))]) }
    #expect(rows[0] != rows[1])
    #expect(Fields.change(PositionRow.key, from: rows[0], to: rows[1]) != nil)
  }

  @Test func `a stored row changes as the row it stands for`() {
    forAll(20_000) { (samples: inout Samples) in
      let change = samples.change(of: samples.rowKey())
      let row = samples.maybe { $0.fields() }
      let stored = try? Fields.applying(change, toStored: row?.canonicalBytes)
      return stored == Fields.applying(change, to: row)?.canonicalBytes
    }
  }

  @Test func `two changes in one have the effect of one after the other`() {
    forAll(20_000) { (samples: inout Samples) in
      let key = samples.rowKey()
      let (first, second) = (samples.change(of: key), samples.change(of: key))
      let row = samples.maybe { $0.fields() }
      let inSteps = Fields.applying(second, to: Fields.applying(first, to: row))
      return Fields.applying(first.followed(by: second), to: row) == inSteps
    }
  }

  @Test func `a row's changes may be drawn together in any grouping`() {
    forAll { (samples: inout Samples) in
      let key = samples.rowKey()
      let changes = (0..<3).map { _ in samples.change(of: key) }
      let row = samples.maybe { $0.fields() }
      let left = changes[0].followed(by: changes[1]).followed(by: changes[2])
      let right = changes[0].followed(by: changes[1].followed(by: changes[2]))
      return Fields.applying(left, to: row) == Fields.applying(right, to: row)
    }
  }

  /// Few stamps and few values, so that ties are common, as after a cloned disk.
  private func stamped(_ samples: inout Samples) -> StampedValue {
    StampedValue(
      value: samples.maybe { "值\($0.number(0...3))" },
      time: HybridTime(packed: UInt64(samples.number(0...3))),
      node: NodeID(UInt32(samples.number(0...2))))
  }

  @Test func `the last writer of a register is the same whatever the order of arrival`() {
    func merge(_ a: StampedValue, _ b: StampedValue) -> StampedValue { b.wins(over: a) ? b : a }
    forAll(20_000) { (samples: inout Samples) in
      let (a, b, c) = (stamped(&samples), stamped(&samples), stamped(&samples))
      let commutes = merge(a, b) == merge(b, a)
      let associates = merge(merge(a, b), c) == merge(a, merge(b, c))
      let winner = merge(a, b)
      let isLatest =
        (winner.time, winner.node) >= (a.time, a.node) && (winner.time, winner.node) >= (b.time, b.node)
      return commutes && associates && isLatest && !a.wins(over: a)
    }
  }

  @Test func `copies of a holding merge in any order, and nothing is ever taken back`() {
    forAll { (samples: inout Samples) in
      func holding() -> Holding { Holding(granted: samples.points(), used: samples.points()) }
      let (a, b, c) = (holding(), holding(), holding())
      func notBelow(_ a: Holding, _ b: Holding) -> Bool { a.granted >= b.granted && a.used >= b.used }
      let join = a.merged(with: b)
      let least = !notBelow(c, a) || !notBelow(c, b) || notBelow(c, join)
      return join == b.merged(with: a) && join.merged(with: c) == a.merged(with: b.merged(with: c))
        && a.merged(with: a) == a && notBelow(join, a) && notBelow(join, b) && least
    }
  }

  private func rank(_ samples: inout Samples) -> IdentityRank {
    IdentityRank(
      isVerified: samples.flag(), enrolledAt: HybridTime(packed: UInt64(samples.number(0...2))),
      member: MemberID(high: 0, low: UInt64(samples.number(0...9))))
  }

  @Test func `of several records of one person the same one stands, in whatever order they meet (I1)`() {
    forAll { (samples: inout Samples) in
      let records = (0..<samples.number(2...6)).map { _ in rank(&samples) }
      func survivor(_ order: [IdentityRank]) -> IdentityRank {
        // Records meet in pairs; the winner of each pair goes on.
        var left = order
        while left.count > 1 {
          let (a, b) = (left.remove(at: 0), left.remove(at: samples.number(0...left.count - 1)))
          left.insert(min(a, b), at: samples.number(0...left.count))
        }
        return left[0]
      }
      let first = survivor(records)
      return (0..<4).allSatisfy { _ in survivor(records.shuffled(using: &samples.random)) == first }
    }
  }

  @Test func `identity ranks are a total order: verified first, then earlier, then lower id (I1)`() {
    forAll { (samples: inout Samples) in
      let (a, b, c) = (rank(&samples), rank(&samples), rank(&samples))
      let oneOfThree = [a < b, b < a, a == b].filter { $0 }.count == 1
      let transitive = !(a < b && b < c) || a < c
      // Rule by rule, each only where those before leave both alike.
      let stands: Bool =
        if a.isVerified != b.isVerified {
          a.isVerified
        } else if a.enrolledAt != b.enrolledAt { a.enrolledAt < b.enrolledAt } else { a.member < b.member }
      return oneOfThree && transitive && (a < b) == stands
    }
  }
}
