import AgentCore
import SyncProtocol
import Testing

struct CouponViews {
  private let here = NodeID(1)
  private let there = NodeID(2)

  private func view(
    _ state: CouponRow.State, at holder: NodeID, _ effect: Overlay.CouponEffect? = nil
  ) -> CouponView {
    CouponView(
      id: CouponID(high: 0, low: 1),
      row: CouponRow(
        member: MemberID(high: 0, low: 1), code: "C", template: "ten", terms: [], state: state, holder: holder
      ),
      node: here, effect: effect)
  }

  @Test func `a coupon is used, voided or held elsewhere, whatever this store did to it since`() {
    #expect(view(.issued, at: here).refusal == nil)
    #expect(view(.issued, at: there).refusal == "coupon_held_elsewhere")
    #expect(view(.issued, at: .hub).refusal == "coupon_held_elsewhere")
    #expect(view(.issued, at: here, .released).refusal == "coupon_held_elsewhere")
    #expect(view(.issued, at: here, .redeemed).refusal == "coupon_used")
    #expect(view(.redeemed, at: here).refusal == "coupon_used")
    #expect(view(.redeemed, at: there, .restored).refusal == nil, "goods came back here")
    #expect(view(.voided, at: here).refusal == "coupon_voided")
    #expect(view(.voided, at: here, .released).refusal == "coupon_voided")
    #expect(view(.voided, at: here, .restored).refusal == "coupon_voided", "headquarters' word stands")
    #expect(view(.voided, at: here, .redeemed).refusal == "coupon_used", "the receipt stands")
  }
}
