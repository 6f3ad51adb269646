import SyncProtocol

extension PricingCourse {
  /// Stage ③: the cart's coupons.
  mutating func applyCoupons() {
    guard !cart.coupons.isEmpty else { return }
    var stage = CouponStage(self, cart.coupons, ranks)
    let (applied, outcomes) = stage.run(taking: &book)
    for one in applied {
      for (line, share) in one.shares {
        if one.coupon.terms.kind == .voucher {
          quote.vouchers.append(
            Tender(type: Tender.voucher, amount: Money(share), line: line, coupon: one.coupon.id))
        } else {
          quote.lines[line].discounts.append(
            LineDiscount(kind: LineDiscount.coupon, source: one.coupon.code, amount: Money(share)))
        }
      }
      quote.coupons.append(one.coupon.id)
      if let gift = one.gift { quote.gifts.append(gift) }
    }
    quote.outcomes += outcomes
  }
}
