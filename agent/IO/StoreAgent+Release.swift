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
  /// After hearing from headquarters: gives back allowances that by policy belong elsewhere now. Looks at
  /// what pages have touched since it last did, and after a start at everything the store holds.
  func release() throws {
    try state.withLock { state in
      guard let node = state.identity?.node,
        state.touched.map({ $0.members.isEmpty && $0.coupons.isEmpty }) != true
      else { return }
      let now = Timestamp(ms: nowMs(state))
      let rulebook = state.rulebook(at: now)
      let included = try replica.read { try $0.includedThrough() }
      var points: [LotAmount] = []
      var coupons: [CouponID] = []
      // Whoever claimed or locked a coupon may still be at the till: it is looked at with the next page.
      var later = TouchedRows()
      try replica.read { reader in
        for member in try holders(state.touched, reader) {
          // While entries of ours are on their way the picture is about to change; they bring it up again.
          if state.overlay.totals(of: member, after: included) != nil { continue }
          if state.isClaiming(member, nowMs: now.ms) {
            later.insert(RowKey(kind: .holding, bytes: member.bytes))
            continue
          }
          points += try excess(
            of: member, node: node, rulebook.holding, on: rulebook.businessDay(now), reader)
        }
        var policies: [[UInt8]: CouponTerms.Policy] = [:]
        for coupon in try heldCoupons(state.touched, node, reader) {
          guard let row = try unused(coupon, state, included, reader), row.holder == node,
            try belongsElsewhere(row, node: node, &policies, reader)
          else { continue }
          if state.isClaiming(row.member, nowMs: now.ms) || state.locks.holder(of: coupon, at: now) != nil {
            later.insert(RowKey(kind: .coupon, bytes: coupon.bytes))
          } else {
            coupons.append(coupon)
          }
        }
      }
      for start in stride(from: 0, to: max(points.count, coupons.count), by: Limits.releaseItems) {
        let release = Release(
          points: Array(points.dropFirst(start).prefix(Limits.releaseItems)),
          coupons: Array(coupons.dropFirst(start).prefix(Limits.releaseItems)))
        try commit(.release(release), &state)
      }
      state.touched = later
    }
  }

  /// Fewer touched rows than this are looked up one by one; more are sought among what the store holds.
  private static let fewRows = 64

  /// Members touched of whom the store holds points.
  private func holders(_ touched: TouchedRows?, _ reader: ReplicaReader) throws -> [MemberID] {
    if let touched, touched.members.count < Self.fewRows {
      return try touched.members.sorted().filter { try reader.fields(.holding, $0.bytes) != nil }
    }
    let all = try reader.ownKeys(.holding).compactMap { MemberID(bytes: $0) }
    return all.filter { touched?.members.contains($0) ?? true }
  }

  /// Coupons that the store holds and that were touched, or whose member was.
  private func heldCoupons(
    _ touched: TouchedRows?, _ node: NodeID, _ reader: ReplicaReader
  ) throws -> [CouponID] {
    let here = Lookup.holder(node)
    guard let touched, touched.members.count < Self.fewRows else {
      return try reader.keys(here.kind, here.value, limit: Int(Int32.max)).compactMap { CouponID(bytes: $0) }
    }
    let owners = try touched.members.flatMap { try reader.records(of: $0).map(\.id) }
    let theirs = try owners.flatMap { try reader.keys(.couponMember, $0.bytes, limit: Limits.releaseItems) }
    return touched.coupons.union(theirs.compactMap { CouponID(bytes: $0) }).sorted()
  }

  private func excess(
    of member: MemberID, node: NodeID, _ policy: HoldingPolicy, on day: Day, _ reader: ReplicaReader
  ) throws -> [LotAmount] {
    guard try reader.fields(.holding, member.bytes) != nil else { return [] }
    let record = try reader.record(member)
    let root = try reader.root(of: member)
    let standing = root == member ? record : try reader.record(root)
    return ReleaseRule.excess(
      of: record, home: standing.member?.home ?? .hub, lastStore: standing.account?.lastStore ?? .hub,
      node: node, policy: policy, on: day)
  }

  private func unused(
    _ coupon: CouponID, _ state: AgentState, _ included: JournalSeq, _ reader: ReplicaReader
  ) throws -> CouponRow? {
    guard let row = try reader.fields(.coupon, coupon.bytes).flatMap({ CouponRow($0) }), row.state == .issued,
      state.overlay.lastEffect(on: coupon, after: included) == nil
    else { return nil }
    return row
  }

  /// At the store where its member is expected, or at headquarters if it is redeemed only with its word.
  /// Coupons of a template mostly have the same terms, so these are read once.
  private func belongsElsewhere(
    _ row: CouponRow, node: NodeID, _ policies: inout [[UInt8]: CouponTerms.Policy], _ reader: ReplicaReader
  ) throws -> Bool {
    let root = try reader.record(try reader.root(of: row.member))
    let target = HoldingPolicy.couponHolder(
      boundTo: row.boundTo, home: root.member?.home ?? .hub, lastStore: root.account?.lastStore ?? .hub)
    if target != node && target != .hub { return true }
    let policy = policies[row.terms] ?? (try? CouponTerms.decode(row.terms))?.policy ?? .held
    policies[row.terms] = policy
    return policy == .online
  }
}
