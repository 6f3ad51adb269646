import Loyalty
import Seeds
import SyncProtocol

/// Random earning documents that may be published, and occasions on which about half of them apply.
extension Samples {
  mutating func earning(_ rulebook: inout Rulebook) {
    let tiers = rulebook.tiers?.levels.map(\.id) ?? []
    var number = 0
    func id(_ kind: String) -> String {
      number += 1
      return "\(kind)\(number)"
    }
    for currency in [EarningCurrency.points, .points, .growth] {
      for _ in 0..<self.number(0...2) {
        let rule = EarningRule(
          id: id("rule"), currency: currency, per: money(), points: Points(self.number(0...10)),
          when: condition(tiers), scope: scope())
        if rule.when != .always || rule.scope != .all { rulebook.earning.append(rule) }
      }
    }
    for currency in EarningCurrency.allCases where flag() {
      rulebook.earning.append(
        EarningRule(id: id("rest"), currency: currency, per: money(), points: Points(self.number(0...10))))
    }
    for _ in 0..<self.number(0...4) {
      rulebook.multipliers.append(
        Multiplier(
          id: id("multiplier"), currency: oneOf([.points, .points, .growth]),
          permille: oneOf([1000, 1500, 2000, 2000, 3000, self.number(1000...10_000)]),
          when: condition(tiers), scope: scope(), group: maybe { $0.oneOf(["day", "tier"]) }))
    }
    for _ in 0..<self.number(0...2) {
      rulebook.bonuses.append(
        Bonus(
          id: id("bonus"), currency: oneOf([.points, .points, .growth]), when: condition(tiers),
          scope: scope(), minimum: Money(oneOf([0, 100, amount(upTo: 1_000)])),
          points: Points(self.number(0...50)), each: maybe { $0.money() }))
    }
    rulebook.earningCaps = EarningCaps(
      perSale: self.number(0...3) == 0 ? Points(amount(upTo: 1_000)) : nil,
      perMemberDay: flag() ? Points(amount(upTo: 1_000)) : nil)
    if self.number(0...2) == 0 { rulebook.earningTax = earningTax() }
    rulebook.pendingDays = flag() ? 0 : Int(self.number(0...30))
  }

  private mutating func money() -> Money { Money(1 + amount(upTo: oneOf([10, 300, 10_000]))) }

  mutating func earningTax() -> [EarningTax] {
    var scopes: [LineScope] = []
    for scope in list(0...3, { $0.scope() }) where !scopes.contains(scope) && scope != .all {
      scopes.append(scope)
    }
    if flag() { scopes.append(.all) }
    return scopes.map { EarningTax(permille: oneOf([0, 60, 90, 130, 1000, number(0...1000)]), scope: $0) }
  }

  mutating func scope() -> LineScope {
    func few(_ names: [String]) -> Set<String>? {
      number(0...2) == 0 ? Set(list(0...2) { $0.oneOf(names) }) : nil
    }
    if flag() { return .all }
    return LineScope(
      skus: few(Samples.skus), categories: few(Samples.categories),
      exceptSkus: few(Samples.skus), exceptCategories: few(Samples.categories))
  }

  static let segments = ["new", "loyal", "sleeping"]

  mutating func condition(_ tiers: [String] = []) -> Condition {
    var when = Condition.always
    if flag() { return when }
    func some() -> Bool { number(0...4) == 0 }
    if some() { when.from = Timestamp(ms: Samples.noon.ms + 3_600_000 * number(-200...20)) }
    if some() { when.until = Timestamp(ms: (when.from ?? Samples.noon).ms + 3_600_000 * number(1...200)) }
    if some() { when.weekdays = list(1...6) { Int($0.number(1...7)) } }
    if some() { when.monthDays = [8, 15, 18, 28] }
    if some() {
      let from = Int(number(0...1_439))
      when.hours = Hours(from: from, until: (from + Int(number(1...1_439))) % 1_440)
    }
    if some() { when.stores = list(1...2) { $0.oneOf(["S1", "S2"]) } }
    if some() { when.channels = ["till"] }
    if some() { when.who = oneOf(Condition.Who.allCases) }
    if some(), !tiers.isEmpty { when.tiers = list(1...2) { $0.oneOf(tiers) } }
    if some() { when.segments = list(1...2) { $0.oneOf(Samples.segments) } }
    return when
  }

  mutating func occasion() -> Occasion {
    Occasion(
      time: Timestamp(ms: Samples.noon.ms + 60_000 * number(-20_000...20_000)), utcOffsetMinutes: 480,
      store: maybe { $0.oneOf(["S1", "S2"]) }, channel: maybe { $0.oneOf(["till", "app"]) },
      customer: number(0...3) == 0 ? nil : customer())
  }

  private mutating func customer() -> Customer {
    Customer(
      tier: maybe { "T\($0.number(0...3))" }, segments: Set(list(0...3) { $0.oneOf(Samples.segments) }),
      traits: Customer.Traits(rawValue: UInt8(number(0...15))))
  }

  mutating func earningLine() -> EarningLine {
    EarningLine(
      sku: oneOf(Samples.skus), category: maybe { $0.oneOf(Samples.categories) },
      net: Money(number(0...9) == 0 ? amount(upTo: Limits.lineMinorUnits) : number(0...1_000)))
  }

  mutating func capLeft() -> Points? { maybe { Points($0.amount(upTo: 1_000)) } }

  mutating func expiry() -> Expiry {
    switch number(0...6) {
    case 0: .days(Int(number(1...800)))
    case 1: .rollingMonths(Int(number(1...30)))
    case 2: .monthEnd(after: Int(number(0...30)))
    case 3: .yearEnd(after: Int(number(0...3)))
    case 4: fixedDate()
    default: .never
    }
  }

  mutating func fixedDate() -> Expiry {
    let month = Int(number(1...12))
    let length = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
    return .fixedDate(month: month, day: Int(number(1...Int64(length))), after: Int(number(0...3)))
  }
}
