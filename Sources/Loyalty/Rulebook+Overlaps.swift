import SyncProtocol

// Rules that say a thing twice or never: whoever wrote them meant something else.
extension Rulebook {
  func overlapFaults() -> [RulebookFault] {
    var found = FaultList()
    let again = "is an earlier one over again, for the same members at overlapping times"
    for index in Self.repeated(multipliers, { $0.when }, { [$0.currency, $0.permille, $0.scope, $0.group] }) {
      found.require(false, "multipliers[\(index)]", again)
    }
    for index in Self.repeated(
      bonuses, { $0.when }, { [$0.currency, $0.scope, $0.minimum, $0.points, $0.each] })
    {
      found.require(false, "bonuses[\(index)]", again)
    }
    for index in Self.repeated(
      promotions, { $0.when }, { [$0.scope, $0.effect, $0.group, $0.exceptSpecialPrices] })
    {
      found.require(false, "promotions[\(index)]", again)
    }
    for (index, rule) in prices.enumerated() {
      let others = prices[..<index].filter { $0.kind == rule.kind && $0.when.overlaps(rule.when) }
      for sku in rule.unitPrices.keys.sorted() where others.contains(where: { $0.unitPrices[sku] != nil }) {
        found.require(
          false, "prices[\(index)].unitPrices.\(sku)",
          "has a price of the same kind already, for the same members at overlapping times")
      }
    }
    for (index, rule) in earning.enumerated() {
      let isHidden = earning[..<index].contains {
        $0.currency == rule.currency && $0.scope == rule.scope && $0.scope != .all
          && rule.when.isWithin($0.when)
      }
      found.require(!isHidden, "earning[\(index)]", "stands before the rule that leaves nothing to it")
    }
    return found.faults
  }

  /// Rules that are as an earlier one but for their names and times, where the times overlap.
  private static func repeated<Rule>(
    _ rules: [Rule], _ when: (Rule) -> Condition, _ body: (Rule) -> [AnyHashable]
  ) -> [Int] {
    rules.indices.filter { index in
      rules[..<index].contains { body($0) == body(rules[index]) && when($0).overlaps(when(rules[index])) }
    }
  }
}

extension Condition {
  /// Whether it can hold at the same moment as another that asks for the same members, stores and channels.
  func overlaps(_ other: Condition) -> Bool {
    func meet<T: Hashable>(_ mine: [T]?, _ theirs: [T]?) -> Bool {
      guard let mine, let theirs else { return true }
      return !Set(mine).isDisjoint(with: theirs)
    }
    func isSame<T: Hashable>(_ mine: [T]?, _ theirs: [T]?) -> Bool {
      mine.map { Set($0) } == theirs.map { Set($0) }
    }
    guard who == other.who, isSame(stores, other.stores), isSame(channels, other.channels),
      isSame(tiers, other.tiers), isSame(segments, other.segments)
    else { return false }
    if let from, let end = other.until, end <= from { return false }
    if let until, let begin = other.from, until <= begin { return false }
    let meetsInHours =
      hours.map { mine in
        other.hours.map { theirs in (0..<1_440).contains { mine.contain($0) && theirs.contain($0) } } ?? true
      } ?? true
    return meetsInHours && meet(weekdays, other.weekdays) && meet(monthDays, other.monthDays)
  }
}
