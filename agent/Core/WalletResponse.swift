import Loyalty
import SyncProtocol

/// A member's coupons as the till shows them beside a cart 券包: which to present, and why the others not.
public struct WalletResponse: Hashable, Sendable, Codable {
  public struct Coupon: Hashable, Sendable, Codable {
    public let couponId: CouponID
    public let code: String
    public let template: String
    public let name: Words
    /// Its terms in one line.
    public let words: Words
    public let expiresAt: Timestamp?
    /// What it alone would take off.
    public let saving: Money
    public let usable: Bool
    /// What it would come to, or why it cannot be used and how far away it is.
    public let outcome: Receipt.Outcome
  }

  public let memberId: MemberID
  /// Those that can be used first, the best of them before; then those that cannot.
  public let coupons: [Coupon]
  /// Codes to present, in this order, for the cheapest sale.
  public let bestTogether: [String]
  /// What those take off together.
  public let saving: Money
  /// Whether every choice of them was weighed.
  public let exhaustive: Bool
  public let rulebook: Int64
  public let currency: String
  public let asOf: Timestamp
  public let offline: Bool
}

/// A coupon before it is weighed, with whether it can be.
public struct WalletCoupon: Hashable, Sendable {
  public let coupon: CouponView
  public let terms: CouponTerms
  /// The code of why it cannot even be tried; nil when it can.
  public let refusal: String?
  /// The store would redeem it without holding it.
  public let isRisked: Bool

  /// `mayRisk` where the store is cut off and may risk anything; `isLocked` where another till or order has
  /// it.
  public init(_ coupon: CouponView, hub: CouponView.HubWord, mayRisk: Bool, isLocked: Bool) throws {
    self.coupon = coupon
    terms = try CouponTerms.decode(coupon.row.terms)
    let barred = coupon.refusal(terms.policy, hub: hub)
    isRisked = mayRisk && barred == "coupon_held_elsewhere" && coupon.mayBeRisked(terms)
    refusal = isLocked && coupon.state == .issued ? "coupon_locked" : isRisked ? nil : barred
  }

  /// As it would be presented; nil when it cannot be.
  public var presented: PresentedCoupon? {
    guard refusal == nil else { return nil }
    return PresentedCoupon(id: coupon.id, code: coupon.row.code, terms: terms, isRisked: isRisked)
  }
}

extension WalletResponse {
  /// `coupons` are all that are listed; `wallet` has weighed those that can be tried.
  public init(
    of member: MemberID, _ coupons: [WalletCoupon], weighed wallet: Wallet, by rulebook: Rulebook,
    on day: Day,
    asOf: Timestamp, offline: Bool
  ) {
    let known = Dictionary(coupons.map { ($0.coupon.id, $0) }) { first, _ in first }
    func listed(_ one: WalletCoupon, _ saving: Money, _ outcome: RuleOutcome) -> Coupon {
      Coupon(
        couponId: one.coupon.id, code: one.coupon.row.code, template: one.coupon.row.template,
        name: one.terms.name,
        words: one.terms.words(
          currency: rulebook.currency, utcOffsetMinutes: rulebook.utcOffsetMinutes, today: day),
        expiresAt: one.terms.expiresAt, saving: saving, usable: outcome.isCouponUse,
        outcome: Receipt.Outcome(outcome, currency: rulebook.currency))
    }
    let tried = wallet.entries.compactMap { entry in
      known[entry.coupon].map { listed($0, entry.saving, entry.outcome) }
    }
    let barred = coupons.compactMap { one in
      one.refusal.map { listed(one, .zero, RuleOutcome(rule: one.coupon.row.code, code: $0)) }
    }.sorted { $0.code < $1.code }
    memberId = member
    self.coupons = tried.filter(\.usable) + tried.filter { !$0.usable } + barred
    bestTogether = wallet.bestTogether.compactMap { known[$0]?.coupon.row.code }
    saving = wallet.saving
    exhaustive = wallet.isExhaustive
    self.rulebook = rulebook.version
    currency = rulebook.currency
    self.asOf = asOf
    self.offline = offline
  }
}
