import SyncProtocol

/// The part of a line that earning looks at.
public struct EarningLine: Hashable, Sendable {
  public let sku: String
  public let category: String?
  /// What was paid with points is already off it (law P9).
  public let net: Money

  public init(sku: String, category: String?, net: Money) {
    self.sku = sku
    self.category = category
    self.net = net
  }

  public init(_ line: SaleLine) { self.init(sku: line.sku, category: line.category, net: line.net) }

  func isCovered(by scope: LineScope) -> Bool { scope.covers(sku: sku, category: category) }

  /// In minor units, kept to what a line may cost, so that no sum overflows.
  var base: Int64 { min(max(0, net.minor), Limits.lineMinorUnits) }
}

/// What a purchase earns, and why.
public struct Earnings: Hashable, Sendable {
  public var points: Points
  public var growth: Int64
  /// Where the points go; growth value has no lots.
  public var lot: LotKey
  /// In each currency they add up to what is earned.
  public var details: [EarningDetail]
}

extension Rulebook {
  public func lot(earnedOn day: Day) -> LotKey { expiry.lot(earnedOn: day, pendingDays: pendingDays) }

  /// What these lines earn (law P11): each line's net without tax is weighed by its multipliers, each rule
  /// sums its lines and rounds down once, bonuses come on top, caps last. Nothing depends on the order of the
  /// lines, and no line earns less by costing more. `capLeft` is what the day's cap leaves the member.
  public func earnings(on lines: [EarningLine], occasion: Occasion, capLeft: Points? = nil) -> Earnings {
    var earned = Earnings(points: .zero, growth: 0, lot: lot(earnedOn: occasion.day), details: [])
    let paid = lines
    let lines = paid.map(untaxed)
    for currency in EarningCurrency.allCases {
      var details = byRules(currency, lines, occasion) + byBonuses(currency, lines, occasion)
      var sum = details.reduce(Points.zero) { $0 + $1.points }
      let caps: [(cap: EarningDetail.Cap, most: Points?)] =
        currency == .points
        ? [(.perSale, earningCaps.perSale), (.perMemberDay, capLeft.map { max(.zero, $0) })] : []
      for (cap, most) in caps + [(.movement, Points(Limits.movementPoints))] {
        guard let most, sum > most else { continue }
        details.append(
          EarningDetail(
            rule: cap.rawValue, currency: currency, kind: .cap(cap, at: most), lines: [], base: .zero,
            points: most - sum))
        sum = most
      }
      earned.details += details
      if currency == .points { earned.points = sum } else { earned.growth = sum.count }
    }
    if !earned.details.isEmpty, let tax = taxDetail(paid, lines) { earned.details.append(tax) }
    return earned
  }

  /// The rules' parts on the plain nets, then what each multiplier adds to them.
  private func byRules(
    _ currency: EarningCurrency, _ lines: [EarningLine], _ occasion: Occasion
  ) -> [EarningDetail] {
    let rules = earning.filter { $0.currency == currency && $0.when.unmet(on: occasion) == nil }
    var own = [[Int]](repeating: [], count: rules.count)
    for (index, line) in lines.enumerated() {
      if let rule = rules.firstIndex(where: { line.isCovered(by: $0.scope) }) { own[rule].append(index) }
    }
    var permille = [Int64](repeating: 1000, count: lines.count)
    func earned() -> [Points] {
      zip(rules, own).map { rule, own in
        rule.points(forWeighed: own.reduce(0) { $0 + lines[$1].base * permille[$1] })
      }
    }
    var points = earned()
    var details: [EarningDetail] = []
    for (index, rule) in rules.enumerated() where !own[index].isEmpty {
      details.append(
        EarningDetail(
          rule: rule.id, currency: currency, kind: .rule(per: rule.per, gives: rule.points),
          lines: own[index], base: base(of: own[index], lines), points: points[index]))
    }
    let earning = zip(rules, own).flatMap { $0.points > .zero ? $1 : [] }.sorted()
    for (multiplier, covered) in multiplied(earning, currency, lines, occasion) {
      for index in covered {
        permille[index] = min(permille[index] + multiplier.permille - 1000, Limits.combinedPermille)
      }
      let more = earned()
      details.append(
        EarningDetail(
          rule: multiplier.id, currency: currency, kind: .multiplier, lines: covered,
          base: base(of: covered, lines), permille: multiplier.permille,
          points: more.reduce(.zero, +) - points.reduce(.zero, +)))
      points = more
    }
    return details
  }

  /// Which multipliers count, in their order, and for which of the lines at `indices`.
  private func multiplied(
    _ indices: [Int], _ currency: EarningCurrency, _ lines: [EarningLine], _ occasion: Occasion
  ) -> [(Multiplier, [Int])] {
    let level = tiers?.levels.first { $0.id == occasion.customer?.tier }
    let met = (multipliers + (level?.accelerator.map { [$0] } ?? [])).filter {
      $0.currency == currency && $0.when.unmet(on: occasion) == nil
    }
    return met.enumerated().compactMap { position, multiplier in
      let rivals = met.enumerated().filter { other, rival in
        guard let group = multiplier.group, rival.group == group, other != position else { return false }
        return rival.permille > multiplier.permille
          || rival.permille == multiplier.permille && other < position
      }
      let covered = indices.filter { index in
        lines[index].isCovered(by: multiplier.scope)
          && !rivals.contains { lines[index].isCovered(by: $0.element.scope) }
      }
      return covered.isEmpty ? nil : (multiplier, covered)
    }
  }

  private func byBonuses(
    _ currency: EarningCurrency, _ lines: [EarningLine], _ occasion: Occasion
  ) -> [EarningDetail] {
    bonuses.compactMap { bonus in
      guard bonus.currency == currency, bonus.when.unmet(on: occasion) == nil else { return nil }
      let covered = lines.indices.filter { lines[$0].isCovered(by: bonus.scope) }
      let base = base(of: covered, lines)
      let points = bonus.points(for: base)
      guard points > .zero else { return nil }
      return EarningDetail(
        rule: bonus.id, currency: currency, kind: .bonus(bonus.when.who), lines: covered, base: base,
        points: points)
    }
  }

  /// What the tax took from the base; nil where there was none.
  private func taxDetail(_ paid: [EarningLine], _ untaxed: [EarningLine]) -> EarningDetail? {
    let taxed = paid.indices.filter { untaxed[$0].base < paid[$0].base }
    guard !taxed.isEmpty else { return nil }
    return EarningDetail(
      rule: "tax", currency: .points, kind: .tax, lines: taxed,
      base: base(of: taxed, paid) - base(of: taxed, untaxed), points: .zero)
  }

  private func base(of indices: [Int], _ lines: [EarningLine]) -> Money {
    Money(indices.reduce(0) { $0 + lines[$1].base })
  }
}

extension EarningRule {
  /// `weighed` is in thousandths of a minor unit; this is where a rule rounds.
  fileprivate func points(forWeighed weighed: Int64) -> Points {
    points.times(weighed / 1000 / per.minor)
  }
}

extension Bonus {
  fileprivate func points(for base: Money) -> Points {
    guard base > .zero, base >= minimum else { return .zero }
    return points.times(each.map { base.minor / $0.minor } ?? 1)
  }
}

extension Points {
  /// No more than one movement carries.
  fileprivate func times(_ factor: Int64) -> Points {
    let (product, overflow) = count.multipliedReportingOverflow(by: factor)
    return Points(overflow ? Limits.movementPoints : min(product, Limits.movementPoints))
  }
}
