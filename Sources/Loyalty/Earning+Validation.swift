import SyncProtocol

extension Rulebook {
  /// Everything wrong with what earns: rules, multipliers, bonuses, caps and the life of the points.
  func earningFaults() -> [RulebookFault] {
    var faults: [RulebookFault] = []
    func require(_ holds: Bool, _ path: String, _ reason: String) {
      if !holds { faults.append(RulebookFault(path: path, reason: reason)) }
    }
    let amounts = 0...Limits.movementPoints
    for (index, rule) in earning.enumerated() {
      require(rule.per.minor > 0, "earning[\(index)].per", "is more than nothing")
      require(amounts.contains(rule.points.count), "earning[\(index)].points", "is not negative")
      let isBehindAll = earning.prefix(index).contains {
        $0.currency == rule.currency && $0.when == .always && $0.scope == .all
      }
      require(!isBehindAll, "earning[\(index)]", "stands before the rule that covers everything")
    }
    let permille = 1000...Limits.earningPermille
    for (index, multiplier) in multipliers.enumerated() {
      require(
        permille.contains(multiplier.permille), "multipliers[\(index)].permille",
        "is from 1000 to \(Limits.earningPermille)")
    }
    for currency in EarningCurrency.allCases {
      require(
        combined(currency) <= Limits.combinedPermille, "multipliers",
        "come to at most \(Limits.combinedPermille) together")
    }
    for (index, bonus) in bonuses.enumerated() {
      require(bonus.minimum.minor >= 0, "bonuses[\(index)].minimum", "is not negative")
      require(amounts.contains(bonus.points.count), "bonuses[\(index)].points", "is not negative")
      require(bonus.each.map { $0.minor > 0 } ?? true, "bonuses[\(index)].each", "is more than nothing")
    }
    for (cap, path) in [(earningCaps.perSale, "perSale"), (earningCaps.perMemberDay, "perMemberDay")] {
      require(cap.map { amounts.contains($0.count) } ?? true, "earningCaps.\(path)", "is not negative")
    }
    require(
      (0...Limits.pendingDays).contains(pendingDays), "pendingDays", "is from 0 to \(Limits.pendingDays)")
    return faults + earningTaxFaults() + namesAndConditions() + expiry.faults(path: "expiry")
  }

  /// The greatest weight that any line could come to.
  private func combined(_ currency: EarningCurrency) -> Int64 {
    var best: [String: Int64] = [:]
    var total: Int64 = 1000
    for multiplier in multipliers where multiplier.currency == currency {
      // A weight far out of its bounds has its own fault; here it must not overflow.
      let surplus = min(max(multiplier.permille, 1000), Limits.earningPermille) - 1000
      if let group = multiplier.group {
        best[group] = max(best[group] ?? 0, surplus)
      } else {
        total += surplus
      }
    }
    return best.values.reduce(total, +)
  }

  private func namesAndConditions() -> [RulebookFault] {
    let documents: [(list: String, all: [(id: String, when: Condition)])] = [
      ("earning", earning.map { ($0.id, $0.when) }),
      ("multipliers", multipliers.map { ($0.id, $0.when) }),
      ("bonuses", bonuses.map { ($0.id, $0.when) }),
    ]
    var faults: [RulebookFault] = []
    var seen: Set<String> = []
    let known = levelIDs
    for (list, all) in documents {
      if all.count > Limits.earningRules {
        faults.append(RulebookFault(path: list, reason: "has at most \(Limits.earningRules)"))
      }
      for (index, one) in all.enumerated() {
        let path = "\(list)[\(index)]"
        if !(1...Limits.tokenLength).contains(one.id.utf8.count) {
          faults.append(RulebookFault(path: "\(path).id", reason: "has 1 to \(Limits.tokenLength) bytes"))
        }
        if !seen.insert(one.id).inserted {
          faults.append(RulebookFault(path: "\(path).id", reason: "is no other rule's id"))
        }
        faults += one.when.faults(path: "\(path).when", tiers: known)
      }
    }
    if mentionedSegments.count > Limits.saleSegments {
      faults.append(
        RulebookFault(path: "earning", reason: "asks for at most \(Limits.saleSegments) segments"))
    }
    return faults
  }
}

extension Expiry {
  func faults(path: String) -> [RulebookFault] {
    func fault(_ field: String, _ reason: String) -> [RulebookFault] {
      [RulebookFault(path: "\(path).\(field)", reason: reason)]
    }
    func bounds(_ field: String, _ value: Int, _ range: ClosedRange<Int>) -> [RulebookFault] {
      range.contains(value) ? [] : fault(field, "is from \(range.lowerBound) to \(range.upperBound)")
    }
    switch self {
    case .never: return []
    case .days(let days): return bounds("days", days, 1...Limits.expiryDays)
    case .rollingMonths(let months): return bounds("months", months, 1...Limits.expiryMonths)
    case .monthEnd(let months): return bounds("months", months, 0...Limits.expiryMonths)
    case .yearEnd(let years): return bounds("years", years, 0...Limits.expiryYears)
    case .fixedDate(let month, let day, let years):
      // A leap year has every day there is.
      let isDate = Day(year: 2000, month: month, day: day) != nil
      return (isDate ? [] : fault("day", "is a day of the month"))
        + bounds("years", years, 0...Limits.expiryYears)
    }
  }
}
