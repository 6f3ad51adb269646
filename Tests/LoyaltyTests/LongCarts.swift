import Loyalty
import Seeds
import SyncProtocol
import Testing

/// The laws on the longest carts there are; short ones are tried far more often elsewhere.
struct LongCarts {
  private func cart(_ samples: inout Samples) -> Cart {
    let most = Int64(Limits.saleLines)
    return samples.cart(lines: samples.flag() ? most...most : 100...most)
  }

  @Test func `on 500 lines no line falls below nothing, and every share is there (Q1)`() {
    forAll(400) { (samples: inout Samples) in
      let (rulebook, cart) = (samples.rulebook(), cart(&samples))
      let quote = rulebook.quote(cart)
      let given = quote.outcomes.filter { ["promotion_applied", "cash_rounded"].contains($0.code) }
      let byLines = quote.lines.flatMap(\.discounts).reduce(Int64(0)) {
        [LineDiscount.promotion, LineDiscount.rounding].contains($1.kind) ? $0 + $1.amount.minor : $0
      }
      return quote.lines.allSatisfy { $0.net >= .zero } && quote.toPay >= .zero
        && given.reduce(0) { $0 + $1.amount } == byLines
    }
  }

  @Test func `on 500 lines their order changes no total (Q2)`() {
    forAll(300) { (samples: inout Samples) in
      let rulebook = samples.rulebook()
      var cart = cart(&samples)
      let first = rulebook.quote(cart)
      cart.lines.shuffle(using: &samples.random)
      let second = rulebook.quote(cart)
      return first.toPay == second.toPay && first.earned == second.earned && first.gifts == second.gifts
        && first.outcomes == second.outcomes && first.allowancesUsed == second.allowancesUsed
    }
  }

  @Test func `500 lines returned in two parts give back what was paid (Q5), and are priced again alike (Q8)`()
  {
    forAll(300) { (samples: inout Samples) in
      let (rulebook, cart) = (samples.rulebook(), cart(&samples))
      let quote = rulebook.quote(cart)
      let sale = Sale.of(quote)
      let middle = sale.lines.count / 2
      var (refund, soFar) = (Money.zero, ReturnedSoFar(lines: sale.lines.count))
      for part in [Array(sale.everything[..<middle]), Array(sale.everything[middle...])] {
        let effects = try rulebook.effects(of: part, from: sale, after: soFar)
        refund += effects.refund
        soFar.add(
          SaleReturn(
            id: samples.id(), sale: sale.id, businessTime: sale.businessTime, member: sale.member,
            isVoid: false, lines: part, net: effects.net, refund: effects.refund,
            restored: effects.restored, clawedBack: [], debt: effects.clawback, coupons: [],
            requestDigest: 0))
      }
      let used = quote.coupons.compactMap { id in cart.coupons.first { $0.id == id } }
      return refund == sale.paidInMoney && rulebook.differences(of: sale, coupons: used) == []
    }
  }

  @Test func `where so many promotions compete that no promise is tried, each says what it is short of (Q6)`()
  {
    var rulebook = Rulebook.none
    rulebook.promotionGroups = (0..<4).map { PromotionGroup(id: "g\($0)", mode: .best) }
    rulebook.promotions = (0..<40).map { number in
      let steps = Int64(number + 1)
      return Promotion(
        id: "p\(number)", name: Samples.words,
        effect: number < 20
          ? .amountOff([.init(spend: Money(1_000_00 * steps), off: Money(10_00))])
          : .countRateOff([.init(count: 20 + number, payRatePermille: 500)]),
        group: "g\(number % 4)")
    }
    let lines = (0..<10).map { number in
      SaleLine(sku: "sku\(number)", quantity: Quantity(milli: 1_000), gross: Money(50_00))
    }
    let outcomes = rulebook.quote(Cart(businessTime: Samples.noon, lines: lines)).outcomes
    for (number, outcome) in outcomes.enumerated() {
      let isMoney = number < 20
      #expect(outcome.code == (isMoney ? "promotion_short" : "promotion_pieces_short"))
      let distance = isMoney ? 1_000_00 * (number + 1) - 500_00 : 10 + number
      #expect(outcome.distance == Int64(distance) && outcome.amount == 0)
    }
    #expect(outcomes.map(\.rule) == rulebook.promotions.map(\.id))
  }
}
