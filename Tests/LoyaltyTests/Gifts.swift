import Loyalty
import Seeds
import SyncProtocol
import Testing

struct Gifts {
  private let cup = AllowanceName.gift("cup")

  private let ladder = PromotionEffect.gift([
    .init(spend: Money(50_00), sku: "cup"), .init(spend: Money(100_00), sku: "bag", count: 2),
  ])

  private func promotion(
    _ id: String, _ effect: PromotionEffect, group: String? = nil, budget: Int64? = nil,
    limits: PromotionLimits? = nil
  ) -> Promotion {
    Promotion(
      id: id, name: Samples.words, effect: effect, group: group, budget: budget.map { Money($0) },
      limits: limits)
  }

  private func off(_ amount: Int64) -> PromotionEffect {
    .amountOff([.init(spend: Money(amount), off: Money(amount))])
  }

  private func quote(
    _ gross: Int64, _ promotions: [Promotion], mode: GroupMode = .best, held: [String: Int64]? = nil,
    uses: PromotionUses = PromotionUses(), isMember: Bool = true
  ) -> Quote {
    var rulebook = Rulebook.none
    rulebook.promotions = promotions
    rulebook.promotionGroups = [PromotionGroup(id: "G", mode: mode)]
    var cart = Cart(
      businessTime: Samples.noon,
      lines: [SaleLine(sku: "milk", quantity: Quantity(milli: 1000), gross: Money(gross))],
      member: isMember ? MemberStanding() : nil)
    (cart.allowances, cart.promotionUses) = (held, uses)
    return rulebook.quote(cart)
  }

  @Test func `the highest step reached hands out its gift, and says how far the next one is`() {
    let below = quote(40_00, [promotion("p", ladder)])
    #expect(below.gifts.isEmpty && below.promotionsUsed.isEmpty)
    #expect(
      below.outcomes == [RuleOutcome(rule: "p", code: "gift_spend_more", amount: 1, distance: 10_00)])
    let first = quote(50_00, [promotion("p", ladder)])
    #expect(first.gifts == [Gift(rule: "p", sku: "cup", count: 1)] && first.net == first.gross)
    #expect(first.outcomes == [RuleOutcome(rule: "p", code: "gift_given", amount: 1, distance: 50_00)])
    #expect(first.promotionsUsed == ["p"])
    let second = quote(100_00, [promotion("p", ladder)])
    #expect(second.gifts == [Gift(rule: "p", sku: "bag", count: 2)])
    #expect(second.allowancesUsed == [AllowanceUse(name: AllowanceName.gift("bag"), amount: 2)])
  }

  @Test func `a gift counts on what the promotions before it left`() {
    #expect(quote(105_00, [promotion("a", off(6_00)), promotion("p", ladder)]).gifts.first?.sku == "cup")
    #expect(quote(105_00, [promotion("p", ladder), promotion("a", off(6_00))]).gifts.first?.sku == "bag")
  }

  @Test func `the last cup goes to the first promotion that hands it out`() {
    let two = [promotion("a", ladder), promotion("b", ladder)]
    let quote = quote(60_00, two, held: [cup: 1])
    #expect(quote.gifts.map(\.rule) == ["a"] && quote.context.exhausted == ["b"])
    #expect(quote.outcomes.first { $0.rule == "b" }?.code == "gift_out_of_stock")
    #expect(quote.allowancesUsed == [AllowanceUse(name: cup, amount: 1)])
  }

  @Test func `in its group a gift never wins over money, and gives way to money when it has run out`() {
    let both = [promotion("a", ladder, group: "G"), promotion("b", off(1), group: "G")]
    #expect(quote(60_00, both).promotionsUsed == ["b"])
    #expect(quote(60_00, both, mode: .first).promotionsUsed == ["a"])
    #expect(quote(60_00, both, mode: .first, held: [:]).promotionsUsed == ["b"])
    #expect(quote(60_00, both, mode: .stack).promotionsUsed == ["a", "b"])
    let cupOrOff = [promotion("a", ladder, group: "G"), promotion("b", off(70_00), group: "G")]
    #expect(quote(60_00, cupOrOff).promotionsUsed == ["a"])
  }

  @Test
  func `a budget that is smaller than the saving gives nothing, and the next of the group has its turn`() {
    let both = [
      promotion("a", off(20_00), group: "G", budget: 100_00), promotion("b", off(5_00), group: "G"),
    ]
    let budget = AllowanceName.budget("a")
    for held in [nil, [budget: 20_00]] as [[String: Int64]?] {
      let quote = quote(60_00, both, held: held)
      #expect(quote.net == Money(40_00) && quote.context.exhausted.isEmpty)
      #expect(quote.allowancesUsed == [AllowanceUse(name: budget, amount: 20_00)])
    }
    for held in [[:], [budget: 19_99]] as [[String: Int64]] {
      let quote = quote(60_00, both, held: held)
      #expect(quote.net == Money(55_00) && quote.context.exhausted == ["a"])
      #expect(quote.outcomes.first { $0.rule == "a" }?.code == "promotion_budget_spent")
    }
  }

  @Test func `a promotion is used as often as it may be, by a member, in a day, at a store`() {
    let limits = PromotionLimits(perMember: 3, perMemberDay: 2, perStoreDay: 4)
    let one = [promotion("p", off(1_00), limits: limits)]
    func code(_ member: Int, _ day: Int, _ store: Int, isMember: Bool = true) -> String {
      let uses = PromotionUses(member: ["p": member], memberDay: ["p": day], storeDay: ["p": store])
      return quote(60_00, one, uses: uses, isMember: isMember).outcomes[0].code
    }
    #expect(code(2, 1, 3) == "promotion_applied")
    #expect(code(3, 1, 3) == "promotion_limit_reached")
    #expect(code(2, 2, 3) == "promotion_limit_reached")
    #expect(code(2, 1, 4) == "promotion_limit_reached")
    #expect(code(0, 0, 0, isMember: false) == "rule_members_only")
    let ofStore = [promotion("p", off(1_00), limits: PromotionLimits(perStoreDay: 1))]
    #expect(quote(60_00, ofStore, isMember: false).outcomes[0].code == "promotion_applied")
  }

  @Test func `stores together give away no more than there is, whoever buys what where (Q7)`() {
    forAll { (samples: inout Samples) in
      let rulebook = samples.rulebook()
      var caps: [String: Int64] = [:]
      for sku in Samples.gifts { caps[AllowanceName.gift(sku)] = samples.number(0...6) }
      for promotion in rulebook.promotions {
        if let budget = promotion.budget { caps[AllowanceName.budget(promotion.id)] = budget.minor }
      }
      var stores = escrow(caps, &samples)
      var given: [String: Int64] = [:]
      for _ in 0..<6 {
        let store = Int(samples.number(0...2))
        var cart = samples.cart(lines: 1...4)
        cart.allowances = stores[store]
        let quote = rulebook.quote(cart)
        for use in quote.allowancesUsed { stores[store][use.name, default: 0] -= use.amount }
        for (name, amount) in handedOut(quote, rulebook) { given[name, default: 0] += amount }
      }
      return given.allSatisfy { $0.value <= caps[$0.key] ?? 0 }
        && stores.allSatisfy { $0.values.allSatisfy { $0 >= 0 } }
    }
  }

  /// What three stores hold of each cap; something may be left at headquarters.
  private func escrow(_ caps: [String: Int64], _ samples: inout Samples) -> [[String: Int64]] {
    var stores = [[String: Int64]](repeating: [:], count: 3)
    for (name, cap) in caps.sorted(by: { $0.key < $1.key }) {
      var left = cap
      for store in 0..<3 {
        stores[store][name] = samples.number(0...left)
        left -= stores[store][name] ?? 0
      }
    }
    return stores
  }

  /// Counted from the lines and gifts, not from what the quote says it took.
  private func handedOut(_ quote: Quote, _ rulebook: Rulebook) -> [String: Int64] {
    var given: [String: Int64] = [:]
    for gift in quote.gifts { given[AllowanceName.gift(gift.sku), default: 0] += Int64(gift.count) }
    for discount in quote.lines.flatMap(\.discounts) where discount.kind == LineDiscount.promotion {
      guard rulebook.promotions.contains(where: { $0.id == discount.source && $0.budget != nil }) else {
        continue
      }
      given[AllowanceName.budget(discount.source), default: 0] += discount.amount.minor
    }
    return given
  }

  @Test func `what a quote says it takes is what it hands out, and what it used are the promotions applied`()
  {
    forAll { (samples: inout Samples) in
      let (rulebook, cart) = (samples.rulebook(), samples.cart())
      let quote = rulebook.quote(cart)
      let names = quote.allowancesUsed.map(\.name)
      let uses = Dictionary(uniqueKeysWithValues: quote.allowancesUsed.map { ($0.name, $0.amount) })
      let applied = quote.outcomes.filter { ["promotion_applied", "gift_given"].contains($0.code) }.map(
        \.rule)
      return uses == handedOut(quote, rulebook) && names == names.sorted()
        && quote.promotionsUsed == applied
    }
  }

  @Test func `headquarters comes to the same gifts and prices without knowing what the store held (Q8)`() {
    forAll { (samples: inout Samples) in
      let rulebook = samples.rulebook()
      var cart = samples.cart()
      (cart.allowances, cart.promotionUses) = (samples.allowances(), samples.uses())
      (cart.coupons, cart.points) = ([], .zero)
      let quote = rulebook.quote(cart)
      var other = rulebook
      other.promotions.removeAll { quote.context.exhausted.contains($0.id) }
      (cart.allowances, cart.promotionUses) = (nil, PromotionUses())
      let again = other.quote(cart)
      return again.lines == quote.lines && again.gifts == quote.gifts
        && again.promotionsUsed == quote.promotionsUsed
    }
  }
}
