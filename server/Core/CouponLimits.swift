/// Bounds of the coupon desk. A transaction never issues more than `Limits.issuedCoupons`.
public enum CouponLimits {
  /// Coupons that one transaction of an issue to many gives to members: a waiting store waits for no more.
  public static let issueBatch = 1_000
  /// Coupons that one transaction voids or lets expire.
  public static let endBatch = 1_000
  /// Members that one issue may name one by one: what fits into a request.
  public static let namedMembers = 100_000
  /// Codes of one issue: everybody in a large country's capital.
  public static let issuedCodes: Int64 = 10_000_000
  /// Codes drawn ahead: eight megabytes of memory while they are written.
  public static let drawnCodes: Int64 = 1_000_000
  /// Failures of an issue that are listed; all are counted.
  public static let listedFailures = 1_000
  /// Codes of one page of an export, read at a time.
  public static let exportPage = 10_000
  /// Wrong codes that one member may bring at once, and the time after which there is one more. A code
  /// has 60 bits: with a million of them out, a guess each minute finds one in two million years.
  public static let memberGuesses: Int64 = 5
  public static let memberGuessMs: Int64 = 60_000
  /// The same for one caller, who may serve many members: ten a minute find one in two hundred
  /// thousand years.
  public static let callerGuesses: Int64 = 100
  public static let callerGuessMs: Int64 = 6_000
  /// Members and callers whose wrong codes are kept in mind.
  public static let throttled = 100_000
}
