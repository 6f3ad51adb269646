import Curl
import Loyalty
import RulebookFiles
import SyncProtocol
import Testing

/// Carts at the shipped fashion chain, worked by hand, and what holds of all shipped rulebooks.
struct FashionCarts {
  private let rulebook: Rulebook

  init() throws { rulebook = try ShippedFiles.rulebook("deploy/rulebooks/fashion.yaml") }

  private func quote(
    _ lines: [SaleLine], growth: Int64? = nil, on time: String = "2026-06-09T12:00:00+08:00"
  ) -> Quote {
    rulebook.quote(.on(time, lines, growth.map { .spent(0, growth: $0) }))
  }

  @Test func `silver buys a coat: tier price, then the ladder, pending points`() throws {
    let quote = quote([.of("coat", "coats", 1_200_00)], growth: 2_500)
    // 5% off is 1,140.00, from which the ladder takes 150.
    #expect(quote.tier?.id == "silver")
    #expect(quote.net == Money(990_00))
    #expect(quote.earned == Points(90))
    #expect(quote.growth == 990)
    // Seven days pending, then to the end of the month two years on.
    #expect(quote.earnedLot.availableFrom == Day("2026-06-16"))
    #expect(quote.earnedLot.expiresOn == Day("2028-07-01"))
  }

  @Test func `three pieces at 20% off are better than 150 off 1000`() {
    let lines: [SaleLine] = [
      .of("shirt", "tops", 300_00), .of("blouse", "tops", 300_00), .of("jeans", "trousers", 400_00),
    ]
    let quote = quote(lines, growth: 0)
    #expect(quote.net == Money(800_00))
    #expect(quote.promotionsUsed == ["two-or-three"])
    #expect(quote.earned == Points(80))
    #expect(quote.growth == 800)
  }

  @Test func `the outlet earns half, and has its own rates`() {
    let quote = quote([.of("jacket", "outlet", 400_00)])
    #expect(quote.net == Money(280_00))
    #expect(quote.earned == Points(10))
    #expect(quote.growth == 280)
    #expect(self.quote([.of("cap", "outlet", 100_00)]).net == Money(85_00))
  }

  @Test func `socks in threes and belts in twos`() {
    let lines: [SaleLine] = [
      .of("socks", "socks", 80_00, pieces: 4), .of("belt", "belts", 400_00, pieces: 2),
    ]
    let quote = quote(lines, growth: 0)
    // Three of four socks at 20 for 50, one belt of two free: 70 + 200.
    #expect(quote.net == Money(270_00))
    #expect(quote.earned == Points(20))
  }

  @Test func `gold on members' day: everything that makes points count for more`() {
    let quote = quote([.of("boots", "shoes", 1_000_00)], growth: 9_000, on: "2026-06-18T12:00:00+08:00")
    // 10% off is 900; the ladder takes 50; each full 400 of 850 takes 40: 770.
    #expect(quote.net == Money(770_00))
    // Twice for the day and half more for gold: 770 × 2.5 = 1,925, nineteen hundreds; 20 more for shoes.
    #expect(quote.earned == Points(190 + 20))
    // 770 × 1.2 on a members' day.
    #expect(quote.growth == 924)
  }

  @Test func `double eleven's price leaves the ladder out`() {
    let coat = [SaleLine.of("down-coat", "coats", 1_299_00)]
    #expect(quote(coat, on: "2026-11-11T12:00:00+08:00").net == Money(899_00))
    #expect(quote(coat, on: "2026-11-12T12:00:00+08:00").net == Money(1_149_00))
  }

  @Test func `coupons of the shipped templates do what they say`() throws {
    func quote(_ template: String, _ lines: [SaleLine]) throws -> Quote {
      var cart = Cart.on("2026-06-09T12:00:00+08:00", lines, .spent(0))
      cart.coupons = [try .of(template)]
      return rulebook.quote(cart)
    }
    #expect(
      try quote("new-friend-50", [.of("scarf", "outlet", 0), .of("bag", "bags", 350_00)]).net == Money(300_00)
    )
    // The ladder covers it, so the coupon does not.
    #expect(try quote("new-friend-50", [.of("bag", "bags", 600_00)]).net == Money(550_00))
    // 15% of 450.
    #expect(try quote("birthday-15-percent", [.of("bag", "bags", 450_00)]).net == Money(382_50))
    #expect(try quote("gold-200", [.of("coat", "coats", 1_300_00)]).net == Money(950_00))
    #expect(try quote("scarf", [.of("bag", "bags", 450_00)]).gifts.map(\.sku) == ["scarf"])
    #expect(try quote("alteration", [.of("bag", "bags", 450_00)]).coupons.count == 1)
  }

  @Test func `every template that a shipped rulebook names is shipped, and none that nobody names`() throws {
    let templates = try ShippedFiles.templates()
    var named: Set<String> = []
    for path in ShippedFiles.rulebooks.prefix(3) {
      let rulebook = try ShippedFiles.rulebook(path)
      let programs = rulebook.programs
      let rewards =
        [
          programs.referral?.referrerReward, programs.referral?.refereeReward, programs.gifts?.signUp,
          programs.gifts?.birthday?.reward,
        ] + programs.draws.flatMap { $0.prizes.map(\.reward) }
      let names = Set(rulebook.templates.map(\.name) + rewards.compactMap { $0?.template })
      for name in names {
        let (terms, review) = try #require(templates[name]).couponTerms()
        #expect(review.faults.isEmpty, "\(path): \(name)")
        #expect(terms.map { rulebook.notice(of: $0) } == .some(nil), "\(path): \(name)")
      }
      named.formUnion(names)
    }
    #expect(named == Set(templates.keys))
  }

  @Test func `the shipped rulebooks have every section there is, in order, with no fault`() throws {
    var sections: Set<String> = []
    for path in ShippedFiles.rulebooks {
      sections.formUnion(try ShippedFiles.document(path).value.members.keys)
      #expect(try ShippedFiles.rulebook(path).faults().isEmpty, "\(path)")
    }
    let all = Set(SchemaDocument.rulebook.properties.members.keys).subtracting(["version", "effectiveFrom"])
    #expect(all.subtracting(sections).sorted() == [])
  }
}
