import Loyalty
import Seeds
import SyncProtocol
import Testing

struct Earnings {
  /// By hand: the money a rule covers is laid in a heap; each full `per` taken off it is worth its points.
  private func counted(_ rules: [EarningRule], _ lines: [EarningLine]) -> Int64 {
    func isNamed(_ line: EarningLine, by rule: EarningRule) -> Bool {
      rule.categories?.contains { $0 == line.category } == true
    }
    var total: Int64 = 0
    for rule in rules {
      var heap: Int64 = 0
      for line in lines {
        let belongs =
          rule.categories == nil
          ? !rules.contains { isNamed(line, by: $0) } : isNamed(line, by: rule)
        if belongs { heap += line.net.minor }
      }
      while heap >= rule.per.minor {
        heap -= rule.per.minor
        total += rule.points.count
      }
    }
    return total
  }

  @Test func `earning is what one counts by hand`() {
    forAll { (samples: inout Samples) in
      var rulebook = samples.rulebook()
      rulebook.earning = rulebook.earning.map {
        EarningRule(
          id: $0.id, per: Money(1 + $0.per.minor % 300), points: $0.points, categories: $0.categories)
      }
      let lines = samples.list(0...8) {
        EarningLine(
          category: $0.maybe { $0.oneOf(Samples.categories + ["other"]) }, net: Money($0.number(0...500)))
      }
      return rulebook.earned(on: lines).count == counted(rulebook.earning, lines)
    }
  }

  @Test func `a quote earns on what its lines cost after every discount`() {
    forAll { (samples: inout Samples) in
      let (rulebook, cart) = (samples.rulebook(), samples.cart())
      let quote = rulebook.quote(cart)
      let lines = quote.lines.map { EarningLine(category: $0.category, net: $0.net) }
      return quote.earned == rulebook.earned(on: lines)
        && quote.earnedLot == rulebook.expiry.lot(earnedOn: Samples.today)
    }
  }

  @Test func `what was paid with points earns nothing (P9)`() {
    forAll { (samples: inout Samples) in
      var rulebook = samples.rulebook()
      rulebook.earning = [EarningRule(id: "all", per: Money(1), points: Points(1))]
      var cart = samples.cart()
      cart.lines = cart.lines.map {
        SaleLine(
          sku: $0.sku, category: $0.category, quantity: $0.quantity, gross: Money($0.gross.minor % 10_000))
      }
      let quote = rulebook.quote(cart)
      let byPoints = quote.outcomes.first { $0.code == "points_paid" }?.amount ?? 0
      cart.points = .zero
      return quote.earned.count == rulebook.quote(cart).earned.count - byPoints
    }
  }

  @Test func `a category whose rule gives nothing is left out of earning (P9)`() {
    var rulebook = Rulebook.none
    rulebook.earning = [
      EarningRule(id: "all", per: Money(1_00), points: Points(1)),
      EarningRule(id: "cards", per: Money(1), points: .zero, categories: ["prepaid"]),
    ]
    let lines = [
      EarningLine(category: "prepaid", net: Money(500_00)), EarningLine(category: nil, net: Money(99)),
      EarningLine(category: "fruit", net: Money(1)),
    ]
    #expect(rulebook.earned(on: lines) == Points(1))
  }

  @Test func `each rule counts its lines together and rounds down once`() {
    var rulebook = Rulebook.none
    rulebook.earning = [EarningRule(id: "all", per: Money(1_00), points: Points(3))]
    let half = EarningLine(category: nil, net: Money(50))
    #expect(rulebook.earned(on: [half]) == .zero)
    #expect(rulebook.earned(on: [half, half]) == Points(3))
    #expect(rulebook.earned(on: [half, half, half]) == Points(3))
  }

  @Test func `no sale earns more than one movement carries`() {
    var rulebook = Rulebook.none
    let most = Limits.movementPoints
    rulebook.earning = (0..<3).map {
      EarningRule(id: "\($0)", per: Money(1), points: Points(most), categories: ["c\($0)"])
    }
    let lines = (0..<Limits.saleLines).map {
      EarningLine(category: "c\($0 % 3)", net: Money(Limits.lineMinorUnits))
    }
    #expect(rulebook.earned(on: lines) == Points(most))
  }
}
