import SyncProtocol

/// A tax that prices include and that earns nothing 计积分前扣除的税额. Of these rules a line belongs to the first
/// that covers it; a line of none earns on all that it cost.
public struct EarningTax: Hashable, Sendable, Codable {
  /// Thousandths of the price without tax: 130 is 税率 13 %.
  public let permille: Int64
  public let scope: LineScope

  public init(permille: Int64, scope: LineScope = .all) {
    self.permille = permille
    self.scope = scope
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      permille: try container.decode(Int64.self, forKey: .permille),
      scope: try container.decodeIfPresent(LineScope.self, forKey: .scope) ?? .all)
  }

  /// What is left without the tax, rounded down; in minor units, up to `Limits.lineMinorUnits`.
  fileprivate func taken(off base: Int64) -> Int64 { base * 1000 / (1000 + permille) }
}

extension Rulebook {
  /// The line as earning looks at it: without the tax in its price (law P9).
  func untaxed(_ line: EarningLine) -> EarningLine {
    guard let tax = earningTax.first(where: { line.isCovered(by: $0.scope) }) else { return line }
    return EarningLine(sku: line.sku, category: line.category, net: Money(tax.taken(off: line.base)))
  }

  func earningTaxFaults() -> [RulebookFault] {
    var found = FaultList()
    found.require(
      earningTax.count <= Limits.earningRules, "earningTax", "has at most \(Limits.earningRules)")
    for (index, tax) in earningTax.enumerated() {
      found.require((0...1000).contains(tax.permille), "earningTax[\(index)].permille", "is from 0 to 1000")
      found.require(
        !earningTax[..<index].contains { $0.scope == .all || $0.scope == tax.scope }, "earningTax[\(index)]",
        "stands before the rule that leaves nothing to it")
    }
    return found.faults
  }
}
