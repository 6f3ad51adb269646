import SyncProtocol

/// Holds back who guesses codes (law C4): a bucket of wrong tries for each member and each caller, which
/// fills again with time. A try is taken before it is known to be wrong, so that many at once get no further
/// than one after another, and given back when it was right.
public struct ClaimThrottle: Sendable {
  private var members: [MemberID: Bucket] = [:]
  private var callers: [String: Bucket] = [:]

  private static let memberRate = Rate(
    capacity: CouponLimits.memberGuesses, intervalMs: CouponLimits.memberGuessMs)
  private static let callerRate = Rate(
    capacity: CouponLimits.callerGuesses, intervalMs: CouponLimits.callerGuessMs)

  public init() {}

  /// Takes a try. Nil when there was one, else the milliseconds until there is.
  public mutating func begin(_ member: MemberID, by caller: String, nowMs: Int64) -> Int64? {
    forgetTheFull(nowMs)
    var (ofMember, ofCaller) = (members[member] ?? Bucket(), callers[caller] ?? Bucket())
    let waits = [ofMember.take(Self.memberRate, nowMs), ofCaller.take(Self.callerRate, nowMs)]
    if let wait = waits.compactMap({ $0 }).max() { return wait }
    (members[member], callers[caller]) = (ofMember, ofCaller)
    return nil
  }

  /// The code was right: the try costs nothing.
  public mutating func succeeded(_ member: MemberID, by caller: String) {
    members[member]?.giveBack(Self.memberRate)
    callers[caller]?.giveBack(Self.callerRate)
  }

  /// Buckets that have filled again say nothing; where there are too many others, those that fill first go.
  private mutating func forgetTheFull(_ nowMs: Int64) {
    if members.count >= CouponLimits.throttled { members = Self.emptiest(of: members, nowMs) }
    if callers.count >= CouponLimits.throttled { callers = Self.emptiest(of: callers, nowMs) }
  }

  private static func emptiest<Key>(of buckets: [Key: Bucket], _ nowMs: Int64) -> [Key: Bucket] {
    let filling = buckets.filter { $0.value.fullAtMs > nowMs }
    guard filling.count >= CouponLimits.throttled else { return filling }
    let kept = filling.sorted { $0.value.fullAtMs > $1.value.fullAtMs }.prefix(CouponLimits.throttled / 2)
    return Dictionary(uniqueKeysWithValues: kept.map { ($0.key, $0.value) })
  }

  private struct Rate {
    let capacity: Int64
    let intervalMs: Int64
  }

  /// A token bucket, kept as the moment at which it is full again.
  private struct Bucket {
    var fullAtMs: Int64 = 0

    mutating func take(_ rate: Rate, _ nowMs: Int64) -> Int64? {
      let full = max(fullAtMs, nowMs) + rate.intervalMs
      let wait = full - nowMs - rate.capacity * rate.intervalMs
      if wait > 0 { return wait }
      fullAtMs = full
      return nil
    }

    mutating func giveBack(_ rate: Rate) { fullAtMs -= rate.intervalMs }
  }
}
