import SyncProtocol

/// When earned points lapse 积分有效期. Every policy counts from the first day the points may be spent, so that
/// no points lapse while they are pending.
public enum Expiry: Hashable, Sendable, Codable {
  case never
  /// After so many days, the first of them included.
  case days(Int)
  /// After the day of the same number so many months on, or that month's last where it has no such day.
  /// Source: Civil Code of the PRC, article 202.
  case rollingMonths(Int)
  /// At the end of the calendar month, `after` months after theirs.
  case monthEnd(after: Int)
  /// At the end of the calendar year, `after` years after theirs.
  case yearEnd(after: Int)
  /// At the end of this date, `after` years after theirs: points of one year lapse on 31 March of the next.
  /// A date that has passed in the year itself is next year's; 29 February is 28 where there is none.
  case fixedDate(month: Int, day: Int, after: Int)

  private enum Keys: String, CodingKey { case policy, years, months, days, month, day }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Keys.self)
    func number(_ key: Keys) throws -> Int { try container.decode(Int.self, forKey: key) }
    switch try container.decode(String.self, forKey: .policy) {
    case "never": self = .never
    case "days": self = .days(try number(.days))
    case "rollingMonths": self = .rollingMonths(try number(.months))
    case "monthEnd": self = .monthEnd(after: try number(.months))
    case "yearEnd": self = .yearEnd(after: try number(.years))
    case "fixedDate":
      self = .fixedDate(month: try number(.month), day: try number(.day), after: try number(.years))
    default:
      throw DecodingError.dataCorruptedError(
        forKey: .policy, in: container, debugDescription: "is no expiry policy")
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Keys.self)
    func write(_ policy: String, _ numbers: [Keys: Int] = [:]) throws {
      try container.encode(policy, forKey: .policy)
      for (key, number) in numbers { try container.encode(number, forKey: key) }
    }
    switch self {
    case .never: try write("never")
    case .days(let days): try write("days", [.days: days])
    case .rollingMonths(let months): try write("rollingMonths", [.months: months])
    case .monthEnd(let months): try write("monthEnd", [.months: months])
    case .yearEnd(let years): try write("yearEnd", [.years: years])
    case .fixedDate(let month, let day, let years):
      try write("fixedDate", [.month: month, .day: day, .years: years])
    }
  }

  /// The lot that points earned on this day belong to. Lots are as few as the policy allows, because each
  /// is an allowance of its own; points that are pending 冻结 need their exact day.
  public func lot(earnedOn day: Day, pendingDays: Int = 0) -> LotKey {
    let first = day.adding(pendingDays)
    let (start, end) = span(of: first)
    return LotKey(availableFrom: pendingDays > 0 ? first : start, expiresOn: end)
  }

  /// The days that share a lot with this one begin at `start`; `end` is the first day after the lot.
  private func span(of day: Day) -> (start: Day, end: Day) {
    let (year, month, number) = day.components
    switch self {
    case .never: return (Day(0), .never)
    case .days(let days): return (day, day.adding(days))
    case .rollingMonths(let months):
      let last = Day.last(
        number, ofMonth: (month - 1 + months) % 12 + 1, year: year + (month - 1 + months) / 12)
      return (day, last.adding(1))
    case .monthEnd(let months):
      return (
        Day(year: year, month: month, day: 1) ?? day, Day.first(ofMonth: month + 1 + months, year: year)
      )
    case .yearEnd(let years):
      return (
        Day(year: year, month: 1, day: 1) ?? day, Day.first(ofMonth: 1, year: year + years + 1)
      )
    case .fixedDate(let month, let dayOfMonth, let years):
      func date(_ year: Int) -> Day { Day.last(dayOfMonth, ofMonth: month, year: year) }
      if years > 0 {
        return (Day(year: year, month: 1, day: 1) ?? day, date(year + years).adding(1))
      }
      let next = day <= date(year) ? year : year + 1
      return (min(date(next - 1).adding(1), day), date(next).adding(1))
    }
  }
}

extension Day {
  /// So many days later; beyond all calendars it is `never`.
  func adding(_ days: Int) -> Day {
    let (sum, overflow) = Int(number).addingReportingOverflow(days)
    return Day(overflow ? .max : Int32(clamping: sum))
  }

  /// The first day of a month, counted from January of `year`: month 13 is January of the next.
  fileprivate static func first(ofMonth month: Int, year: Int) -> Day {
    Day(year: year + (month - 1) / 12, month: (month - 1) % 12 + 1, day: 1) ?? .never
  }

  /// A date, or the month's last day where it has no such day.
  fileprivate static func last(_ day: Int, ofMonth month: Int, year: Int) -> Day {
    (0...3).lazy.compactMap { Day(year: year, month: month, day: day - $0) }.first ?? .never
  }
}
