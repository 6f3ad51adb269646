import AgentCore
import Loyalty
import SyncProtocol

extension StoreAgent {
  /// After hearing from headquarters: gives back allowances that by policy belong elsewhere now.
  func release(after touched: [RowKey]) throws {
    let members = Set(
      touched.filter { [.account, .holding, .member].contains($0.kind) }.compactMap { MemberID(bytes: $0.bytes) })
    let coupons = touched.filter { $0.kind == .coupon }.compactMap { CouponID(bytes: $0.bytes) }
    if members.isEmpty, coupons.isEmpty { return }
    try state.withLock { state in
      guard let node = state.identity?.node else { return }
      let policy = state.rulebook(at: Timestamp(ms: nowMs(state))).holding
      var points: [LotAmount] = []
      var given: [CouponID] = []
      let included = try replica.read { try $0.includedThrough() }
      for member in members {
        // While entries of ours are on their way, the picture is about to change; it is looked at again then.
        if !state.overlay.effects(on: member, after: included).isEmpty { continue }
        let (excess, released) = try excess(of: member, node: node, policy: policy, state, included)
        points += excess
        given += released
      }
      for coupon in coupons where !given.contains(coupon) {
        if try shouldRelease(coupon, node: node, state, included) { given.append(coupon) }
      }
      for start in stride(from: 0, to: max(points.count, given.count), by: Limits.releaseItems) {
        let release = Release(
          points: Array(points.dropFirst(start).prefix(Limits.releaseItems)),
          coupons: Array(given.dropFirst(start).prefix(Limits.releaseItems)))
        _ = try commit(.release(release), &state)
      }
    }
  }

  private func excess(
    of member: MemberID, node: NodeID, policy: HoldingPolicy, _ state: AgentState, _ included: JournalSeq
  ) throws -> ([LotAmount], [CouponID]) {
    try replica.read { reader in
      let record = try reader.record(member)
      let root = try reader.root(of: member)
      let standing = root == member ? record : try reader.record(root)
      let home = standing.member?.home ?? .hub
      let last = standing.account?.lastStore ?? .hub
      let points =
        record.holding == nil
        ? [] : ReleaseRule.excess(of: record, home: home, lastStore: last, node: node, policy: policy)
      let keys = HoldingPolicy.couponHolder(home: home, lastStore: last) == node
        ? [] : try reader.keys(.couponMember, member.bytes, limit: Limits.releaseItems)
      let coupons = try keys.filter { key in
        guard let row = try reader.fields(.coupon, key).flatMap({ CouponRow($0) }) else { return false }
        return row.holder == node && row.state == .issued
      }.compactMap { CouponID(bytes: $0) }
      return (points, coupons.filter { state.overlay.lastEffect(on: $0, after: included) == nil })
    }
  }

  private func shouldRelease(
    _ coupon: CouponID, node: NodeID, _ state: AgentState, _ included: JournalSeq
  ) throws -> Bool {
    try replica.read { reader in
      guard let row = try reader.fields(.coupon, coupon.bytes).flatMap({ CouponRow($0) }), row.holder == node,
        row.state == .issued, state.overlay.lastEffect(on: coupon, after: included) == nil
      else { return false }
      let root = try reader.record(try reader.root(of: row.member))
      let target = HoldingPolicy.couponHolder(
        home: root.member?.home ?? .hub, lastStore: root.account?.lastStore ?? .hub)
      return target != node && target != .hub
    }
  }
}
