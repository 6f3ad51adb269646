import SyncProtocol

/// How members rise and fall 等级方案: what is counted, over which time, and what each level is worth.
public struct TierScheme: Hashable, Sendable, Codable {
  public var id: String
  public var name: Words
  public var metric: Metric
  public var window: Window
  public var upgrade: Upgrade
  public var downgrade: Downgrade
  /// Days 宽限期 that a level outlives the period, or the paid membership, that did not keep it.
  public var graceDays: Int
  /// From the lowest to the highest.
  public var levels: [TierLevel]
  public var returns: Returns

  public init(
    id: String, name: Words, metric: Metric, window: Window, upgrade: Upgrade = .immediate,
    downgrade: Downgrade, graceDays: Int = 0, levels: [TierLevel], returns: Returns = .reduce
  ) {
    self.id = id
    self.name = name
    self.metric = metric
    self.window = window
    self.upgrade = upgrade
    self.downgrade = downgrade
    self.graceDays = graceDays
    self.levels = levels
    self.returns = returns
  }

  /// What a document does not say is the plain case.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    func value<T: Decodable>(_ key: CodingKeys) throws -> T { try container.decode(T.self, forKey: key) }
    self.init(
      id: try value(.id), name: try value(.name), metric: try value(.metric), window: try value(.window),
      upgrade: try container.decodeIfPresent(Upgrade.self, forKey: .upgrade) ?? .immediate,
      downgrade: try value(.downgrade),
      graceDays: try container.decodeIfPresent(Int.self, forKey: .graceDays) ?? 0,
      levels: try value(.levels),
      returns: try container.decodeIfPresent(Returns.self, forKey: .returns) ?? .reduce)
  }

  /// What is counted.
  public enum Metric: String, Hashable, Sendable, Codable, CaseIterable {
    /// 消费额, in minor units.
    case spend
    /// 消费次数, the number of sales.
    case count
    /// 成长值.
    case growth
    /// 付费会员: nothing is counted, a level is held while a paid membership is valid.
    case paid
  }

  /// The time that is counted, in whole calendar months, and the periods at whose end a level must be kept.
  public enum Window: Hashable, Sendable {
    /// The current month and those before it, `months` in all. Each month is a period.
    case rolling(months: Int)
    /// From 1 January. Each calendar year is a period.
    case calendarYear
    /// From the month of joining, again each year. Each such year is a period.
    case anniversary
    /// Everything there ever was. No period ends, so nobody falls.
    case lifetime
  }

  public enum Upgrade: String, Hashable, Sendable, Codable, CaseIterable {
    /// As soon as the threshold is reached.
    case immediate
    /// When a period ends, by what it came to.
    case batch
  }

  /// What becomes of a level that its period did not keep.
  public enum Downgrade: String, Hashable, Sendable, Codable, CaseIterable {
    /// 逐级降级: one level down.
    case step
    /// 重新核算: down to the highest level that the figures keep.
    case recompute
    /// 不降级.
    case never
  }

  /// What goods that come back do to spend.
  public enum Returns: String, Hashable, Sendable, Codable, CaseIterable {
    case reduce
    case ignore
  }
}

/// One level of a scheme 等级.
public struct TierLevel: Hashable, Sendable, Codable {
  public let id: String
  public let name: Words
  /// What reaches the level, in the metric's unit: minor units, sales, growth value; 0 where levels are paid.
  public let threshold: Int64
  /// What a period must come to so that its end keeps the level 保级; nil is the threshold.
  public let retention: Int64?
  public let benefits: [TierBenefit]

  public init(
    id: String, name: Words, threshold: Int64, retention: Int64? = nil, benefits: [TierBenefit] = []
  ) {
    self.id = id
    self.name = name
    self.threshold = threshold
    self.retention = retention
    self.benefits = benefits
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      id: try container.decode(String.self, forKey: .id),
      name: try container.decode(Words.self, forKey: .name),
      threshold: try container.decode(Int64.self, forKey: .threshold),
      retention: try container.decodeIfPresent(Int64.self, forKey: .retention),
      benefits: try container.decodeIfPresent([TierBenefit].self, forKey: .benefits) ?? [])
  }

  var keeps: Int64 { retention ?? threshold }
}

/// What a level gives 权益.
public enum TierBenefit: Hashable, Sendable, Codable {
  /// What members pay of the shelf price, in thousandths: 9.5折 is 950.
  case discount(payRatePermille: Int64)
  /// What points are multiplied by, in thousandths: 1.5 times is 1500.
  case accelerator(permille: Int64)
  /// 升级礼: a coupon of this template when the level is entered, once in each of `TierChange`'s periods.
  case upgradeGift(template: String)
  /// 生日礼: a coupon of this template for the birthday.
  case birthdayGift(template: String)
  /// What only people do, such as priority service.
  case words(Words)

  private enum Kind: String, Codable { case discount, accelerator, upgradeGift, birthdayGift, words }
  private enum Keys: String, CodingKey { case kind, payRatePermille, permille, template, words }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Keys.self)
    switch try container.decode(Kind.self, forKey: .kind) {
    case .discount:
      self = .discount(payRatePermille: try container.decode(Int64.self, forKey: .payRatePermille))
    case .accelerator: self = .accelerator(permille: try container.decode(Int64.self, forKey: .permille))
    case .upgradeGift: self = .upgradeGift(template: try container.decode(String.self, forKey: .template))
    case .birthdayGift: self = .birthdayGift(template: try container.decode(String.self, forKey: .template))
    case .words: self = .words(try container.decode(Words.self, forKey: .words))
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Keys.self)
    switch self {
    case .discount(let rate):
      try container.encode(Kind.discount, forKey: .kind)
      try container.encode(rate, forKey: .payRatePermille)
    case .accelerator(let permille):
      try container.encode(Kind.accelerator, forKey: .kind)
      try container.encode(permille, forKey: .permille)
    case .upgradeGift(let template):
      try container.encode(Kind.upgradeGift, forKey: .kind)
      try container.encode(template, forKey: .template)
    case .birthdayGift(let template):
      try container.encode(Kind.birthdayGift, forKey: .kind)
      try container.encode(template, forKey: .template)
    case .words(let words):
      try container.encode(Kind.words, forKey: .kind)
      try container.encode(words, forKey: .words)
    }
  }
}

extension TierScheme.Window: Codable {
  private enum Kind: String, Codable { case rolling, calendarYear, anniversary, lifetime }
  private enum Keys: String, CodingKey { case kind, months }

  /// Written `{"kind":"rolling","months":12}`; the others have only their kind.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Keys.self)
    switch try container.decode(Kind.self, forKey: .kind) {
    case .rolling: self = .rolling(months: try container.decode(Int.self, forKey: .months))
    case .calendarYear: self = .calendarYear
    case .anniversary: self = .anniversary
    case .lifetime: self = .lifetime
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Keys.self)
    switch self {
    case .rolling(let months):
      try container.encode(Kind.rolling, forKey: .kind)
      try container.encode(months, forKey: .months)
    case .calendarYear: try container.encode(Kind.calendarYear, forKey: .kind)
    case .anniversary: try container.encode(Kind.anniversary, forKey: .kind)
    case .lifetime: try container.encode(Kind.lifetime, forKey: .kind)
    }
  }
}
