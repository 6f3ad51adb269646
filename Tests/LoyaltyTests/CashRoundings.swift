import Loyalty
import Seeds
import SyncProtocol
import Testing

struct CashRoundings {
  private func rulebook(_ step: Int64) -> Rulebook {
    var rulebook = Rulebook.none
    rulebook.cashRounding = CashRounding(step: Money(step))
    rulebook.earning = [EarningRule(id: "all", per: Money(1), points: Points(1))]
    return rulebook
  }

  private func cart(_ amounts: [Int64], isCash: Bool = true) -> Cart {
    var cart = Cart(
      businessTime: Samples.noon,
      lines: amounts.map { SaleLine(sku: "milk", quantity: Quantity(milli: 1000), gross: Money($0)) })
    cart.isCash = isCash
    return cart
  }

  @Test func `cash is rounded down to the step, and earns on what is paid`() {
    let quote = rulebook(10).quote(cart([3_33, 3_33, 3_33]))
    #expect(quote.toPay == Money(9_90) && quote.earned == Points(9_90))
    #expect(quote.lines.map(\.net) == [Money(3_30), Money(3_30), Money(3_30)])
    #expect(quote.outcomes == [RuleOutcome(rule: "rounding", code: "cash_rounded", amount: 9)])
    #expect(rulebook(10).quote(cart([9])).toPay == .zero)
  }

  @Test func `nothing is rounded that is even, that is not cash, or where the chain does not round`() {
    #expect(rulebook(10).quote(cart([9_90])).outcomes.isEmpty)
    #expect(rulebook(10).quote(cart([9_99], isCash: false)).toPay == Money(9_99))
    #expect(Rulebook.none.quote(cart([9_99])).toPay == Money(9_99))
  }

  @Test func `what is paid in cash is a multiple of the step, and less than a step was dropped`() {
    forAll { (samples: inout Samples) in
      let rulebook = samples.rulebook()
      var cart = samples.cart()
      cart.isCash = false
      let before = rulebook.quote(cart)
      cart.isCash = true
      let after = rulebook.quote(cart)
      guard let step = rulebook.cashRounding?.step.minor else { return before == after }
      let dropped = (before.toPay - after.toPay).minor
      return after.toPay.minor.isMultiple(of: step) && (0..<step).contains(dropped)
        && after.outcomes.contains { $0.code == "cash_rounded" } == (dropped > 0)
        && before.coupons == after.coupons && before.spent == after.spent
    }
  }

  @Test func `a rounded sale returned line by line gives back what was paid, to the fen (Q5)`() throws {
    let rulebook = rulebook(100)
    let sale = Sale.of(rulebook.quote(cart([3_33, 1, 5_00, 0, 7_77])))
    var soFar = ReturnedSoFar(lines: sale.lines.count)
    var refund = Money.zero
    for line in sale.everything {
      let effects = try rulebook.effects(of: [line], from: sale, after: soFar)
      refund += effects.refund
      soFar.add(
        SaleReturn(
          id: ReturnID(high: 0, low: 1), sale: sale.id, businessTime: sale.businessTime, member: sale.member,
          isVoid: false, lines: [line], net: effects.net, refund: effects.refund, restored: [],
          clawedBack: [], debt: effects.clawback, coupons: [], requestDigest: 0))
    }
    #expect(refund == Money(16_00) && refund == sale.paidInMoney)
  }
}
