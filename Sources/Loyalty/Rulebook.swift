import Foundation
import SyncProtocol

/// What headquarters has decided 规则: one numbered document, whole. A sale records the version it was
/// priced with. `version` and `effectiveFrom` are given when it is published.
public struct Rulebook: Hashable, Sendable, Codable {
  public var version: Int64
  public var effectiveFrom: Timestamp
  public var name: Words
  /// ISO 4217; every amount of money is in its minor units.
  public var currency: String
  /// Where the business day begins: China has one offset and no summer time.
  public var utcOffsetMinutes: Int
  public var earning: [EarningRule]
  public var expiry: Expiry
  public var pointsPayment: PointsPayment?
  public var tiers: [Tier]
  public var checkInPoints: Points
  public var holding: HoldingPolicy
  public var prices: [PriceRule]
  /// In the order in which they are considered.
  public var promotions: [Promotion]
  public var promotionGroups: [PromotionGroup]

  public init(
    version: Int64, effectiveFrom: Timestamp, name: Words, currency: String, utcOffsetMinutes: Int,
    earning: [EarningRule], expiry: Expiry, pointsPayment: PointsPayment?, tiers: [Tier],
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

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    func value<T: Decodable>(_ key: CodingKeys) throws -> T { try container.decode(T.self, forKey: key) }
    func list<T: Decodable>(_ key: CodingKeys) throws -> [T] {
      try container.decodeIfPresent([T].self, forKey: key) ?? []
    }
    self.init(
      version: try value(.version), effectiveFrom: try value(.effectiveFrom), name: try value(.name),
      currency: try value(.currency), utcOffsetMinutes: try value(.utcOffsetMinutes),
      earning: try value(.earning), expiry: try value(.expiry),
      pointsPayment: try container.decodeIfPresent(PointsPayment.self, forKey: .pointsPayment),
      tiers: try value(.tiers), checkInPoints: try value(.checkInPoints), holding: try value(.holding),
      prices: try list(.prices), promotions: try list(.promotions),
      promotionGroups: try list(.promotionGroups))
  }

  /// What applies before headquarters has published anything: sales are recorded, nothing is earned.
  public static let none = Rulebook(
    version: 0, effectiveFrom: Timestamp(ms: 0), name: Words(zh: "尚无规则", en: "No rulebook yet"),
    currency: "CNY",
    utcOffsetMinutes: 480, earning: [], expiry: .never, pointsPayment: nil, tiers: [], checkInPoints: .zero,
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

/// "Each full `per` of money earns `points`", over the lines it covers.
public struct EarningRule: Hashable, Sendable, Codable {
  public let id: String
  public let per: Money
  public let points: Points
  /// Categories covered; nil covers every line that no other rule names.
  public let categories: [String]?

  public init(id: String, per: Money, points: Points, categories: [String]? = nil) {
    self.id = id
    self.per = per
    self.points = points
    self.categories = categories
  }
}

/// When earned points lapse.
public enum Expiry: Hashable, Sendable, Codable {
  case never
  /// At the end of the calendar year, `after` years after the one they were earned in.
  case yearEnd(after: Int)

  private enum Keys: String, CodingKey { case policy, years }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Keys.self)
    switch try container.decode(String.self, forKey: .policy) {
    case "never": self = .never
    case "yearEnd": self = .yearEnd(after: try container.decode(Int.self, forKey: .years))
    case let other:
      throw DecodingError.dataCorruptedError(
        forKey: .policy, in: container, debugDescription: "unknown expiry policy \(other.prefix(40))")
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Keys.self)
    switch self {
    case .never: try container.encode("never", forKey: .policy)
    case .yearEnd(let years):
      try container.encode("yearEnd", forKey: .policy)
      try container.encode(years, forKey: .years)
    }
  }

  /// The lot that points earned on this day belong to. Lots are as few as the policy allows, because each
  /// is an allowance of its own.
  public func lot(earnedOn day: Day) -> LotKey {
    switch self {
    case .never: return LotKey(availableFrom: Day(0), expiresOn: .never)
    case .yearEnd(let after):
      let year = day.components.year
      return LotKey(
        availableFrom: Day(year: year, month: 1, day: 1) ?? day,
        expiresOn: Day(year: year + after + 1, month: 1, day: 1) ?? .never)
    }
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

  public func worth(of count: Points) -> Money { Money(count.count * worth.minor / points.count) }
}

/// A tier 等级: reached by net spend in this or the last calendar year, and what its members pay.
public struct Tier: Hashable, Sendable, Codable {
  public let id: String
  public let name: Words
  public let threshold: Money
  /// What a member pays of the shelf price, in thousandths: 9.5折 is 950.
  public let payRatePermille: Int64

  public init(id: String, name: Words, threshold: Money, payRatePermille: Int64) {
    self.id = id
    self.name = name
    self.threshold = threshold
    self.payRatePermille = payRatePermille
  }
}
