import SyncProtocol

/// What a promotion takes off the lines it covers. Of a ladder the highest step reached counts.
public enum PromotionEffect: Hashable, Sendable {
  /// 满减: from this much, so much off.
  case amountOff([AmountStep])
  /// 每满减: for each full amount, so much off, up to a cap.
  case amountOffEach(spend: Money, off: Money, cap: Money?)
  /// 满折: from this much, pay this rate of it.
  case rateOff([RateStep], cap: Money?)
  /// 满件折: from so many pieces, pay this rate.
  case countRateOff([CountStep])
  /// 买赠: of each `buy` + `free` pieces, dearest first, the last `free` cost nothing.
  case buyGetFree(buy: Int, free: Int)
  /// N 件 X 元: each `count` pieces, dearest first, cost `price` where that is less.
  case bundle(count: Int, price: Money)
  /// 满赠: from this much, a gift. It takes nothing off.
  case gift([GiftStep])

  public struct GiftStep: Hashable, Sendable, Codable {
    public let spend: Money
    public let sku: String
    public let name: Words?
    /// Pieces.
    public let count: Int

    public init(spend: Money, sku: String, name: Words? = nil, count: Int = 1) {
      self.spend = spend
      self.sku = sku
      self.name = name
      self.count = count
    }

    /// What a document does not say is one piece.
    public init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      self.init(
        spend: try container.decode(Money.self, forKey: .spend),
        sku: try container.decode(String.self, forKey: .sku),
        name: try container.decodeIfPresent(Words.self, forKey: .name),
        count: try container.decodeIfPresent(Int.self, forKey: .count) ?? 1)
    }
  }

  public struct AmountStep: Hashable, Sendable, Codable {
    public let spend: Money
    public let off: Money

    public init(spend: Money, off: Money) {
      self.spend = spend
      self.off = off
    }
  }

  public struct RateStep: Hashable, Sendable, Codable {
    public let spend: Money
    /// 8折 is 800.
    public let payRatePermille: Int64

    public init(spend: Money, payRatePermille: Int64) {
      self.spend = spend
      self.payRatePermille = payRatePermille
    }
  }

  public struct CountStep: Hashable, Sendable, Codable {
    public let count: Int
    public let payRatePermille: Int64

    public init(count: Int, payRatePermille: Int64) {
      self.count = count
      self.payRatePermille = payRatePermille
    }
  }
}

extension PromotionEffect: Codable {
  private enum Kind: String, Codable {
    case amountOff, amountOffEach, rateOff, countRateOff, buyGetFree, bundle, gift
  }

  private enum Keys: String, CodingKey { case type, steps, spend, off, cap, buy, free, count, price }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Keys.self)
    func value<T: Decodable>(_ key: Keys) throws -> T { try container.decode(T.self, forKey: key) }
    let cap = try container.decodeIfPresent(Money.self, forKey: .cap)
    switch try value(.type) as Kind {
    case .amountOff: self = .amountOff(try value(.steps))
    case .amountOffEach: self = .amountOffEach(spend: try value(.spend), off: try value(.off), cap: cap)
    case .rateOff: self = .rateOff(try value(.steps), cap: cap)
    case .countRateOff: self = .countRateOff(try value(.steps))
    case .buyGetFree: self = .buyGetFree(buy: try value(.buy), free: try value(.free))
    case .bundle: self = .bundle(count: try value(.count), price: try value(.price))
    case .gift: self = .gift(try value(.steps))
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Keys.self)
    func put(_ kind: Kind) throws { try container.encode(kind, forKey: .type) }
    switch self {
    case .amountOff(let steps):
      try put(.amountOff)
      try container.encode(steps, forKey: .steps)
    case .amountOffEach(let spend, let off, let cap):
      try put(.amountOffEach)
      try container.encode(spend, forKey: .spend)
      try container.encode(off, forKey: .off)
      try container.encodeIfPresent(cap, forKey: .cap)
    case .rateOff(let steps, let cap):
      try put(.rateOff)
      try container.encode(steps, forKey: .steps)
      try container.encodeIfPresent(cap, forKey: .cap)
    case .countRateOff(let steps):
      try put(.countRateOff)
      try container.encode(steps, forKey: .steps)
    case .buyGetFree(let buy, let free):
      try put(.buyGetFree)
      try container.encode(buy, forKey: .buy)
      try container.encode(free, forKey: .free)
    case .bundle(let count, let price):
      try put(.bundle)
      try container.encode(count, forKey: .count)
      try container.encode(price, forKey: .price)
    case .gift(let steps):
      try put(.gift)
      try container.encode(steps, forKey: .steps)
    }
  }
}
