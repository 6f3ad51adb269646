import Loyalty
import Seeds
import SyncProtocol
import Testing

struct EarningLaws {
  private func lines(_ samples: inout Samples) -> [EarningLine] {
    samples.list(0...8) { $0.earningLine() }
  }

  @Test func `earning is what plain loops over exact fractions come to (P11)`() {
    forAll(20_000) { (samples: inout Samples) in
      let (rulebook, occasion, capLeft) = (samples.rulebook(), samples.occasion(), samples.capLeft())
      let lines = lines(&samples)
      let earned = rulebook.earnings(on: lines, occasion: occasion, capLeft: capLeft)
      let slow = EarningOracle(rulebook: rulebook, lines: lines, occasion: occasion, capLeft: capLeft)
      return earned.points.count == slow.points && earned.growth == slow.growth
        && earned.lot == rulebook.lot(earnedOn: occasion.day)
    }
  }

  @Test func `the order of the lines changes nothing that is earned, and no reason for it (Q2)`() {
    forAll { (samples: inout Samples) in
      let (rulebook, occasion, capLeft) = (samples.rulebook(), samples.occasion(), samples.capLeft())
      let lines = lines(&samples)
      var order = Array(lines.indices)
      order.shuffle(using: &samples.random)
      let first = rulebook.earnings(on: lines, occasion: occasion, capLeft: capLeft)
      let second = rulebook.earnings(on: order.map { lines[$0] }, occasion: occasion, capLeft: capLeft)
      return first.points == second.points && first.growth == second.growth && first.lot == second.lot
        && first.details.count == second.details.count
        && zip(first.details, second.details).allSatisfy { a, b in
          a.rule == b.rule && a.kind == b.kind && a.base == b.base && a.permille == b.permille
            && a.points == b.points && a.lines == b.lines.map { order[$0] }.sorted()
        }
    }
  }

  @Test func `no line earns less by costing more (P11)`() {
    forAll(20_000) { (samples: inout Samples) in
      let (rulebook, occasion, capLeft) = (samples.rulebook(), samples.occasion(), samples.capLeft())
      let lines = lines(&samples)
      let dearer = lines.map { line in
        let more = samples.flag() ? 0 : samples.number(0...(Limits.lineMinorUnits - line.net.minor))
        let little = samples.flag() ? min(more, samples.number(0...300)) : more
        return EarningLine(sku: line.sku, category: line.category, net: Money(line.net.minor + little))
      }
      let before = rulebook.earnings(on: lines, occasion: occasion, capLeft: capLeft)
      let after = rulebook.earnings(on: dearer, occasion: occasion, capLeft: capLeft)
      return after.points >= before.points && after.growth >= before.growth && before.points >= .zero
    }
  }

  @Test func `the reasons add up to what is earned, and only caps take away`() {
    forAll { (samples: inout Samples) in
      let (rulebook, occasion, capLeft) = (samples.rulebook(), samples.occasion(), samples.capLeft())
      let earned = rulebook.earnings(on: lines(&samples), occasion: occasion, capLeft: capLeft)
      func sum(_ currency: EarningCurrency) -> Int64 {
        earned.details.reduce(0) { $1.currency == currency ? $0 + $1.points.count : $0 }
      }
      return sum(.points) == earned.points.count && sum(.growth) == earned.growth
        && earned.details.allSatisfy { detail in
          if case .cap = detail.kind { return detail.points < .zero && detail.lines.isEmpty }
          return detail.points >= .zero && !detail.lines.isEmpty
        }
    }
  }

  @Test func `a quote earns on what its lines cost after every discount`() {
    forAll { (samples: inout Samples) in
      let rulebook = samples.rulebook()
      var cart = samples.cart()
      cart.capLeft = samples.capLeft()
      let quote = rulebook.quote(cart)
      let earned = rulebook.earnings(
        on: quote.lines.map { EarningLine($0) }, occasion: rulebook.occasion(of: cart, tier: quote.tier),
        capLeft: cart.capLeft)
      return quote.earned == earned.points && quote.growth == earned.growth && quote.earnedLot == earned.lot
        && quote.earningDetails == earned.details && quote.context.capLeft == cart.capLeft
    }
  }

  @Test func `what was paid with points earns nothing (P9)`() {
    forAll { (samples: inout Samples) in
      var rulebook = samples.rulebook()
      rulebook.earning = [EarningRule(id: "all", per: Money(1), points: Points(1))]
      (rulebook.multipliers, rulebook.bonuses, rulebook.earningCaps) = ([], [], .none)
      rulebook.earningTax = []
      rulebook.tiers = nil
      var cart = samples.cart()
      cart.lines = cart.lines.map {
        SaleLine(
          sku: $0.sku, category: $0.category, quantity: $0.quantity, gross: Money($0.gross.minor % 10_000))
      }
      cart.isCash = false
      let quote = rulebook.quote(cart)
      let byPoints = quote.outcomes.first { $0.code == "points_paid" }?.amount ?? 0
      cart.points = .zero
      return quote.earned.count == rulebook.quote(cart).earned.count - byPoints
    }
  }

  @Test func `a line earns on what it leaves without its tax, of the first rate that covers it (P9)`() {
    forAll { (samples: inout Samples) in
      var rulebook = samples.rulebook()
      rulebook.earningTax = samples.earningTax()
      let (occasion, lines) = (samples.occasion(), lines(&samples))
      var plain = rulebook
      plain.earningTax = []
      // What each line would have cost where no tax is: the most that comes to no more with it.
      let untaxed = lines.map { line in
        let rate = rulebook.earningTax.first { $0.scope.covers(sku: line.sku, category: line.category) }
        let net = line.net.minor * 1000 / (1000 + (rate?.permille ?? 0))
        return EarningLine(sku: line.sku, category: line.category, net: Money(net))
      }
      let earned = rulebook.earnings(on: lines, occasion: occasion)
      let expected = plain.earnings(on: untaxed, occasion: occasion)
      let tax = earned.details.first { $0.kind == .tax }
      let taken = zip(lines, untaxed).reduce(0) { $0 + $1.0.net.minor - $1.1.net.minor }
      return earned.points == expected.points && earned.growth == expected.growth
        && earned.details.filter { $0.kind != .tax } == expected.details
        && tax?.base.minor ?? 0 == (expected.details.isEmpty ? 0 : taken)
    }
  }

  @Test func `a cap is never passed, and below it nothing is lost`() {
    forAll { (samples: inout Samples) in
      var rulebook = samples.rulebook()
      let (occasion, capLeft, lines) = (samples.occasion(), samples.capLeft(), lines(&samples))
      let capped = rulebook.earnings(on: lines, occasion: occasion, capLeft: capLeft)
      let perSale = rulebook.earningCaps.perSale
      rulebook.earningCaps = .none
      let free = rulebook.earnings(on: lines, occasion: occasion)
      let most = [perSale, capLeft].compactMap { $0 }.min() ?? free.points
      return capped.points == min(free.points, most) && capped.growth == free.growth
    }
  }

  @Test func `no sale earns more than one movement carries, whatever multiplies it`() {
    var rulebook = Rulebook.none
    let most = Limits.movementPoints
    rulebook.earning = (0..<3).map {
      EarningRule(
        id: "\($0)", per: Money(1), points: Points(most), scope: LineScope(categories: ["c\($0)"]))
    }
    rulebook.multipliers = (0..<6).map {
      Multiplier(id: "m\($0)", permille: $0 == 5 ? 5_000 : Limits.earningPermille)
    }
    rulebook.bonuses = [Bonus(id: "b", points: Points(most), each: Money(1))]
    #expect(rulebook.faults().filter { !$0.isOfOverlap }.isEmpty)
    let lines = (0..<Limits.saleLines).map {
      EarningLine(sku: "gold", category: "c\($0 % 3)", net: Money(Limits.lineMinorUnits))
    }
    let noon = Occasion(time: Samples.noon, utcOffsetMinutes: 480)
    #expect(rulebook.earnings(on: lines, occasion: noon).points == Points(most))
    rulebook.earning = [EarningRule(id: "one", per: Money(Limits.lineMinorUnits), points: Points(1))]
    rulebook.bonuses = []
    #expect(rulebook.earnings(on: lines, occasion: noon).points == Points(500 * 50))
    rulebook.multipliers += rulebook.multipliers
    #expect(rulebook.earnings(on: lines, occasion: noon).points == Points(500 * 50))
  }
}
