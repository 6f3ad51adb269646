import Loyalty
import Seeds
import SyncProtocol
import Testing

struct Explanations {
  @Test func `a receipt explains itself line by line, in both languages`() {
    var shop = Rulebook.none
    shop.earning = [EarningRule(id: "base", per: Money(100), points: Points(1))]
    shop.promotions = [
      Promotion(
        id: "off20", name: Words(zh: "满100减20", en: "20 off 100"),
        effect: .amountOff([PromotionEffect.AmountStep(spend: Money(10_000), off: Money(2_000))]))
    ]
    let line = SaleLine(sku: "tea", quantity: Quantity(milli: 1_000), gross: Money(12_000))
    let quote = shop.quote(Cart(businessTime: Samples.noon, lines: [line]))
    let why = shop.explain(
      lines: quote.lines, outcomes: quote.outcomes + quote.earningOutcomes, gifts: quote.gifts)
    #expect(
      why.lines.map(\.text) == [
        Words(
          zh: "原价 ¥120.00，促销“满100减20” −¥20.00，实付 ¥100.00",
          en: "¥120.00, promotion “20 off 100” −¥20.00, leaves ¥100.00")
      ])
    #expect(why.rules.map(\.name.zh) == ["满100减20"])
    #expect(why.earning.map(\.text.en) == ["100 points for ¥100.00 spent"])
  }

  @Test func `goods that earn nothing say so, and earning rules and gifts go by names`() {
    var shop = Rulebook.none
    shop.earning = [
      EarningRule(
        id: "cards", per: Money(100), points: .zero, scope: LineScope(categories: ["gift-card"])),
      EarningRule(id: "base", per: Money(100), points: Points(1)),
    ]
    shop.multipliers = [Multiplier(id: "day", permille: 1500)]
    shop.programs.mall = [
      MallItem(id: "m", name: Words(zh: "茶杯", en: "Cup"), sku: "cup", points: Points(1), money: .zero)
    ]
    let lines = [
      SaleLine(sku: "card", category: "gift-card", quantity: Quantity(milli: 1_000), gross: Money(5_000)),
      SaleLine(sku: "tea", quantity: Quantity(milli: 1_000), gross: Money(2_000)),
    ]
    let quote = shop.quote(Cart(businessTime: Samples.noon, lines: lines))
    let why = shop.explain(
      lines: quote.lines, outcomes: quote.earningOutcomes, gifts: [Gift(rule: "g", sku: "cup", count: 1)])
    #expect(quote.earningOutcomes.map(\.code) == ["earned_none", "earned_rule", "earned_multiplier"])
    #expect(
      why.earning.map(\.text.zh) == ["消费 ¥50.00 不参与积分", "消费 ¥20.00 得 20 积分", "1.5 倍积分，多得 10"])
    #expect(why.earning[0].text.en == "¥50.00 spent earns no points")
    #expect(why.earning.map(\.name.zh) == ["不参与积分的商品", "每满 ¥1.00 得 1 积分", "1.5 倍积分"])
    #expect(why.gifts.map(\.zh) == ["g：赠送 茶杯 1 件"])
  }

  @Test func `every sum of an explanation is the receipt's, and no rule is left unsaid`() {
    forAll { (samples: inout Samples) in
      let (rulebook, cart) = (samples.rulebook(), samples.cart())
      let quote = rulebook.quote(cart)
      let outcomes = quote.outcomes + quote.earningOutcomes
      let why = rulebook.explain(lines: quote.lines, outcomes: outcomes, gifts: quote.gifts)
      let isSaid = zip(why.lines, quote.lines).allSatisfy { said, line in
        line.discounts.allSatisfy { said.text.en.contains("−\($0.amount.text(currency: "CNY"))") }
          && said.text.zh.contains(line.gross.text(currency: "CNY"))
      }
      return isSaid && why.lines.reduce(0) { $0 + $1.net.minor } == quote.net.minor
        && why.rules.count + why.earning.count == outcomes.count && why.gifts.count == quote.gifts.count
        && why.earning.allSatisfy { $0.text.zh != $0.code }
    }
  }
}
