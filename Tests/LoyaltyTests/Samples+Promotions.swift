import Loyalty
import Seeds
import SyncProtocol

extension Samples {
  static let modes = GroupMode.allCases

  mutating func promotions(_ rulebook: inout Rulebook) {
    let tiers = rulebook.tiers?.levels.map(\.id) ?? []
    rulebook.prices = list(0...2) { $0.price(tiers) }.numbered()
    rulebook.promotions = list(0...oneOf([0, 6])) { $0.promotion(tiers) }.numbered()
    rulebook.promotionGroups = ["A", "B"].map { PromotionGroup(id: $0, mode: oneOf(Samples.modes)) }
    rulebook.couponGroups = ["A", "B"].map { CouponGroup(id: $0, mode: oneOf(Samples.modes)) }
    rulebook.cashRounding = maybe { CashRounding(step: Money($0.oneOf([1, 5, 10, 100, 1_000]))) }
  }

  /// Of all that sample promotions take, often nothing, often enough.
  mutating func allowances() -> [String: Int64] {
    var held: [String: Int64] = [:]
    for sku in Samples.gifts where flag() { held[AllowanceName.gift(sku)] = number(0...3) }
    for index in 0..<6 where number(0...3) > 0 {
      held[AllowanceName.budget("promotion\(index)")] = flag() ? amount(upTo: 1_000) : Int64.max
    }
    return held
  }

  mutating func uses() -> PromotionUses {
    func some() -> [String: Int] {
      var uses: [String: Int] = [:]
      for index in 0..<6 where flag() { uses["promotion\(index)"] = Int(number(0...3)) }
      return uses
    }
    return PromotionUses(member: some(), memberDay: some(), storeDay: some())
  }

  private mutating func limits() -> PromotionLimits {
    PromotionLimits(
      perMember: maybe { Int($0.number(1...3)) }, perMemberDay: maybe { Int($0.number(1...3)) },
      perStoreDay: maybe { Int($0.number(1...3)) })
  }

  mutating func price(_ tiers: [String]) -> PriceRule {
    PriceRule(
      id: "", name: Samples.words, kind: oneOf([.member, .flash]), when: condition(tiers),
      unitPrices: [oneOf(Samples.skus): Money(oneOf([0, 1, 5, 99, amount(upTo: 10_000)]))])
  }

  mutating func promotion(_ tiers: [String] = []) -> Promotion {
    let effect = effect()
    let isMoney = if case .gift = effect { false } else { true }
    return Promotion(
      id: "", name: Samples.words, when: condition(tiers), scope: scope(), effect: effect,
      group: oneOf([nil, "A", "B", "B"]), exceptSpecialPrices: number(0...3) == 0,
      budget: isMoney && number(0...2) == 0 ? Money(1 + amount(upTo: 10_000)) : nil,
      limits: number(0...3) == 0 ? limits() : nil)
  }

  mutating func effect() -> PromotionEffect {
    let spend = 1 + amount(upTo: 100_000)
    let off = number(1...spend)
    let rate = number(1...999)
    let cap = number(0...3) == 0 ? Money(number(1...300)) : nil
    switch number(0...6) {
    case 0:
      let first = PromotionEffect.AmountStep(spend: Money(spend), off: Money(off))
      let more = number(1...500)
      let second = PromotionEffect.AmountStep(spend: Money(spend + more), off: Money(off + number(1...more)))
      return .amountOff(flag() ? [first] : [first, second])
    case 1: return .amountOffEach(spend: Money(spend), off: Money(off), cap: cap)
    case 2:
      let first = PromotionEffect.RateStep(spend: Money(flag() ? 0 : spend), payRatePermille: rate)
      let second = PromotionEffect.RateStep(
        spend: Money(spend + number(1...500)), payRatePermille: number(0...rate - 1))
      return .rateOff(flag() ? [first] : [first, second], cap: cap)
    case 3:
      let first = PromotionEffect.CountStep(count: Int(number(1...4)), payRatePermille: rate)
      let second = PromotionEffect.CountStep(
        count: first.count + Int(number(1...3)), payRatePermille: number(0...rate - 1))
      return .countRateOff(flag() ? [first] : [first, second])
    case 4: return .buyGetFree(buy: Int(number(1...3)), free: Int(number(1...2)))
    case 5:
      return .gift(
        (1...number(1...2)).map { step in
          PromotionEffect.GiftStep(
            spend: Money(step == 1 ? oneOf([0, spend]) : spend + number(1...500)), sku: oneOf(Samples.gifts),
            name: maybe { _ in Samples.words }, count: Int(number(1...2)))
        })
    default: return .bundle(count: Int(number(2...4)), price: Money(amount(upTo: 1_000)))
    }
  }
}

/// Rules are made without an id and numbered where they stand together.
protocol Numbered {
  func with(id: String) -> Self
}

extension PriceRule: Numbered {
  func with(id: String) -> PriceRule {
    PriceRule(id: "price" + id, name: name, kind: kind, when: when, unitPrices: unitPrices)
  }
}

extension Promotion: Numbered {
  func with(id: String) -> Promotion {
    Promotion(
      id: "promotion" + id, name: name, when: when, scope: scope, effect: effect, group: group,
      exceptSpecialPrices: exceptSpecialPrices, budget: budget, limits: limits)
  }
}

extension Array where Element: Numbered {
  func numbered() -> [Element] { enumerated().map { $1.with(id: "\($0)") } }
}
