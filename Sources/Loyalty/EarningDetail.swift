import SyncProtocol

/// One reason for what a purchase earns 积分明细.
public struct EarningDetail: Hashable, Sendable {
  public enum Kind: Hashable, Sendable {
    case rule(per: Money, gives: Points)
    case multiplier
    /// With whom it is for, which names it.
    case bonus(Condition.Who?)
    case cap(Cap, at: Points)
    /// Its base is the tax that earned nothing.
    case tax
  }

  public enum Cap: String, Hashable, Sendable, CaseIterable {
    case perSale
    case perMemberDay
    /// No movement carries more, whatever the rules say.
    case movement
  }

  /// The id of the rule, multiplier or bonus; a cap's name; `tax`.
  public let rule: String
  public let currency: EarningCurrency
  public let kind: Kind
  /// Positions of the lines it looked at; none for a cap.
  public let lines: [Int]
  /// The net of those lines.
  public let base: Money
  /// A multiplier's weight in thousandths; 1000 for the others.
  public let permille: Int64
  /// What it gives, in its currency: a multiplier's part is what it adds, a cap's is negative.
  public let points: Points

  public init(
    rule: String, currency: EarningCurrency, kind: Kind, lines: [Int], base: Money, permille: Int64 = 1000,
    points: Points
  ) {
    self.rule = rule
    self.currency = currency
    self.kind = kind
    self.lines = lines
    self.base = base
    self.permille = permille
    self.points = points
  }
}
