import SyncProtocol

/// The part of a line that earning and returns look at.
public struct EarningLine: Hashable, Sendable {
  public let category: String?
  public let net: Money

  public init(category: String?, net: Money) {
    self.category = category
    self.net = net
  }
}

extension Rulebook {
  /// Points for these lines. Each rule counts its own lines' net together, then rounds down once. What was
  /// paid with points is already off the net (law P9).
  public func earned(on lines: [EarningLine]) -> Points {
    var total: Int64 = 0
    let named = Set(earning.flatMap { $0.categories ?? [] })
    for rule in earning {
      let base = lines.reduce(Int64(0)) { sum, line in
        covers(rule, line.category, named: named) ? sum + line.net.minor : sum
      }
      let whole = max(0, base) / rule.per.minor
      let (points, overflow) = whole.multipliedReportingOverflow(by: rule.points.count)
      total = min(
        Limits.movementPoints, overflow ? Limits.movementPoints : total + min(points, Limits.movementPoints))
    }
    return Points(total)
  }

  private func covers(_ rule: EarningRule, _ category: String?, named: Set<String>) -> Bool {
    if let categories = rule.categories { return category.map { categories.contains($0) } ?? false }
    return category.map { !named.contains($0) } ?? true
  }
}
