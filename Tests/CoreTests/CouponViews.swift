import AgentCore
import Loyalty
import SyncProtocol
import Testing

struct CouponViews {
  private let here = NodeID(1)
  private let there = NodeID(2)

  private func view(
    _ state: CouponRow.State, at holder: NodeID, _ effect: Overlay.CouponEffect? = nil,
    bound: NodeID? = nil
  ) -> CouponView {
    CouponView(
      id: CouponID(high: 0, low: 1),
      row: CouponRow(
        member: MemberID(high: 0, low: 1), code: "C", template: "ten", terms: [], state: state,
        holder: holder,
        boundTo: bound),
      node: here, effect: effect)
  }

  @Test func `a coupon is used, voided or held elsewhere, whatever this store did to it since`() {
    func refusal(
      _ state: CouponRow.State, at holder: NodeID, _ effect: Overlay.CouponEffect? = nil
    ) -> String? { view(state, at: holder, effect).refusal(.held, hub: .unasked) }
    #expect(refusal(.issued, at: here) == nil)
    #expect(refusal(.issued, at: there) == "coupon_held_elsewhere")
    #expect(refusal(.issued, at: .hub) == "coupon_held_elsewhere")
    #expect(refusal(.issued, at: here, .released) == "coupon_held_elsewhere")
    #expect(refusal(.issued, at: here, .redeemed) == "coupon_used")
    #expect(refusal(.redeemed, at: here) == "coupon_used")
    #expect(refusal(.redeemed, at: there, .restored) == nil, "goods came back here")
    #expect(refusal(.voided, at: here) == "coupon_voided")
    #expect(refusal(.voided, at: here, .released) == "coupon_voided")
    #expect(refusal(.voided, at: here, .restored) == "coupon_voided", "headquarters' word stands")
    #expect(refusal(.voided, at: here, .redeemed) == "coupon_used", "the receipt stands")
  }

  @Test func `a coupon that is redeemed online needs headquarters' word, and nothing else will do`() {
    func refusal(
      _ hub: CouponView.HubWord, at holder: NodeID, _ effect: Overlay.CouponEffect? = nil,
      _ state: CouponRow.State = .issued
    ) -> String? { view(state, at: holder, effect).refusal(.online, hub: hub) }
    #expect(refusal(.unasked, at: here) == "coupon_needs_line", "granted earlier")
    #expect(refusal(.unasked, at: .hub) == "coupon_needs_line")
    #expect(refusal(.answered, at: here) == nil)
    #expect(refusal(.answered, at: there) == "coupon_held_elsewhere")
    #expect(refusal(.answered, at: .hub) == "coupon_held_elsewhere", "it was not granted")
    #expect(
      refusal(.answered, at: here, .restored) == "coupon_needs_line", "headquarters has not heard of it")
    #expect(refusal(.answered, at: here, .released) == "coupon_needs_line")
    #expect(refusal(.answered, at: here, nil, .voided) == "coupon_voided")
    #expect(refusal(.askable, at: .hub) == nil && refusal(.askable, at: here) == nil, "a sale will ask")
    #expect(refusal(.askable, at: there) == "coupon_held_elsewhere")
  }

  @Test func `what headquarters keeps counts as usable while it can be asked, but for another store's`() {
    #expect(view(.issued, at: .hub).refusal(.held, hub: .askable) == nil)
    #expect(view(.issued, at: .hub).refusal(.held, hub: .answered) == "coupon_held_elsewhere")
    #expect(view(.issued, at: .hub, bound: here).refusal(.held, hub: .askable) == nil)
    #expect(view(.issued, at: .hub, bound: there).refusal(.held, hub: .askable) == "coupon_held_elsewhere")
  }
}
