import Foundation
import SyncProtocol

/// What headquarters has decided 规则: one numbered document, whole. A sale records the version it was
/// priced with. A draft 草稿 has no number yet, and may leave its time to headquarters.
public struct Rulebook: Hashable, Sendable, Codable {
  /// From 1; 0 is a draft's.
  public var version: Int64
  public var effectiveFrom: Timestamp
  public var name: Words
  /// ISO 4217; every amount of money is in its minor units.
  public var currency: String
  /// Where the business day begins: China has one offset and no summer time.
  public var utcOffsetMinutes: Int
  public var earning: [EarningRule]
  public var multipliers: [Multiplier] = []
  public var bonuses: [Bonus] = []
  public var earningCaps = EarningCaps.none
  /// What prices hold that earns nothing; without it the tax earns like the rest.
  public var earningTax: [EarningTax] = []
  /// Earned points are pending 冻结 for so many days before they may be spent.
  public var pendingDays = 0
  public var expiry: Expiry
  /// Days before points expire on which their member is told 到期提醒; empty for never.
  public var expiryNoticeDays: [Int] = []
  /// What becomes of points when goods come back.
  public var points = PointsPolicies.standard
  public var pointsPayment: PointsPayment?
  public var tiers: TierScheme?
  public var checkInPoints: Points
  public var holding: HoldingPolicy
  public var prices: [PriceRule]
  /// In the order in which they are considered.
  public var promotions: [Promotion]
  public var promotionGroups: [PromotionGroup]
  /// What members get beside purchases.
  public var programs = Programs.none
  public var couponGroups: [CouponGroup] = []
  public var cashRounding: CashRounding?
  /// What stores may do beyond what they hold while their line is down.
  public var offline = OfflinePolicy.held
  /// Who is new, loyal or dormant; without it nobody has a class.
  public var classes: ClassRules?

  private enum CodingKeys: String, CodingKey {
    case version, effectiveFrom, name, currency, utcOffsetMinutes, earning, multipliers, bonuses, earningCaps,
      earningTax, pendingDays, expiry, expiryNoticeDays, points, pointsPayment, tiers, checkInPoints, holding,
      prices,
      promotions, promotionGroups, couponGroups, cashRounding, offline, classes
  }

  public init(
    version: Int64, effectiveFrom: Timestamp, name: Words, currency: String, utcOffsetMinutes: Int,
    earning: [EarningRule], expiry: Expiry, pointsPayment: PointsPayment?, tiers: TierScheme?,
    checkInPoints: Points,
    holding: HoldingPolicy, prices: [PriceRule] = [], promotions: [Promotion] = [],
    promotionGroups: [PromotionGroup] = []
  ) {
    self.version = version
    self.effectiveFrom = effectiveFrom
    self.name = name
    self.currency = currency
    self.utcOffsetMinutes = utcOffsetMinutes
    self.earning = earning
    self.expiry = expiry
    self.pointsPayment = pointsPayment
    self.tiers = tiers
    self.checkInPoints = checkInPoints
    self.holding = holding
    self.prices = prices
    self.promotions = promotions
    self.promotionGroups = promotionGroups
  }

  /// Stands for the moment of publication in a draft that names none.
  public static let onPublication = Timestamp(ms: -1)

  /// What a document does not say is nothing.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    func value<T: Decodable>(_ key: CodingKeys) throws -> T { try container.decode(T.self, forKey: key) }
    func list<T: Decodable>(_ key: CodingKeys) throws -> [T] {
      try container.decodeIfPresent([T].self, forKey: key) ?? []
    }
    self.init(
      version: try container.decodeIfPresent(Int64.self, forKey: .version) ?? 0,
      effectiveFrom: try container.decodeIfPresent(Timestamp.self, forKey: .effectiveFrom)
        ?? Self.onPublication,
      name: try value(.name),
      currency: try value(.currency), utcOffsetMinutes: try value(.utcOffsetMinutes),
      earning: try value(.earning), expiry: try value(.expiry),
      pointsPayment: try container.decodeIfPresent(PointsPayment.self, forKey: .pointsPayment),
      tiers: try container.decodeIfPresent(TierScheme.self, forKey: .tiers),
      checkInPoints: try value(.checkInPoints), holding: try value(.holding),
      prices: try list(.prices), promotions: try list(.promotions),
      promotionGroups: try list(.promotionGroups))
    multipliers = try list(.multipliers)
    bonuses = try list(.bonuses)
    earningCaps = try container.decodeIfPresent(EarningCaps.self, forKey: .earningCaps) ?? .none
    earningTax = try list(.earningTax)
    pendingDays = try container.decodeIfPresent(Int.self, forKey: .pendingDays) ?? 0
    expiryNoticeDays = try list(.expiryNoticeDays)
    points = try container.decodeIfPresent(PointsPolicies.self, forKey: .points) ?? .standard
    // Its sections stand beside the others, in the same object.
    programs = try Programs(from: decoder)
    couponGroups = try list(.couponGroups)
    cashRounding = try container.decodeIfPresent(CashRounding.self, forKey: .cashRounding)
    offline = try container.decodeIfPresent(OfflinePolicy.self, forKey: .offline) ?? .held
    classes = try container.decodeIfPresent(ClassRules.self, forKey: .classes)
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    if version > 0 { try container.encode(version, forKey: .version) }
    if effectiveFrom != Self.onPublication { try container.encode(effectiveFrom, forKey: .effectiveFrom) }
    try container.encode(name, forKey: .name)
    try container.encode(currency, forKey: .currency)
    try container.encode(utcOffsetMinutes, forKey: .utcOffsetMinutes)
    try container.encode(earning, forKey: .earning)
    try container.encode(multipliers, forKey: .multipliers)
    try container.encode(bonuses, forKey: .bonuses)
    try container.encode(earningCaps, forKey: .earningCaps)
    let writesAll = encoder.writesEveryField
    if writesAll || !earningTax.isEmpty { try container.encode(earningTax, forKey: .earningTax) }
    try container.encode(pendingDays, forKey: .pendingDays)
    try container.encode(expiry, forKey: .expiry)
    if writesAll || !expiryNoticeDays.isEmpty {
      try container.encode(expiryNoticeDays, forKey: .expiryNoticeDays)
    }
    if writesAll || points != .standard { try container.encode(points, forKey: .points) }
    try container.encodeIfPresent(pointsPayment, forKey: .pointsPayment)
    try container.encodeIfPresent(tiers, forKey: .tiers)
    try container.encode(checkInPoints, forKey: .checkInPoints)
    try container.encode(holding, forKey: .holding)
    try container.encode(prices, forKey: .prices)
    try container.encode(promotions, forKey: .promotions)
    try container.encode(promotionGroups, forKey: .promotionGroups)
    try programs.encode(to: encoder)
    if writesAll || !couponGroups.isEmpty { try container.encode(couponGroups, forKey: .couponGroups) }
    try container.encodeIfPresent(cashRounding, forKey: .cashRounding)
    if writesAll || offline != .held { try container.encode(offline, forKey: .offline) }
    try container.encodeIfPresent(classes, forKey: .classes)
  }

  /// The first later version that takes effect no later. Of those in force the newest counts, so this one
  /// never takes effect.
  public func replacement(among versions: [Rulebook]) -> Rulebook? {
    versions.first { $0.version > version && $0.effectiveFrom <= effectiveFrom }
  }

  /// What applies before headquarters has published anything: sales are recorded, nothing is earned.
  public static let none = Rulebook(
    version: 0, effectiveFrom: Timestamp(ms: 0), name: Words(zh: "尚无规则", en: "No rulebook yet"),
    currency: "CNY",
    utcOffsetMinutes: 480, earning: [], expiry: .never, pointsPayment: nil, tiers: nil, checkInPoints: .zero,
    holding: HoldingPolicy(homePermille: 500, lastStorePermille: 250))

  public static func decode(_ document: [UInt8]) throws -> Rulebook {
    try JSONDecoder().decode(Rulebook.self, from: Data(document))
  }

  public func encoded() throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return [UInt8](try encoder.encode(self))
  }
}

/// A text in both languages of the product.
public struct Words: Hashable, Sendable, Codable {
  public let zh: String
  public let en: String

  public init(zh: String, en: String) {
    self.zh = zh
    self.en = en
  }
}

/// Points as a means of paying 抵扣: `points` are worth `worth`.
public struct PointsPayment: Hashable, Sendable, Codable {
  public let points: Points
  public let worth: Money
  /// The fewest points one sale may use; and the step above that.
  public let minimum: Points
  public let step: Points
  /// The largest share of the bill that points may pay, in thousandths.
  public let maxSharePermille: Int64

  public init(points: Points, worth: Money, minimum: Points, step: Points, maxSharePermille: Int64) {
    self.points = points
    self.worth = worth
    self.minimum = minimum
    self.step = step
    self.maxSharePermille = maxSharePermille
  }

  /// The money that any number of points stands for, in minor units, rounded down.
  public func value(of count: Points) -> Money {
    guard points > .zero else { return .zero }
    return Money(Int64(clamping: Int128(count.count) * Int128(worth.minor) / Int128(points.count)))
  }

  public func worth(of count: Points) -> Money { Money(count.count * worth.minor / points.count) }
}
