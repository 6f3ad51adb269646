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
  public var multipliers: [Multiplier] = []
  public var bonuses: [Bonus] = []
  public var earningCaps = EarningCaps.none
  /// Earned points are pending 冻结 for so many days before they may be spent.
  public var pendingDays = 0
  public var expiry: Expiry
  public var pointsPayment: PointsPayment?
  public var tiers: [Tier]
  public var checkInPoints: Points
  public var holding: HoldingPolicy

  public init(
    version: Int64, effectiveFrom: Timestamp, name: Words, currency: String, utcOffsetMinutes: Int,
    earning: [EarningRule], expiry: Expiry, pointsPayment: PointsPayment?, tiers: [Tier],
    checkInPoints: Points,
    holding: HoldingPolicy
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

extension Rulebook {
  /// What a document does not say is nothing, so that older documents keep their meaning.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      version: try container.decode(Int64.self, forKey: .version),
      effectiveFrom: try container.decode(Timestamp.self, forKey: .effectiveFrom),
      name: try container.decode(Words.self, forKey: .name),
      currency: try container.decode(String.self, forKey: .currency),
      utcOffsetMinutes: try container.decode(Int.self, forKey: .utcOffsetMinutes),
      earning: try container.decode([EarningRule].self, forKey: .earning),
      expiry: try container.decode(Expiry.self, forKey: .expiry),
      pointsPayment: try container.decodeIfPresent(PointsPayment.self, forKey: .pointsPayment),
      tiers: try container.decode([Tier].self, forKey: .tiers),
      checkInPoints: try container.decode(Points.self, forKey: .checkInPoints),
      holding: try container.decode(HoldingPolicy.self, forKey: .holding))
    multipliers = try container.decodeIfPresent([Multiplier].self, forKey: .multipliers) ?? []
    bonuses = try container.decodeIfPresent([Bonus].self, forKey: .bonuses) ?? []
    earningCaps = try container.decodeIfPresent(EarningCaps.self, forKey: .earningCaps) ?? .none
    pendingDays = try container.decodeIfPresent(Int.self, forKey: .pendingDays) ?? 0
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
