import Loyalty
import Seeds
import SyncProtocol
import Testing

struct PricingLaws {
  @Test func `what a rule took off is what its lines lost, and no line goes below nothing (Q1)`() {
    forAll { (samples: inout Samples) in
      let (rulebook, cart) = (samples.rulebook(), samples.cart())
      let quote = rulebook.quote(cart)
      guard quote.outcomes.allSatisfy({ given($0, in: quote, cart) == $0.amount }) else { return false }
      let vouchers = quote.vouchers.reduce(Money.zero) { $0 + $1.amount }
      let keepsTillsOwn = zip(cart.lines, quote.lines).allSatisfy { before, after in
        after.gross == before.gross && after.discounts.starts(with: before.discounts)
      }
      return keepsTillsOwn && quote.toPay == quote.net - vouchers && quote.toPay >= .zero
        && quote.lines.allSatisfy { $0.net >= .zero && $0.discounts.allSatisfy { $0.amount > .zero } }
        && left(on: quote).allSatisfy { $0 >= .zero }
    }
  }

  /// What the lines and vouchers of a quote say was given under an outcome's rule.
  private func given(_ outcome: RuleOutcome, in quote: Quote, _ cart: Cart) -> Int64 {
    func off(_ kind: String, _ source: String) -> Int64 {
      quote.lines.flatMap(\.discounts).reduce(0) {
        $1.kind == kind && $1.source == source ? $0 + $1.amount.minor : $0
      }
    }
    switch outcome.code {
    case "tier_price": return off(LineDiscount.tier, outcome.rule)
    case "member_price": return off(LineDiscount.memberPrice, outcome.rule)
    case "flash_price": return off(LineDiscount.flashPrice, outcome.rule)
    case "promotion_applied": return off(LineDiscount.promotion, outcome.rule)
    case "points_paid": return off(LineDiscount.points, "")
    case "cash_rounded": return off(LineDiscount.rounding, "")
    case "gift_given":
      return quote.gifts.reduce(0) { $1.rule == outcome.rule ? $0 + Int64($1.count) : $0 }
    case "coupon_applied":
      let coupon = cart.coupons.first { $0.code == outcome.rule }
      return quote.vouchers.reduce(off(LineDiscount.coupon, outcome.rule)) {
        $1.coupon == coupon?.id ? $0 + $1.amount.minor : $0
      }
    default: return outcome.amount
    }
  }

  /// Net less vouchers, line by line.
  private func left(on quote: Quote) -> [Money] {
    quote.lines.enumerated().map { index, line in
      quote.vouchers.reduce(line.net) { $1.line == index ? $0 - $1.amount : $0 }
    }
  }

  @Test func `the order of cart lines changes no total (Q2)`() {
    forAll { (samples: inout Samples) in
      let rulebook = samples.rulebook()
      var cart = samples.cart(lines: 2...6)
      let first = rulebook.quote(cart)
      cart.lines.shuffle(using: &samples.random)
      let second = rulebook.quote(cart)
      return first.net == second.net && first.toPay == second.toPay && first.earned == second.earned
        && first.spent == second.spent && first.coupons == second.coupons
        && first.outcomes == second.outcomes && first.gifts == second.gifts
        && first.promotionsUsed == second.promotionsUsed && first.allowancesUsed == second.allowancesUsed
    }
  }

  @Test func `one fen shared between two equal lines earns the same whichever was scanned first (Q2)`() {
    var rulebook = Rulebook.none
    rulebook.earning = [
      EarningRule(id: "dairy", per: Money(50), points: Points(1), scope: LineScope(categories: ["dairy"])),
      EarningRule(id: "fruit", per: Money(50), points: Points(2), scope: LineScope(categories: ["fruit"])),
    ]
    let lines = ["dairy", "fruit"].map {
      SaleLine(sku: $0, category: $0, quantity: Quantity(milli: 1000), gross: Money(50))
    }
    let off = PresentedCoupon(
      id: CouponID(high: 0, low: 1), code: "A",
      terms: CouponTerms(kind: .amountOff, name: Samples.words, value: 1))
    let earned = [lines, lines.reversed()].map {
      rulebook.quote(Cart(businessTime: Samples.noon, lines: $0, coupons: [off])).earned
    }
    #expect(earned[0] == earned[1])
  }

  @Test func `the same cart has the same price every time it is asked (Q4)`() {
    forAll { (samples: inout Samples) in
      let (rulebook, cart) = (samples.rulebook(), samples.cart())
      let decoded = try Rulebook.decode(try rulebook.encoded())
      return rulebook.quote(cart) == rulebook.quote(cart) && rulebook.quote(cart) == decoded.quote(cart)
    }
  }

  @Test func `every wish of a cart ends with one outcome, given or why not (Q6)`() {
    forAll { (samples: inout Samples) in
      let (rulebook, cart) = (samples.rulebook(), samples.cart())
      let outcomes = rulebook.quote(cart).outcomes.filter {
        !["tier_price", "cash_rounded"].contains($0.code)
      }
      let rules = rulebook.prices.map(\.id) + rulebook.promotions.map(\.id)
      let ofCart = outcomes.dropFirst(rules.count)
      let ofCoupons = ofCart.prefix(cart.coupons.count)
      let ofPoints = ofCart.dropFirst(cart.coupons.count)
      return outcomes.prefix(rules.count).map(\.rule).sorted() == rules.sorted()
        && ofCoupons.map(\.rule) == cart.coupons.map(\.code)
        && ofPoints.map(\.rule) == (cart.points > .zero ? ["points"] : [])
    }
  }

  @Test func `a member pays the better of the till's price and the tier's`() {
    forAll { (samples: inout Samples) in
      var rulebook = samples.rulebook()
      (rulebook.prices, rulebook.promotions) = ([], [])
      var cart = samples.cart()
      (cart.coupons, cart.points, cart.isCash) = ([], .zero, false)
      let quote = rulebook.quote(cart)
      return zip(cart.lines, quote.lines).allSatisfy { before, after in
        guard let tier = quote.tier else { return before == after }
        // What is taken off is rounded down, so the price is rounded up.
        let price = Int64((Int128(before.gross.minor) * Int128(tier.payRatePermille) + 999) / 1000)
        return after.net.minor == min(price, before.net.minor)
      }
    }
  }

  @Test func `a cart at the limit of everything is priced and taken back without a trap`() throws {
    let most = Points(Limits.movementPoints)
    for per in [1, Limits.lineMinorUnits, .max] {
      for (worth, payRate) in [(1, 0), (1_000, 999), (1_000_000_000, 1000)] as [(Int64, Int64)] {
        var rulebook = Rulebook.none
        rulebook.earning = [EarningRule(id: "all", per: Money(per), points: most)]
        rulebook.tiers = Samples.scheme([Samples.level("T", 0, pays: payRate)])
        rulebook.pointsPayment = PointsPayment(
          points: Points(1), worth: Money(worth), minimum: most, step: most, maxSharePermille: 1000)
        #expect(rulebook.faults().isEmpty)
        let quote = rulebook.quote(extremeCart())
        let sale = Sale.of(quote)
        let effects = try rulebook.effects(
          of: sale.everything, from: sale, after: ReturnedSoFar(lines: sale.lines.count))
        #expect(effects.net == quote.net && effects.refund == quote.toPay)
        #expect(effects.clawback == quote.earned && quote.earned <= most)
      }
    }
  }

  private func extremeCart() -> Cart {
    let line = SaleLine(
      sku: "gold", category: "gold", quantity: Quantity(milli: Limits.quantityMilli),
      gross: Money(Limits.lineMinorUnits))
    let kinds: [(CouponTerms.Kind, Int64)] = [
      (.percentOff, 999), (.voucher, Limits.lineMinorUnits), (.amountOff, Limits.lineMinorUnits),
    ]
    let coupons = (0..<Limits.saleCoupons).map { index in
      let (kind, value) = kinds[index % kinds.count]
      return PresentedCoupon(
        id: CouponID(high: 0, low: UInt64(index)), code: "C\(index)",
        terms: CouponTerms(kind: kind, name: Samples.words, value: value))
    }
    let held = LotAmount(
      owner: MemberID(high: 0, low: 0), lot: LotKey(availableFrom: Day(0), expiresOn: .never),
      points: Points(.max))
    return Cart(
      businessTime: Samples.noon, lines: Array(repeating: line, count: Limits.saleLines), coupons: coupons,
      points: Points(Limits.movementPoints),
      member: MemberStanding(
        tierFacts: TierFacts(
          history: MetricHistory(
            joined: Samples.today,
            months: [
              MonthSum(
                month: MonthSum.month(of: Samples.today), spend: Money(.max), grossSpend: Money(.max),
                count: .max,
                growth: .max)
            ])), available: Points(.max), held: [held]))
  }
}
