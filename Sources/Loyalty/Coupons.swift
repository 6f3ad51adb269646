import SyncProtocol

extension Rulebook {
  /// Stage ③: one coupon, on what the stages before left of the lines it covers. A coupon without effect is
  /// not used up.
  func apply(_ coupon: PresentedCoupon, at time: Timestamp, to quote: inout Quote) {
    func refuse(_ code: String, _ amount: Int64 = 0, _ distance: Int64 = 0) {
      quote.outcomes.append(RuleOutcome(rule: coupon.code, code: code, amount: amount, distance: distance))
    }
    let terms = coupon.terms
    if quote.coupons.contains(coupon.id) { return refuse("coupon_twice") }
    if let from = terms.validFrom, time < from { return refuse("coupon_not_yet_valid", from.ms) }
    if let until = terms.expiresAt, time >= until { return refuse("coupon_expired", until.ms) }
    let left = payable(quote)
    let covered = quote.lines.indices.map { terms.covers(quote.lines[$0]) ? left[$0].minor : 0 }
    let base = covered.reduce(0, +)
    if base < terms.minimumSpend.minor {
      return refuse("coupon_below_minimum", terms.minimumSpend.minor, terms.minimumSpend.minor - base)
    }
    if terms.kind == .exchange {
      quote.coupons.append(coupon.id)
      quote.outcomes.append(RuleOutcome(rule: coupon.code, code: "coupon_exchanged"))
      return
    }
    var amount = terms.kind == .percentOff ? base * (1000 - terms.value) / 1000 : min(terms.value, base)
    if let cap = terms.cap { amount = min(amount, cap.minor) }
    guard amount > 0 else { return refuse("coupon_without_effect") }
    for (line, share) in quote.shares(of: amount, over: covered).enumerated() where share > 0 {
      if terms.kind == .voucher {
        quote.vouchers.append(
          Tender(type: Tender.voucher, amount: Money(share), line: line, coupon: coupon.id))
      } else {
        quote.lines[line].discounts.append(
          LineDiscount(kind: LineDiscount.coupon, source: coupon.code, amount: Money(share)))
      }
    }
    quote.coupons.append(coupon.id)
    quote.outcomes.append(RuleOutcome(rule: coupon.code, code: "coupon_applied", amount: amount))
  }
}
