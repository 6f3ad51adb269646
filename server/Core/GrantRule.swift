import Loyalty
import SyncProtocol

/// One lot of a member at the hub: what is left of it in the chain, and who holds how much.
public struct LotState: Hashable, Sendable {
  public let lot: LotKey
  public let remainder: Points
  public let held: [NodeID: Points]

  public init(lot: LotKey, remainder: Points, held: [NodeID: Points]) {
    self.lot = lot
    self.remainder = remainder
    self.held = held
  }

  /// What nobody holds: the hub's to grant.
  public var free: Points { held.values.reduce(remainder) { $0 - $1 } }
}

public enum GrantRule {
  /// What to grant ahead of a visit, to the home store and the last one visited.
  public static func ahead(
    _ lot: LotState, home: NodeID, lastStore: NodeID, policy: HoldingPolicy
  ) -> [(node: NodeID, points: Points)] {
    var free = lot.free
    var grants: [(node: NodeID, points: Points)] = []
    for node in home == lastStore ? [home] : [home, lastStore] where node != .hub {
      let target = policy.target(of: lot.remainder, for: node, home: home, lastStore: lastStore)
      let grant = policy.grant(held: lot.held[node] ?? .zero, target: target, free: free)
      if grant > .zero {
        grants.append((node, grant))
        free -= grant
      }
    }
    return grants
  }

  /// What to grant a store that asks while a customer waits: from lots that may be spent today, in spend
  /// order, until it holds `wanted` in all.
  public static func claim(
    _ wanted: Points, by node: NodeID, lots: [LotState], on day: Day
  ) -> [(lot: LotState, points: Points)] {
    let active = lots.filter { $0.lot.isActive(on: day) }.sorted { $0.lot < $1.lot }
    var missing = active.reduce(wanted) { $0 - ($1.held[node] ?? .zero) }
    var grants: [(lot: LotState, points: Points)] = []
    for lot in active where missing > .zero {
      let grant = min(missing, max(.zero, lot.free))
      if grant > .zero {
        grants.append((lot, grant))
        missing -= grant
      }
    }
    return grants
  }
}
