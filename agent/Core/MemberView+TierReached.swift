import Loyalty
import SyncProtocol

extension MemberView {
  /// That a sale lifts this member to a higher level 升级, for its receipt; nil where it does not. `before` is
  /// the member before goods came back in the same step.
  public func tierReached(with sale: Sale, before: MemberView, by rulebook: Rulebook) -> RuleOutcome? {
    guard let levels = rulebook.tiers?.levels else { return nil }
    let day = rulebook.businessDay(sale.businessTime)
    func rank(_ view: MemberView) -> Int {
      let facts = view.tierFacts(utcOffsetMinutes: rulebook.utcOffsetMinutes)
      return rulebook.tier(of: facts, on: day).flatMap { levels.firstIndex(of: $0) } ?? -1
    }
    var after = self
    after.tierFacts.history.add(MonthSum(sale, on: day))
    after.memberships += rulebook.memberships(in: sale)
    let reached = rank(after)
    guard reached > max(rank(self), rank(before)) else { return nil }
    return RuleOutcome(rule: levels[reached].id, code: "tier_reached")
  }
}
