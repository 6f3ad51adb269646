import Loyalty
import Seeds
import SyncProtocol
import Testing

struct CouponGroups {
  private func net(_ rulebook: Rulebook, _ cart: Cart) -> Money { rulebook.quote(cart).toPay }

  /// A cart whose only question is which coupons it takes.
  private func cart(_ samples: inout Samples) -> Cart {
    var cart = samples.cart()
    (cart.points, cart.isCash, cart.allowances) = (.zero, false, nil)
    if samples.flag() { cart.coupons += (4...5).map { samples.coupon($0) } }
    return cart
  }

  /// Every cart in which each `best` group has one of its coupons or none.
  private func choices(_ rulebook: Rulebook, _ cart: Cart) -> [Cart] {
    let groups = Set(cart.coupons.compactMap(\.terms.group))
    let known = Dictionary(uniqueKeysWithValues: rulebook.couponGroups.map { ($0.id, $0.mode) })
    return groups.filter { known[$0, default: .best] == .best }.reduce([cart]) { carts, group in
      carts.flatMap { cart -> [Cart] in
        let members = cart.coupons.filter { $0.terms.group == group }.map { Optional($0.id) }
        return (members + [nil]).map { chosen in
          var one = cart
          one.coupons.removeAll { $0.terms.group == group && $0.id != chosen }
          return one
        }
      }
    }
  }

  @Test func `the best of a coupon group never costs more than any combination, tried one by one (Q3)`() {
    forAll { (samples: inout Samples) in
      let (rulebook, cart) = (samples.rulebook(), cart(&samples))
      return net(rulebook, cart) == choices(rulebook, cart).map { net(rulebook, $0) }.min()
    }
  }

  @Test func `a coupon group uses all, the best, or the first of its coupons`() {
    forAll { (samples: inout Samples) in
      let (rulebook, cart) = (samples.rulebook(), cart(&samples))
      let quote = rulebook.quote(cart)
      var seen: Set<CouponID> = []
      let coupons = cart.coupons.filter { seen.insert($0.id).inserted }
      return ["A", "B", "C"].allSatisfy { group in
        let mode = rulebook.couponGroups.first { $0.id == group }?.mode ?? .best
        let members = coupons.filter { $0.terms.group == group }
        let codes = members.compactMap { coupon in quote.outcomes.first { $0.rule == coupon.code }?.code }
        let used = members.count { quote.coupons.contains($0.id) }
        switch mode {
        case .stack: return !codes.contains { $0.hasPrefix("coupon_other") }
        case .best: return used <= 1 && !codes.contains("coupon_other_first")
        case .first:
          let first = codes.firstIndex(of: "coupon_other_first") ?? codes.count
          return used <= 1
            && (first == codes.count || codes[..<first].contains { $0 != "coupon_other_first" })
        }
      }
    }
  }

  private func line(_ gross: Int64, sku: String = "milk") -> SaleLine {
    SaleLine(sku: sku, quantity: Quantity(milli: 1000), gross: Money(gross))
  }

  private func coupon(
    _ number: Int, _ kind: CouponTerms.Kind, _ value: Int64, group: String?, minimum: Int64 = 0,
    giftSku: String? = nil
  ) -> PresentedCoupon {
    PresentedCoupon(
      id: CouponID(high: 0, low: UInt64(number)), code: "C\(number)",
      terms: CouponTerms(
        kind: kind, name: Samples.words, value: value, minimumSpend: Money(minimum), group: group,
        giftSku: giftSku))
  }

  private func quote(_ coupons: [PresentedCoupon], _ mode: GroupMode, lines: Int = 1) -> Quote {
    var rulebook = Rulebook.none
    rulebook.couponGroups = (0..<12).map { CouponGroup(id: "G\($0)", mode: mode) }
    return rulebook.quote(
      Cart(
        businessTime: Samples.noon, lines: (0..<lines).map { _ in line(100_00) }, coupons: coupons))
  }

  @Test func `of ten off and twenty off the customer gets the twenty, in whatever order they are shown`() {
    let coupons = [coupon(1, .amountOff, 10_00, group: "G1"), coupon(2, .amountOff, 20_00, group: "G1")]
    for shown in [coupons, coupons.reversed()] {
      let best = quote(shown, .best)
      #expect(best.net == Money(80_00) && best.coupons == [coupons[1].id])
      #expect(best.outcomes.first { $0.rule == "C1" }?.code == "coupon_other_better")
      #expect(quote(shown, .stack).net == Money(70_00))
      let first = quote(shown, .first)
      #expect(first.coupons == [shown[0].id] && first.outcomes[1].code == "coupon_other_first")
    }
  }

  @Test func `a coupon that has no effect leaves its turn to the next`() {
    let short = coupon(1, .amountOff, 50_00, group: "G1", minimum: 200_00)
    let next = coupon(2, .amountOff, 10_00, group: "G1")
    for mode in GroupMode.allCases {
      let quote = quote([short, next], mode)
      #expect(quote.coupons == [next.id])
      #expect(quote.outcomes.map(\.code) == ["coupon_below_minimum", "coupon_applied"])
    }
  }

  @Test func `a gift is the best of a group only where nothing saves money`() {
    let gift = coupon(1, .gift, 0, group: "G1", giftSku: "cup")
    let off = coupon(2, .amountOff, 1, group: "G1")
    #expect(quote([gift, off], .best).coupons == [off.id])
    let short = coupon(3, .amountOff, 1, group: "G1", minimum: 200_00)
    let alone = quote([short, gift], .best)
    #expect(alone.coupons == [gift.id] && alone.gifts == [Gift(rule: "C1", sku: "cup", count: 1)])
  }

  @Test func `coupons of a group that the rulebook has not do not add up`() {
    let quote = quote(
      [coupon(1, .amountOff, 10_00, group: "other"), coupon(2, .amountOff, 20_00, group: "other")], .stack)
    #expect(quote.net == Money(80_00))
  }

  @Test func `more choices than are weighed are said to be so`() {
    let coupons = (0..<20).map { number in
      coupon(number, .amountOff, Int64(1 + number), group: "G\(number / 2)")
    }
    let many = quote(coupons, .best)
    #expect(many.coupons.count == 10)
    #expect(many.outcomes.count { $0.code == "coupon_other_chosen" } == 10)
    let few = quote(Array(coupons.prefix(4)), .best)
    #expect(few.outcomes.count { $0.code == "coupon_other_better" } == 2)
    let long = quote(Array(coupons.prefix(6)), .best, lines: Limits.saleLines)
    #expect(long.outcomes.count { $0.code == "coupon_other_chosen" } == 3)
  }
}
