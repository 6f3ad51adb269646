import Loyalty
import SyncProtocol

/// Why the coupon desk refuses; codes are stable.
public enum CouponFault: Error, Hashable, Sendable {
  /// No coupon, and no code to claim, is called so.
  case unknownCoupon
  case unknownIssue
  /// A template that issues nothing, or not so much; `field` says of whom.
  case issue(CouponIssueFault, field: String? = nil)
  /// What the coupon's state does not allow.
  case life(CouponLifeFault)
  /// Only the store can give it back.
  case heldByStore(String)
  /// Another member has claimed the code.
  case claimed
  case notVoided
  /// The whole issue was voided, not this code.
  case issueVoided
  /// Too many wrong codes; milliseconds until the next may be tried.
  case tooManyGuesses(waitMs: Int64)
}
