import AgentCore
import Loyalty
import SyncProtocol
import Synchronization

extension AgentState {
  /// A customer may be standing at the till for whom the store asked the hub; how long they get to pay.
  static let claimMs: Int64 = 300_000

  func isClaiming(_ member: MemberID, nowMs: Int64) -> Bool { claiming[member].map { nowMs < $0 } ?? false }
}

extension StoreAgent {
  /// After hearing from headquarters: gives back allowances that by policy belong elsewhere now.
  func release(after touched: [RowKey]) throws {
    let members = Set(
      touched.filter { [.account, .holding, .member].contains($0.kind) }.compactMap {
        MemberID(bytes: $0.bytes)
      })
    var coupons = Set(touched.filter { $0.kind == .coupon }.compactMap { CouponID(bytes: $0.bytes) })
    if members.isEmpty, coupons.isEmpty { return }
    try state.withLock { state in
      guard let node = state.identity?.node else { return }
      let policy = state.rulebook(at: Timestamp(ms: nowMs(state))).holding
      let included = try replica.read { try $0.includedThrough() }
      var points: [LotAmount] = []
      try replica.read { reader in
        for member in try reader.ownKeys(.holding).compactMap({ MemberID(bytes: $0) })
        where members.contains(member) {
          // While entries of ours are on their way the picture is about to change; they bring it up again.
          if state.overlay.totals(of: member, after: included) != nil { continue }
          if state.isClaiming(member, nowMs: nowMs(state)) { continue }
          points += try excess(of: member, node: node, policy: policy, reader)
        }
        let here = Lookup.holder(node)
        let held = try reader.keys(here.kind, here.value, limit: Int(Int32.max)).compactMap {
          CouponID(bytes: $0)
        }
        coupons = try Set(
          held.filter { coupon in
            guard let row = try reader.fields(.coupon, coupon.bytes).flatMap({ CouponRow($0) }) else {
              return false
            }
            let root = try reader.root(of: row.member)
            guard coupons.contains(coupon) || members.contains(root) || members.contains(row.member) else {
              return false
            }
            return try belongsElsewhere(coupon, row, node: node, state, included, reader)
          })
      }
      let given = coupons.sorted()
      for start in stride(from: 0, to: max(points.count, given.count), by: Limits.releaseItems) {
        let release = Release(
          points: Array(points.dropFirst(start).prefix(Limits.releaseItems)),
          coupons: Array(given.dropFirst(start).prefix(Limits.releaseItems)))
        _ = try commit(.release(release), &state)
      }
    }
  }

  private func excess(
    of member: MemberID, node: NodeID, policy: HoldingPolicy, _ reader: ReplicaReader
  ) throws -> [LotAmount] {
    guard try reader.fields(.holding, member.bytes) != nil else { return [] }
    let record = try reader.record(member)
    let root = try reader.root(of: member)
    let standing = root == member ? record : try reader.record(root)
    return ReleaseRule.excess(
      of: record, home: standing.member?.home ?? .hub, lastStore: standing.account?.lastStore ?? .hub,
      node: node,
      policy: policy)
  }

  private func belongsElsewhere(
    _ coupon: CouponID, _ row: CouponRow, node: NodeID, _ state: AgentState, _ included: JournalSeq,
    _ reader: ReplicaReader
  ) throws -> Bool {
    if state.isClaiming(row.member, nowMs: nowMs(state)) { return false }
    if state.overlay.lastEffect(on: coupon, after: included) != nil { return false }
    let root = try reader.record(try reader.root(of: row.member))
    let target = HoldingPolicy.couponHolder(
      boundTo: row.boundTo, home: root.member?.home ?? .hub, lastStore: root.account?.lastStore ?? .hub)
    return target != node && target != .hub
  }
}
