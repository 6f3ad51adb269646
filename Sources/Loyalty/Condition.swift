import SyncProtocol

/// Where, when and for whom a cart is priced: all that conditions may ask.
public struct Occasion: Hashable, Sendable {
  public let time: Timestamp
  public let day: Day
  /// Of the business day, from 0 to 1,439.
  public let minute: Int
  public let utcOffsetMinutes: Int
  public let store: String?
  public let channel: String?
  /// Nil for a customer nobody has identified.
  public let customer: Customer?

  public init(
    time: Timestamp, utcOffsetMinutes: Int, store: String? = nil, channel: String? = nil,
    customer: Customer? = nil
  ) {
    self.time = time
    self.utcOffsetMinutes = utcOffsetMinutes
    day = time.day(utcOffsetMinutes: utcOffsetMinutes)
    minute = Int(((time.ms / 60_000 + Int64(utcOffsetMinutes)) % 1_440 + 1_440) % 1_440)
    self.store = store
    self.channel = channel
    self.customer = customer
  }

  /// The same at another time.
  func at(_ time: Timestamp) -> Occasion {
    Occasion(
      time: time, utcOffsetMinutes: utcOffsetMinutes, store: store, channel: channel, customer: customer)
  }
}

/// What rules may ask of an identified member.
public struct Customer: Hashable, Sendable {
  public let tier: String?
  public let segments: Set<String>
  public let traits: Traits

  public init(tier: String? = nil, segments: Set<String> = [], traits: Traits = []) {
    self.tier = tier
    self.segments = segments
    self.traits = traits
  }

  public struct Traits: OptionSet, Hashable, Sendable {
    public let rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }
    /// No sale of theirs is known yet.
    public static let firstPurchase = Traits(rawValue: 1)
    public static let birthday = Traits(rawValue: 2)
    /// The birthday is at most three days away.
    public static let birthdayWeek = Traits(rawValue: 4)
    public static let birthdayMonth = Traits(rawValue: 8)
  }
}

extension Customer.Traits {
  public init(hasBought: Bool, birthday: MonthDay?, on day: Day) {
    self = hasBought ? [] : .firstPurchase
    guard let birthday else { return }
    let year = day.components.year
    // At the turn of the year the nearest birthday may be last year's or next year's.
    let distance = (year - 1...year + 1).map { abs(birthday.day(in: $0).number - day.number) }.min() ?? .max
    if distance == 0 { insert(.birthday) }
    if distance <= 3 { insert(.birthdayWeek) }
    if birthday.month == day.components.month { insert(.birthdayMonth) }
  }
}

/// When, where and for whom a rule applies 适用条件. What is left out does not restrict.
public struct Condition: Hashable, Sendable, Codable {
  public enum Who: String, Hashable, Sendable, Codable, CaseIterable {
    case member
    /// A member's first sale in the chain.
    case firstPurchase
    /// The member's birthday is today, within three days, or in this month; 29 February counts on 28 where
    /// there is none.
    case birthday
    case birthdayWeek
    case birthdayMonth

    var trait: Customer.Traits? {
      switch self {
      case .member: nil
      case .firstPurchase: .firstPurchase
      case .birthday: .birthday
      case .birthdayWeek: .birthdayWeek
      case .birthdayMonth: .birthdayMonth
      }
    }
  }

  /// From the first moment, until just before the last.
  public var from: Timestamp?
  public var until: Timestamp?
  /// 1 Monday to 7 Sunday (ISO 8601).
  public var weekdays: [Int]?
  /// Days of the month: a members' day 会员日 on the 8th, 18th and 28th.
  public var monthDays: [Int]?
  public var hours: Hours?
  public var stores: [String]?
  public var channels: [String]?
  public var who: Who?
  public var tiers: [String]?
  public var segments: [String]?

  public init(
    from: Timestamp? = nil, until: Timestamp? = nil, weekdays: [Int]? = nil, monthDays: [Int]? = nil,
    hours: Hours? = nil, stores: [String]? = nil, channels: [String]? = nil, who: Who? = nil,
    tiers: [String]? = nil, segments: [String]? = nil
  ) {
    self.from = from
    self.until = until
    self.weekdays = weekdays
    self.monthDays = monthDays
    self.hours = hours
    self.stores = stores
    self.channels = channels
    self.who = who
    self.tiers = tiers
    self.segments = segments
  }

  public static let always = Condition()

  /// The first thing that is not met, as an outcome's code and amount; nil when the rule applies.
  public func unmet(on occasion: Occasion) -> (code: String, amount: Int64)? {
    if let from, occasion.time < from { return ("rule_not_yet", from.ms) }
    if let until, occasion.time >= until { return ("rule_ended", until.ms) }
    if let weekdays, !weekdays.contains(occasion.day.weekday) { return ("rule_other_day", 0) }
    if let monthDays, !monthDays.contains(occasion.day.components.day) { return ("rule_other_day", 0) }
    if let hours, !hours.contain(occasion.minute) { return ("rule_other_hour", Int64(hours.from)) }
    if let stores, !stores.contains(where: { $0 == occasion.store }) { return ("rule_other_store", 0) }
    if let channels, !channels.contains(where: { $0 == occasion.channel }) {
      return ("rule_other_channel", 0)
    }
    if who == nil, tiers == nil, segments == nil { return nil }
    guard let customer = occasion.customer else { return ("rule_members_only", 0) }
    if let tiers, !tiers.contains(where: { $0 == customer.tier }) { return ("rule_other_tier", 0) }
    if let segments, customer.segments.isDisjoint(with: segments) { return ("rule_other_segment", 0) }
    guard let trait = who?.trait, !customer.traits.contains(trait) else { return nil }
    return (trait == .firstPurchase ? "rule_first_purchase_only" : "rule_birthday_only", 0)
  }
}

/// A part of each day, in minutes; `until` before `from` means into the next day.
public struct Hours: Hashable, Sendable, Codable {
  public let from: Int
  public let until: Int

  public init(from: Int, until: Int) {
    self.from = from
    self.until = until
  }

  func contain(_ minute: Int) -> Bool {
    from < until ? (from..<until).contains(minute) : minute >= from || minute < until
  }

  private enum Keys: String, CodingKey { case from, until }

  /// Written `{"from":"18:00","until":"21:00"}`.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Keys.self)
    func minute(_ key: Keys) throws -> Int {
      let parts = try container.decode(String.self, forKey: key).split(
        separator: ":", omittingEmptySubsequences: false)
      guard parts.count == 2, parts.allSatisfy({ $0.count == 2 }), let hour = Int(parts[0]),
        let minute = Int(parts[1]), (0...24).contains(hour), (0..<60).contains(minute),
        hour * 60 + minute <= 1_440
      else {
        throw DecodingError.dataCorruptedError(
          forKey: key, in: container, debugDescription: "a time of day is written 18:00")
      }
      return hour * 60 + minute
    }
    self.init(from: try minute(.from), until: try minute(.until))
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Keys.self)
    for (key, minute) in [(Keys.from, from), (.until, until)] {
      let digits = [minute / 60, minute % 60].map { $0 < 10 ? "0\($0)" : "\($0)" }
      try container.encode(digits.joined(separator: ":"), forKey: key)
    }
  }
}

/// A birthday without its year: all that a store keeps of it.
public struct MonthDay: Hashable, Sendable {
  public let month: Int
  public let dayOfMonth: Int

  /// Parses `02-29`.
  public init?(_ text: String) {
    // A leap year has every day there is.
    guard text.utf8.count == 5, let day = Day("2000-" + text) else { return nil }
    (_, month, dayOfMonth) = day.components
  }

  /// Its day in a year; 29 February is kept on 28 where there is none.
  public func day(in year: Int) -> Day {
    Day(year: year, month: month, day: dayOfMonth) ?? Day(year: year, month: month, day: dayOfMonth - 1)
      ?? Day(0)
  }
}

extension Day {
  /// 1 Monday to 7 Sunday (ISO 8601). Day 0, 1 January 1970, was a Thursday.
  public var weekday: Int { Int(((number + 3) % 7 + 7) % 7) + 1 }
}
