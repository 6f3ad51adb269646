/// Bounds of rulebooks and of the work that pricing one sale may be.
public enum RuleLimits {
  /// Reasons of what a sale earns that it keeps.
  public static let earningOutcomes = 40
  /// Prices and promotions of one rulebook; what came of each is part of every sale, beside its coupons.
  public static let promotions = 400
  /// Promotions applied to one sale; with the till's own, coupons, price and points they fit
  /// `Limits.lineDiscounts`.
  public static let salePromotions = 16
  /// Pieces of one sale that a promotion by the piece looks at, the dearest first: nobody carries more out.
  public static let promotionPieces = 10_000
  /// Choices between promotions, or between coupons, weighed against each other for one sale; beyond it each
  /// group takes its own best.
  public static let offerChoices = 256
  /// Choices times lines: keeps the longest cart within its milliseconds.
  public static let offerWork = 8_192
  /// Lines looked at to try out what promotions promise for goods that are not in the cart yet, about a tenth
  /// of a millisecond; of a sale that takes more, the later ones only say what they are short of.
  public static let hintWork = 20_000
  /// Tries at how much more it takes where other promotions take their part of what is added: enough where
  /// they halve it.
  public static let hintTries = 20
  /// Coupons of a wallet, those that save most, of which the best together are sought one by one: keeps it
  /// within a second for the longest cart.
  public static let walletCoupons = 50
  /// Pieces of one gift: what somebody carries out.
  public static let giftPieces = 1_000
  /// Minor units to whose multiple cash is rounded down: no chain gives up more than ten yuan for its till.
  public static let cashStep: Int64 = 1_000
  /// Seconds that a till or an order may lock a coupon: an hour, longer than anybody stands at a till.
  public static let couponLockSeconds: Int64 = 3_600
  /// Minor units that one store may risk while its line is down: ten million yuan, more than a shop's month.
  public static let riskMinorUnits: Int64 = 1_000_000_000
  /// Days that a class of members looks back: ten years.
  public static let classDays = 3_650
  /// Purchases that make a member loyal: so many are read of each member in a night.
  public static let loyalPurchases = 1_000
}
