import Loyalty
import Seeds
import SyncProtocol
import Testing

/// Rules that say a thing twice, or never.
struct Overlaps {
  private static func condition(_ samples: inout Samples) -> Condition {
    func moment(_ samples: inout Samples) -> Timestamp {
      Timestamp(ms: Samples.noon.ms + samples.number(-30...30) * 3_600_000)
    }
    let times = [moment(&samples), moment(&samples)].sorted()
    return Condition(
      from: samples.flag() ? times[0] : nil, until: times[0] < times[1] && samples.flag() ? times[1] : nil,
      weekdays: samples.oneOf([nil, nil, [1, 2], [3]]),
      hours: samples.oneOf([nil, Hours(from: 1_320, until: 120)]),
      stores: samples.oneOf([nil, nil, ["S1"]]), who: samples.oneOf([nil, .member]))
  }

  @Test func `two flash prices of one article are refused where they can hold at one moment, and only there`()
  {
    var (refused, accepted) = (0, 0)
    forAll { (samples: inout Samples) in
      var rulebook = Rulebook.none
      rulebook.prices = ["A", "B"].map { id in
        PriceRule(
          id: id, name: Samples.words, kind: .flash, when: Self.condition(&samples),
          unitPrices: [samples.oneOf(["milk", "milk", "rice"]): Money(100)])
      }
      let faults = rulebook.faults()
      let (one, two) = (rulebook.prices[0], rulebook.prices[1])
      let isSame =
        one.unitPrices.keys == two.unitPrices.keys
        && one.when.stores == two.when.stores && one.when.who == two.when.who
      // Hour by hour over two weeks around the samples'.
      let meets = (-24 * 7...24 * 7).contains { hour in
        let occasion = Occasion(
          time: Timestamp(ms: Samples.noon.ms + Int64(hour) * 3_600_000), utcOffsetMinutes: 480, store: "S1",
          customer: Customer())
        return one.when.unmet(on: occasion) == nil && two.when.unmet(on: occasion) == nil
      }
      if faults.isEmpty { accepted += 1 } else { refused += 1 }
      // What meets is refused; what is refused stands for the same article and members.
      return faults.isEmpty
        ? !(isSame && meets) : isSame && faults.map(\.path).allSatisfy { $0.hasPrefix("prices[1]") }
    }
    #expect(refused > 500 && accepted > 500)
  }

  @Test func `a rule over again is refused, and one that differs in what it gives or for whom is not`() {
    let off = Promotion(
      id: "A", name: Samples.words, effect: .amountOff([.init(spend: Money(100), off: Money(10))]))
    func faults(_ second: Promotion) -> [String] {
      var rulebook = Rulebook.none
      rulebook.promotions = [off, second]
      return rulebook.faults().map(\.path)
    }
    func other(when: Condition = .always, off: Int64 = 10) -> Promotion {
      Promotion(
        id: "B", name: Samples.words, when: when,
        effect: .amountOff([.init(spend: Money(100), off: Money(off))]))
    }
    #expect(faults(other()) == ["promotions[1]"])
    #expect(faults(other(when: Condition(weekdays: [1]))) == ["promotions[1]"])
    #expect(faults(other(off: 20)).isEmpty)
    #expect(faults(other(when: Condition(stores: ["S1"]))).isEmpty)
    var rulebook = Rulebook.none
    let dairy = LineScope(categories: ["dairy"])
    rulebook.earning = [
      EarningRule(id: "a", per: Money(100), points: Points(1), scope: dairy),
      EarningRule(id: "b", per: Money(100), points: Points(2), when: Condition(weekdays: [7]), scope: dairy),
    ]
    #expect(rulebook.faults().map(\.path) == ["earning[1]"])
    rulebook.earning.swapAt(0, 1)
    #expect(rulebook.faults().isEmpty)
    // Who is no member yet is left to the second.
    rulebook.earning = [Condition(who: .member), .always].enumerated().map {
      EarningRule(id: "\($0)", per: Money(100), points: Points(1), when: $1, scope: dairy)
    }
    #expect(rulebook.faults().isEmpty)
    rulebook.earning[1] = EarningRule(
      id: "c", per: Money(100), points: Points(1), when: Condition(weekdays: []), scope: dairy)
    #expect(rulebook.faults().map(\.path).contains("earning[1].when.weekdays"))
    (rulebook.earning, rulebook.earningTax) = ([], [EarningTax(permille: 90), EarningTax(permille: 130)])
    #expect(rulebook.faults().map(\.path) == ["earningTax[1]"])
  }

  @Test func `numbers at the ends of what a document can hold are faults, and stop nothing`() {
    for number in [Int64.min, .max, .max / 2] {
      var rulebook = Rulebook.none
      rulebook.holding = HoldingPolicy(homePermille: number, lastStorePermille: number)
      rulebook.promotions = [
        Promotion(
          id: "A", name: Samples.words,
          effect: .rateOff([.init(spend: Money(number), payRatePermille: number)], cap: Money(number)),
          budget: Money(number))
      ]
      #expect(Set(rulebook.faults().map(\.path)).isSuperset(of: ["holding"]))
    }
  }
}
