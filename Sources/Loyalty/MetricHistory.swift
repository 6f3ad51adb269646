import SyncProtocol

/// A member's months 会员指标: all that tiers know of what was bought. One history has one form, whatever
/// parts it was put together from and in whatever order (law T1).
public struct MetricHistory: Hashable, Sendable, Codable {
  public private(set) var joined: Day
  /// Rising, each month once, those that came to nothing left out.
  public private(set) var months: [MonthSum]

  public init(joined: Day, months: [MonthSum] = []) {
    self.joined = joined
    self.months = []
    for month in months { add(month) }
  }

  public mutating func add(_ sum: MonthSum) {
    let index = months.partitioningIndex { $0.month >= sum.month }
    if index < months.count, months[index].month == sum.month {
      months[index].add(sum)
      if months[index].isNothing { months.remove(at: index) }
    } else if !sum.isNothing {
      months.insert(sum, at: index)
    }
  }

  /// Another part of the same member's history, or that of a record merged with it: sums add up, and the
  /// earlier joining stands.
  public mutating func merge(_ other: MetricHistory) {
    joined = min(joined, other.joined)
    for month in other.months { add(month) }
  }

  private enum Keys: String, CodingKey { case joined, months }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Keys.self)
    let months = try container.decode([MonthSum].self, forKey: .months)
    guard months.count <= Limits.accountMonths else {
      throw DecodingError.dataCorruptedError(
        forKey: .months, in: container,
        debugDescription: "a history has at most \(Limits.accountMonths) months")
    }
    self.init(joined: try container.decode(Day.self, forKey: .joined), months: months)
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Keys.self)
    try container.encode(joined, forKey: .joined)
    try container.encode(months, forKey: .months)
  }
}

/// A level somebody has paid for 付费会员, from the first day until just before the last.
public struct PaidMembership: Hashable, Sendable, Codable {
  public let level: String
  public let from: Day
  public let until: Day

  public init(level: String, from: Day, until: Day) {
    self.level = level
    self.from = from
    self.until = until
  }
}

/// A level given by hand 人工调级: a floor from the first day until just before the last (law T2).
public struct TierOverride: Hashable, Sendable, Codable {
  public let level: String
  public let from: Day
  public let until: Day
  public let reason: String
  /// Who decided it.
  public let actor: String

  public init(level: String, from: Day, until: Day, reason: String, actor: String) {
    self.level = level
    self.from = from
    self.until = until
    self.reason = reason
    self.actor = actor
  }
}

extension TierOverride {
  /// As stores know it: who decided and why stays at headquarters.
  public init(_ floor: TierFloor) {
    self.init(level: floor.level, from: floor.from, until: floor.until, reason: "", actor: "")
  }
}

/// Everything a tier follows from, besides scheme and date (law T1). Points are not among it (law T3). The
/// order of the lists, and an element that stands there twice, change nothing.
public struct TierFacts: Hashable, Sendable, Codable {
  public var history: MetricHistory
  public var paid: [PaidMembership]
  public var overrides: [TierOverride]

  public init(history: MetricHistory, paid: [PaidMembership] = [], overrides: [TierOverride] = []) {
    self.history = history
    self.paid = paid
    self.overrides = overrides
  }

  /// Adds one of a person's records, as its account tells of it: the one way in which the hub and every agent
  /// put a person together (law T4). Paid memberships come after all of them, by `pay`.
  public mutating func add(_ account: AccountRow) {
    history.merge(MetricHistory(joined: account.joined ?? history.joined, months: account.months))
    overrides += account.floors.map { TierOverride($0) }
  }

  /// Of somebody who has bought nothing yet and joined before anybody counted.
  public static let none = TierFacts(history: MetricHistory(joined: Day(0)))
}

extension Day {
  /// The first day of a month; beyond the calendar the nearest day there is.
  static func first(ofMonth month: Int) -> Day {
    let (year, index) = (month.flooredDivision(by: 12), month.flooredRemainder(by: 12))
    return Day(year: year, month: index + 1, day: 1) ?? Day(month < 0 ? .min : .max)
  }

  /// So many days later; beyond the calendar the last day there is.
  func later(_ days: Int) -> Day { Day(Int32(clamping: Int(number) + days)) }
}

extension Int {
  func flooredRemainder(by divisor: Int) -> Int { (self % divisor + divisor) % divisor }
  func flooredDivision(by divisor: Int) -> Int { (self - flooredRemainder(by: divisor)) / divisor }
}

extension Array {
  /// The first index whose element, and all after it, belong to the second part.
  func partitioningIndex(_ isSecond: (Element) -> Bool) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if isSecond(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
