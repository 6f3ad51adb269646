import Loyalty
import Seeds
import SyncProtocol
import Testing

struct CouponKinds {
  private func line(_ gross: Int64, sku: String = "milk") -> SaleLine {
    SaleLine(sku: sku, quantity: Quantity(milli: 1000), gross: Money(gross))
  }

  private func quote(
    _ terms: CouponTerms, _ lines: [SaleLine], _ rulebook: Rulebook = .none, held: [String: Int64]? = nil
  ) -> Quote {
    var cart = Cart(
      businessTime: Samples.noon, lines: lines,
      coupons: [PresentedCoupon(id: CouponID(high: 0, low: 1), code: "C", terms: terms)], store: "S1",
      channel: "till")
    cart.allowances = held
    return rulebook.quote(cart)
  }

  @Test func `goods of a fixed-price coupon cost that much together, and never more than without it`() {
    let price = CouponTerms(
      kind: .fixedPrice, name: Samples.words, value: 99, scope: LineScope(skus: ["milk", "apple"]))
    let both = quote(price, [line(100), line(50, sku: "apple"), line(70, sku: "wine")])
    #expect(both.lines[0].net + both.lines[1].net == Money(99) && both.lines[2].net == Money(70))
    let cheap = quote(price, [line(99), line(70, sku: "wine")])
    #expect(cheap.coupons.isEmpty && cheap.net == cheap.gross)
    #expect(cheap.outcomes == [RuleOutcome(rule: "C", code: "coupon_price_not_lower", amount: 99)])
    #expect(quote(price, [line(9, sku: "wine")]).outcomes[0].code == "coupon_without_effect")
  }

  @Test func `a gift coupon hands out its gift from the store's stock, or is kept`() {
    let gift = CouponTerms(kind: .gift, name: Samples.words, value: 0, giftSku: "cup")
    let cup = AllowanceName.gift("cup")
    for held in [nil, [cup: 1]] as [[String: Int64]?] {
      let given = quote(gift, [line(5)], held: held)
      #expect(given.coupons.count == 1 && given.net == Money(5))
      #expect(given.gifts == [Gift(rule: "C", sku: "cup", count: 1)])
      #expect(given.allowancesUsed == [AllowanceUse(name: cup, amount: 1)])
      #expect(given.outcomes.map(\.code) == ["coupon_gift"])
    }
    let out = quote(gift, [line(5)], held: [cup: 0])
    #expect(out.coupons.isEmpty && out.gifts.isEmpty && out.allowancesUsed.isEmpty)
    #expect(out.outcomes.map(\.code) == ["gift_out_of_stock"])
  }

  @Test func `a coupon that is not for promoted goods counts only the others`() {
    var rulebook = Rulebook.none
    rulebook.promotions = [
      Promotion(
        id: "p", name: Samples.words, scope: LineScope(skus: ["milk"]),
        effect: .rateOff([.init(spend: .zero, payRatePermille: 900)], cap: nil))
    ]
    let apart = CouponTerms(kind: .percentOff, name: Samples.words, value: 500, withPromotions: false)
    let mixed = quote(apart, [line(100), line(100, sku: "wine")], rulebook)
    #expect(mixed.lines.map(\.net) == [Money(90), Money(50)])
    let promoted = quote(apart, [line(100)], rulebook)
    #expect(promoted.coupons.isEmpty && promoted.outcomes.last?.code == "coupon_not_with_promotions")
  }

  @Test func `a coupon for other days, hours, shops or tiers says so and is kept`() {
    let conditions: [(Condition, String)] = [
      (Condition(weekdays: [2]), "rule_other_day"),
      (Condition(hours: Hours(from: 13 * 60, until: 14 * 60)), "rule_other_hour"),
      (Condition(stores: ["S2"]), "rule_other_store"), (Condition(channels: ["app"]), "rule_other_channel"),
      (Condition(tiers: ["gold"]), "rule_members_only"), (Condition(weekdays: [1]), "coupon_applied"),
    ]
    for (when, code) in conditions {
      let priced = quote(
        CouponTerms(kind: .amountOff, name: Samples.words, value: 1, when: when), [line(100)])
      #expect(priced.outcomes.map(\.code) == [code])
    }
  }

  @Test func `terms written before there were scopes are read as ever, and stay the same to the byte`() throws
  {
    let old = """
      {"cap":200,"categories":["wine","beer","wine"],"kind":"percentOff","minimumSpend":0,\
      "name":{"en":"Test","zh":"测试"},"skus":["b","a"],"value":900}
      """
    let terms = try CouponTerms.decode(Array(old.utf8))
    #expect(terms.scope == LineScope(skus: ["a", "b"], categories: ["beer", "wine"]))
    #expect(terms.withPromotions && terms.policy == .held && terms.when == .always)
    #expect(String(decoding: try terms.encoded(), as: UTF8.self) == old)
    let both = old.replacing("\"skus\"", with: "\"scope\":{},\"skus\"")
    #expect(throws: DecodingError.self) { try CouponTerms.decode(Array(both.utf8)) }
  }

  @Test func `each fault of new terms is named by its path`() {
    func terms(
      _ kind: CouponTerms.Kind = .amountOff, _ value: Int64 = 1, when: Condition = .always,
      scope: LineScope? = nil, group: String? = nil, text: Words? = nil, giftSku: String? = nil
    ) -> CouponTerms {
      CouponTerms(
        kind: kind, name: Samples.words, value: value, when: when, scope: scope, group: group, text: text,
        giftSku: giftSku)
    }
    let long = String(repeating: "x", count: Limits.textLength + 1)
    let faulty: [(CouponTerms, String)] = [
      (terms(.fixedPrice, -1), "value"), (terms(.gift, 1, giftSku: "cup"), "value"),
      (terms(.gift, 0), "giftSku"), (terms(.gift, 0, giftSku: ""), "giftSku"),
      (terms(giftSku: "cup"), "giftSku"), (terms(when: Condition(weekdays: [8])), "when.weekdays"),
      (terms(when: Condition(segments: ["new"])), "when.segments"), (terms(group: long), "group"),
      (terms(text: Words(zh: long, en: "")), "text"),
      (terms(scope: LineScope(skus: [long])), "scope"),
    ]
    for (terms, path) in faulty { #expect(terms.faults().map(\.path) == [path]) }
    #expect(terms(.gift, 0, group: "A", giftSku: "cup").faults() == [])
    #expect(terms(.fixedPrice, 0).faults() == [])
  }

  @Test func `a group that the rulebook has not is said, and is no reason to refuse a template`() {
    func terms(_ group: String?) -> CouponTerms {
      CouponTerms(kind: .amountOff, name: Samples.words, value: 1, group: group)
    }
    var rulebook = Rulebook.none
    rulebook.couponGroups = [CouponGroup(id: "A", mode: .stack)]
    #expect(rulebook.notice(of: terms(nil)) == nil && rulebook.notice(of: terms("A")) == nil)
    #expect(rulebook.notice(of: terms("B"))?.en.contains("no coupon group B") == true)
  }
}
