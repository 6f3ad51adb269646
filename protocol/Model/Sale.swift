/// One line of a sale, with what was taken off it and why.
public struct SaleLine: Hashable, Sendable, Codable {
  public let sku: String
  public let name: String?
  public let category: String?
  public let quantity: Quantity
  /// Shelf price times quantity, before any discount.
  public let gross: Money
  public var discounts: [LineDiscount]

  public init(
    sku: String, name: String? = nil, category: String? = nil, quantity: Quantity, gross: Money,
    discounts: [LineDiscount] = []
  ) {
    self.sku = sku
    self.name = name
    self.category = category
    self.quantity = quantity
    self.gross = gross
    self.discounts = discounts
  }

  /// What the line costs after its discounts; never negative.
  public var net: Money { discounts.reduce(gross) { $0 - $1.amount } }
}

/// A part of a discount that fell on one line. `kind` is one of `ofRules` or a name the till uses for its own
/// (`store`, `match`, …).
public struct LineDiscount: Hashable, Sendable, Codable {
  public let kind: String
  /// The rule or coupon code behind it; empty for the till's own.
  public let source: String
  public let amount: Money

  public init(kind: String, source: String = "", amount: Money) {
    self.kind = kind
    self.source = source
    self.amount = amount
  }

  public static let tier = "tier"
  public static let memberPrice = "member"
  public static let flashPrice = "flash"
  public static let promotion = "promotion"
  public static let coupon = "coupon"
  public static let points = "points"
  /// What is dropped so that no small coins change hands 抹零.
  public static let rounding = "rounding"
  /// Kinds that only the rules give; a till's own discounts have other names.
  public static let ofRules = [tier, memberPrice, flashPrice, promotion, coupon, points, rounding]
}

/// How a part of the bill was paid. A voucher or paper coupon names the line it was given for.
public struct Tender: Hashable, Sendable, Codable {
  public let type: String
  public let amount: Money
  /// Index of the line, from 0.
  public let line: Int?
  public let coupon: CouponID?

  public init(type: String, amount: Money, line: Int? = nil, coupon: CouponID? = nil) {
    self.type = type
    self.amount = amount
    self.line = line
    self.coupon = coupon
  }

  public static let voucher = "voucher"
  /// Goods that came back in the same step paid for these 换货.
  public static let exchange = "exchange"
}

/// What a rule came to when this cart was priced: applied, or why not, and how far away (law Q6).
public struct RuleOutcome: Hashable, Sendable, Codable {
  public let rule: String
  /// A stable code; its words in each language are in the loyalty library.
  public let code: String
  /// Money or points, as the code says.
  public let amount: Int64
  public let distance: Int64

  public init(rule: String, code: String, amount: Int64 = 0, distance: Int64 = 0) {
    self.rule = rule
    self.code = code
    self.amount = amount
    self.distance = distance
  }
}

/// What the rules saw of a sale besides its lines, kept so that a return finds what the sale found.
public struct SaleContext: Hashable, Sendable, Codable {
  public let store: String?
  /// Where it was sold: the till, the shop's app, a delivery service.
  public let channel: String?
  public let tier: String?
  /// Sorted, and only those that the rulebook asks for.
  public let segments: [String]
  /// Bits: 1 first purchase, 2 birthday, 4 within three days of it, 8 in its month.
  public let traits: UInt8
  public let isMember: Bool
  /// What the day's cap left the member to earn; nil where nobody counted.
  public let capLeft: Points?
  /// Promotions left out because their budget, their limit or their gift had run out, sorted: nobody could
  /// tell afterwards. Written only where there are some.
  public var exhausted: [String]

  public init(
    store: String? = nil, channel: String? = nil, tier: String? = nil, segments: [String] = [],
    traits: UInt8 = 0, isMember: Bool = false, capLeft: Points? = nil, exhausted: [String] = []
  ) {
    self.store = store
    self.channel = channel
    self.tier = tier
    self.segments = segments
    self.traits = traits
    self.isMember = isMember
    self.capLeft = capLeft
    self.exhausted = exhausted
  }

  private enum CodingKeys: String, CodingKey {
    case store, channel, tier, segments, traits, isMember, capLeft, exhausted
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    store = try container.decodeIfPresent(String.self, forKey: .store)
    channel = try container.decodeIfPresent(String.self, forKey: .channel)
    tier = try container.decodeIfPresent(String.self, forKey: .tier)
    segments = try container.decode([String].self, forKey: .segments)
    traits = try container.decode(UInt8.self, forKey: .traits)
    isMember = try container.decode(Bool.self, forKey: .isMember)
    capLeft = try container.decodeIfPresent(Points.self, forKey: .capLeft)
    exhausted = try container.decodeIfPresent([String].self, forKey: .exhausted) ?? []
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encodeIfPresent(store, forKey: .store)
    try container.encodeIfPresent(channel, forKey: .channel)
    try container.encodeIfPresent(tier, forKey: .tier)
    try container.encode(segments, forKey: .segments)
    try container.encode(traits, forKey: .traits)
    try container.encode(isMember, forKey: .isMember)
    try container.encodeIfPresent(capLeft, forKey: .capLeft)
    if !exhausted.isEmpty { try container.encode(exhausted, forKey: .exhausted) }
  }
}

/// A completed sale with everything the receipt said. The receipt stands: nothing recomputes it.
public struct Sale: Hashable, Sendable, Codable {
  public let id: SaleID
  public let businessTime: Timestamp
  public let member: MemberID?
  /// Identifies a member this store does not know yet; the hub attaches the sale.
  public let phone: String?
  public let rulebook: Int64
  public let lines: [SaleLine]
  public let tenders: [Tender]
  public let coupons: [CouponID]
  public let spent: [LotAmount]
  /// Points earned, and the lot they go to; with an unknown member they wait for the hub.
  public let earned: Points
  public let earnedLot: LotKey
  /// The balance the receipt showed; nil without a known member.
  public let balance: Points?
  /// What HQ knew when the receipt was printed, and whether the line was down.
  public let asOf: Timestamp
  public let offline: Bool
  public var outcomes: [RuleOutcome]
  /// First eight bytes of the request's SHA-256: the same id with another body is refused (law P3).
  public let requestDigest: UInt64
  /// Growth value earned 成长值.
  public let growth: Int64
  public let context: SaleContext
  /// Handed out with it 赠品.
  public let gifts: [Gift]
  /// What it took of what its store holds, by name.
  public let allowances: [AllowanceUse]

  public init(
    id: SaleID, businessTime: Timestamp, member: MemberID?, phone: String?, rulebook: Int64,
    lines: [SaleLine],
    tenders: [Tender], coupons: [CouponID], spent: [LotAmount], earned: Points, earnedLot: LotKey,
    balance: Points?, asOf: Timestamp, offline: Bool, outcomes: [RuleOutcome], requestDigest: UInt64,
    growth: Int64 = 0, context: SaleContext = SaleContext(), gifts: [Gift] = [],
    allowances: [AllowanceUse] = []
  ) {
    self.id = id
    self.businessTime = businessTime
    self.member = member
    self.phone = phone
    self.rulebook = rulebook
    self.lines = lines
    self.tenders = tenders
    self.coupons = coupons
    self.spent = spent
    self.earned = earned
    self.earnedLot = earnedLot
    self.balance = balance
    self.asOf = asOf
    self.offline = offline
    self.outcomes = outcomes
    self.requestDigest = requestDigest
    self.growth = growth
    self.context = context
    self.gifts = gifts
    self.allowances = allowances
  }

  /// Ids of the promotions it used.
  public var promotions: Set<String> {
    let discounts = lines.flatMap(\.discounts).filter { $0.kind == LineDiscount.promotion }
    return Set(discounts.map(\.source) + gifts.map(\.rule))
  }

  public var gross: Money { lines.reduce(.zero) { $0 + $1.gross } }
  public var net: Money { lines.reduce(.zero) { $0 + $1.net } }
  public var pointsSpent: Points { spent.reduce(.zero) { $0 + $1.points } }

  /// As another store may see it: of a phone the last digits only.
  public var masked: Sale {
    Sale(
      id: id, businessTime: businessTime, member: member, phone: phone.map { String($0.suffix(4)) },
      rulebook: rulebook, lines: lines, tenders: tenders, coupons: coupons, spent: spent, earned: earned,
      earnedLot: earnedLot, balance: balance, asOf: asOf, offline: offline, outcomes: outcomes,
      requestDigest: requestDigest, growth: growth, context: context, gifts: gifts, allowances: allowances)
  }
}
