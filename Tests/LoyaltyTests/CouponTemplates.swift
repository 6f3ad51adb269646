import Loyalty
import Seeds
import SyncProtocol
import Testing

struct CouponTemplates {
  private let terms = CouponTerms(kind: .amountOff, name: Samples.words, value: 10_00)

  private func active(
    stock: Int64? = nil, perMember: Int? = nil, validDays: Int? = nil, terms: CouponTerms? = nil
  ) -> CouponTemplate {
    CouponTemplate(
      terms: terms ?? self.terms, stock: stock, perMember: perMember, state: .active, validDays: validDays)
  }

  @Test func `never more are issued than there are, and to no member more than is theirs (C2)`() {
    forAll { (samples: inout Samples) in
      let template = active(
        stock: samples.maybe { $0.number(1...20) }, perMember: samples.maybe { Int($0.number(1...6)) })
      var issued = [Int64](repeating: 0, count: 3)
      for _ in 0..<20 {
        let (member, count) = (Int(samples.number(0...2)), samples.number(0...4))
        let all = issued.reduce(0, +)
        let fits =
          count > 0 && all + count <= template.stock ?? .max
          && issued[member] + count <= template.perMember.map { Int64($0) } ?? .max
        let isIssued =
          (try? template.issue(
            count, issued: all, ofMember: issued[member], at: Samples.noon, utcOffsetMinutes: 480)) != nil
        guard isIssued == fits else { return false }
        if isIssued { issued[member] += count }
      }
      return true
    }
  }

  private func fault(
    _ template: CouponTemplate, _ count: Int64, issued: Int64 = 0, ofMember: Int64 = 0
  ) -> CouponIssueFault? {
    do {
      _ = try template.issue(
        count, issued: issued, ofMember: ofMember, at: Samples.noon, utcOffsetMinutes: 480)
      return nil
    } catch { return error }
  }

  @Test func `what is not issued says why, and how much is left`() {
    let template = active(stock: 10, perMember: 2)
    #expect(fault(template, 1, issued: 9, ofMember: 1) == nil)
    #expect(fault(template, 2, issued: 9) == .outOfStock(left: 1))
    #expect(fault(template, 1, issued: .max, ofMember: .max) == .outOfStock(left: 0))
    #expect(fault(template, 2, ofMember: 1) == .memberLimit(left: 1))
    #expect(fault(template, 0) == .count && fault(template, .max) == .count)
    #expect(fault(active(), Int64(Limits.issuedCoupons)) == nil)
    let over = CouponTerms(kind: .exchange, name: Samples.words, value: 0, expiresAt: Samples.noon)
    #expect(fault(active(terms: over), 1) == .expired)
    for state in CouponTemplate.State.allCases where state != .active {
      #expect(fault(CouponTemplate(terms: terms, state: state), 1) == .notActive(state))
    }
    #expect(CouponIssueFault.memberLimit(left: 1).code == "coupon_member_limit")
  }

  @Test func `days after issue end with the business day, and no later than the terms`() throws {
    func end(_ days: Int, _ terms: CouponTerms? = nil) throws -> Timestamp? {
      try active(validDays: days, terms: terms).issue(
        1, issued: 0, ofMember: 0, at: Samples.noon, utcOffsetMinutes: 480
      ).expiresAt
    }
    #expect(try end(0) == Timestamp("2026-06-16T00:00:00+08:00"))
    #expect(try end(7) == Timestamp("2026-06-23T00:00:00+08:00"))
    let june = CouponTerms(
      kind: .amountOff, name: Samples.words, value: 1, skus: ["b", "a"],
      expiresAt: Timestamp("2026-06-20T00:00:00+08:00"))
    #expect(try end(7, june) == june.expiresAt)
    #expect(
      try active(terms: june).issue(1, issued: 0, ofMember: 0, at: Samples.noon, utcOffsetMinutes: 0) == june)
  }

  @Test func `a template goes from draft to its end by the ways there are`() throws {
    typealias State = CouponTemplate.State
    let ways: Set<[State]> = [
      [.draft, .approved], [.approved, .active], [.active, .paused], [.paused, .active], [.draft, .ended],
      [.approved, .ended], [.active, .ended], [.paused, .ended],
    ]
    for from in State.allCases {
      for to in State.allCases {
        var template = CouponTemplate(terms: terms, state: from)
        if ways.contains([from, to]) {
          try template.change(to: to)
          #expect(template.state == to)
        } else {
          #expect(throws: CouponIssueFault.stateChange(from: from, to: to)) { try template.change(to: to) }
        }
      }
    }
  }

  @Test func `each fault of a template is named by its path`() {
    #expect(active(stock: 1, perMember: 1, validDays: 0).faults() == [])
    #expect(active(stock: 0).faults().map(\.path) == ["stock"])
    #expect(active(perMember: 0).faults().map(\.path) == ["perMember"])
    #expect(active(validDays: -1).faults().map(\.path) == ["validDays"])
    #expect(active(validDays: Limits.expiryDays + 1).faults().map(\.path) == ["validDays"])
    let nothing = CouponTerms(kind: .amountOff, name: Samples.words, value: 0)
    #expect(active(terms: nothing).faults().map(\.path) == ["terms.value"])
  }
}
