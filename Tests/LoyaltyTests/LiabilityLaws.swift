import Loyalty
import Seeds
import SyncProtocol
import Testing

struct LiabilityLaws {
  private func liability(_ ledgers: [MemberLedger], on day: Day) -> Liability {
    var liability = Liability(on: day, utcOffsetMinutes: LedgerSamples.offset)
    for ledger in ledgers { liability.add(ledger) }
    return liability
  }

  @Test func `what is outstanding is what members have, to the point (P10)`() {
    forAll { (samples: inout LedgerSamples) in
      let ledgers = samples.list(1...4) { MemberLedger($0.movements()) }
      let day = LedgerSamples.day(samples.number(-45...45))
      let books = liability(ledgers, on: day)
      let then = ledgers.map { $0.through(day, utcOffsetMinutes: LedgerSamples.offset) }
      let theirs = then.reduce(Points.zero) {
        $0 + $1.available(on: day) + $1.debt + $1.pending(on: day)
      }
      return books.total.outstanding == theirs
        && books.total.expired == then.reduce(.zero) { $0 + $1.expired(on: day) }
        && books.debt == then.reduce(.zero) { $0 + $1.debt }
        && books.cohorts.allSatisfy { $0.key.expiresOn > day || $0.value.outstanding == .zero }
    }
  }

  /// The books of a chain kept by hand, one day after the other.
  private struct Slow {
    struct Row: Equatable {
      var by: [MovementKind: Int64] = [:]
      var expired: Int64 = 0
      var left: Int64 = 0
    }

    var rows: [LiabilityCohort: Row] = [:]
    var debt: Int64 = 0

    mutating func close(_ day: Day, _ movements: [Movement]) {
      for movement in movements where movement.businessTime.day(utcOffsetMinutes: 480) == day {
        debt += movement.debt.count
        if movement.points == .zero { continue }
        let (year, month, _) = movement.lot.availableFrom.components
        let cohort = LiabilityCohort(
          month: Day(year: year, month: month, day: 1)!, expiresOn: movement.lot.expiresOn)
        let points = movement.points.count
        rows[cohort, default: Row()].by[movement.kind, default: 0] += points
        // Into a cohort that is over already points come as expired ones, and out of it likewise.
        if movement.lot.expiresOn < day {
          rows[cohort, default: Row()].expired += points
        } else {
          rows[cohort, default: Row()].left += points
        }
      }
      for (cohort, row) in rows where cohort.expiresOn <= day {
        rows[cohort]?.expired += row.left
        rows[cohort]?.left = 0
      }
    }
  }

  @Test func `the books by cohort are those kept by hand day by day (P10)`() {
    forAll { (samples: inout LedgerSamples) in
      let histories = samples.list(1...3) { $0.history() }
      var slow = Slow()
      let end = samples.number(-41...60)
      for distance in Int64(-42)...end { slow.close(LedgerSamples.day(distance), histories.flatMap { $0 }) }
      let books = liability(histories.map { MemberLedger($0) }, on: LedgerSamples.day(end))
      guard books.debt.count == slow.debt, Set(books.cohorts.keys) == Set(slow.rows.keys) else {
        return false
      }
      return books.cohorts.allSatisfy { cohort, figures in
        guard let row = slow.rows[cohort] else { return false }
        func sum(_ kind: MovementKind) -> Int64 { row.by[kind] ?? 0 }
        return figures.issued.count == sum(.earn) && figures.restored.count == sum(.restore)
          && figures.adjusted.count == sum(.adjust) && figures.transferredIn.count == sum(.transferIn)
          && figures.spent.count == -sum(.spend) && figures.clawedBack.count == -sum(.clawback)
          && figures.settled.count == -sum(.settle) && figures.transferredOut.count == -sum(.transferOut)
          && figures.expired.count == row.expired && figures.outstanding.count == row.left
      }
    }
  }

  @Test func `all cohorts together are the whole, and no order of the members matters (P10)`() {
    forAll(2_000) { (samples: inout LedgerSamples) in
      let ledgers = samples.list(1...4) { MemberLedger($0.movements()) }
      let books = liability(ledgers, on: LedgerSamples.today)
      let outstanding = books.cohorts.values.reduce(Int64(0)) { $0 + $1.outstanding.count }
      return liability(ledgers.reversed(), on: LedgerSamples.today) == books
        && books.total.outstanding.count == outstanding
    }
  }

  @Test func `a thousand points issued, of which eighty lapsed, are eighty per mille of breakage`() {
    let owner = LedgerSamples.owners[0]
    var origin = MovementOrigin(
      node: .hub, epoch: 0, seq: JournalSeq(1), businessTime: Samples.noon, rulebook: 1)
    let closed = LotKey(availableFrom: LedgerSamples.day(-30), expiresOn: LedgerSamples.day(10))
    let open = LotKey(availableFrom: LedgerSamples.day(-30), expiresOn: LedgerSamples.day(11))
    let ledger = MemberLedger([
      origin.movement(.earn, of: owner, lot: closed, points: Points(1_000)),
      origin.movement(.spend, of: owner, lot: closed, points: Points(-920)),
      origin.movement(.earn, of: owner, lot: open, points: Points(12_345)),
      origin.movement(.debt, of: owner, debt: Points(70)),
      origin.movement(.loss, of: owner, debt: Points(-30)),
    ])
    let books = liability([ledger], on: LedgerSamples.day(10))
    #expect(books.breakage == Breakage(expired: Points(80), issued: Points(1_000)))
    #expect(books.breakage.permille == 80)
    #expect(books.debt == Points(40) && books.writtenOff == Points(30))
    #expect(books.total.outstanding == Points(12_345))
    #expect(books.total.expectedBreakage(permille: 80) == Points(987))
    #expect(books.total.expectedBreakage(permille: 2_000) == Points(12_345))
    let price = PointsPayment(
      points: Points(100), worth: Money(1_00), minimum: .zero, step: Points(1), maxSharePermille: 1000)
    #expect(books.total.value(at: price) == Money(123_45))
    #expect(books.total.value(at: price, breakagePermille: 80) == Money(113_58))
    #expect(liability([ledger], on: LedgerSamples.day(9)).breakage.permille == nil)
  }

  @Test func `a value beyond all money is the most there is, and does not trap`() {
    var origin = MovementOrigin(
      node: .hub, epoch: 0, seq: JournalSeq(1), businessTime: Samples.noon, rulebook: 1)
    let most = Points(Limits.movementPoints)
    let rich = MemberLedger(
      (0..<20).map { _ in
        origin.movement(.earn, of: LedgerSamples.owners[0], lot: Movement.noLot, points: most)
      })
    let price = PointsPayment(
      points: Points(1), worth: Money(1_000_000_000), minimum: .zero, step: Points(1), maxSharePermille: 1000)
    #expect(liability([rich], on: LedgerSamples.today).total.value(at: price) == Money(.max))
  }
}
