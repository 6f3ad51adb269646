import Loyalty
import SyncProtocol

/// Coupons that a till or an order of this store has locked 锁券, and until when: another's sale does not take
/// them (law C5). In memory alone: a restart frees them all, and headquarters never hears of them.
public struct CouponLocks: Sendable {
  private struct Lock: Sendable {
    let holder: String
    var life: CouponLife
  }

  private var locks: [CouponID: Lock] = [:]

  public init() {}

  /// Locks it, or the same holder's lock anew. `expiresAt` is the end of the coupon's own time.
  public mutating func lock(
    _ coupon: CouponID, by holder: String, until: Timestamp, expiresAt: Timestamp?, at now: Timestamp
  ) throws(CouponLifeFault) {
    freeWhatRanOut(at: now)
    var life = CouponLife(expiresAt: expiresAt)
    if let held = locks[coupon] {
      life = held.life
      _ = try life.handle(.unlock(by: Self.use(holder)), at: now)
    }
    _ = try life.handle(.lock(until: until, by: Self.use(holder)), at: now)
    locks[coupon] = Lock(holder: holder, life: life)
  }

  public mutating func unlock(
    _ coupon: CouponID, by holder: String, at now: Timestamp
  ) throws(CouponLifeFault) {
    freeWhatRanOut(at: now)
    guard var lock = locks[coupon] else { throw .notLocked }
    _ = try lock.life.handle(.unlock(by: Self.use(holder)), at: now)
    locks[coupon] = nil
  }

  /// A sale took it: whoever locked it has had their use of it.
  public mutating func consume(_ coupon: CouponID) { locks[coupon] = nil }

  /// Whose it is now; nil where nobody's.
  public func holder(of coupon: CouponID, at now: Timestamp) -> String? {
    guard let lock = locks[coupon], case .locked(let until, _) = lock.life.state, now < until else {
      return nil
    }
    return lock.holder
  }

  private mutating func freeWhatRanOut(at now: Timestamp) {
    locks = locks.filter { holder(of: $0.key, at: now) != nil }
  }

  /// Tills and orders name themselves by any text; the coupon's life knows orders by an id.
  private static func use(_ holder: String) -> CouponUse {
    .order(OrderID(derivedFrom: "coupon lock/\(holder)"))
  }
}

/// A till or an order wants a coupon for itself for a while 锁券.
public struct CouponLockRequest: Hashable, Sendable, Codable {
  /// The till or the order; a sale that names it in `lock` takes the coupon.
  public var holder: String
  /// Seconds until it frees itself.
  public var ttlSeconds: Int64

  public init(holder: String, ttlSeconds: Int64) {
    self.holder = holder
    self.ttlSeconds = ttlSeconds
  }

  public func check() throws(TillFault) {
    try Self.check(holder: holder)
    guard (1...RuleLimits.couponLockSeconds).contains(ttlSeconds) else {
      throw .invalid(field: "ttlSeconds", reason: "is from 1 to \(RuleLimits.couponLockSeconds)")
    }
  }

  public static func check(holder: String, field: String = "holder") throws(TillFault) {
    guard (1...Limits.tokenLength).contains(holder.utf8.count) else {
      throw .invalid(field: field, reason: "has 1 to \(Limits.tokenLength) bytes")
    }
  }
}

public struct CouponLockResponse: Hashable, Sendable, Codable {
  public let couponId: CouponID
  public let code: String
  public let holder: String
  /// When it frees itself; nil once it is free.
  public let lockedUntil: Timestamp?

  public init(couponId: CouponID, code: String, holder: String, lockedUntil: Timestamp?) {
    self.couponId = couponId
    self.code = code
    self.holder = holder
    self.lockedUntil = lockedUntil
  }
}
