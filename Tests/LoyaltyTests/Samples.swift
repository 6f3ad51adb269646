import Loyalty
import Seeds
import SyncProtocol

/// Random rulebooks that may be published, and carts that a till may bring. Amounts are often small and
/// often equal, because that is where roundings and ties are.
struct Samples: RandomSamples {
  var random: SplitMix64
  init(_ random: SplitMix64) { self.random = random }

  mutating func id<Kind>() -> ID<Kind> { ID(high: UInt64(number(0...2)), low: random.next()) }

  /// From nothing to the limit, every order of magnitude about as often.
  mutating func amount(upTo limit: Int64) -> Int64 {
    let bits = number(0...Int64(64 - limit.leadingZeroBitCount))
    return min(limit, number(0...(Int64(1) << min(bits, 62))))
  }

  static let noon = Timestamp("2026-06-15T04:00:00Z")!
  static let today = noon.day(utcOffsetMinutes: 480)
  static let skus = ["milk", "apple", "wine", "card"]
  static let categories = ["dairy", "fruit", "alcohol", "prepaid"]
  static let gifts = ["cup", "bag"]
  static let words = Words(zh: "测试", en: "Test")
}

// Rulebooks.
extension Samples {
  mutating func rulebook() -> Rulebook {
    var rulebook = Rulebook(
      version: number(1...9), effectiveFrom: Timestamp(ms: 0), name: Samples.words, currency: "CNY",
      utcOffsetMinutes: 480, earning: [], expiry: expiry(), pointsPayment: maybe { $0.payment() },
      tiers: tiers(), checkInPoints: Points(number(0...10)), holding: holding())
    promotions(&rulebook)
    earning(&rulebook)
    return rulebook
  }

  /// Without faults, and of so few days that all of them matter.
  mutating func classes(upTo days: Int64) -> ClassRules {
    let new = number(0...days - 1)
    return ClassRules(
      newDays: Int(new), dormantDays: Int(number(new + 1...days)), loyalPurchases: Int(number(1...4)),
      loyalDays: Int(number(1...days)))
  }

  mutating func payment() -> PointsPayment {
    let step = oneOf([1, 1, 5, 100]) as Int64
    return PointsPayment(
      points: Points(oneOf([1, 3, 10, 100, 333])), worth: Money(oneOf([1, 2, 7, 100, 1_000])),
      minimum: Points(step * number(0...4)), step: Points(step),
      maxSharePermille: oneOf([0, 333, 500, 1000, 1000]))
  }

  mutating func tiers() -> TierScheme? {
    var threshold: Int64 = flag() ? 0 : number(1...500)
    var levels: [TierLevel] = []
    for index in 0..<number(0...4) {
      var level = Samples.level("T\(index)", threshold, pays: oneOf([1000, 950, 885, 500, number(0...1000)]))
      if number(0...3) == 0 {
        level = TierLevel(
          id: level.id, name: level.name, threshold: threshold,
          benefits: level.benefits + [.accelerator(permille: number(1000...3000))])
      }
      levels.append(level)
      threshold += number(1...1_000)
    }
    return levels.isEmpty ? nil : Samples.scheme(levels)
  }

  static func level(_ id: String, _ threshold: Int64, pays rate: Int64 = 1000) -> TierLevel {
    TierLevel(
      id: id, name: words, threshold: threshold,
      benefits: rate == 1000 ? [] : [.discount(payRatePermille: rate)])
  }

  /// By a calendar year's spend.
  static func scheme(_ levels: [TierLevel]) -> TierScheme {
    TierScheme(
      id: "main", name: words, metric: .spend, window: .calendarYear, downgrade: .recompute, levels: levels)
  }

  mutating func history() -> MetricHistory {
    MetricHistory(
      joined: Day("2024-02-29")!,
      months: list(0...6) {
        let spend = $0.number(-500...3_000)
        return MonthSum(
          month: Int32(2024 * 12 + 1 + $0.number(0...28)), spend: Money(spend),
          grossSpend: Money(max(0, spend)),
          count: $0.number(0...5), growth: $0.number(0...300))
      })
  }

  mutating func holding() -> HoldingPolicy {
    let home = number(0...1000)
    return HoldingPolicy(homePermille: home, lastStorePermille: number(0...1000 - home))
  }
}

// Carts.
extension Samples {
  /// A gross amount: often one of a few small ones, so that shares tie.
  mutating func gross() -> Int64 {
    flag() ? oneOf([0, 1, 5, 50, 100, 250]) : amount(upTo: Limits.lineMinorUnits)
  }

  mutating func line() -> SaleLine {
    let gross = gross()
    var discounts: [LineDiscount] = []
    if gross > 0, number(0...3) == 0 {
      discounts.append(LineDiscount(kind: "store", amount: Money(flag() ? gross : number(1...gross))))
    }
    return SaleLine(
      sku: oneOf(Samples.skus), category: maybe { $0.oneOf(Samples.categories) }, quantity: quantity(),
      gross: Money(gross), discounts: discounts)
  }

  /// Pieces, weighed goods, and lines without a quantity, such as a delivery charge.
  mutating func quantity() -> Quantity {
    switch number(0...5) {
    case 0: Quantity(milli: 0)
    case 1, 2: Quantity(milli: 1000 * number(1...6))
    case 3: Quantity(milli: 1 + amount(upTo: Limits.quantityMilli - 1))
    default: Quantity(milli: number(1...9_999))
    }
  }

  mutating func terms() -> CouponTerms {
    let kind = oneOf(CouponTerms.Kind.allCases)
    let value: Int64 =
      switch kind {
      case .amountOff, .voucher: flag() ? number(1...300) : 1 + amount(upTo: Limits.lineMinorUnits - 1)
      case .percentOff: number(0...1000)
      case .fixedPrice: flag() ? number(0...100) : amount(upTo: Limits.lineMinorUnits)
      case .exchange, .gift: 0
      }
    let names = number(0...3)
    return CouponTerms(
      kind: kind, name: Samples.words, value: value,
      minimumSpend: Money(flag() ? 0 : amount(upTo: 1_000_000)),
      cap: number(0...3) == 0 ? Money(number(1...200)) : nil,
      skus: names == 1 ? [oneOf(Samples.skus)] : nil,
      categories: names >= 2 ? [oneOf(Samples.categories), oneOf(Samples.categories)] : nil,
      validFrom: number(0...4) == 0 ? Timestamp(ms: Samples.noon.ms + number(-1...1)) : nil,
      expiresAt: number(0...4) == 0 ? Timestamp(ms: Samples.noon.ms + number(-1...2)) : nil,
      when: number(0...3) == 0 ? couponCondition() : .always, scope: names == 0 && flag() ? scope() : nil,
      group: oneOf([nil, "A", "B", "B", "C"]), withPromotions: number(0...3) > 0,
      policy: oneOf(kind.isMoney ? CouponTerms.Policy.allCases : [.held, .online]),
      text: maybe { _ in Samples.words },
      giftSku: kind == .gift ? oneOf(Samples.gifts) : nil)
  }

  private mutating func couponCondition() -> Condition {
    var when = condition(["T0", "T1"])
    when.segments = nil
    return when
  }

  mutating func coupon(_ number: Int) -> PresentedCoupon {
    PresentedCoupon(id: id(), code: "C\(number)", terms: terms())
  }

  mutating func lot() -> LotKey {
    let from = Day(Samples.today.number + Int32(number(-400...2)))
    return LotKey(
      availableFrom: from, expiresOn: flag() ? .never : Day(Samples.today.number + Int32(number(-2...400))))
  }

  mutating func standing() -> MemberStanding {
    let held = list(0...5) {
      LotAmount(owner: $0.id(), lot: $0.lot(), points: Points($0.number(0...400)))
    }
    let all = held.reduce(Int64(0)) { $0 + $1.points.count }
    return MemberStanding(
      tierFacts: TierFacts(history: history()),
      available: Points(flag() ? all + number(0...500) : number(-100...all)), held: held,
      birthday: MonthDay(oneOf(["06-15", "06-17", "06-30", "01-02", "02-29"])),
      segments: Set(list(0...2) { $0.oneOf(Samples.segments) }), hasBought: flag())
  }

  mutating func cart(lines: ClosedRange<Int64> = 1...7) -> Cart {
    var coupons: [PresentedCoupon] = []
    for index in 0..<number(0...3) { coupons.append(coupon(Int(index))) }
    if let again = coupons.first, number(0...9) == 0 { coupons.append(again) }
    var cart = Cart(
      businessTime: Samples.noon, lines: list(lines) { $0.line() }, coupons: coupons,
      points: Points(oneOf([0, number(1...20), 100, 100 * number(1...4), number(1...500)])),
      member: number(0...5) == 0 ? nil : standing(), store: "S1", channel: oneOf(["till", "app"]))
    cart.isCash = flag()
    cart.allowances = number(0...2) == 0 ? nil : allowances()
    if number(0...3) == 0 { cart.promotionUses = uses() }
    return cart
  }
}

// Sales and their returns.
extension Samples {
  /// The sale a quote becomes: paid with its vouchers, sometimes paper coupons for a line, and money.
  mutating func sale(_ quote: Quote) -> Sale {
    var tenders = quote.vouchers
    var left = quote.toPay
    for index in quote.lines.indices where number(0...7) == 0 {
      let vouchers = quote.vouchers.filter { $0.line == index }.reduce(Money.zero) { $0 + $1.amount }
      let open = quote.lines[index].net - vouchers
      if open > .zero {
        let paper = Money(number(1...open.minor))
        tenders.append(Tender(type: "paper-coupon", amount: paper, line: index))
        left -= paper
      }
    }
    return Sale.of(quote, tenders: tenders + [Tender(type: "cash", amount: left)])
  }
}

extension Sale {
  /// A quote as a sale of a member's, paid with its vouchers and cash unless told otherwise.
  static func of(_ quote: Quote, tenders: [Tender]? = nil) -> Sale {
    Sale(
      id: SaleID(high: 1, low: 1), businessTime: Samples.noon, member: MemberID(high: 1, low: 2), phone: nil,
      rulebook: 1, lines: quote.lines,
      tenders: tenders ?? quote.vouchers + [Tender(type: "cash", amount: quote.toPay)],
      coupons: quote.coupons, spent: quote.spent, earned: quote.earned, earnedLot: quote.earnedLot,
      balance: nil, asOf: Samples.noon, offline: false, outcomes: quote.outcomes, requestDigest: 0,
      growth: quote.growth, context: quote.context, gifts: quote.gifts, allowances: quote.allowancesUsed)
  }

  /// What the customer handed over in money.
  var paidInMoney: Money {
    tenders.filter { $0.type == "cash" }.reduce(.zero) { $0 + $1.amount }
  }

  var everything: [ReturnedLine] {
    lines.enumerated().map { ReturnedLine(line: $0.offset, quantity: $0.element.quantity) }
  }
}
