import AgentCore
import Loyalty
import SyncProtocol
import Synchronization

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
  func coupon(_ code: String, of member: MemberView?, _ state: AgentState) throws -> CouponTry {
    let found = try replica.read { reader -> (coupon: CouponView, owner: MemberID)? in
      guard let key = try reader.keys(.couponCode, Array(code.utf8), limit: 1).first,
        let coupon = try coupon(key, reader, after: try reader.includedThrough(), state)
      else { return nil }
      return (coupon, try reader.root(of: coupon.row.member))
    }
    guard let found else { throw TillFault.unknownCoupon(code) }
    if member?.id != found.owner { return .barred(RuleOutcome(rule: code, code: "coupon_of_other_member")) }
    if let refusal = found.coupon.refusal { return .barred(RuleOutcome(rule: code, code: refusal)) }
    return .usable(
      PresentedCoupon(
        id: found.coupon.id, code: code, terms: try CouponTerms.decode(found.coupon.row.terms)))
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
}
