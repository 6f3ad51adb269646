import SyncProtocol

/// Something scarce in the chain that is not points: how much there is, and who holds how much of it.
public struct AllowanceState: Hashable, Sendable {
  public let total: Int64
  /// What nodes had taken or been granted and gave back.
  public let returned: Int64
  /// What each node may take, and has taken.
  public let holdings: [NodeID: AllowanceRow]

  public init(total: Int64, returned: Int64 = 0, holdings: [NodeID: AllowanceRow]) {
    self.total = total
    self.returned = returned
    self.holdings = holdings
  }

  /// What nobody has been granted; never below nothing, also after the total was lowered.
  public var free: Int64 { max(0, holdings.values.reduce(total + returned) { $0 - $1.granted }) }
  /// What nobody has taken yet.
  public var left: Int64 { max(0, holdings.values.reduce(total + returned) { $0 - $1.used }) }
}

public enum AllowanceRule {
  /// What to grant a store ahead: half of what is left, shared by all stores, once it holds less than half of
  /// that. So what is left moves to the stores that use it. A part too small for what is taken at a time
  /// stays with the hub, so that the last of it is not scattered where nobody can use it.
  public static func topUp(
    _ state: AllowanceState, for node: NodeID, stores: Int, takenAtATime: Int64 = 1
  ) -> Int64 {
    guard stores > 0, state.left > 0 else { return 0 }
    let target = max(1, state.left / Int64(2 * stores))
    if target < takenAtATime { return 0 }
    let held = state.holdings[node]?.held ?? 0
    return held * 2 < target || held == 0 ? min(target - held, state.free) : 0
  }
}
