import AgentCore
import AgentIO
import Foundation
import Loyalty
import ServerStorage
import SyncProtocol
import Testing
import TestKit

@Suite struct IngestTests {
  static let member: MemberID = Write.id(1)

  @Test func `a push that is repeated answers the kept results and changes nothing`() async throws {
    try await onItsOwnThread {
      let hub = try TestHub()
      var store = try WireStore(hub, "S001")
      store.write(Write.enrolment(Self.member, ["phone": "+8613800000001"]))
      store.write(Write.enrolment(Write.id(2), ["phone": "+8613800000001"]))
      store.write(Write.sale(Write.id(3), 10_000, to: Write.id(99)))
      store.write(Write.sale(Write.id(4), 10_000, to: Self.member))
      let first = try store.push()
      #expect(first.results.map(\.outcome) == [.merged, .quarantined])
      let (head, digests, totals) = (hub.store.committedHead, try hub.digests(), try hub.store.totals())
      for from in [1, 2, 1, 4] {
        let again = try store.push(from: from)
        #expect(again.receivedThrough == first.receivedThrough)
        #expect(again.chainHash == first.chainHash)
        #expect(again.results == first.results.filter { $0.seq.number >= from })
      }
      store.write(Write.sale(Write.id(5), 10_000, to: Self.member))
      // New entries behind old ones: only the new ones count.
      #expect(try store.push(from: 2).receivedThrough == JournalSeq(5))
      #expect(try hub.store.totals().sales == totals.sales + 1)
      #expect(hub.store.committedHead > head)
      #expect(try hub.digests() != digests)
    }
  }

  @Test func `a sale that the rules come to differently stands, and is listed (Q8)`() async throws {
    try await onItsOwnThread {
      let hub = try TestHub()
      var store = try WireStore(hub, "S001")
      store.write(Write.enrolment(Self.member, [:]))
      store.write(Write.sale(Write.id(3), 700, to: Self.member))
      #expect(try store.push().results == [])
      #expect(try hub.store.exceptions().map(\.detail) == ["rulebook: 1 on the receipt, 0 by the rules"])
      // A yuan a point is what this rulebook says, but two for fresh goods.
      try hub.publish(DemoChain.rulebook)
      store.write(Write.sale(Write.id(4), 700, to: Self.member))
      store.write(Write.sale(Write.id(5), 700, to: Self.member, category: "fresh"))
      #expect(try store.push(from: 3).results == [])
      let listed = try hub.store.exceptions().filter { $0.kind == "priceDifference" }
      #expect(listed.last?.text.zh == "得积分：小票 7，按规则 14")
      #expect(listed.last?.detail == "earned: 7 on the receipt, 14 by the rules")
      #expect(try hub.store.totals().priceDifferences == 2)
      #expect(try hub.member(Self.member).points == Points(21), "the receipts stand")
    }
  }

  @Test func `a gap, a fork, another epoch and a broken chain are refused and nothing is taken`() async throws
  {
    try await onItsOwnThread {
      let hub = try TestHub()
      var store = try WireStore(hub, "S001")
      for number in 1...4 { store.write(Write.sale(Write.id(number), 100)) }
      #expect(throws: WireStore.Refusal(status: 409, code: "journal_gap", expectedSeq: 1)) {
        try store.push(from: 3)
      }
      try store.push(store.request(through: 2))
      #expect(throws: WireStore.Refusal(status: 409, code: "journal_gap", expectedSeq: 3)) {
        try store.push(from: 4)
      }
      var restored = store
      restored.cut(to: 1)
      restored.write(Write.sale(Write.id(17), 100))
      let fork = WireStore.Refusal(status: 409, code: "journal_fork", expectedSeq: nil)
      #expect(throws: fork) { try restored.push() }
      restored.write(Write.sale(Write.id(18), 100))
      #expect(throws: fork) { try restored.push(from: 3) }
      var other = store
      other.epoch = 2
      #expect(throws: WireStore.Refusal(status: 409, code: "epoch_mismatch", expectedSeq: nil)) {
        try other.push()
      }
      let good = store.request(from: 3)
      let broken = PushRequest(
        epoch: 1, firstSeq: good.firstSeq, previousHash: good.previousHash, entries: good.entries,
        chainHash: good.previousHash)
      #expect(throws: WireStore.Refusal(status: 400, code: "malformed_message", expectedSeq: nil)) {
        try store.push(broken)
      }
      #expect(try hub.store.totals().sales == 2)
      try store.push(from: 3)
      #expect(try hub.store.totals().sales == 4)
    }
  }

  @Test func `an entry that cannot be applied holds up its member's later entries and nobody else's`()
    async throws
  {
    try await onItsOwnThread {
      let hub = try TestHub()
      var (store, other) = (try WireStore(hub, "S001"), try WireStore(hub, "S002"))
      let stranger: MemberID = Write.id(2)
      store.write(Write.enrolment(Self.member, [:]))
      store.write(Write.sale(Write.id(11), 10_000, to: stranger))
      store.write(Write.sale(Write.id(12), 10_000, to: Self.member))
      store.write(Write.profile(stranger, "name", "乙"))
      store.write(Write.sale(Write.id(13), 10_000))
      let results = try store.push().results
      #expect(results.map(\.seq.number) == [2, 4])
      #expect(results.allSatisfy { $0.outcome == .quarantined })
      #expect(results[1].reason == "behind another entry of this member")
      #expect(try hub.store.totals().sales == 2)
      #expect(try hub.member(Self.member).points == Points(100))
      other.write(Write.enrolment(stranger, [:]))
      other.write(Write.sale(Write.id(14), 10_000, to: stranger))
      #expect(try other.push().results == [])
      store.write(Write.sale(Write.id(15), 10_000, to: stranger))
      store.write(Write.sale(Write.id(16), 10_000, to: Self.member))
      #expect(try store.push(from: 6).results.map(\.seq.number) == [6])
      #expect(try hub.member(stranger).points == Points(100))
      #expect(try hub.member(Self.member).points == Points(200))
      let listed = try hub.store.exceptions().filter { $0.kind == "quarantine" }
      #expect(listed.count == 3)
    }
  }

  @Test func `an entry with numbers beyond all limits is set aside and the hub goes on`() async throws {
    try await onItsOwnThread {
      let hub = try TestHub()
      var store = try WireStore(hub, "S001")
      let line = SaleLine(sku: "A", quantity: Quantity(milli: .max), gross: Money(.max))
      let huge = Sale(
        id: Write.id(1), businessTime: Timestamp(ms: TestClock.start), member: nil, phone: nil, rulebook: 1,
        lines: [line, line], tenders: [], coupons: [], spent: [], earned: Points(.max),
        earnedLot: Write.lot, balance: nil, asOf: Timestamp(ms: 0), offline: true, outcomes: [],
        requestDigest: 0)
      store.write(Write.enrolment(Self.member, [:]))
      store.write(.sale(huge))
      store.write(
        .release(
          Release(points: [LotAmount(owner: Self.member, lot: Write.lot, points: Points(.max))], coupons: []))
      )
      store.write(Write.takeBack(Write.id(3), of: Write.id(1), .max, debt: .max))
      store.write(Write.sale(Write.id(2), 10_000, to: Self.member))
      #expect(try store.push().results.map(\.outcome) == [.quarantined, .quarantined, .quarantined])
      #expect(try hub.store.totals().gross == Money(10_000))
    }
  }

  @Test func `a hundred stores that push at once are all taken, each entry once`() async throws {
    try await onItsOwnThread {
      let hub = try TestHub()
      var stores = try (1...100).map { try WireStore(hub, "S\($0)") }
      for index in stores.indices {
        let member: MemberID = Write.id(1_000 + index)
        stores[index].write(Write.enrolment(member, [:]))
        for sale in 0..<5 {
          stores[index].write(Write.sale(Write.id(2_000 + index * 5 + sale), 100, to: member))
        }
      }
      let ready = stores
      // Each sends twice, as after an answer that was lost.
      let answers = try inParallel(200) { try ready[$0 / 2].push() }
      #expect(answers.allSatisfy { $0.receivedThrough == JournalSeq(6) && $0.results.isEmpty })
      let totals = try hub.store.totals()
      #expect(totals.sales == 500)
      #expect(totals.members == 100)
      #expect(totals.pointsEarned == Points(500))
      #expect(totals.quarantined == 0)
    }
  }

  @Test func `a coupon redeemed twice counts once, and the second redemption is kept for a person to see`()
    async throws
  {
    try await onItsOwnThread {
      let hub = try TestHub()
      var (home, other) = (try WireStore(hub, "S001"), try WireStore(hub, "S002"))
      home.write(Write.enrolment(Self.member, [:]))
      try home.push()
      _ = try hub.issue("ten", DemoChain.tenOff, to: Self.member)
      let coupon = try Self.coupon(of: try home.pull())
      // The other store does not hold it: its disk was copied, or its clock lied.
      other.write(Write.sale(Write.id(11), 10_000, to: Self.member, coupons: [coupon]))
      #expect(try other.push().results.map(\.outcome) == [.compensated])
      #expect(try hub.store.totals().couponsRedeemed == 0)
      home.write(Write.sale(Write.id(12), 10_000, to: Self.member, coupons: [coupon]))
      #expect(try home.push(from: 2).results == [])
      home.write(Write.sale(Write.id(13), 10_000, to: Self.member, coupons: [coupon]))
      #expect(try home.push(from: 3).results.map(\.outcome) == [.compensated])
      let totals = try hub.store.totals()
      #expect((totals.sales, totals.couponsRedeemed, totals.doubleRedemptions) == (3, 1, 2))
      #expect(try hub.store.exceptions().filter { $0.kind == "doubleRedemption" }.count == 2)
      // What a sale did not redeem, its return does not give back.
      home.write(Write.takeBack(Write.id(14), of: Write.id(13), 10_000, coupons: [coupon]))
      try home.push(from: 4)
      #expect(try hub.store.totals().couponsRedeemed == 1)
      home.write(Write.takeBack(Write.id(15), of: Write.id(12), 10_000, coupons: [coupon]))
      try home.push(from: 5)
      #expect(try hub.store.totals().couponsRedeemed == 0)
    }
  }

  static func coupon(of page: PullPage) throws -> CouponID {
    let rows = try Rows(page)
    return try #require(rows.keys(.coupon).first.flatMap { CouponID(bytes: $0) })
  }

  @Test
  func `points spent beyond what a store holds are owed, and debts are paid from points that nobody holds`()
    async throws
  {
    try await onItsOwnThread {
      let hub = try TestHub()
      var store = try WireStore(hub, "S001")
      store.write(Write.enrolment(Self.member, [:]))
      store.write(Write.sale(Write.id(11), 10_000, to: Self.member))
      store.write(
        Write.sale(
          Write.id(12), 100, to: Self.member,
          spent: [LotAmount(owner: Self.member, lot: Write.lot, points: Points(150))]))
      let results = try store.push().results
      #expect(results.map(\.outcome) == [.acceptedAsDebt])
      let owing = try hub.member(Self.member)
      #expect((owing.debt, owing.points) == (Points(50), Points(-49)))
      // Points that come through the phone are nobody's yet: they pay the debt first.
      store.write(Write.sale(Write.id(13), 20_000, phone: "+8613800000001"))
      store.write(Write.profile(Self.member, "phone", "+8613800000001"))
      #expect(try store.push(from: 4).results == [])
      let free = try hub.member(Self.member)
      #expect((free.debt, free.points) == (Points(0), Points(151)))
      #expect(free.lots.reduce(.zero) { $0 + $1.remainder } == free.points)
    }
  }

  @Test func `a debt is not paid with points that have expired`() async throws {
    try await onItsOwnThread {
      let hub = try TestHub()
      var store = try WireStore(hub, "S001")
      store.write(Write.enrolment(Self.member, [:]))
      store.write(Write.sale(Write.id(11), 10_000, to: Self.member))
      store.write(
        .release(
          Release(points: [LotAmount(owner: Self.member, lot: Write.lot, points: Points(100))], coupons: [])))
      try store.push()
      hub.clock.advance(days: 800)
      store.write(Write.takeBack(Write.id(12), of: Write.id(11), 100, from: Self.member, debt: 30))
      try store.push(from: 4)
      #expect(try hub.member(Self.member).debt == Points(30))
    }
  }

  @Test func `a return that took back too few points leaves a debt that the next release pays`() async throws
  {
    try await onItsOwnThread {
      let hub = try TestHub()
      var store = try WireStore(hub, "S001")
      store.write(Write.enrolment(Self.member, [:]))
      store.write(Write.sale(Write.id(11), 10_000, to: Self.member))
      store.write(Write.takeBack(Write.id(12), of: Write.id(11), 10_000, from: Self.member, debt: 100))
      #expect(try store.push().results.map(\.outcome) == [.acceptedAsDebt])
      #expect(try hub.member(Self.member).debt == Points(100))
      store.write(
        .release(
          Release(points: [LotAmount(owner: Self.member, lot: Write.lot, points: Points(100))], coupons: [])))
      try store.push(from: 4)
      let member = try hub.member(Self.member)
      #expect((member.debt, member.points, member.lots.count) == (.zero, .zero, 0))
    }
  }
}
