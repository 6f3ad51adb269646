import Curl
import Loyalty
import RulebookFiles
import SyncProtocol
import Testing

/// Carts at the shipped supermarket, worked by hand.
struct SupermarketCarts {
  private let rulebook: Rulebook

  init() throws { rulebook = try ShippedFiles.rulebook("deploy/rulebooks/supermarket.yaml") }

  @Test func `each full ¥100 is 10 points, and 10 points pay ¥5`() {
    let cart = Cart.on("2026-06-10T12:00:00+08:00", [.of("rice", "grain", 120_00)])
    #expect(rulebook.quote(cart).earned == Points(10))
    var paid = cart
    paid.member = .spent(0, points: 40)
    paid.points = Points(30)
    let quote = rulebook.quote(paid)
    // ¥15 for 30 points; ¥105 is left and earns for one full hundred.
    #expect(quote.net == Money(105_00))
    #expect(quote.earned == Points(10))
    #expect(quote.pointsSpent == Points(30))
    paid.points = Points(130)
    paid.member = .spent(0, points: 500)
    // ¥65 is more than half of ¥120.
    #expect(rulebook.quote(paid).outcomes.contains { $0.code == "points_over_share" })
  }

  @Test func `yogurt, noodles and fresh food on a Wednesday`() {
    let quote = rulebook.quote(
      .on(
        "2026-06-10T12:00:00+08:00",
        [
          .of("beef", "fresh", 130_00), .of("yogurt", "dairy", 24_00, pieces: 3),
          .of("noodles", "staples", 18_00, pieces: 4),
        ], .spent(0)))
    // One yogurt free: 8.00. Three noodles at 4.50 for 10: 3.50. Fresh from 100: 10.00.
    #expect(quote.net == Money(150_50))
    #expect(quote.promotionsUsed == ["yogurt-2-1", "noodles-3-for-10", "fresh-ladder"])
    // Fresh 120.00 is twice ¥50; the rest, 30.50, is no full hundred.
    #expect(quote.earned == Points(20))
    #expect(quote.gifts.isEmpty)
  }

  @Test func `silver on members' day: member price, tier price, snacks, household, double points`() {
    let quote = rulebook.quote(
      .on(
        "2026-06-08T12:00:00+08:00",
        [
          .of("milk-1l", "dairy", 24_00, pieces: 2), .of("nuts", "snacks", 50_00),
          .of("chips", "snacks", 30_00), .of("detergent", "household", 200_00),
        ], .spent(2_500_00)))
    // Milk 2 × 9.90; snacks 78.40 after silver's 2%, then 10%: 70.56; household 196.00, then 10%: 176.40.
    #expect(quote.tier?.id == "silver")
    #expect(quote.net == Money(19_80 + 70_56 + 176_40))
    // 266.76 counted twice is 533.52: five full hundreds.
    #expect(quote.earned == Points(50))
  }

  @Test func `of the weekend's offers the better one is taken, with a gift on top`() {
    func quote(_ fresh: Int64, _ grain: Int64) -> Quote {
      let lines: [SaleLine] = [.of("beef", "fresh", fresh), .of("rice", "grain", grain)]
      return rulebook.quote(.on("2026-06-13T12:00:00+08:00", lines, .spent(0)))
    }
    // Fresh 210 takes off 30; each hundred of 410 would take off 20.
    #expect(quote(210_00, 200_00).net == Money(380_00))
    #expect(quote(210_00, 200_00).promotionsUsed == ["fresh-ladder", "gift"])
    #expect(quote(210_00, 200_00).gifts.map(\.sku) == ["bag"])
    // Fresh 180.00 is three times ¥50, grain twice ¥100.
    #expect(quote(210_00, 200_00).earned == Points(50))
    // Fresh 110 would take off 10; each hundred of 510 takes off 25, its cap.
    #expect(quote(110_00, 400_00).net == Money(485_00))
    #expect(quote(110_00, 400_00).promotionsUsed == ["each-hundred", "gift"])
  }

  @Test func `gift cards earn nothing, and cash is rounded down to ten fen`() {
    var cart = Cart.on("2026-06-10T12:00:00+08:00", [.of("card", "gift-card", 500_00)])
    #expect(rulebook.quote(cart).earned == .zero)
    cart.lines = [.of("salt", "staples", 12_34)]
    cart.isCash = true
    #expect(rulebook.quote(cart).toPay == Money(12_30))
  }

  @Test func `coupons of the shipped templates do what they say`() throws {
    func quote(_ template: String, _ lines: [SaleLine]) throws -> Quote {
      var cart = Cart.on("2026-06-10T12:00:00+08:00", lines, .spent(0))
      cart.coupons = [try .of(template)]
      return rulebook.quote(cart)
    }
    #expect(try quote("welcome-10", [.of("rice", "grain", 120_00)]).net == Money(110_00))
    #expect(try quote("welcome-10", [.of("rice", "grain", 99_00)]).coupons.isEmpty)
    let voucher = try quote("birthday-20", [.of("rice", "grain", 120_00)])
    // It pays like money: the price stays, and so do the points.
    #expect(voucher.net == Money(120_00))
    #expect(voucher.toPay == Money(100_00))
    #expect(voucher.earned == Points(10))
    #expect(try quote("gold-30", [.of("eggs-30", "staples", 29_90)]).net == Money(9_90))
    let tray = SaleLine.of("eggs-30", "staples", 29_90)
    #expect(try quote("gold-30", [tray, tray]).net == Money(2 * 25_90 - 20_00))
  }
}

extension Cart {
  static func on(_ time: String, _ lines: [SaleLine], _ member: MemberStanding? = nil) -> Cart {
    Cart(businessTime: Timestamp(time) ?? Samples.noon, lines: lines, member: member, store: "S1")
  }
}

extension SaleLine {
  static func of(_ sku: String, _ category: String, _ gross: Int64, pieces: Int64 = 1) -> SaleLine {
    SaleLine(sku: sku, category: category, quantity: Quantity(milli: 1000 * pieces), gross: Money(gross))
  }
}

extension MemberStanding {
  /// Somebody who joined in 2025, and what they came to in May 2026.
  static func spent(_ spend: Int64, growth: Int64 = 0, points: Int64 = 0) -> MemberStanding {
    let may = MonthSum(
      month: 2026 * 12 + 4, spend: Money(spend), grossSpend: Money(spend), count: 1, growth: growth)
    let history = MetricHistory(joined: Day(20_200), months: [may])
    let lot = LotKey(availableFrom: Day(20_454), expiresOn: .never)
    return MemberStanding(
      tierFacts: TierFacts(history: history), available: Points(points),
      held: [LotAmount(owner: MemberID(high: 1, low: 2), lot: lot, points: Points(points))])
  }
}

extension PresentedCoupon {
  /// Of a shipped template.
  static func of(_ template: String) throws -> PresentedCoupon {
    let document = try ShippedFiles.document("deploy/rulebooks/templates/\(template).yaml")
    return PresentedCoupon(
      id: CouponID(high: 1, low: 3), code: "C", terms: try CouponTerms.decode(document.value.encoded()))
  }
}
