import SyncProtocol

/// An article that makes its buyer a paid member 付费会员: sold like any other, it gives a level for a time.
public struct MembershipProduct: Hashable, Sendable, Codable {
  public let sku: String
  public let name: Words
  /// The id of a level of the tier scheme.
  public let level: String
  /// The term in calendar months, or in days: one of the two.
  public let months: Int?
  public let days: Int?

  public init(sku: String, name: Words, level: String, months: Int? = nil, days: Int? = nil) {
    self.sku = sku
    self.name = name
    self.level = level
    self.months = months
    self.days = days
  }

  /// The first day after a term that begins on this day. A month ends on the same date of a later month, or
  /// on its last day where it has no such date.
  public func end(from day: Day) -> Day {
    guard let months else { return day.adding(min(max(0, days ?? 0), ProgramLimits.membershipDays)) }
    let date = day.components.day
    let month = day.monthNumber + min(max(0, months), ProgramLimits.membershipMonths)
    let (first, next) = (Day.first(ofMonth: month), Day.first(ofMonth: month + 1))
    return min(first.adding(date - 1), next.adding(-1))
  }

  func faults(path: String, levels: Set<String>) -> [RulebookFault] {
    var found = FaultList(path: path)
    found.requireToken(sku, "sku")
    found.requireName(name)
    found.require(levels.contains(level), "level", "is a level of this rulebook")
    found.require((months == nil) != (days == nil), "months", "or days is there, and not both")
    if let months { found.require(months, "months", in: 1...ProgramLimits.membershipMonths) }
    if let days { found.require(days, "days", in: 1...ProgramLimits.membershipDays) }
    return found.faults
  }
}
