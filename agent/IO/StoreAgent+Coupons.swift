import AgentCore
import Loyalty
import SyncProtocol
import Synchronization

extension AgentState {
  /// What a quote may count on: it asks nobody, but the sale will.
  var couponWord: CouponView.HubWord { pacing.isOnline ? .askable : .unasked }
}

/// Members' coupons: which there are, and which of them this store may redeem.
extension StoreAgent {
  /// All of a member's, also those that are over.
  public func coupons(of member: MemberID) throws -> [CouponResponse] {
    try state.withLock { state in
      _ = try identity(state)
      guard let view = try view(member, state) else { throw TillFault.unknownMember }
      return try coupons(of: view, state).map {
        CouponResponse($0, terms: try CouponTerms.decode($0.row.terms))
      }
    }
  }

  func coupons(of member: MemberView, _ state: AgentState) throws -> [CouponView] {
    try replica.read { reader in
      let included = try reader.includedThrough()
      let owners = try reader.records(of: member.id).map(\.id)
      let keys = try owners.flatMap { try reader.keys(.couponMember, $0.bytes, limit: Limits.releaseItems) }
      return try keys.compactMap { try coupon($0, reader, after: included, state) }
    }
  }

  /// On what terms coupons are tried.
  struct CouponTry {
    let hub: CouponView.HubWord
    let mayRisk: Bool
    /// Under which name the request has locked coupons.
    let lock: String?
  }

  func tried(_ coupon: CouponView, _ terms: CouponTry, _ state: AgentState) throws -> WalletCoupon {
    let holder = state.locks.holder(of: coupon.id, at: Timestamp(ms: nowMs(state)))
    return try WalletCoupon(
      coupon, hub: terms.hub, mayRisk: terms.mayRisk, isLocked: holder != nil && holder != terms.lock)
  }

  /// A coupon as it is presented, by its code; `presented` is nil where it is refused.
  func coupon(
    _ code: String, of member: MemberView?, _ terms: CouponTry, _ state: AgentState
  ) throws -> (presented: PresentedCoupon?, refusal: String?) {
    let (coupon, owner) = try found(code, state)
    if member?.id != owner { return (nil, "coupon_of_other_member") }
    let tried = try tried(coupon, terms, state)
    return (tried.presented, tried.refusal)
  }

  /// A coupon by its code, with the person whose it is.
  func found(_ code: String, _ state: AgentState) throws -> (coupon: CouponView, owner: MemberID) {
    let found = try replica.read { reader -> (coupon: CouponView, owner: MemberID)? in
      guard let key = try reader.keys(.couponCode, Array(code.utf8), limit: 1).first,
        let coupon = try coupon(key, reader, after: try reader.includedThrough(), state)
      else { return nil }
      return (coupon, try reader.root(of: coupon.row.member))
    }
    guard let found else { throw TillFault.unknownCoupon(code) }
    return found
  }

  private func coupon(
    _ key: [UInt8], _ reader: ReplicaReader, after included: JournalSeq, _ state: AgentState
  ) throws -> CouponView? {
    guard let id = CouponID(bytes: key), let row = try reader.fields(.coupon, key).flatMap({ CouponRow($0) })
    else { return nil }
    return CouponView(
      id: id, row: row, node: state.identity?.node,
      effect: state.overlay.lastEffect(on: id, after: included))
  }

  /// Asks the hub for what this sale lacks; true when a page came back and it is worth trying again.
  func claim(
    for request: SaleRequest, _ draft: SaleDraft, andTakingBack back: Points
  ) throws -> Bool {
    let wish = try state.withLock { state -> (points: [PointsClaim], coupons: [CouponID])? in
      guard state.pacing.isOnline, let member = try identify(request, state).0 else { return nil }
      let coupons = try replica.read { reader in
        try draft.coupons.compactMap { code -> [UInt8]? in
          guard let key = try reader.keys(.couponCode, Array(code.utf8), limit: 1).first,
            let row = try reader.fields(.coupon, key).flatMap({ CouponRow($0) }),
            try reader.root(of: row.member) == member.id
          else { return nil }
          return key
        }
      }
      for record in try replica.read({ try $0.records(of: member.id) }) {
        state.claiming[record.id] = nowMs(state) + AgentState.claimMs
      }
      let wanted = min(draft.points.count + back.count, Limits.movementPoints)
      let points = draft.points > .zero ? [PointsClaim(member: member.id, points: Points(wanted))] : []
      return (points, coupons.compactMap { CouponID(bytes: $0) })
    }
    guard let wish else { return false }
    return claim(points: wish.points, coupons: wish.coupons)
  }
}
