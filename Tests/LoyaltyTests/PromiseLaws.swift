import Loyalty
import Seeds
import SyncProtocol
import Testing

/// What outcomes promise for goods that are not in the cart yet, each tried by buying them.
struct PromiseLaws {
  /// A cart of which promotions say how far away they are, on its own.
  private struct Case {
    var rulebook: Rulebook
    var cart: Cart
    let quote: Quote

    init(_ samples: inout Samples, isPlentiful: Bool = false) {
      rulebook = samples.rulebook()
      // What is bought more has its own price: prices and tiers' discounts would change it again.
      rulebook.tiers = nil
      cart = samples.cart(lines: 1...4)
      cart.lines = samples.list(1...4) { $0.flag() ? $0.piecesLine() : $0.line() }
      (cart.coupons, cart.points) = ([], .zero)
      if isPlentiful { cart.allowances = nil }
      quote = rulebook.quote(cart)
    }

    /// What a line cost before promotions.
    private func price(_ line: SaleLine) -> Int64 {
      line.discounts.reduce(line.gross.minor) {
        $1.kind == LineDiscount.promotion || $1.kind == LineDiscount.rounding ? $0 : $0 - $1.amount.minor
      }
    }

    private func covered(by promotion: Promotion) -> [Int] {
      let special = [LineDiscount.memberPrice, LineDiscount.flashPrice]
      return quote.lines.indices.filter { index in
        let line = quote.lines[index]
        return promotion.scope.covers(sku: line.sku, category: line.category)
          && !(promotion.exceptSpecialPrices && line.discounts.contains { special.contains($0.kind) })
      }
    }

    /// Others that cover all that a promotion covers in this cart: one cannot buy more for it alone.
    func companions(of promotion: Promotion) -> Set<String> {
      let goods = Set(covered(by: promotion))
      let others = rulebook.promotions.filter { goods.isSubset(of: covered(by: $0)) }
      return Set(others.map(\.id)).subtracting([promotion.id])
    }

    /// Whether no other group could choose otherwise for the sake of a promotion.
    func isUndivided(for promotion: Promotion) -> Bool {
      let best = rulebook.promotionGroups.filter { $0.mode == .best }.map(\.id)
      return rulebook.promotions.allSatisfy { one in
        one.group == promotion.group || !best.contains { $0 == one.group }
      }
    }

    /// Each piece of the cheapest goods that a promotion covers.
    func cheapest(of promotion: Promotion) -> Int64 {
      covered(by: promotion).map { index in
        let milli = quote.lines[index].quantity.milli
        return price(quote.lines[index]) / (milli > 0 && milli % 1000 == 0 ? milli / 1000 : 1)
      }.min() ?? 0
    }

    /// The same with an article more, which only this promotion and its companions cover.
    func quote(with net: Int64, pieces: Int64, for promotion: Promotion) -> Quote {
      var (rulebook, cart) = (rulebook, cart)
      let covering = companions(of: promotion).union([promotion.id])
      rulebook.promotions = rulebook.promotions.map { one in
        var scope = one.scope
        if !covering.contains(one.id) {
          scope.exceptSkus = (scope.exceptSkus ?? []).union(["zzz"])
        } else if scope.skus != nil || scope.categories != nil {
          scope.skus = (scope.skus ?? []).union(["zzz"])
        }
        return Promotion(
          id: one.id, name: one.name, when: one.when, scope: scope, effect: one.effect, group: one.group,
          exceptSpecialPrices: one.exceptSpecialPrices, budget: one.budget, limits: one.limits)
      }
      cart.lines.append(SaleLine(sku: "zzz", quantity: Quantity(milli: 1_000 * pieces), gross: Money(net)))
      return rulebook.quote(cart)
    }
  }

  /// What all promotions took off.
  private static func saved(_ quote: Quote) -> Int64 {
    quote.lines.flatMap(\.discounts).reduce(0) {
      $1.kind == LineDiscount.promotion ? $0 + $1.amount.minor : $0
    }
  }

  private static func isKept(_ told: RuleOutcome, _ promotion: Promotion, _ shop: Case) -> Bool {
    var (net, pieces) = (told.distance, Int64(1))
    switch promotion.effect {
    case .countRateOff: (net, pieces) = (0, told.distance)
    case .buyGetFree, .bundle: (net, pieces) = (told.distance * shop.cheapest(of: promotion), told.distance)
    case .amountOff, .amountOffEach, .rateOff, .gift: break
    }
    let then = shop.quote(with: net, pieces: pieces, for: promotion)
    guard let outcome = then.outcomes.first(where: { $0.rule == promotion.id }) else { return false }
    let gain = saved(then) - saved(shop.quote)
    switch told.code {
    case "promotion_spend_more", "promotion_add_more":
      guard outcome.code == "promotion_applied", told.amount > 0 else { return false }
      return told.amount == min(outcome.amount, gain)
    case "promotion_applied":
      return outcome.code == "promotion_applied" && outcome.amount > told.amount && gain > 0
    case "gift_spend_more":
      return outcome.code == "gift_given" && outcome.amount == told.amount && gain >= 0
    case "gift_given":
      guard case .gift(let steps) = promotion.effect, outcome.code == "gift_given", gain >= 0 else {
        return false
      }
      let gift = shop.quote.gifts.first { $0.rule == promotion.id }
      let better = then.gifts.first { $0.rule == promotion.id }
      return gift != better || steps.count > 1
    default: return false
    }
  }

  @Test func `whoever buys what a promotion asks for saves what it promised, whatever else applies (Q6)`() {
    var tally: [String: Int] = [:]
    forAll(30_000) { (samples: inout Samples) in
      let shop = Case(&samples)
      for promotion in shop.rulebook.promotions {
        guard let told = shop.quote.outcomes.first(where: { $0.rule == promotion.id }), told.distance > 0,
          // What is short as the cart stands promises nothing.
          !["promotion_short", "promotion_pieces_short"].contains(told.code)
        else {
          continue
        }
        let mode = shop.rulebook.promotionGroups.first { $0.id == promotion.group }?.mode ?? .stack
        tally["\(told.code) \(mode)", default: 0] += 1
        guard Self.isKept(told, promotion, shop) else { return false }
      }
      return true
    }
    for code in ["promotion_spend_more", "promotion_add_more", "promotion_applied", "gift_spend_more"] {
      for mode in GroupMode.allCases { #expect(tally["\(code) \(mode)", default: 0] > 20, "\(code) \(mode)") }
    }
    #expect(tally["gift_given stack", default: 0] > 20)
  }

  @Test func `nothing less than what a promotion asks for brings it, where it has its goods for itself (Q6)`()
  {
    forAll(30_000) { (samples: inout Samples) in
      // Where a store runs out of something else, less may do as well.
      let shop = Case(&samples, isPlentiful: true)
      return shop.rulebook.promotions.allSatisfy { promotion in
        guard let told = shop.quote.outcomes.first(where: { $0.rule == promotion.id }), told.distance > 1,
          ["promotion_spend_more", "gift_spend_more"].contains(told.code),
          shop.companions(of: promotion).isEmpty, shop.isUndivided(for: promotion)
        else { return true }
        let less = shop.quote(with: told.distance - 1, pieces: 1, for: promotion)
        guard let outcome = less.outcomes.first(where: { $0.rule == promotion.id }) else { return false }
        let isGiven = ["promotion_applied", "gift_given"].contains(outcome.code)
        return !isGiven || outcome.amount < told.amount
      }
    }
  }

  private func line(_ minor: Int64, _ pieces: Int64 = 1) -> SaleLine {
    SaleLine(sku: "milk", quantity: Quantity(milli: 1_000 * pieces), gross: Money(minor))
  }

  private func outcomes(_ promotions: [Promotion], _ mode: GroupMode, _ lines: [SaleLine]) -> [RuleOutcome] {
    var rulebook = Rulebook.none
    rulebook.promotions = promotions
    rulebook.promotionGroups = [PromotionGroup(id: "G", mode: mode)]
    return rulebook.quote(Cart(businessTime: Samples.noon, lines: lines)).outcomes
  }

  private func promotion(_ id: String, _ effect: PromotionEffect, alone: Bool = false) -> Promotion {
    Promotion(id: id, name: Samples.words, effect: effect, group: alone ? nil : "G")
  }

  @Test func `of a group that gives its best, only what is saved beyond the best of now is promised`() {
    let twenty = promotion("twenty", .amountOff([.init(spend: Money(100_00), off: Money(20_00))]))
    let fifty = promotion("fifty", .amountOff([.init(spend: Money(200_00), off: Money(50_00))]))
    #expect(
      outcomes([twenty, fifty], .best, [line(188_00)]) == [
        RuleOutcome(rule: "twenty", code: "promotion_applied", amount: 20_00),
        RuleOutcome(rule: "fifty", code: "promotion_spend_more", amount: 30_00, distance: 12_00),
      ])
    let third = promotion("third", .buyGetFree(buy: 2, free: 1))
    #expect(
      outcomes([twenty, third], .best, [line(100_00, 1), line(10_00)]).last
        == RuleOutcome(rule: "third", code: "promotion_other_better"),
      "a free piece for 10 is less than the 20 of now")
  }

  @Test func `the first of a group promises nothing that would cost what a later one gives`() {
    let twenty = promotion("twenty", .amountOff([.init(spend: Money(100_00), off: Money(20_00))]))
    let five = promotion("five", .amountOff([.init(spend: Money(200_00), off: Money(5_00))]))
    #expect(outcomes([five, twenty], .first, [line(188_00)])[0].code == "rule_no_effect")
    #expect(outcomes([twenty, five], .first, [line(188_00)])[1].code == "promotion_other_first")
  }

  @Test func `where another promotion takes its part of what is added, more is asked for`() {
    let tenth = promotion(
      "tenth", .rateOff([.init(spend: .zero, payRatePermille: 900)], cap: nil), alone: true)
    let twenty = promotion(
      "twenty", .amountOff([.init(spend: Money(100_00), off: Money(20_00))]), alone: true)
    let told = outcomes([tenth, twenty], .stack, [line(100_00)])[1]
    #expect(told == RuleOutcome(rule: "twenty", code: "promotion_spend_more", amount: 20_00, distance: 11_11))
    #expect(outcomes([tenth, twenty], .stack, [line(100_00), line(11_11)])[1].code == "promotion_applied")
  }

  @Test func `a coupon's distance brings it to its minimum, and one unit less does not (Q6)`() {
    forAll { (samples: inout Samples) in
      var (rulebook, cart) = (samples.rulebook(), samples.cart())
      (rulebook.tiers, cart.points) = (nil, .zero)
      for told in rulebook.quote(cart).outcomes where told.code == "coupon_below_minimum" {
        guard let coupon = cart.coupons.first(where: { $0.code == told.rule }) else { return false }
        // Goods of which no promotion and no other coupon takes anything.
        rulebook.promotions = rulebook.promotions.map { one in
          var scope = one.scope
          scope.exceptSkus = (scope.exceptSkus ?? []).union(["zzz"])
          return Promotion(
            id: one.id, name: one.name, when: one.when, scope: scope, effect: one.effect, group: one.group,
            exceptSpecialPrices: one.exceptSpecialPrices, budget: one.budget, limits: one.limits)
        }
        func code(_ more: Int64) -> String? {
          var larger = cart
          larger.coupons = cart.coupons.map { one in
            var scope = one.terms.scope
            if one.id != coupon.id {
              scope.exceptSkus = (scope.exceptSkus ?? []).union(["zzz"])
            } else if scope.skus != nil || scope.categories != nil {
              scope.skus = (scope.skus ?? []).union(["zzz"])
            }
            return PresentedCoupon(id: one.id, code: one.code, terms: one.terms.covering(scope))
          }
          larger.lines.append(SaleLine(sku: "zzz", quantity: Quantity(milli: 1000), gross: Money(more)))
          return rulebook.quote(larger).outcomes.first { $0.rule == told.rule }?.code
        }
        guard told.amount == coupon.terms.minimumSpend.minor, code(told.distance) != told.code else {
          return false
        }
        // Another group might choose otherwise for its sake, and so bring it earlier.
        let stacking = rulebook.couponGroups.filter { $0.mode != .best }.map(\.id)
        let isUndivided = cart.coupons.allSatisfy { one in
          one.terms.group.map { $0 == coupon.terms.group || stacking.contains($0) } ?? true
        }
        guard !isUndivided || code(told.distance - 1) == told.code else { return false }
      }
      return true
    }
  }

  @Test func `points that are short are short by exactly that much (Q6)`() {
    forAll { (samples: inout Samples) in
      let (rulebook, cart) = (samples.rulebook(), samples.cart())
      func code(_ change: (inout Cart) -> Void) -> String? {
        var other = cart
        change(&other)
        return rulebook.quote(other).outcomes.first { $0.rule == "points" }?.code
      }
      guard let told = rulebook.quote(cart).outcomes.first(where: { $0.rule == "points" }) else {
        return true
      }
      let missing = Points(told.distance)
      switch told.code {
      case "points_below_minimum":
        return code { $0.points += missing } != told.code
          && (missing <= Points(1) || code { $0.points += missing - Points(1) } == told.code)
      case "points_insufficient":
        return code { $0.member?.available += missing } != told.code
          && code { $0.member?.available += missing - Points(1) } == told.code
      default: return true
      }
    }
  }
}

extension CouponTerms {
  /// The same for other goods.
  func covering(_ scope: LineScope) -> CouponTerms {
    CouponTerms(
      kind: kind, name: name, value: value, minimumSpend: minimumSpend, cap: cap, validFrom: validFrom,
      expiresAt: expiresAt, when: when, scope: scope, group: group, withPromotions: withPromotions,
      policy: policy, text: text, giftSku: giftSku)
  }
}
