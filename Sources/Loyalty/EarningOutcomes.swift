import SyncProtocol

extension EarningDetail {
  /// The same as a sale keeps it: the amount is what it gives, the distance the money it looked at, or the
  /// weight of a multiplier, or the cap, or the tax.
  public var outcome: RuleOutcome {
    let prefix = currency == .points ? "earned" : "growth"
    let (code, distance): (String, Int64) =
      switch kind {
      case .rule(_, let gives) where gives == .zero: ("none", base.minor)
      case .rule: ("rule", base.minor)
      case .multiplier: ("multiplier", permille)
      case .bonus: ("bonus", base.minor)
      case .cap(_, let most): ("cap", most.count)
      case .tax: ("tax", base.minor)
      }
    return RuleOutcome(rule: rule, code: "\(prefix)_\(code)", amount: points.count, distance: distance)
  }
}

extension Quote {
  /// Why the sale earns what it earns, as far as a sale keeps it: parts that give something, or take it away,
  /// and goods that earn nothing by a rule of their own.
  public var earningOutcomes: [RuleOutcome] {
    let kept = earningDetails.filter { $0.points != .zero || $0.kind == .tax || $0.isExclusion }
    return kept.prefix(RuleLimits.earningOutcomes).map(\.outcome)
  }
}

extension EarningDetail {
  /// Goods with a price that a rule keeps from earning.
  fileprivate var isExclusion: Bool {
    if case .rule(_, let gives) = kind { gives == .zero && base > .zero } else { false }
  }
}

extension RuleOutcome {
  /// Whether it says why something was earned.
  public var isEarning: Bool { code.hasPrefix("earned_") || code.hasPrefix("growth_") }

  /// Words of an earning outcome; nil of another.
  func earningWords(_ money: (Int64) -> String) -> Words? {
    guard isEarning else { return nil }
    let isPoints = code.hasPrefix("earned_")
    let (zh, en) = isPoints ? ("积分", "points") : ("成长值", "growth value")
    switch code.drop(while: { $0 != "_" }) {
    case "_rule":
      return Words(
        zh: "消费 \(money(distance)) 得 \(amount) \(zh)", en: "\(amount) \(en) for \(money(distance)) spent")
    case "_none":
      let none = EarningDetail.nothing(isPoints: isPoints)
      return Words(zh: "消费 \(money(distance)) \(none.zh)", en: "\(money(distance)) spent \(none.en)")
    case "_multiplier":
      let factor = EarningDetail.factor(distance)
      return Words(
        zh: "\(factor) 倍\(zh)，多得 \(amount)", en: "\(factor) times the \(en): \(amount) more")
    case "_bonus": return Words(zh: "奖励 \(amount) \(zh)", en: "Bonus: \(amount) \(en)")
    case "_cap":
      return Words(
        zh: "\(zh)上限 \(distance)，少得 \(-amount)", en: "At most \(distance) \(en): \(-amount) less")
    case "_tax": return EarningDetail.taxWords(money(distance))
    default: return nil
    }
  }
}
