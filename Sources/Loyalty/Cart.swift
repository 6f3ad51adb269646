import SyncProtocol

/// What is to be priced: the till's lines and wishes, and what is known of the member.
public struct Cart: Hashable, Sendable {
  public var businessTime: Timestamp
  /// Lines with the till's own discounts already on them.
  public var lines: [SaleLine]
  public var coupons: [PresentedCoupon]
  /// Points the customer wants to use.
  public var points: Points
  public var member: MemberStanding?
  public var store: String?
  public var channel: String?
  /// What the cap of `EarningCaps.perMemberDay` leaves the member to earn today; nil where nobody counts.
  public var capLeft: Points?
  /// What the store holds of what is scarce, by `AllowanceName`; what is not named it has not. Nil where
  /// nobody counts, as at headquarters.
  public var allowances: [String: Int64]?
  /// What counts towards the limits of promotions.
  public var promotionUses = PromotionUses()
  /// Paid in cash, so that it may be rounded.
  public var isCash = false
  /// What the store may do beyond what it holds; nil while its line is up, and at headquarters.
  public var offline: OfflineLeeway?

  public init(
    businessTime: Timestamp, lines: [SaleLine], coupons: [PresentedCoupon] = [], points: Points = .zero,
    member: MemberStanding? = nil, store: String? = nil, channel: String? = nil
  ) {
    self.businessTime = businessTime
    self.lines = lines
    self.coupons = coupons
    self.points = points
    self.member = member
    self.store = store
    self.channel = channel
  }
}

/// A member as pricing sees them.
public struct MemberStanding: Hashable, Sendable {
  /// What their tier follows from.
  public var tierFacts: TierFacts
  /// Points anywhere in the chain, less debt.
  public var available: Points
  /// What this store may spend by itself, lot by lot.
  public var held: [LotAmount]
  /// What is known to be left in the chain, lot by lot, with what is held.
  public var lots: [LotAmount]
  public var birthday: MonthDay?
  public var segments: Set<String>
  /// Whether a sale of theirs is known.
  public var hasBought: Bool

  public init(
    tierFacts: TierFacts = .none, available: Points = .zero, held: [LotAmount] = [],
    lots: [LotAmount] = [], birthday: MonthDay? = nil, segments: Set<String> = [], hasBought: Bool = true
  ) {
    self.tierFacts = tierFacts
    self.available = available
    self.held = held
    self.lots = lots
    self.birthday = birthday
    self.segments = segments
    self.hasBought = hasBought
  }
}

public struct PresentedCoupon: Hashable, Sendable {
  public let id: CouponID
  public let code: String
  public let terms: CouponTerms
  /// The store does not hold it and is cut off: used, it counts as a risk.
  public let isRisked: Bool

  public init(id: CouponID, code: String, terms: CouponTerms, isRisked: Bool = false) {
    self.id = id
    self.code = code
    self.terms = terms
    self.isRisked = isRisked
  }
}

/// A priced cart.
public struct Quote: Hashable, Sendable {
  public var lines: [SaleLine]
  /// Coupons that had an effect; the others are in `outcomes` with the reason (law C3).
  public var coupons: [CouponID]
  public var vouchers: [Tender]
  /// Handed out, in the order of promotions and then coupons.
  public var gifts: [Gift] = []
  /// Ids of the promotions that were applied, gifts included, in the rulebook's order.
  public var promotionsUsed: [String] = []
  /// What the sale takes of what its store holds, by name.
  public var allowancesUsed: [AllowanceUse] = []
  public var spent: [LotAmount]
  public var earned: Points
  public var earnedLot: LotKey
  public var growth: Int64 = 0
  public var earningDetails: [EarningDetail] = []
  /// What the sale keeps, so that a return is worked out alike.
  public var context = SaleContext()
  public var tier: TierLevel?
  public var outcomes: [RuleOutcome]

  public var gross: Money { lines.reduce(.zero) { $0 + $1.gross } }
  public var net: Money { lines.reduce(.zero) { $0 + $1.net } }
  /// What is left to pay after vouchers.
  public var toPay: Money { vouchers.reduce(net) { $0 - $1.amount } }
  public var pointsSpent: Points { spent.reduce(.zero) { $0 + $1.points } }
}
