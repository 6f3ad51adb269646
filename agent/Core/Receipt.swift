import Loyalty
import SyncProtocol

/// What the till prints and shows; built from the journalled sale alone, so a repeated request gets the
/// same receipt.
public struct Receipt: Hashable, Sendable, Codable {
  public struct Line: Hashable, Sendable, Codable {
    public let sku: String
    public let name: String?
    public let category: String?
    public let quantity: Quantity
    public let gross: Money
    public let discounts: [LineDiscount]
    public let net: Money
  }

  public struct PointsPart: Hashable, Sendable, Codable {
    public let earned: Points
    public let spent: Points
    /// After this sale; nil without a known member.
    public let balance: Points?
  }

  public struct Outcome: Hashable, Sendable, Codable {
    public let rule: String
    public let code: String
    public let amount: Int64
    public let distance: Int64
    public let text: Words

    public init(_ outcome: RuleOutcome, currency: String) {
      self.init(outcome, text: outcome.words(currency: currency))
    }

    public init(_ outcome: RuleOutcome, rulebook: Rulebook) {
      self.init(outcome, text: rulebook.words(of: outcome))
    }

    private init(_ outcome: RuleOutcome, text: Words) {
      (rule, code, amount, distance) = (outcome.rule, outcome.code, outcome.amount, outcome.distance)
      self.text = text
    }
  }

  public let saleId: SaleID
  public let businessTime: Timestamp
  public let memberId: MemberID?
  public let memberCode: String?
  public let lines: [Line]
  public let gross: Money
  public let net: Money
  public let toPay: Money
  public let change: Money
  public let tenders: [Tender]
  public let coupons: [CouponID]
  public let points: PointsPart
  /// To be handed out with it.
  public let gifts: [Gift]
  public let outcomes: [Outcome]
  public let rulebook: Int64
  public let currency: String
  /// HQ's time that the store's knowledge reflects, and whether the line was down.
  public let asOf: Timestamp
  public let offline: Bool

  /// `rulebook` is the one that the sale was priced with.
  public init(_ sale: Sale, rulebook: Rulebook) {
    saleId = sale.id
    businessTime = sale.businessTime
    memberId = sale.member
    memberCode = sale.member.map { ShortCode($0).description }
    lines = sale.lines.map {
      Line(
        sku: $0.sku, name: $0.name, category: $0.category, quantity: $0.quantity, gross: $0.gross,
        discounts: $0.discounts, net: $0.net)
    }
    gross = sale.gross
    net = sale.net
    let vouchers = sale.tenders.filter { $0.coupon != nil }.reduce(Money.zero) { $0 + $1.amount }
    let tendered = sale.tenders.filter { $0.coupon == nil }.reduce(Money.zero) { $0 + $1.amount }
    toPay = sale.net - vouchers
    change = tendered - toPay
    tenders = sale.tenders
    coupons = sale.coupons
    points = PointsPart(earned: sale.earned, spent: sale.pointsSpent, balance: sale.balance)
    gifts = sale.gifts
    outcomes = sale.outcomes.map { Outcome($0, rulebook: rulebook) }
    self.rulebook = sale.rulebook
    currency = rulebook.currency
    asOf = sale.asOf
    offline = sale.offline
  }
}

/// A priced cart that has not been sold.
public struct QuoteResponse: Hashable, Sendable, Codable {
  /// To ask why, for a while.
  public let quoteId: QuoteID
  public let lines: [Receipt.Line]
  public let gross: Money
  public let net: Money
  public let toPay: Money
  public let tier: String?
  public let coupons: [CouponID]
  public let pointsEarned: Points
  public let pointsSpent: Points
  public let gifts: [Gift]
  public let outcomes: [Receipt.Outcome]
  public let rulebook: Int64
  public let currency: String
  public let asOf: Timestamp
  public let offline: Bool

  public init(_ quote: Quote, id: QuoteID, rulebook: Rulebook, asOf: Timestamp, offline: Bool) {
    quoteId = id
    lines = quote.lines.map {
      Receipt.Line(
        sku: $0.sku, name: $0.name, category: $0.category, quantity: $0.quantity, gross: $0.gross,
        discounts: $0.discounts, net: $0.net)
    }
    (gross, net, toPay) = (quote.gross, quote.net, quote.toPay)
    tier = quote.tier?.id
    coupons = quote.coupons
    (pointsEarned, pointsSpent) = (quote.earned, quote.pointsSpent)
    gifts = quote.gifts
    outcomes = (quote.outcomes + quote.earningOutcomes).map { Receipt.Outcome($0, rulebook: rulebook) }
    self.rulebook = rulebook.version
    currency = rulebook.currency
    self.asOf = asOf
    self.offline = offline
  }
}

/// What a return or void came to.
public struct ReturnReceipt: Hashable, Sendable, Codable {
  public let returnId: ReturnID
  public let saleId: SaleID
  public let isVoid: Bool
  public let lines: [ReturnedLine]
  public let refund: Money
  public let pointsRestored: Points
  public let pointsClawedBack: Points
  public let pointsDebt: Points
  /// Points that could not be taken back and are not owed.
  public let pointsLoss: Points
  public let coupons: [CouponID]

  public init(_ back: SaleReturn) {
    returnId = back.id
    saleId = back.sale
    isVoid = back.isVoid
    lines = back.lines
    refund = back.refund
    pointsRestored = back.restored.reduce(.zero) { $0 + $1.points }
    pointsClawedBack = back.clawedBack.reduce(.zero) { $0 + $1.points }
    pointsDebt = back.debt
    pointsLoss = back.loss
    coupons = back.coupons
  }
}

/// A member as a till shows them.
public struct MemberResponse: Hashable, Sendable, Codable {
  public let memberId: MemberID
  public let code: String
  public let name: String
  public let phoneLastDigits: String
  public let card: String?
  public let birthday: String?
  public let tier: String?
  public let tierName: Words?
  /// What more would do, or what keeps the tier; nil without a tier scheme.
  public let tierProgress: Words?
  public let points: Points
  /// Points this store can take with the line down.
  public let pointsHeldHere: Points
  /// What came of a check-in.
  public var outcomes: [Receipt.Outcome]?
  public let asOf: Timestamp
  public let offline: Bool

  public init(_ view: MemberView, rulebook: Rulebook, day: Day, asOf: Timestamp, offline: Bool) {
    memberId = view.id
    code = ShortCode(view.id).description
    name = view.maskedName
    phoneLastDigits = view.phoneLastDigits
    card = view.card
    birthday = view.birthday
    let standing = rulebook.tiers?.standing(
      of: view.tierFacts(utcOffsetMinutes: rulebook.utcOffsetMinutes), on: day)
    tier = standing?.level?.id
    tierName = standing?.level?.name
    tierProgress = standing?.words(currency: rulebook.currency)
    points = view.available(on: day)
    pointsHeldHere = SpendPlan.spendable(view.held, on: day).reduce(.zero) { $0 + $1.points }
    self.asOf = asOf
    self.offline = offline
  }
}

public struct CouponResponse: Hashable, Sendable, Codable {
  public let couponId: CouponID
  public let code: String
  public let template: String
  public let terms: CouponTerms
  public let state: CouponView.State
  public let heldHere: Bool

  public init(_ coupon: CouponView, terms: CouponTerms) {
    couponId = coupon.id
    code = coupon.row.code
    template = coupon.row.template
    self.terms = terms
    state = coupon.state
    heldHere = coupon.isHeldHere && terms.policy != .online
  }
}
