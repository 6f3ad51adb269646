import SyncProtocol

extension Rulebook {
  /// Stage ①: the lowest of the till's own price, the tier's, and member and flash prices, line by line.
  func applyPrices(of tier: TierLevel?, on occasion: Occasion, to quote: inout Quote) {
    var savedBy: [String: Int64] = [:]
    var live: [PriceRule] = []
    for rule in prices {
      if let unmet = rule.when.unmet(on: occasion) {
        quote.outcomes.append(RuleOutcome(rule: rule.id, code: unmet.code, amount: unmet.amount))
      } else {
        live.append(rule)
      }
    }
    for index in quote.lines.indices {
      let line = quote.lines[index]
      var best: (kind: String, source: String, off: Int64)?
      func offer(_ kind: String, _ source: String, _ off: Int64) {
        if off > best?.off ?? 0 { best = (kind, source, off) }
      }
      if let tier {
        offer(LineDiscount.tier, tier.id, line.gross.minor * (1000 - tier.payRatePermille) / 1000)
      }
      for rule in live {
        guard let price = rule.unitPrices[line.sku], let cost = line.quantity.cost(at: price) else {
          continue
        }
        offer(rule.kind.discountKind, rule.id, (line.gross - cost).minor)
      }
      let tillsOwn = (line.gross - line.net).minor
      guard let best, best.off > tillsOwn else { continue }
      quote.lines[index].discounts.append(
        LineDiscount(kind: best.kind, source: best.source, amount: Money(best.off - tillsOwn)))
      savedBy[best.source, default: 0] += best.off - tillsOwn
    }
    if let tier, let saved = savedBy[tier.id] {
      quote.outcomes.append(RuleOutcome(rule: tier.id, code: "tier_price", amount: saved))
    }
    for rule in live {
      let saved = savedBy[rule.id]
      quote.outcomes.append(
        RuleOutcome(
          rule: rule.id, code: saved == nil ? "price_not_lower" : rule.kind.outcome, amount: saved ?? 0))
    }
  }
}

extension PriceRule.Kind {
  fileprivate var discountKind: String {
    switch self {
    case .member: LineDiscount.memberPrice
    case .flash: LineDiscount.flashPrice
    }
  }

  fileprivate var outcome: String {
    switch self {
    case .member: "member_price"
    case .flash: "flash_price"
    }
  }
}
