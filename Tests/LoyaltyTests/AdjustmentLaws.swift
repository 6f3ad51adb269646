import Loyalty
import Seeds
import SyncProtocol
import Testing

struct AdjustmentLaws {
  private static let other = MemberID(high: 5, low: 5)
  private static let day = LedgerSamples.today

  private func rulebook() -> Rulebook {
    var rulebook = Rulebook.none
    rulebook.expiry = .rollingMonths(12)
    return rulebook
  }

  private func sum(_ ledger: MemberLedger) -> Points {
    ledger.remainders.reduce(.zero) { $0 + $1.points }
  }

  /// What is free of a ledger: some of it is held by stores.
  private func free(_ ledger: MemberLedger, _ samples: inout LedgerSamples) -> [LotAmount]? {
    guard samples.flag() else { return nil }
    return ledger.remainders.map {
      LotAmount(owner: $0.owner, lot: $0.lot, points: Points(samples.number(0...$0.points.count)))
    }
  }

  @Test func `a transfer moves all or nothing, keeps every point and lets none last longer`() {
    forAll { (samples: inout LedgerSamples) in
      var giver = samples.ledger()
      let before = giver
      var taker = MemberLedger()
      let free = free(giver, &samples)
      let wanted = Points(samples.number(1...80))
      let transfer = Transfer(
        from: LedgerSamples.owners[0], to: Self.other, points: wanted, reason: "gift", actor: "li")
      var origin = samples.origin(Samples.noon)
      let moved: [Movement]
      do throws(PointsRefusal) {
        moved = try transfer.movements(giver, free: free, rulebook: rulebook(), &origin)
      } catch {
        let spendable = SpendPlan.spendable(free ?? giver.remainders, on: Self.day)
        let usable = spendable.reduce(Points.zero) { $0 + $1.points }
        switch error {
        case .insufficientPoints: return wanted > giver.available(on: Self.day)
        case .heldElsewhere: return wanted > usable && wanted <= giver.available(on: Self.day)
        default: return false
        }
      }
      for movement in moved where movement.owner == Self.other {
        guard taker.record(movement) == .recorded else { return false }
      }
      for movement in moved where movement.owner != Self.other {
        guard giver.record(movement) == .recorded else { return false }
      }
      let drawn = before.lots.compactMap { lot -> LotAmount? in
        let after = giver.lots.first { $0.owner == lot.owner && $0.key == lot.key }
        let points = lot.remainder - (after?.remainder ?? .zero)
        return points == .zero ? nil : LotAmount(owner: Self.other, lot: lot.key, points: points)
      }
      var received: [LotKey: Points] = [:]
      for amount in drawn { received[amount.lot, default: .zero] += amount.points }
      let there = Dictionary(uniqueKeysWithValues: taker.remainders.map { ($0.lot, $0.points) })
      return sum(giver) + sum(taker) == sum(before) && sum(taker) == wanted && there == received
        && taker.available(on: Self.day) == wanted
        && giver.available(on: Self.day) == before.available(on: Self.day) - wanted
        && Set(moved.map(\.id)).count == moved.count
    }
  }

  @Test func `passed on again and again, points end when they would have ended`() {
    forAll { (samples: inout LedgerSamples) in
      let members = (1...3).map { MemberID(high: 7, low: $0) }
      var ledgers = Dictionary(uniqueKeysWithValues: members.map { ($0, MemberLedger()) })
      var origin = samples.origin(Samples.noon)
      for amount in samples.ledger().remainders {
        _ = ledgers[members[0]]?.record(
          origin.movement(.earn, of: members[0], lot: amount.lot, points: amount.points))
      }
      func leftEachDay() -> [Points] {
        (Int64(0)...70).map { distance in
          let day = LedgerSamples.day(distance)
          return ledgers.values.reduce(.zero) { $0 + $1.available(on: day) }
        }
      }
      let before = leftEachDay()
      for _ in 0..<6 {
        let (from, to) = (samples.oneOf(members), samples.oneOf(members))
        guard let giver = ledgers[from] else { return false }
        let transfer = Transfer(
          from: from, to: to, points: Points(samples.number(1...40)), reason: "gift", actor: "li")
        for movement in (try? transfer.movements(giver, rulebook: rulebook(), &origin)) ?? [] {
          _ = ledgers[movement.owner]?.record(movement)
        }
      }
      return leftEachDay() == before
    }
  }

  @Test func `an adjustment changes the balance by what it says, with its reason and actor on every row`() {
    forAll { (samples: inout LedgerSamples) in
      var ledger = samples.ledger()
      let before = ledger
      let points = Points(samples.number(-60...60))
      let lot = samples.number(0...2) == 0 ? samples.lot() : nil
      let adjustment = Adjustment(
        member: LedgerSamples.owners[0], points: points, reason: "goodwill", actor: "zhang", lot: lot)
      var origin = samples.origin(Samples.noon)
      do throws(PointsRefusal) {
        let rows = try adjustment.movements(ledger, rulebook: rulebook(), &origin)
        guard rows.allSatisfy({ $0.kind == .adjust && $0.decision == LedgerSamples.decision }) else {
          return false
        }
        for row in rows where ledger.record(row) != .recorded { return false }
        let isPending = lot.map { $0.isPending(on: Self.day) } ?? false
        let change = ledger.available(on: Self.day) - before.available(on: Self.day)
        return sum(ledger) - sum(before) == points && change == (isPending ? .zero : points)
          && rows.allSatisfy { lot == nil || $0.lot == lot }
      } catch {
        switch error {
        case .noPoints: return points == .zero
        case .lotIsOver:
          return lot.map { $0.expiresOn <= Self.day || $0.expiresOn <= $0.availableFrom } ?? false
        case .insufficientPoints: return points < .zero
        default: return false
        }
      }
    }
  }

  private func refusal(_ body: (inout MovementOrigin) throws(PointsRefusal) -> [Movement]) -> PointsRefusal? {
    var origin = MovementOrigin(
      node: .hub, epoch: 0, seq: JournalSeq(1), businessTime: Samples.noon, rulebook: 1)
    do throws(PointsRefusal) {
      _ = try body(&origin)
      return nil
    } catch { return error }
  }

  private func adjust(
    _ points: Int64, reason: String = "r", actor: String = "a", lot: LotKey? = nil, limit: Int64 = 500,
    _ ledger: MemberLedger = MemberLedger(), free: [LotAmount]? = nil
  ) -> PointsRefusal? {
    let adjustment = Adjustment(
      member: LedgerSamples.owners[0], points: Points(points), reason: reason, actor: actor, lot: lot)
    return refusal { (origin) throws(PointsRefusal) in
      try adjustment.movements(ledger, free: free, limit: Points(limit), rulebook: rulebook(), &origin)
    }
  }

  private func give(
    _ points: Int64, reason: String = "r", actor: String = "a", to: MemberID = other, limit: Int64 = 500,
    _ ledger: MemberLedger = MemberLedger(), free: [LotAmount]? = nil
  ) -> PointsRefusal? {
    let transfer = Transfer(
      from: LedgerSamples.owners[0], to: to, points: Points(points), reason: reason, actor: actor)
    return refusal { (origin) throws(PointsRefusal) in
      try transfer.movements(ledger, free: free, limit: Points(limit), rulebook: rulebook(), &origin)
    }
  }

  @Test func `every refusal has its cause, a code of its own and words in both languages`() {
    let (owner, second) = (LedgerSamples.owners[0], LedgerSamples.owners[1])
    var origin = MovementOrigin(
      node: .hub, epoch: 0, seq: JournalSeq(9), businessTime: Samples.noon, rulebook: 1)
    let ledger = MemberLedger([
      origin.movement(.earn, of: owner, lot: Movement.noLot, points: Points(100)),
      origin.movement(.earn, of: second, lot: Movement.noLot, points: Points(10)),
    ])
    let many = MemberLedger(
      (0...Limits.lotsPerEntry).map {
        let lot = LotKey(availableFrom: Day(Int32($0)), expiresOn: .never)
        return origin.movement(.earn, of: owner, lot: lot, points: Points(1))
      })
    let long = String(repeating: "长", count: Limits.textLength + 1)
    let over = LotKey(availableFrom: Day(0), expiresOn: Self.day)
    let never = LotKey(availableFrom: LedgerSamples.day(9), expiresOn: LedgerSamples.day(9))
    let refusals: [(PointsRefusal?, PointsRefusal)] = [
      (adjust(1, reason: " \n"), .noReason), (give(1, reason: ""), .noReason),
      (adjust(1, actor: ""), .noActor), (give(1, actor: "\t"), .noActor),
      (adjust(1, reason: long), .textTooLong), (give(1, actor: long), .textTooLong),
      (adjust(0), .noPoints), (give(0), .noPoints), (give(-5, ledger), .noPoints),
      (adjust(501), .overLimit(Points(500))), (adjust(-501), .overLimit(Points(500))),
      (adjust(.min), .overLimit(Points(500))), (give(501, ledger), .overLimit(Points(500))),
      (adjust(Limits.movementPoints + 1, limit: .max), .overLimit(Points(Limits.movementPoints))),
      (adjust(1, limit: -1), .overLimit(Points(-1))),
      (adjust(1, lot: over), .lotIsOver), (adjust(-1, lot: over, ledger), .lotIsOver),
      (adjust(1, lot: never), .lotIsOver),
      (adjust(-111, ledger), .insufficientPoints(available: Points(110), wanted: Points(111))),
      (give(111, ledger), .insufficientPoints(available: Points(110), wanted: Points(111))),
      (
        adjust(-101, lot: Movement.noLot, ledger),
        .insufficientPoints(available: Points(100), wanted: Points(101))
      ),
      (give(50, ledger, free: []), .heldElsewhere(free: .zero)),
      (adjust(-50, lot: Movement.noLot, ledger, free: []), .heldElsewhere(free: .zero)),
      (give(257, many), .tooManyLots), (adjust(-257, many), .tooManyLots),
      (give(1, to: owner, ledger), .sameMember), (give(1, to: second, ledger), .sameMember),
    ]
    for (refusal, expected) in refusals {
      #expect(refusal == expected)
      #expect(!expected.words.zh.isEmpty && expected.words.en.contains(" "))
    }
    #expect(Set(refusals.map(\.1.code)).count == 10)
    #expect(adjust(500) == nil && adjust(-110, ledger) == nil && give(110, ledger) == nil)
  }

  @Test func `points added without a lot are as those earned that day`() throws {
    var origin = MovementOrigin(
      node: .hub, epoch: 0, seq: JournalSeq(1), businessTime: Samples.noon, rulebook: 1)
    let adjustment = Adjustment(
      member: LedgerSamples.owners[0], points: Points(5), reason: "r", actor: "a")
    let rows = try adjustment.movements(MemberLedger(), rulebook: rulebook(), &origin)
    #expect(rows.map(\.lot) == [Expiry.rollingMonths(12).lot(earnedOn: Self.day)])
  }
}
