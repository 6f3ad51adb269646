import Foundation
import Loyalty
import SyncProtocol

/// Pricing a cart under fifty live promotions and five coupons, against the least that any engine must do for
/// it: asking of every line whether each rule covers it.
struct QuoteBench {
  let lines: Int
  let rounds: Int
  let targetP50Us: Double

  struct Result: Codable {
    let lines: Int
    let promotions: Int
    let coupons: Int
    let applied: Int
    let ceiling: Figures
    let quote: Figures
    /// Quote ÷ ceiling.
    let p50Ratio: Double
    let targetP50Us: Double
  }

  func run() -> Result {
    let rulebook = rulebook()
    let cart = cart()
    var ceiling = Latencies()
    var quotes = Latencies()
    var covered = 0
    var quote = rulebook.quote(cart)
    for _ in 0..<rounds {
      ceiling.measure {
        for promotion in rulebook.promotions {
          for line in cart.lines where promotion.scope.covers(sku: line.sku, category: line.category) {
            covered += 1
          }
        }
      }
      quote = quotes.measure { rulebook.quote(cart) }
    }
    precondition(covered > 0 && quote.coupons.count == cart.coupons.count, "a bench of nothing")
    let (ceilingFigures, quoteFigures) = (ceiling.summary(), quotes.summary())
    return Result(
      lines: lines, promotions: rulebook.promotions.count, coupons: cart.coupons.count,
      applied: quote.outcomes.count { $0.code == "promotion_applied" }, ceiling: ceilingFigures,
      quote: quoteFigures, p50Ratio: quoteFigures.p50Us / ceilingFigures.p50Us, targetP50Us: targetP50Us)
  }

  private static let departments = 12

  /// Promotions of every kind, each for a few departments; some stack, some compete.
  private func rulebook() -> Rulebook {
    var rulebook = Rulebook.none
    let words = Words(zh: "促销", en: "Promotion")
    let effects: [PromotionEffect] = [
      .amountOff([
        .init(spend: Money(50_00), off: Money(5_00)), .init(spend: Money(200_00), off: Money(30_00)),
      ]),
      .amountOffEach(spend: Money(80_00), off: Money(6_00), cap: Money(30_00)),
      .rateOff([.init(spend: Money(100_00), payRatePermille: 900)], cap: nil),
      .countRateOff([.init(count: 2, payRatePermille: 900), .init(count: 3, payRatePermille: 800)]),
      .buyGetFree(buy: 2, free: 1), .bundle(count: 3, price: Money(30_00)),
    ]
    let groups = ["best1", "best2", "first", nil, nil]
    rulebook.promotions = (0..<50).map { number in
      let covered = Set((0..<4).map { "department\((number + $0 * 3) % Self.departments)" })
      return Promotion(
        id: "promotion\(number)", name: words, when: Condition(channels: ["till"]),
        scope: LineScope(categories: covered), effect: effects[number % effects.count],
        group: groups[number % groups.count])
    }
    rulebook.promotionGroups = [
      PromotionGroup(id: "best1", mode: .best), PromotionGroup(id: "best2", mode: .best),
      PromotionGroup(id: "first", mode: .first),
    ]
    return rulebook
  }

  private func cart() -> Cart {
    Cart(
      businessTime: Timestamp(ms: 0), lines: (0..<lines).map { line($0) },
      coupons: (0..<5).map { coupon($0) },
      member: MemberStanding(), store: "S001", channel: "till")
  }

  private func line(_ number: Int) -> SaleLine {
    let (pieces, cents) = (1 + number % 3, 990 + number * 137 % 5_000)
    return SaleLine(
      sku: "sku\(number)", category: "department\(number % Self.departments)",
      quantity: Quantity(milli: Int64(1000 * pieces)), gross: Money(Int64(cents)))
  }

  private func coupon(_ number: Int) -> PresentedCoupon {
    let isAmount = number.isMultiple(of: 2)
    let terms = CouponTerms(
      kind: isAmount ? .amountOff : .percentOff, name: Words(zh: "券", en: "Coupon"),
      value: isAmount ? 200 : 950)
    return PresentedCoupon(id: CouponID(high: 1, low: UInt64(number)), code: "C\(number)", terms: terms)
  }
}

extension QuoteBench.Result {
  func printTable() {
    print("quote of \(lines) lines, \(promotions) promotions (\(applied) apply), \(coupons) coupons 算价")
    print(Figures.header)
    print(ceiling.row("asking of each line whether each rule covers it 仅判断适用"))
    print(quote.row("the whole quote 完整算价"))
    print("ratio 比值: p50 \(hundredths(p50Ratio)); p50 target 目标 ≤ \(Int(targetP50Us)) µs\n")
  }
}
