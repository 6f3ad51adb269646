import SyncProtocol

extension Rulebook {
  /// What is wrong with prices and promotions, with the path to each field.
  func promotionFaults() -> [RulebookFault] {
    var faults: [RulebookFault] = []
    func require(_ holds: Bool, _ path: String, _ reason: String) {
      if !holds { faults.append(RulebookFault(path: path, reason: reason)) }
    }
    let groups = Set(promotionGroups.map(\.id))
    require(groups.count == promotionGroups.count, "promotionGroups", "have different ids")
    let ids = prices.map(\.id) + promotions.map(\.id)
    require(Set(ids).count == ids.count, "promotions", "and prices have different ids")
    // A longer one could not be written on a receipt, and no sale with it could be made.
    func isToken(_ text: String) -> Bool { (1...Limits.tokenLength).contains(text.utf8.count) }
    for (list, ids) in [("prices", prices.map(\.id)), ("promotions", promotions.map(\.id))] {
      for (index, id) in ids.enumerated() {
        require(isToken(id), "\(list)[\(index)].id", "has 1 to \(Limits.tokenLength) bytes")
      }
    }
    require(
      ids.count <= RuleLimits.promotions, "promotions", "are with prices at most \(RuleLimits.promotions)")
    let known = levelIDs
    for (index, rule) in prices.enumerated() {
      faults += rule.when.faults(path: "prices[\(index)].when", tiers: known)
      require(!rule.unitPrices.isEmpty, "prices[\(index)].unitPrices", "name at least one article")
      for (sku, price) in rule.unitPrices.sorted(by: { $0.key < $1.key }) {
        require(
          (0...Limits.lineMinorUnits).contains(price.minor), "prices[\(index)].unitPrices.\(sku)",
          "is from 0 to \(Limits.lineMinorUnits)")
      }
    }
    for (index, promotion) in promotions.enumerated() {
      faults += promotion.when.faults(path: "promotions[\(index)].when", tiers: known)
      if let group = promotion.group {
        require(groups.contains(group), "promotions[\(index)].group", "is one of promotionGroups")
      }
      require(
        promotion.budget.map { $0 > .zero } ?? true, "promotions[\(index)].budget", "is more than nothing")
      require(
        promotion.budget.map { $0.minor <= Limits.lineMinorUnits } ?? true, "promotions[\(index)].budget",
        "is at most \(Limits.lineMinorUnits)")
      if case .gift = promotion.effect {
        require(
          promotion.budget == nil, "promotions[\(index)].budget",
          "is for money; a gift is counted by its stock")
      }
      if let limits = promotion.limits {
        for (field, limit) in [
          ("perMember", limits.perMember), ("perMemberDay", limits.perMemberDay),
          ("perStoreDay", limits.perStoreDay),
        ] {
          require(
            limit.map { $0 > 0 } ?? true, "promotions[\(index)].limits.\(field)", "is more than nothing")
        }
      }
      for (field, reason) in promotion.effect.faults() {
        faults.append(RulebookFault(path: "promotions[\(index)].effect.\(field)", reason: reason))
      }
    }
    let couponGroups = couponGroups.map(\.id)
    require(Set(couponGroups).count == couponGroups.count, "couponGroups", "have different ids")
    for (index, id) in couponGroups.enumerated() {
      require(isToken(id), "couponGroups[\(index)].id", "has 1 to \(Limits.tokenLength) bytes")
    }
    if let step = cashRounding?.step.minor {
      require(
        (1...RuleLimits.cashStep).contains(step), "cashRounding.step", "is from 1 to \(RuleLimits.cashStep)")
    }
    return faults
  }
}

extension PromotionEffect {
  /// Fields that cannot stand, each with the reason.
  fileprivate func faults() -> [(field: String, reason: String)] {
    var faults: [(String, String)] = []
    func require(_ holds: Bool, _ field: String, _ reason: String) {
      if !holds { faults.append((field, reason)) }
    }
    func rise<T: Comparable>(_ values: [T]) -> Bool { zip(values, values.dropFirst()).allSatisfy { $0 < $1 } }
    let most = Money(Limits.lineMinorUnits)
    switch self {
    case .amountOff(let steps):
      require(!steps.isEmpty, "steps", "has at least one step")
      require(rise(steps.map(\.spend)) && rise(steps.map(\.off)), "steps", "rise")
      for (index, step) in steps.enumerated() {
        require(
          step.off > .zero && step.off <= step.spend && step.spend <= most, "steps[\(index)]",
          "takes off something, and no more than was spent")
      }
    case .amountOffEach(let spend, let off, let cap):
      require(spend > .zero && spend <= most, "spend", "is more than nothing")
      require(off > .zero && off <= spend, "off", "is more than nothing and no more than spend")
      require(cap.map { $0 > .zero } ?? true, "cap", "is more than nothing")
    case .rateOff(let steps, let cap):
      require(!steps.isEmpty, "steps", "has at least one step")
      require(
        rise(steps.map(\.spend)) && rise(steps.map(\.payRatePermille).reversed()), "steps",
        "give more as they rise"
      )
      for (index, step) in steps.enumerated() {
        require(
          (0..<1000).contains(step.payRatePermille), "steps[\(index)].payRatePermille", "is from 0 to 999")
        require(step.spend >= .zero && step.spend <= most, "steps[\(index)].spend", "is not negative")
      }
      require(cap.map { $0 > .zero } ?? true, "cap", "is more than nothing")
    case .countRateOff(let steps):
      require(!steps.isEmpty, "steps", "has at least one step")
      require(
        rise(steps.map(\.count)) && rise(steps.map(\.payRatePermille).reversed()), "steps",
        "give more as they rise"
      )
      for (index, step) in steps.enumerated() {
        require(
          (0..<1000).contains(step.payRatePermille), "steps[\(index)].payRatePermille", "is from 0 to 999")
        require(
          (1...RuleLimits.promotionPieces).contains(step.count), "steps[\(index)].count",
          "is from 1 to \(RuleLimits.promotionPieces)")
      }
    case .buyGetFree(let buy, let free):
      require((1...1_000).contains(buy), "buy", "is from 1 to 1000")
      require((1...1_000).contains(free), "free", "is from 1 to 1000")
    case .bundle(let count, let price):
      require((2...1_000).contains(count), "count", "is from 2 to 1000")
      require(price >= .zero && price <= most, "price", "is not negative")
    case .gift(let steps):
      require(!steps.isEmpty, "steps", "has at least one step")
      require(rise(steps.map(\.spend)), "steps", "rise")
      for (index, step) in steps.enumerated() {
        require(step.spend >= .zero && step.spend <= most, "steps[\(index)].spend", "is not negative")
        require(
          (1...Limits.tokenLength).contains(step.sku.utf8.count), "steps[\(index)].sku",
          "has 1 to \(Limits.tokenLength) bytes")
        require(
          (1...RuleLimits.giftPieces).contains(step.count), "steps[\(index)].count",
          "is from 1 to \(RuleLimits.giftPieces)")
        let name = step.name.map { max($0.zh.count, $0.en.count) } ?? 0
        require(
          name <= Limits.textLength, "steps[\(index)].name",
          "has at most \(Limits.textLength) characters")
      }
    }
    return faults
  }
}
