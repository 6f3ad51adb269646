import SyncProtocol

public enum OrderKind {}
/// An order of the mall 商城订单, which takes coupons before it is paid.
public typealias OrderID = ID<OrderKind>

/// Who uses a coupon.
public enum CouponUse: Hashable, Sendable {
  case sale(SaleID)
  case order(OrderID)
}

/// The life of one coupon 券生命周期: issued → locked → redeemed → reversed → issued; issued → expired, voided or
/// transferred, which are ends.
public struct CouponLife: Hashable, Sendable {
  public enum State: Hashable, Sendable {
    case issued
    /// Nobody else may use it; from `until` on it is issued again.
    case locked(until: Timestamp, by: CouponUse)
    case redeemed(by: CouponUse)
    /// What used it came back; whether it lives on is decided apart.
    case reversed
    case expired
    case voided
    /// Handed on 转赠; the other member has a coupon of their own.
    case transferred(to: MemberID)
  }

  public enum Event: Hashable, Sendable {
    case lock(until: Timestamp, by: CouponUse)
    case unlock(by: CouponUse)
    case redeem(by: CouponUse)
    case reverse(by: CouponUse)
    case reissue
    /// Looks at the time: ends a lock that has run out, and then the coupon's own time.
    case tick
    case void
    case transfer(to: MemberID)
  }

  /// What an event did, in order.
  public enum Effect: Hashable, Sendable {
    case locked(by: CouponUse)
    /// A lock ended without redemption (law C5).
    case freed(by: CouponUse)
    case redeemed(by: CouponUse)
    case reversed
    case reissued
    case expired
    case voided
    case transferred(to: MemberID)
  }

  public private(set) var state: State
  public let expiresAt: Timestamp?
  public let transferable: Bool

  public init(state: State = .issued, expiresAt: Timestamp? = nil, transferable: Bool = false) {
    self.state = state
    self.expiresAt = expiresAt
    self.transferable = transferable
  }

  /// Takes an event at a moment, after a lock that has run out by then is freed. A refused event changes
  /// nothing; the lock is freed with the next one that is taken, or by a tick.
  public mutating func handle(_ event: Event, at now: Timestamp) throws(CouponLifeFault) -> [Effect] {
    var next = self
    var effects = next.freeWhatRanOut(at: now)
    effects += try next.take(event, at: now)
    self = next
    return effects
  }

  private mutating func freeWhatRanOut(at now: Timestamp) -> [Effect] {
    guard case .locked(let until, let holder) = state, until <= now else { return [] }
    state = .issued
    return [.freed(by: holder)]
  }

  private mutating func take(_ event: Event, at now: Timestamp) throws(CouponLifeFault) -> [Effect] {
    switch event {
    case .lock(let until, let user):
      try requireUsable(by: nil, at: now)
      if until <= now { throw .lockInThePast }
      state = .locked(until: until, by: user)
      return [.locked(by: user)]
    case .unlock(let user):
      guard case .locked(_, let holder) = state else { throw .notLocked }
      if holder != user { throw .lockedByOther }
      state = .issued
      return [.freed(by: user)]
    case .redeem(let user):
      try requireUsable(by: user, at: now)
      state = .redeemed(by: user)
      return [.redeemed(by: user)]
    case .reverse(let user):
      guard case .redeemed(let used) = state else { throw .notRedeemed }
      if used != user { throw .redeemedByOther }
      state = .reversed
      return [.reversed]
    case .reissue:
      guard state == .reversed else { throw .notReversed }
      state = .issued
      return [.reissued]
    case .tick:
      guard state == .issued, let expiresAt, expiresAt <= now else { return [] }
      state = .expired
      return [.expired]
    case .void:
      try requireIssued()
      state = .voided
      return [.voided]
    case .transfer(let member):
      try requireUsable(by: nil, at: now)
      if !transferable { throw .notTransferable }
      state = .transferred(to: member)
      return [.transferred(to: member)]
    }
  }

  /// Issued and in its time, or locked by `user`: who locked it in time may redeem it after its last day.
  private func requireUsable(by user: CouponUse?, at now: Timestamp) throws(CouponLifeFault) {
    if case .locked(_, let holder) = state, holder == user { return }
    try requireIssued()
    if let expiresAt, expiresAt <= now { throw .expired }
  }

  private func requireIssued() throws(CouponLifeFault) {
    switch state {
    case .issued: return
    case .locked: throw .lockedByOther
    case .redeemed: throw .redeemed
    case .reversed: throw .reversed
    case .expired: throw .expired
    case .voided: throw .voided
    case .transferred: throw .transferred
    }
  }
}

/// Why an event changed nothing; the codes are stable.
public enum CouponLifeFault: String, Error, Hashable, Sendable, CaseIterable {
  case lockedByOther = "coupon_locked"
  case lockInThePast = "coupon_lock_in_the_past"
  case notLocked = "coupon_not_locked"
  case redeemed = "coupon_used"
  case notRedeemed = "coupon_not_used"
  case redeemedByOther = "coupon_used_by_other"
  case reversed = "coupon_reversed"
  case notReversed = "coupon_not_reversed"
  case expired = "coupon_expired"
  case voided = "coupon_voided"
  case transferred = "coupon_transferred"
  case notTransferable = "coupon_not_transferable"

  public var code: String { rawValue }
}
