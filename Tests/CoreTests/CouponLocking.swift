import AgentCore
import Loyalty
import Seeds
import SyncProtocol
import Testing

/// Locks of coupons at one store, over any sequence of what happens to them.
struct CouponLocking {
  private static let coupons = [CouponID(high: 0, low: 1), CouponID(high: 0, low: 2)]
  private static let holders = ["till-1", "till-2", "order-17"]

  @Test func `a lock ends once: by its holder, by its time, or by its holder's sale (C5)`() {
    forAll { (samples: inout Samples) in
      var locks = CouponLocks()
      // Whose each is and until when; the plainest way to keep it.
      var open: [CouponID: (holder: String, until: Int64)] = [:]
      var now: Int64 = 1_000
      for _ in 0..<40 {
        now += samples.number(0...3)
        open = open.filter { $0.value.until > now }
        let (coupon, holder) = (samples.oneOf(Self.coupons), samples.oneOf(Self.holders))
        let isOthers = open[coupon].map { $0.holder != holder } ?? false
        switch samples.number(0...3) {
        case 0, 1:
          let until = now + samples.number(0...6)
          let isDone =
            (try? locks.lock(
              coupon, by: holder, until: Timestamp(ms: until), expiresAt: nil, at: Timestamp(ms: now))) != nil
          guard isDone == (!isOthers && until > now) else { return false }
          if isDone { open[coupon] = (holder, until) }
        case 2:
          let isDone = (try? locks.unlock(coupon, by: holder, at: Timestamp(ms: now))) != nil
          guard isDone == (open[coupon]?.holder == holder) else { return false }
          if isDone { open[coupon] = nil }
        default:
          // A sale asks whose it is before it takes it.
          if isOthers { break }
          locks.consume(coupon)
          open[coupon] = nil
        }
        for coupon in Self.coupons {
          guard locks.holder(of: coupon, at: Timestamp(ms: now)) == open[coupon]?.holder else { return false }
        }
      }
      return Self.coupons.allSatisfy { locks.holder(of: $0, at: Timestamp(ms: now + 6)) == nil }
    }
  }

  @Test func `what a lock refuses is told by the coupon's own codes`() throws {
    var locks = CouponLocks()
    let (coupon, now) = (Self.coupons[0], Timestamp(ms: 10))
    func refusal(_ change: () throws(CouponLifeFault) -> Void) -> CouponLifeFault? {
      do { try change() } catch { return error }
      return nil
    }
    let late = refusal { () throws(CouponLifeFault) in
      try locks.lock(coupon, by: "a", until: Timestamp(ms: 20), expiresAt: now, at: now)
    }
    #expect(late == .expired)
    try locks.lock(coupon, by: "a", until: Timestamp(ms: 20), expiresAt: Timestamp(ms: 11), at: now)
    let others = refusal { () throws(CouponLifeFault) in
      try locks.lock(coupon, by: "b", until: Timestamp(ms: 20), expiresAt: nil, at: now)
    }
    #expect(others == .lockedByOther)
    let none = refusal { () throws(CouponLifeFault) in
      try locks.unlock(Self.coupons[1], by: "a", at: now)
    }
    #expect(none == .notLocked)
  }

  @Test func `a coupon without money in it, bound to another store or over is never risked`() {
    let (here, there) = (NodeID(1), NodeID(2))
    func mayBeRisked(
      _ policy: CouponTerms.Policy, _ kind: CouponTerms.Kind = .amountOff, _ state: CouponRow.State = .issued,
      boundTo: NodeID? = nil
    ) -> Bool {
      let terms = CouponTerms(kind: kind, name: Words(zh: "券", en: "C"), value: 100, policy: policy)
      let row = CouponRow(
        member: MemberID(high: 0, low: 1), code: "C", template: "t", terms: [], state: state, holder: there,
        boundTo: boundTo)
      return CouponView(id: CouponID(high: 0, low: 1), row: row, node: here, effect: nil).mayBeRisked(terms)
    }
    #expect(mayBeRisked(.floorLimit) && mayBeRisked(.floorLimit, boundTo: here))
    #expect(!mayBeRisked(.held) && !mayBeRisked(.online))
    #expect(!mayBeRisked(.floorLimit, .exchange) && !mayBeRisked(.floorLimit, .gift))
    #expect(
      !mayBeRisked(.floorLimit, .amountOff, .redeemed) && !mayBeRisked(.floorLimit, .amountOff, .voided))
    #expect(!mayBeRisked(.floorLimit, boundTo: there))
  }
}
