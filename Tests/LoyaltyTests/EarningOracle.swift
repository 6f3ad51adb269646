import Loyalty
import SyncProtocol

/// The law P11 from its words, line by line and with exact fractions: slow, and written without a look at how
/// the library does it.
struct EarningOracle {
  struct Fraction {
    var above: Int128
    var below: Int128

    static func + (a: Fraction, b: Fraction) -> Fraction {
      Fraction(above: a.above * b.below + b.above * a.below, below: a.below * b.below).reduced
    }

    static func * (a: Fraction, b: Fraction) -> Fraction {
      Fraction(above: a.above * b.above, below: a.below * b.below).reduced
    }

    /// How many times `part` fits in whole.
    func whole(_ part: Int64) -> Int128 { above / (below * Int128(part)) }

    private var reduced: Fraction {
      var (a, b) = (above, below)
      while b != 0 { (a, b) = (b, a % b) }
      return a == 0 ? Fraction(above: 0, below: 1) : Fraction(above: above / a, below: below / a)
    }
  }

  let rulebook: Rulebook
  let lines: [EarningLine]
  let occasion: Occasion
  let capLeft: Points?

  var points: Int64 {
    var most = Int128(Limits.movementPoints)
    if let cap = rulebook.earningCaps.perSale { most = min(most, Int128(cap.count)) }
    if let left = capLeft { most = min(most, Int128(left.count)) }
    return Int64(min(most, total(.points)))
  }

  var growth: Int64 { Int64(min(Int128(Limits.movementPoints), total(.growth))) }

  private func total(_ currency: EarningCurrency) -> Int128 {
    var sum: Int128 = 0
    for rule in rulebook.earning where rule.currency == currency {
      var weighed = Fraction(above: 0, below: 1)
      for line in lines where owner(of: line, currency) == rule.id {
        weighed = weighed + Fraction(above: base(of: line), below: 1) * weight(of: line, currency)
      }
      sum += weighed.whole(rule.per.minor) * Int128(rule.points.count)
    }
    for bonus in rulebook.bonuses where bonus.currency == currency && isMet(bonus.when) {
      var net: Int128 = 0
      for line in lines where covers(bonus.scope, line) { net += base(of: line) }
      if net == 0 || net < Int128(bonus.minimum.minor) { continue }
      var times: Int128 = 1
      if let each = bonus.each { times = Fraction(above: net, below: 1).whole(each.minor) }
      sum += times * Int128(bonus.points.count)
    }
    return sum
  }

  /// Net of tax: the most that, with the tax on it, comes to no more than was paid.
  private func base(of line: EarningLine) -> Int128 {
    var base = Int128(line.net.minor)
    if let tax = rulebook.earningTax.first(where: { covers($0.scope, line) }) {
      base = base * 1000 / Int128(1000 + tax.permille) + 2
      while base * Int128(1000 + tax.permille) > Int128(line.net.minor) * 1000 { base -= 1 }
    }
    return base
  }

  private func owner(of line: EarningLine, _ currency: EarningCurrency) -> String? {
    for rule in rulebook.earning {
      if rule.currency == currency, isMet(rule.when), covers(rule.scope, line) { return rule.id }
    }
    return nil
  }

  /// One, and above it the best of each group and everything without a group.
  private func weight(of line: EarningLine, _ currency: EarningCurrency) -> Fraction {
    var alone: Int128 = 0
    var best: [String: Int128] = [:]
    let level = rulebook.tiers?.levels.first { $0.id == occasion.customer?.tier }
    if currency == .points, let level {
      for case .accelerator(let permille) in level.benefits { alone += Int128(permille) - 1000 }
    }
    for multiplier in rulebook.multipliers {
      if multiplier.currency != currency || !isMet(multiplier.when) { continue }
      if !covers(multiplier.scope, line) { continue }
      let above = Int128(multiplier.permille) - 1000
      if let group = multiplier.group {
        if above > best[group] ?? 0 { best[group] = above }
      } else {
        alone += above
      }
    }
    for above in best.values { alone += above }
    return Fraction(above: 1000 + alone, below: 1000)
  }

  private func isMet(_ when: Condition) -> Bool { when.unmet(on: occasion) == nil }
  private func covers(_ scope: LineScope, _ line: EarningLine) -> Bool {
    scope.covers(sku: line.sku, category: line.category)
  }
}
