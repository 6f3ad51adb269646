import SyncProtocol

/// A rule as figures are kept of it. The names of kinds are stable.
public struct PreviewRule: Hashable, Sendable {
  /// One of `kinds`.
  public let kind: String
  /// Its id; nothing for coupons, points and rounding, which are taken together.
  public let rule: String

  init(_ kind: String, _ rule: String = "") {
    self.kind = kind
    self.rule = rule
  }

  static let voucher = Tender.voucher
  static let earning = "earning"
  static let multiplier = "multiplier"
  static let bonus = "bonus"

  /// In the order in which a report shows them.
  public static let kinds = LineDiscount.ofRules + [voucher, earning, multiplier, bonus]

  init(_ discount: LineDiscount) {
    let isOne = [LineDiscount.coupon, LineDiscount.points, LineDiscount.rounding].contains(discount.kind)
    self.init(discount.kind, isOne ? "" : discount.source)
  }

  init?(_ detail: EarningDetail) {
    switch detail.kind {
    case .rule: self.init(Self.earning, detail.rule)
    case .multiplier: self.init(Self.multiplier, detail.rule)
    case .bonus: self.init(Self.bonus, detail.rule)
    case .cap, .tax: return nil
    }
  }

  /// The same of what a receipt kept.
  init?(kept outcome: RuleOutcome) {
    switch outcome.code {
    case "earned_rule": self.init(Self.earning, outcome.rule)
    case "earned_multiplier": self.init(Self.multiplier, outcome.rule)
    case "earned_bonus": self.init(Self.bonus, outcome.rule)
    default: return nil
    }
  }
}

/// What one sale came to, by its receipt or by the draft.
struct SaleOutcome {
  let net: Int64
  /// Net less vouchers, in minor units: what the customer pays.
  let paid: Int64
  let earned: Points
  let growth: Int64
  let pointsSpent: Points
  /// What was taken off with each rule, in minor units; nothing for one that only hands out goods.
  let costs: [PreviewRule: Int64]

  init(
    lines: [SaleLine], vouchers: [Tender], earned: Points, growth: Int64, pointsSpent: Points,
    givers: some Sequence<PreviewRule>
  ) {
    var costs: [PreviewRule: Int64] = [:]
    for rule in givers { costs[rule] = 0 }
    var net: Int64 = 0
    for line in lines {
      net &+= line.net.minor
      for discount in line.discounts where LineDiscount.ofRules.contains(discount.kind) {
        costs[PreviewRule(discount), default: 0] &+= discount.amount.minor
      }
    }
    let given = vouchers.reduce(0) { $0 &+ $1.amount.minor }
    if given != 0 { costs[PreviewRule(PreviewRule.voucher)] = given }
    self.net = net
    paid = net &- given
    (self.earned, self.growth, self.pointsSpent, self.costs) = (earned, growth, pointsSpent, costs)
  }
}

/// A sale by its receipt and by the draft.
struct SaleComparison {
  let sale: Sale
  let before: SaleOutcome
  let after: SaleOutcome
  let gross: Int64
  /// Of the draft's earning rules, in points.
  let earnings: [PreviewRule: Int64]
  /// Of those that the receipt names.
  let earningsBefore: Set<PreviewRule>
  /// Ids of promotions used that a member may not use at will, and of those that a store may not.
  let limitedUses: [String]
  let storeUses: [String]
  let day: Day
  let refusedPoints: Points
  let refusedCoupons: Int

  init(_ past: PastSale, _ quote: Quote, in draft: Rulebook) {
    let sale = past.sale
    self.sale = sale
    let codes = Set(past.coupons.map(\.code))
    before = SaleOutcome(
      lines: sale.lines, vouchers: sale.tenders.filter { $0.type == Tender.voucher }, earned: sale.earned,
      growth: sale.growth, pointsSpent: sale.pointsSpent,
      givers: sale.gifts.map {
        codes.contains($0.rule)
          ? PreviewRule(LineDiscount.coupon) : PreviewRule(LineDiscount.promotion, $0.rule)
      })
    // Nobody to earn for: a customer who named neither card nor phone.
    let earns = sale.member != nil || sale.phone != nil
    after = SaleOutcome(
      lines: quote.lines, vouchers: quote.vouchers, earned: earns ? quote.earned : .zero,
      growth: earns ? quote.growth : 0, pointsSpent: quote.pointsSpent,
      givers: quote.promotionsUsed.map { PreviewRule(LineDiscount.promotion, $0) }
        + (quote.gifts.contains { codes.contains($0.rule) } ? [PreviewRule(LineDiscount.coupon)] : []))
    gross = sale.lines.reduce(0) { $0 &+ $1.gross.minor }
    var earnings: [PreviewRule: Int64] = [:]
    // A receipt names what gave something.
    for detail in quote.earningDetails where earns && detail.currency == .points && detail.points != .zero {
      guard let rule = PreviewRule(detail) else { continue }
      earnings[rule, default: 0] &+= detail.points.count
    }
    self.earnings = earnings
    earningsBefore = Set(sale.outcomes.compactMap { PreviewRule(kept: $0) })
    let used = draft.promotions.filter { $0.limits != nil && quote.promotionsUsed.contains($0.id) }
    limitedUses = sale.context.isMember ? used.filter { $0.limits?.isForMembers == true }.map(\.id) : []
    storeUses = used.filter { $0.limits?.perStoreDay != nil }.map(\.id)
    day = draft.businessDay(sale.businessTime)
    refusedPoints = sale.pointsSpent - quote.pointsSpent
    refusedCoupons = past.coupons.count - quote.coupons.count
  }

  /// What the customer saves with the draft, in minor units; below zero for who pays more.
  var gain: Int64 { before.paid &- after.paid }

  func month(on day: Day) -> MonthSum {
    MonthSum(
      month: MonthSum.month(of: day), spend: Money(after.net), grossSpend: Money(after.net), count: 1,
      growth: after.growth)
  }
}

/// What became of one member's sales.
struct MemberSummary {
  private(set) var last: SaleComparison?
  private(set) var gain: Int64 = 0

  mutating func add(_ compared: SaleComparison) {
    last = compared
    gain &+= compared.gain
  }
}
