import Journey
import Loyalty
import SyncProtocol

/// The chain's rules for the replay. Prices are the source's own, so tiers give nothing here; points do.
enum ChainRules {
  static let doubled: Set<String> = ["PRODUCE", "DELI"]
  static let excluded: Set<String> = ["FUEL", "COUPON", "MISCELLANEOUS"]
  static let earning = EarningRule(centsPerPoint: 100, doubled: doubled, excluded: excluded)

  /// 100 points are worth one dollar.
  static let step = Points(100)

  static let rulebook = Rulebook(
    version: 0, effectiveFrom: Timestamp(ms: 0), name: Words(zh: "全年回放", en: "A year's journey"),
    currency: "USD",
    utcOffsetMinutes: -300,
    earning: [
      Loyalty.EarningRule(
        id: "none", per: Money(100), points: .zero, scope: LineScope(categories: excluded)),
      Loyalty.EarningRule(
        id: "double", per: Money(100), points: Points(2), scope: LineScope(categories: doubled)),
      Loyalty.EarningRule(id: "base", per: Money(100), points: Points(1)),
    ],
    expiry: .yearEnd(after: 1),
    pointsPayment: PointsPayment(
      points: step, worth: Money(100), minimum: step, step: step, maxSharePermille: 500),
    tiers: TierScheme(
      id: "main", name: Words(zh: "会员等级", en: "Tiers"), metric: .spend, window: .rolling(months: 12),
      downgrade: .recompute, graceDays: 30,
      levels: [
        TierLevel(id: "silver", name: Words(zh: "银卡", en: "Silver"), threshold: 0),
        TierLevel(id: "gold", name: Words(zh: "金卡", en: "Gold"), threshold: 200_000),
      ]),
    checkInPoints: .zero, holding: HoldingPolicy(homePermille: 500, lastStorePermille: 250))

  static func phone(of household: Int32) -> String { "+8619\(900_000_000 + Int(household))" }
  static func household(ofPhone phone: String) -> Int32? {
    guard phone.hasPrefix("+8619") else { return nil }
    return Int(phone.dropFirst(5)).map { Int32($0 - 900_000_000) }
  }
  static func member(_ household: Int32, at store: Int32) -> MemberID {
    MemberID(derivedFrom: "journey/household \(household)/store \(store)")
  }
  static func sale(_ basket: Int64) -> SaleID { SaleID(derivedFrom: "journey/basket \(basket)") }
}
