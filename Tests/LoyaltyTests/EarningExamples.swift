import Loyalty
import SyncProtocol
import Testing

/// What shops ask for, in their words, with the sum that a shopkeeper would write on paper.
struct EarningExamples {
  /// A point a yuan on everything.
  private static let basic = EarningRule(id: "base", per: Money(1_00), points: Points(1))
  private static let gold = Customer(tier: "gold")

  private func rulebook(_ rules: [EarningRule] = [basic]) -> Rulebook {
    var rulebook = Rulebook.none
    rulebook.earning = rules
    rulebook.tiers = Samples.scheme([Samples.level("gold", 0)])
    return rulebook
  }

  private func line(_ yuan: Int64, _ sku: String = "milk", in category: String? = nil) -> EarningLine {
    EarningLine(sku: sku, category: category, net: Money(yuan * 100))
  }

  private func earned(
    _ rulebook: Rulebook, _ lines: [EarningLine], at time: String = "2026-06-15T12:00:00+08:00",
    store: String? = nil, by customer: Customer? = Customer(), capLeft: Int64? = nil
  ) -> Int64 {
    #expect(rulebook.faults().isEmpty)
    let occasion = Occasion(
      time: Timestamp(time)!, utcOffsetMinutes: 480, store: store, customer: customer)
    return rulebook.earnings(on: lines, occasion: occasion, capLeft: capLeft.map { Points($0) }).points.count
  }

  @Test func `ten points for each full hundred: 299 yuan earn twenty`() {
    let tens = EarningRule(id: "tens", per: Money(100_00), points: Points(10))
    #expect(earned(rulebook([tens]), [line(299)]) == 20)
    #expect(earned(rulebook([tens]), [line(99)]) == 0)
  }

  @Test func `each rule counts its lines together and rounds down once`() {
    let threes = EarningRule(id: "threes", per: Money(1_00), points: Points(3))
    let half = EarningLine(sku: "milk", category: nil, net: Money(50))
    #expect(earned(rulebook([threes]), [half]) == 0)
    #expect(earned(rulebook([threes]), [half, half]) == 3)
    #expect(earned(rulebook([threes]), [half, half, half]) == 3)
  }

  @Test func `gift cards and tobacco earn nothing, because their rule of no points stands first (P9)`() {
    let none = EarningRule(
      id: "none", per: Money(1), points: .zero, scope: LineScope(categories: ["prepaid", "tobacco"]))
    let shop = rulebook([none, Self.basic])
    #expect(earned(shop, [line(500, "card", in: "prepaid"), line(30, "x", in: "tobacco"), line(12)]) == 12)
  }

  @Test func `fresh goods earn three points a yuan, and of them the day's offer earns five`() {
    let offer = EarningRule(
      id: "offer", per: Money(1_00), points: Points(5), scope: LineScope(skus: ["cherry"]))
    let fresh = EarningRule(
      id: "fresh", per: Money(1_00), points: Points(3), scope: LineScope(categories: ["fresh"]))
    let shop = rulebook([offer, fresh, Self.basic])
    #expect(earned(shop, [line(10, "cherry", in: "fresh"), line(10, "apple", in: "fresh"), line(10)]) == 90)
  }

  @Test func `a rule that does not apply today leaves its lines to the next`() {
    let weekend = EarningRule(
      id: "weekend", per: Money(1_00), points: Points(2), when: Condition(weekdays: [6, 7]))
    let shop = rulebook([weekend, Self.basic])
    #expect(earned(shop, [line(10)], at: "2026-06-15T12:00:00+08:00") == 10)
    #expect(earned(shop, [line(10)], at: "2026-06-14T12:00:00+08:00") == 20)
  }

  @Test func `members' day doubles points on the 8th, 18th and 28th, from midnight to midnight`() {
    var shop = rulebook()
    shop.multipliers = [
      Multiplier(id: "day", permille: 2000, when: Condition(monthDays: [8, 18, 28], who: .member))
    ]
    #expect(earned(shop, [line(66)], at: "2026-06-18T00:00:00+08:00") == 132)
    #expect(earned(shop, [line(66)], at: "2026-06-18T23:59:59+08:00") == 132)
    #expect(earned(shop, [line(66)], at: "2026-06-19T00:00:00+08:00") == 66)
    #expect(earned(shop, [line(66)], at: "2026-06-18T12:00:00+08:00", by: nil) == 66)
  }

  @Test func `gold members collect half as fast again`() {
    var shop = rulebook()
    shop.multipliers = [Multiplier(id: "gold", permille: 1500, when: Condition(tiers: ["gold"]))]
    #expect(earned(shop, [line(100)], by: Self.gold) == 150)
    #expect(earned(shop, [line(100)]) == 100)
    // 33 yuan weigh 49.50.
    #expect(earned(shop, [line(33)], by: Self.gold) == 49)
  }

  @Test func `of two offers of one group the better counts, and another group comes on top`() {
    var shop = rulebook()
    shop.multipliers = [
      Multiplier(id: "double", permille: 2000, group: "day"),
      Multiplier(id: "triple", permille: 3000, scope: LineScope(categories: ["fresh"]), group: "day"),
      Multiplier(id: "gold", permille: 1500, when: Condition(tiers: ["gold"]), group: "tier"),
    ]
    #expect(earned(shop, [line(100)]) == 200)
    #expect(earned(shop, [line(100, in: "fresh")]) == 300)
    #expect(earned(shop, [line(100, in: "fresh")], by: Self.gold) == 350)
    #expect(earned(shop, [line(100, in: "fresh"), line(100)], by: Self.gold) == 600)
  }

  @Test func `rounding comes after multiplying: two half yuan, one and a half times, are a point`() {
    var shop = rulebook()
    shop.multipliers = [Multiplier(id: "m", permille: 1500)]
    let half = EarningLine(sku: "milk", category: nil, net: Money(50))
    #expect(earned(shop, [half]) == 0)
    #expect(earned(shop, [half, half]) == 1)
    #expect(earned(shop, [half, half, half]) == 2)
  }

  @Test func `a birthday brings fifty points on top, which no double points double`() {
    var shop = rulebook()
    shop.multipliers = [Multiplier(id: "double", permille: 2000)]
    shop.bonuses = [Bonus(id: "birthday", when: Condition(who: .birthday), points: Points(50))]
    #expect(earned(shop, [line(20)], by: Customer(traits: [.birthday])) == 90)
    #expect(earned(shop, [line(20)]) == 40)
    // Nothing bought brings nothing.
    #expect(earned(shop, [line(0)], by: Customer(traits: [.birthday])) == 0)
  }

  @Test func `a first purchase of at least 99 yuan brings a hundred points`() {
    var shop = rulebook()
    shop.bonuses = [
      Bonus(id: "first", when: Condition(who: .firstPurchase), minimum: Money(99_00), points: Points(100))
    ]
    let new = Customer(traits: [.firstPurchase])
    #expect(earned(shop, [line(98)], by: new) == 98)
    #expect(earned(shop, [line(99)], by: new) == 199)
    #expect(earned(shop, [line(99)]) == 99)
  }

  @Test func `twenty points for each full fifty yuan of one brand, once it is a hundred`() {
    var shop = rulebook()
    shop.bonuses = [
      Bonus(
        id: "brand", scope: LineScope(skus: ["soap", "cream"]), minimum: Money(100_00), points: Points(20),
        each: Money(50_00))
    ]
    #expect(earned(shop, [line(99, "soap"), line(60)]) == 159)
    #expect(earned(shop, [line(99, "soap"), line(60, "cream")]) == 159 + 60)
  }

  @Test func `one sale earns at most 500 points, and a member 800 a day`() {
    var shop = rulebook()
    shop.earningCaps = EarningCaps(perSale: Points(500), perMemberDay: Points(800))
    #expect(earned(shop, [line(700)], capLeft: 800) == 500)
    #expect(earned(shop, [line(700)], capLeft: 300) == 300)
    #expect(earned(shop, [line(20)], capLeft: 300) == 20)
    #expect(earned(shop, [line(20)], capLeft: 0) == 0)
    #expect(earned(shop, [line(20)], capLeft: -5) == 0)
  }

  @Test func `growth value counts every yuan, whatever the points make of it`() {
    var shop = rulebook([
      EarningRule(id: "none", per: Money(1), points: .zero, scope: LineScope(categories: ["prepaid"])),
      Self.basic, EarningRule(id: "growth", currency: .growth, per: Money(1_00), points: Points(1)),
    ])
    shop.multipliers = [Multiplier(id: "double", permille: 2000)]
    shop.earningCaps = EarningCaps(perSale: Points(10))
    let noon = Occasion(time: Samples.noon, utcOffsetMinutes: 480)
    let earned = shop.earnings(on: [line(100, in: "prepaid"), line(100)], occasion: noon)
    #expect(earned.points == Points(10) && earned.growth == 200)
  }

  @Test func `an opening week doubles points at the new store only`() {
    var shop = rulebook()
    let from = Timestamp("2026-06-12T00:00:00+08:00")!
    let until = Timestamp("2026-06-19T00:00:00+08:00")!
    shop.multipliers = [
      Multiplier(id: "opening", permille: 2000, when: Condition(from: from, until: until, stores: ["S9"]))
    ]
    #expect(earned(shop, [line(10)], store: "S9") == 20)
    #expect(earned(shop, [line(10)], store: "S1") == 10)
    #expect(earned(shop, [line(10)]) == 10)
    #expect(earned(shop, [line(10)], at: "2026-06-19T00:00:00+08:00", store: "S9") == 10)
  }

  @Test func `points of a purchase wait fourteen days, so that it can be taken back first`() {
    var shop = rulebook()
    (shop.pendingDays, shop.expiry) = (14, .yearEnd(after: 1))
    let lot = shop.quote(Cart(businessTime: Samples.noon, lines: [])).earnedLot
    #expect(lot == LotKey(availableFrom: Day("2026-06-29")!, expiresOn: Day("2028-01-01")!))
    #expect(!lot.isActive(on: Day("2026-06-28")!) && lot.isActive(on: Day("2026-06-29")!))
  }

  @Test func `half of a double-points purchase comes back: a bonus falls below its minimum and goes too`()
    throws
  {
    var shop = rulebook()
    shop.multipliers = [Multiplier(id: "double", permille: 2000)]
    shop.bonuses = [Bonus(id: "big", minimum: Money(100_00), points: Points(30))]
    let goods = SaleLine(sku: "milk", quantity: Quantity(milli: 2_000), gross: Money(100_00))
    let sale = Sale.of(shop.quote(Cart(businessTime: Samples.noon, lines: [goods])))
    #expect(sale.earned == Points(230))
    let half = [ReturnedLine(line: 0, quantity: Quantity(milli: 1_000))]
    let effects = try shop.effects(of: half, from: sale, after: ReturnedSoFar(lines: 1))
    #expect(effects.clawback == Points(130))
  }
}
