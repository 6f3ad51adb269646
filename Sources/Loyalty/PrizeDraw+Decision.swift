import SyncProtocol

/// What the node that draws knows.
public struct DrawStanding: Hashable, Sendable {
  public var occasion: Occasion
  /// The member's points anywhere in the chain, less debt; and what this node may spend of them.
  public var available: Points
  public var held: [LotAmount]
  /// The member's draws today.
  public var drawnToday: Int
  /// Pieces this node may give out, by the prize's id.
  public var stock: [String: Int64]

  public init(
    occasion: Occasion, available: Points, held: [LotAmount], drawnToday: Int = 0, stock: [String: Int64]
  ) {
    self.occasion = occasion
    self.available = available
    self.held = held
    self.drawnToday = drawnToday
    self.stock = stock
  }
}

public enum DrawDecision: Hashable, Sendable {
  /// The points are spent. A prize takes one piece of its allowance where it has stock.
  case drawn(PrizeDraw.Prize?, spent: [LotAmount], outcome: RuleOutcome)
  case refused(RuleOutcome)
}

extension Programs {
  /// Draws once. `seed` is chance from outside, and is kept with the result so that anybody can draw again
  /// and see the same. A prize that has run out here is not passed on to another: the member wins nothing and
  /// is told so.
  public func draw(_ id: String, seed: UInt64, given standing: DrawStanding) -> DrawDecision {
    func refuse(_ code: String, _ amount: Int64 = 0, _ distance: Int64 = 0) -> DrawDecision {
      .refused(RuleOutcome(rule: id, code: code, amount: amount, distance: distance))
    }
    guard let draw = draws.first(where: { $0.id == id }) else { return refuse("draw_unknown") }
    if let unmet = draw.when.unmet(on: standing.occasion) {
      return codesOfTime.contains(unmet.code) ? refuse("draw_not_now") : refuse(unmet.code, unmet.amount)
    }
    if let limit = draw.perMemberDay, standing.drawnToday >= limit {
      return refuse("draw_day_limit", Int64(limit))
    }
    let price = draw.pointsPerDraw
    if price > standing.available {
      return refuse("draw_points_insufficient", standing.available.count, (price - standing.available).count)
    }
    let held = SpendPlan.spendable(standing.held, on: standing.occasion.day)
    let (spent, missing) = SpendPlan.drawUpTo(price, from: held)
    if missing > .zero { return refuse("draw_points_held_elsewhere", (price - missing).count, missing.count) }
    guard let prize = draw.prize(for: seed) else {
      return .drawn(nil, spent: spent, outcome: RuleOutcome(rule: id, code: "draw_blank"))
    }
    if prize.stock != nil, standing.stock[prize.id] ?? 0 <= 0 {
      return .drawn(nil, spent: spent, outcome: RuleOutcome(rule: id, code: "draw_out_of_stock"))
    }
    return .drawn(prize, spent: spent, outcome: RuleOutcome(rule: id, code: "draw_won"))
  }
}
