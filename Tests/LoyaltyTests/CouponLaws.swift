import Loyalty
import Seeds
import SyncProtocol
import Testing

struct CouponLaws {
  private let noon = Samples.noon

  private func line(_ gross: Int64, sku: String = "milk", category: String? = "dairy") -> SaleLine {
    SaleLine(sku: sku, category: category, quantity: Quantity(milli: 1000), gross: Money(gross))
  }

  private func coupon(_ terms: CouponTerms, _ number: UInt64 = 1) -> PresentedCoupon {
    PresentedCoupon(id: CouponID(high: 0, low: number), code: "C\(number)", terms: terms)
  }

  private func terms(
    _ kind: CouponTerms.Kind, _ value: Int64, minimum: Int64 = 0, cap: Int64? = nil, skus: [String]? = nil,
    categories: [String]? = nil, from: Timestamp? = nil, until: Timestamp? = nil
  ) -> CouponTerms {
    CouponTerms(
      kind: kind, name: Samples.words, value: value, minimumSpend: Money(minimum), cap: cap.map { Money($0) },
      skus: skus, categories: categories, validFrom: from, expiresAt: until)
  }

  private func quote(_ lines: [SaleLine], _ coupons: [PresentedCoupon]) -> Quote {
    Rulebook.none.quote(Cart(businessTime: noon, lines: lines, coupons: coupons))
  }

  @Test func `a coupon that is not used up leaves no trace but its reason (C3)`() {
    forAll { (samples: inout Samples) in
      let rulebook = samples.rulebook()
      var cart = samples.cart()
      let first = rulebook.quote(cart)
      let outcomes = first.outcomes.filter { outcome in cart.coupons.contains { $0.code == outcome.rule } }
      cart.coupons = zip(cart.coupons, outcomes).filter { $1.isCouponUse }.map(\.0)
      var second = rulebook.quote(cart)
      second.outcomes = first.outcomes
      return first == second && first.coupons == cart.coupons.map(\.id)
        && outcomes.allSatisfy { $0.code != "coupon_applied" || $0.amount > 0 }
    }
  }

  @Test func `what a coupon gives is what its terms say of the lines it covers`() {
    forAll { (samples: inout Samples) in
      var cart = samples.cart()
      let terms = samples.terms()
      (cart.points, cart.member, cart.coupons, cart.allowances) = (.zero, nil, [coupon(terms)], nil)
      let occasion = Rulebook.none.occasion(of: cart, tier: nil)
      let quote = Rulebook.none.quote(cart)
      let before = cart.lines.reduce(Money.zero) { $0 + $1.net }
      guard terms.when.unmet(on: occasion) == nil, let amount = amount(terms, of: cart.lines) else {
        return quote.coupons.isEmpty && quote.toPay == before
      }
      return quote.coupons.count == 1 && Int128((before - quote.toPay).minor) == amount
        && (terms.kind == .voucher || quote.vouchers.isEmpty)
    }
  }

  /// What the terms give, from their words; nil when they give nothing.
  private func amount(_ terms: CouponTerms, of lines: [SaleLine]) -> Int128? {
    if let from = terms.validFrom, noon < from { return nil }
    if let until = terms.expiresAt, until <= noon { return nil }
    let covered = lines.filter { line in
      terms.scope.covers(sku: line.sku, category: line.category)
    }
    let base = covered.reduce(Int128(0)) { $0 + Int128($1.net.minor) }
    if base < terms.minimumSpend.minor { return nil }
    if covered.isEmpty { return nil }
    if [.exchange, .gift].contains(terms.kind) { return 0 }
    var amount =
      switch terms.kind {
      case .percentOff: base * Int128(1000 - terms.value) / 1000
      case .fixedPrice: base - Int128(terms.value)
      default: min(base, Int128(terms.value))
      }
    if let cap = terms.cap { amount = min(amount, Int128(cap.minor)) }
    return amount > 0 ? amount : nil
  }

  @Test func `below the minimum a coupon says how much more to buy, and that much is enough`() throws {
    let milk = coupon(terms(.amountOff, 20_00, minimum: 100_00, categories: ["dairy"]))
    let short = quote([line(88_00), line(50_00, category: "fruit")], [milk])
    let outcome = try #require(short.outcomes.first)
    #expect(outcome.code == "coupon_below_minimum")
    #expect(outcome.amount == 100_00 && outcome.distance == 12_00)
    #expect(short.coupons.isEmpty && short.net == Money(138_00))
    let enough = quote([line(88_00), line(outcome.distance)], [milk])
    #expect(enough.coupons == [milk.id] && enough.net == Money(80_00))
  }

  @Test func `a coupon is valid from its first millisecond until the one before its expiry`() {
    func code(from: Int64? = nil, until: Int64? = nil) -> String? {
      let off = coupon(
        terms(
          .amountOff, 1, from: from.map { Timestamp(ms: noon.ms + $0) },
          until: until.map { Timestamp(ms: noon.ms + $0) }))
      return quote([line(100)], [off]).outcomes.first?.code
    }
    #expect(code(until: 1) == "coupon_applied")
    #expect(code(until: 0) == "coupon_expired")
    #expect(code(until: -1) == "coupon_expired")
    #expect(code(from: 0) == "coupon_applied")
    #expect(code(from: -1, until: 1) == "coupon_applied")
    #expect(code(from: 1) == "coupon_not_yet_valid")
  }

  @Test func `a share off stops at its cap and is rounded down`() {
    let tenth = terms(.percentOff, 900)
    #expect(quote([line(99)], [coupon(tenth)]).net == Money(90))
    #expect(quote([line(9)], [coupon(tenth)]).outcomes.first?.code == "coupon_without_effect")
    #expect(quote([line(1_000)], [coupon(terms(.percentOff, 900, cap: 30))]).net == Money(970))
    #expect(quote([line(1_000)], [coupon(terms(.percentOff, 0))]).net == .zero)
    let nothing = quote([line(1_000)], [coupon(terms(.percentOff, 1000))])
    #expect(nothing.outcomes.first?.code == "coupon_without_effect")
  }

  @Test func `a voucher pays like money: the price stays, earning stays, the customer pays less`() {
    forAll { (samples: inout Samples) in
      let rulebook = samples.rulebook()
      var cart = samples.cart()
      (cart.coupons, cart.points, cart.isCash) = ([], .zero, false)
      let without = rulebook.quote(cart)
      let worth = 1 + samples.amount(upTo: 1_000)
      cart.coupons = [coupon(terms(.voucher, worth))]
      let with = rulebook.quote(cart)
      let paid = with.vouchers.reduce(Money.zero) { $0 + $1.amount }
      return with.lines == without.lines && with.earned == without.earned
        && paid == min(Money(worth), without.net) && with.toPay == without.toPay - paid
        && with.vouchers.allSatisfy { voucher in
          voucher.type == Tender.voucher && voucher.coupon == cart.coupons[0].id
            && voucher.amount <= with.lines[voucher.line ?? -1].net
        }
    }
  }

  @Test func `coupons after a voucher work on what it left to pay`() {
    let voucher = coupon(terms(.voucher, 60), 1)
    let half = coupon(terms(.percentOff, 500), 2)
    let both = quote([line(100)], [voucher, half])
    #expect(both.net == Money(80) && both.toPay == Money(20))
    let nothingLeft = quote([line(100)], [coupon(terms(.voucher, 100), 1), half])
    #expect(nothingLeft.outcomes.map(\.code) == ["coupon_applied", "coupon_without_effect"])
  }

  @Test func `an exchange coupon is redeemed without touching a price`() {
    let exchange = coupon(terms(.exchange, 0, minimum: 50))
    let done = quote([line(100)], [exchange])
    #expect(done.coupons == [exchange.id] && done.toPay == Money(100) && done.vouchers.isEmpty)
    #expect(done.outcomes.map(\.code) == ["coupon_exchanged"])
    #expect(quote([line(49)], [exchange]).outcomes.map(\.code) == ["coupon_below_minimum"])
  }

  @Test func `the same coupon shown twice works once`() {
    let off = coupon(terms(.amountOff, 10))
    let shown = quote([line(100)], [off, off])
    #expect(shown.net == Money(90) && shown.coupons == [off.id])
    #expect(shown.outcomes.map(\.code) == ["coupon_applied", "coupon_twice"])
  }

  @Test func `a line is covered by its article or its category, and an empty list covers nothing`() {
    let cart = [line(10), line(20, sku: "apple", category: "fruit"), line(40, sku: "bag", category: nil)]
    func off(_ skus: [String]?, _ categories: [String]?) -> Int64 {
      70 - quote(cart, [coupon(terms(.amountOff, 1_000, skus: skus, categories: categories))]).net.minor
    }
    #expect(off(nil, nil) == 70)
    #expect(off(["apple"], nil) == 20)
    #expect(off(nil, ["dairy"]) == 10)
    #expect(off(["bag"], ["dairy"]) == 50)
    #expect(off([], nil) == 0)
    #expect(off(nil, []) == 0)
  }

  @Test func `terms that cannot be issued name their fault`() {
    let faulty: [(CouponTerms, String)] = [
      (terms(.amountOff, 0), "value"), (terms(.amountOff, -1), "value"), (terms(.voucher, 0), "value"),
      (terms(.voucher, Limits.lineMinorUnits + 1), "value"), (terms(.percentOff, -1), "value"),
      (terms(.percentOff, 1001), "value"), (terms(.exchange, 1), "value"),
      (terms(.amountOff, 1, minimum: -1), "minimumSpend"), (terms(.percentOff, 900, cap: 0), "cap"),
      (terms(.amountOff, 1, from: noon, until: noon), "expiresAt"),
    ]
    for (terms, path) in faulty { #expect(terms.faults().first?.path == path) }
    for good in [
      terms(.amountOff, 1), terms(.voucher, Limits.lineMinorUnits), terms(.percentOff, 0),
      terms(.percentOff, 1000, cap: 1), terms(.exchange, 0),
    ] {
      #expect(good.faults() == [])
    }
  }

  @Test func `terms are the same after a way through their document`() {
    forAll(2_000) { (samples: inout Samples) in
      let terms = samples.terms()
      return try CouponTerms.decode(try terms.encoded()) == terms
    }
  }
}
