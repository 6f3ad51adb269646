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

  enum CouponTry {
    case usable(PresentedCoupon)
    case barred(RuleOutcome)
  }

  /// A coupon as it is presented, by its code.
  func coupon(
    _ code: String, of member: MemberView?, hub: CouponView.HubWord, _ state: AgentState
  ) throws -> CouponTry {
    let found = try replica.read { reader -> (coupon: CouponView, owner: MemberID)? in
      guard let key = try reader.keys(.couponCode, Array(code.utf8), limit: 1).first,
        let coupon = try coupon(key, reader, after: try reader.includedThrough(), state)
      else { return nil }
      return (coupon, try reader.root(of: coupon.row.member))
    }
    guard let found else { throw TillFault.unknownCoupon(code) }
    if member?.id != found.owner { return .barred(RuleOutcome(rule: code, code: "coupon_of_other_member")) }
    let terms = try CouponTerms.decode(found.coupon.row.terms)
    if let refusal = found.coupon.refusal(terms.policy, hub: hub) {
      return .barred(RuleOutcome(rule: code, code: refusal))
    }
    return .usable(PresentedCoupon(id: found.coupon.id, code: code, terms: terms))
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
