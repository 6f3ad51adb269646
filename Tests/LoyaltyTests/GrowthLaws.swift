import Loyalty
import Seeds
import SyncProtocol
import Testing

struct GrowthLaws {
  private func movements(_ samples: inout LedgerSamples) -> [GrowthMovement] {
    samples.list(0...12) { samples in
      let time = samples.time()
      let id = MovementID(
        owner: LedgerSamples.owners[0], node: NodeID(1), epoch: 0,
        seq: JournalSeq(UInt64(samples.number(0...Int64.max - 1))), part: 0)
      let amount = samples.number(1...100)
      return samples.flag()
        ? GrowthMovement(id: id, kind: .earn, growth: amount, businessTime: time)
        : GrowthMovement(id: id, kind: .takeBack, growth: -amount, businessTime: time)
    }
  }

  @Test func `growth value is the sum of what was earned and taken back, in any order (P1, P3)`() {
    forAll { (samples: inout LedgerSamples) in
      let movements = movements(&samples)
      var shuffled = movements + movements.filter { _ in samples.flag() }
      shuffled.shuffle(using: &samples.random)
      var (inOrder, again) = (GrowthLedger(), GrowthLedger())
      for movement in movements where inOrder.record(movement) != .recorded { return false }
      for movement in shuffled {
        let isKnown = again.movements[movement.id] != nil
        guard again.record(movement) == (isKnown ? .known : .recorded) else { return false }
      }
      let months = again.months(utcOffsetMinutes: 480)
      var byHand: [String: Int64] = [:]
      for movement in movements {
        let day = movement.businessTime.day(utcOffsetMinutes: 480)
        byHand["\(day)".prefix(7).description, default: 0] += movement.growth
      }
      return again == inOrder && again.growth == movements.reduce(0) { $0 + $1.growth }
        && months.map(\.growth) == byHand.sorted { $0.key < $1.key }.map(\.value)
    }
  }

  @Test func `another body under the same id is reported, and what no sale could mean is refused`() {
    func movement(_ kind: GrowthMovement.Kind, _ growth: Int64) -> GrowthMovement {
      let id = MovementID(
        owner: LedgerSamples.owners[0], node: NodeID(1), epoch: 0, seq: JournalSeq(1), part: 0)
      return GrowthMovement(id: id, kind: kind, growth: growth, businessTime: Samples.noon)
    }
    var ledger = GrowthLedger()
    #expect(ledger.record(movement(.earn, 0)) == .refused(.wrongSign))
    #expect(ledger.record(movement(.takeBack, 1)) == .refused(.wrongSign))
    #expect(ledger.record(movement(.takeBack, .min)) == .refused(.overLimit))
    #expect(ledger.record(movement(.earn, 5)) == .recorded)
    #expect(ledger.record(movement(.earn, 6)) == .conflict(stands: movement(.earn, 5)))
    #expect(ledger.growth == 5)
  }
}
