import Loyalty
import Seeds
import SyncProtocol
import Testing

struct LedgerLaws {
  @Test func `movements in any order, repeated and merged from two ledgers, give one ledger (P1, P3)`() {
    forAll { (samples: inout LedgerSamples) in
      let movements = samples.movements()
      let inOrder = MemberLedger(movements)
      var shuffled = movements + movements.filter { _ in samples.flag() }
      shuffled.shuffle(using: &samples.random)
      var (left, right) = (MemberLedger(), MemberLedger())
      for movement in shuffled {
        let isLeft = samples.flag()
        if isLeft { _ = left.record(movement) }
        if !isLeft || samples.flag() { _ = right.record(movement) }
      }
      var both = left
      guard both.merge(right).isEmpty, right.merge(left).isEmpty else { return false }
      let again = MemberLedger(shuffled)
      return again == inOrder && both == inOrder && right == inOrder && again.lots == inOrder.lots
        && again.uncovered == inOrder.uncovered
    }
  }

  @Test func `of every lot no less than nothing is left and no more than was added, at every step (P2)`() {
    forAll { (samples: inout LedgerSamples) in
      var ledger = MemberLedger()
      for movement in samples.movements() {
        let outcome = ledger.record(movement)
        let isWaiting = ledger.uncovered.contains(movement)
        guard (outcome == .uncovered) == isWaiting, outcome == .recorded || isWaiting else { return false }
        guard ledger.lots.allSatisfy({ $0.remainder >= .zero && $0.remainder <= $0.added }) else {
          return false
        }
      }
      return true
    }
  }

  @Test func `what is used before its points arrive counts from when they do`() {
    var samples = LedgerSamples(SplitMix64(seed: 1))
    let lot = LotKey(availableFrom: Day(0), expiresOn: .never)
    var origin = samples.origin(Samples.noon)
    let owner = LedgerSamples.owners[0]
    let earn = samples.make(.earn, owner, lot, 100, &origin)
    let spend = samples.make(.spend, owner, lot, 30, &origin)
    let more = samples.make(.spend, owner, lot, 80, &origin)
    var ledger = MemberLedger()
    #expect(ledger.record(spend) == .uncovered)
    #expect(ledger.available(on: Samples.today) == .zero)
    #expect(ledger.record(earn) == .recorded)
    #expect(ledger.available(on: Samples.today) == Points(70))
    #expect(ledger.record(more) == .uncovered)
    #expect(ledger.uncovered == [more])
    #expect(ledger.available(on: Samples.today) == Points(70))
  }

  @Test func `the same id again changes nothing, and with another body is reported (P3)`() {
    forAll { (samples: inout LedgerSamples) in
      let movements = samples.movements(1...8)
      var ledger = MemberLedger(movements)
      let before = ledger
      let known = samples.oneOf(movements)
      let other = Movement(
        id: known.id, kind: .earn, lot: known.lot, points: Points(61), businessTime: known.businessTime,
        rulebook: known.rulebook)
      var foreign = MemberLedger([other])
      return ledger.record(known) == .known && ledger.record(other) == .conflict(stands: known)
        && ledger.merge(foreign) == [other] && foreign.merge(ledger).contains(known) && ledger == before
    }
  }

  @Test func `every point is available, pending, expired or used, as summed by hand (P1)`() {
    forAll { (samples: inout LedgerSamples) in
      let history = samples.history()
      let ledger = MemberLedger(history)
      let day = LedgerSamples.day(samples.number(-60...60))
      var (available, pending, expired): (Int64, Int64, Int64) = (0, 0, 0)
      for movement in history {
        available -= movement.debt.count
        if movement.lot.expiresOn.number <= day.number {
          expired += movement.points.count
        } else if movement.lot.availableFrom.number > day.number {
          pending += movement.points.count
        } else {
          available += movement.points.count
        }
      }
      return ledger.available(on: day).count == available && ledger.pending(on: day).count == pending
        && ledger.expired(on: day).count == expired && ledger.counted == history
    }
  }

  @Test func `points are spent one by one from the lot that ends first, then began first (P4)`() {
    forAll { (samples: inout LedgerSamples) in
      let (ledger, day) = (samples.ledger(), LedgerSamples.day(samples.number(-10...5)))
      let spendable = SpendPlan.spendable(ledger.remainders, on: day)
      let wanted = samples.number(0...80)
      let drawn = SpendPlan.draw(Points(wanted), from: spendable)
      return drawn.map(units) == slowly(ledger, wanted, on: day)
    }
  }

  private func units(_ amounts: [LotAmount]) -> [LotAmount] {
    amounts.flatMap { amount in
      (0..<amount.points.count).map { _ in
        LotAmount(owner: amount.owner, lot: amount.lot, points: Points(1))
      }
    }
  }

  /// Looks through all lots for each single point.
  private func slowly(_ ledger: MemberLedger, _ wanted: Int64, on day: Day) -> [LotAmount]? {
    var lots = ledger.lots.map { (lot: $0, left: $0.remainder.count) }
    var drawn: [LotAmount] = []
    for _ in 0..<wanted {
      var best: Int?
      for (index, (lot, left)) in lots.enumerated() {
        guard left > 0, lot.key.availableFrom <= day, lot.key.expiresOn > day else { continue }
        guard let known = best.map({ lots[$0].lot }) else {
          best = index
          continue
        }
        let isSooner = lot.key.expiresOn < known.key.expiresOn
        let isOlder =
          lot.key.expiresOn == known.key.expiresOn && lot.key.availableFrom < known.key.availableFrom
        let isLower = lot.key == known.key && lot.owner < known.owner
        if isSooner || isOlder || isLower { best = index }
      }
      guard let best else { return nil }
      lots[best].left -= 1
      drawn.append(
        LotAmount(owner: lots[best].lot.owner, lot: lots[best].lot.key, points: Points(1)))
    }
    return drawn
  }

  @Test func `movements that no till could mean are refused as values`() {
    func outcome(_ kind: MovementKind, _ points: Int64, _ debt: Int64 = 0) -> MemberLedger.Outcome {
      var origin = MovementOrigin(
        node: .hub, epoch: 0, seq: JournalSeq(1), businessTime: Samples.noon, rulebook: 1)
      var ledger = MemberLedger()
      return ledger.record(
        origin.movement(kind, of: LedgerSamples.owners[0], points: Points(points), debt: Points(debt)))
    }
    for kind in MovementKind.allCases {
      #expect(outcome(kind, 0, 0) == .refused(.wrongSign))
      #expect(outcome(kind, .min, 1) == .refused(.overLimit))
      #expect(outcome(kind, 1, .max) == .refused(.overLimit))
    }
    #expect(outcome(.earn, -1) == .refused(.wrongSign))
    #expect(outcome(.spend, 1) == .refused(.wrongSign))
    #expect(outcome(.settle, -2, -1) == .refused(.wrongSign))
    #expect(outcome(.debt, 0, -1) == .refused(.wrongSign))
    #expect(outcome(.loss, 0, 1) == .refused(.wrongSign))
    #expect(outcome(.earn, Limits.movementPoints) == .recorded)
    #expect(outcome(.earn, Limits.movementPoints + 1) == .refused(.overLimit))
  }

  @Test func `the kinds are called in tables what they were always called`() {
    #expect(
      MovementKind.allCases.map(\.rawValue) == [
        "earn", "spend", "restore", "clawback", "adjust", "transferIn", "transferOut", "settle", "debt",
        "loss",
      ])
  }
}
