import SyncProtocol

/// What is left to pay in cash is rounded down to a multiple of `step` 抹零, always in the customer's favour.
public struct CashRounding: Hashable, Sendable, Codable {
  public let step: Money

  public init(step: Money) { self.step = step }
}

extension PricingCourse {
  /// Stage ⑤, before earning: drops the small coins of a sale paid in cash, as a discount on its lines.
  mutating func roundCash() {
    guard cart.isCash, let step = rulebook.cashRounding?.step.minor, step > 0 else { return }
    let off = quote.toPay.minor % step
    guard off > 0 else { return }
    discount(off, kind: LineDiscount.rounding)
    quote.outcomes.append(RuleOutcome(rule: "rounding", code: "cash_rounded", amount: off))
  }

  /// Shares an amount over what is left to pay on the lines.
  mutating func discount(_ amount: Int64, kind: String) {
    let weights = payable(quote).map(\.minor)
    let shares = ranks.shares(of: amount, over: Array(weights.indices), weights)
    for (line, share) in shares.enumerated() where share > 0 {
      quote.lines[line].discounts.append(LineDiscount(kind: kind, amount: Money(share)))
    }
  }
}
