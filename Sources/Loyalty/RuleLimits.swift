/// Bounds of rulebooks and of the work that pricing one sale may be.
public enum RuleLimits {
  /// Prices and promotions of one rulebook; what came of each is part of every sale, beside its coupons.
  public static let promotions = 400
  /// Promotions applied to one sale; with the till's own, coupons, price and points they fit
  /// `Limits.lineDiscounts`.
  public static let salePromotions = 16
  /// Pieces of one sale that a promotion by the piece looks at, the dearest first: nobody carries more out.
  public static let promotionPieces = 10_000
  /// Choices between promotions weighed against each other for one sale; beyond it each group takes its own
  /// best.
  public static let promotionChoices = 256
  /// Choices times lines: keeps the longest cart within its milliseconds.
  public static let promotionWork = 8_192
}
