import AgentCore
import Loyalty
import SyncProtocol
import Synchronization

/// A till or an order keeps a coupon for itself for a while 锁券 (law C5). Locks are in memory: a restart of
/// the agent frees them.
extension StoreAgent {
  /// Locks a coupon that this store may redeem, or the same holder's lock anew. While the line is up, one
  /// that headquarters keeps is claimed first; one that is redeemed `online` is asked for by its sale.
  public func lock(_ code: String, _ request: CouponLockRequest) throws -> CouponLockResponse {
    try request.check()
    do {
      return try state.withLock { try lock(code, request, hub: .unasked, &$0) }
    } catch TillFault.refused(let outcome)
      where ["coupon_held_elsewhere", "coupon_needs_line"].contains(outcome.code)
    {
      if outcome.code == "coupon_held_elsewhere" { try claim(coupon: code) }
      return try state.withLock { try lock(code, request, hub: $0.couponWord, &$0) }
    }
  }

  /// By whoever locked it; it has to be locked.
  public func unlock(_ code: String, by holder: String) throws -> CouponLockResponse {
    try CouponLockRequest.check(holder: holder)
    return try state.withLock { state in
      let coupon = try found(code, state).coupon
      try changing(code) { () throws(CouponLifeFault) in
        try state.locks.unlock(coupon.id, by: holder, at: Timestamp(ms: nowMs(state)))
      }
      return CouponLockResponse(couponId: coupon.id, code: code, holder: holder, lockedUntil: nil)
    }
  }

  private func lock(
    _ code: String, _ request: CouponLockRequest, hub: CouponView.HubWord, _ state: inout AgentState
  ) throws -> CouponLockResponse {
    _ = try identity(state)
    let coupon = try found(code, state).coupon
    let now = Timestamp(ms: nowMs(state))
    let mayRisk = !state.pacing.isOnline && state.rulebook(at: now).offline.takesRisk
    let tried = try tried(coupon, CouponTry(hub: hub, mayRisk: mayRisk, lock: request.holder), state)
    if let refusal = tried.refusal { throw TillFault.refused(RuleOutcome(rule: code, code: refusal)) }
    let until = Timestamp(ms: now.ms + request.ttlSeconds * 1_000)
    try changing(code) { () throws(CouponLifeFault) in
      try state.locks.lock(
        coupon.id, by: request.holder, until: until, expiresAt: tried.terms.expiresAt, at: now)
    }
    return CouponLockResponse(couponId: coupon.id, code: code, holder: request.holder, lockedUntil: until)
  }

  private func changing(_ code: String, _ change: () throws(CouponLifeFault) -> Void) throws(TillFault) {
    do { try change() } catch { throw .refused(RuleOutcome(rule: code, code: error.code)) }
  }

  private func claim(coupon code: String) throws {
    let wanted = try state.withLock { state -> CouponID? in
      guard state.pacing.isOnline else { return nil }
      let coupon = try found(code, state).coupon
      state.claiming[coupon.row.member] = nowMs(state) + AgentState.claimMs
      return coupon.id
    }
    if let wanted { _ = claim(points: [], coupons: [wanted]) }
  }
}
