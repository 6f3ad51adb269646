import SyncProtocol

/// What one calendar month of a member came to. Months are the grain of all tiers, because a store can carry
/// two dozen small sums for each member and not every sale.
public struct MonthSum: Hashable, Sendable, Codable {
  /// Year * 12 + month - 1.
  public let month: Int32
  /// Net of what came back in this month, whenever it was bought; may be negative.
  public var spend: Money
  /// Before returns.
  public var grossSpend: Money
  /// The number of sales.
  public var count: Int64
  /// Growth value 成长值.
  public var growth: Int64

  public init(month: Int32, spend: Money, grossSpend: Money, count: Int64, growth: Int64) {
    self.month = month
    self.spend = spend
    self.grossSpend = grossSpend
    self.count = count
    self.growth = growth
  }

  /// The month that a business day belongs to.
  public static func month(of day: Day) -> Int32 { Int32(clamping: day.monthNumber) }

  fileprivate var isNothing: Bool { spend == .zero && grossSpend == .zero && count == 0 && growth == 0 }

  /// Sums that no chain can reach wrap around: saturated sums would depend on the order they came in.
  fileprivate mutating func add(_ other: MonthSum) {
    spend.minor &+= other.spend.minor
    grossSpend.minor &+= other.grossSpend.minor
    count &+= other.count
    growth &+= other.growth
  }
}

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
    guard months.count <= Limits.tierMonths else {
      throw DecodingError.dataCorruptedError(
        forKey: .months, in: container, debugDescription: "a history has at most \(Limits.tierMonths) months")
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
}

extension Day {
  /// Year * 12 + month - 1.
  var monthNumber: Int {
    let (year, month, _) = components
    return year * 12 + month - 1
  }

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
