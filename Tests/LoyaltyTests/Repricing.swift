import Loyalty
import Seeds
import SyncProtocol
import Testing

struct Repricing {
  @Test func `headquarters comes to every figure of an honest receipt (Q8)`() {
    forAll { (samples: inout Samples) in
      let rulebook = samples.rulebook()
      var cart = samples.cart()
      cart.capLeft = samples.capLeft()
      let quote = rulebook.quote(cart)
      let used = cart.coupons.filter { quote.coupons.contains($0.id) }
      let coupons = quote.coupons.compactMap { id in used.first { $0.id == id } }
      return rulebook.differences(of: samples.sale(quote), coupons: coupons) == []
    }
  }

  @Test func `a receipt that says another figure is told from the rules' (Q8)`() {
    forAll { (samples: inout Samples) in
      let rulebook = samples.rulebook()
      let quote = rulebook.quote(Cart(businessTime: Samples.noon, lines: samples.list(1...4) { $0.line() }))
      var wrong = quote
      let line = Int(samples.number(0...Int64(quote.lines.count - 1)))
      wrong.earned += Points(1)
      let found = rulebook.differences(of: Sale.of(wrong), coupons: [])
      let earned = PriceDifference(
        figure: .earned, receipt: quote.earned.count + 1, expected: quote.earned.count)
      guard found == [earned] else { return false }
      wrong = quote
      guard quote.lines[line].net > .zero else { return true }
      wrong.lines[line].discounts.append(LineDiscount(kind: LineDiscount.coupon, amount: Money(1)))
      return rulebook.differences(of: Sale.of(wrong), coupons: []).contains(
        PriceDifference(
          figure: .net, line: line, receipt: wrong.lines[line].net.minor,
          expected: quote.lines[line].net.minor))
    }
  }

  @Test func `a line no till makes is told, and stops nobody`() {
    let line = SaleLine(
      sku: "milk", quantity: Quantity(milli: 1000), gross: Money(100),
      discounts: [LineDiscount(kind: "store", amount: Money(150))])
    var quote = Rulebook.none.quote(Cart(businessTime: Samples.noon, lines: []))
    quote.lines = [line]
    let found = Rulebook.none.differences(of: Sale.of(quote), coupons: [])
    #expect(found == [PriceDifference(figure: .net, line: 0, receipt: -50, expected: 0)])
  }
}
