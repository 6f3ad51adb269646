import Loyalty
import SyncProtocol

/// What a store gives back after it has heard from headquarters: allowances it has no claim to by policy.
public enum ReleaseRule {
  /// Excess of the lots a store holds of one record. `home` and `lastStore` are the standing record's.
  public static func excess(
    of record: MemberRecord, home: NodeID, lastStore: NodeID, node: NodeID, policy: HoldingPolicy,
    on day: Day
  ) -> [LotAmount] {
    guard let holding = record.holding else { return [] }
    let left = Dictionary((record.account?.lots ?? []).map { ($0.lot, $0.remainder) }) { first, _ in first }
    // What is owed is nobody's to hold: it goes to the hub at once, not a part of what is left each time.
    var owed = record.account?.debt ?? .zero
    return holding.lots.sorted { $0.key < $1.key }.compactMap { lot, holding in
      let remainder = left[lot] ?? .zero
      let paid = lot.isActive(on: day) ? max(.zero, min(owed, remainder)) : .zero
      owed -= paid
      let target = policy.target(of: remainder - paid, for: node, home: home, lastStore: lastStore)
      let excess = policy.excess(held: holding.held, target: target)
      // One movement carries no more; the rest goes when headquarters has taken this much.
      let points = min(excess, Points(Limits.movementPoints))
      return points > .zero ? LotAmount(owner: record.id, lot: lot, points: points) : nil
    }
  }
}
