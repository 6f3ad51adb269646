import SyncProtocol

/// A member's level became another 等级变动. There is one notice for each; what a level gives on entry is
/// given once for a member, `to` and `period` (law T5), so those three are the key of what was given.
public struct TierChange: Hashable, Sendable {
  public enum Why: String, Hashable, Sendable, Codable {
    /// The figures reached the level.
    case reached
    /// What had reached the level no longer counts, or the rulebook asks for more: goods came back.
    case noLongerReached
    /// A period, and the grace after it, did not keep the level.
    case notKept
    /// A paid membership began, or ended.
    case paid
    case paidEnded
    /// An override began, or ended.
    case overridden
    case overrideEnded
  }

  public let day: Day
  /// Nil for no level.
  public let from: TierLevel?
  public let to: TierLevel?
  public let isRise: Bool
  public let why: Why
  /// The first day of the calendar year, the year since joining, or the length of the rolling window since
  /// joining that the change falls in; of the month of joining where no period ends.
  public let period: Day
}

extension TierScheme {
  /// Every change from the first day to the last, both included: on each day what `standing` says, against
  /// the day before. No more than `Limits.tierYears` are looked at.
  ///
  /// A sale counts from the first of its month, and one from a store that was cut off from the first of an
  /// earlier one. So ask again from some months back, and leave out what was told and given already.
  public func changes(of facts: TierFacts, from: Day, to last: Day) -> [TierChange] {
    let joined = facts.history.joined
    var day = max(from, joined, Day.first(ofMonth: TierCourse.firstMonth(joined: joined, on: last)))
    guard day <= last else { return [] }
    let before = day > joined ? TierCourse(of: facts, in: self, through: day.before).stretches.last : nil
    var (previous, changes): (TierCourse.Stretch?, [TierChange]) = (before, [])
    let figures = TierFigures(facts.history, of: self)
    while day <= last {
      let end = spanEnd(joined, day, last)
      let course = TierCourse(of: facts, in: self, through: end).stretches
      let opening = max(0, course.partitioningIndex { $0.day > day } - 1)
      for stretch in course[min(opening, course.count)...] {
        let at = max(day, stretch.day)
        if let why = why(previous, stretch) {
          changes.append(
            TierChange(
              day: at, from: level(previous?.level), to: level(stretch.level),
              isRise: stretch.level > previous?.level ?? -1, why: why,
              period: Day.first(ofMonth: figures.benefitPeriod(of: at.monthNumber))))
        }
        previous = stretch
      }
      if end == last { break }
      day = end.later(1)
    }
    return changes
  }

  /// The change that brought today's level; nil before joining.
  public func lastChange(of facts: TierFacts, through day: Day) -> TierChange? {
    let stretches = TierCourse(of: facts, in: self, through: day).stretches
    guard let now = stretches.last else { return nil }
    let since = stretches.reversed().prefix { $0.level == now.level }.last?.day ?? now.day
    return changes(of: facts, from: since, to: since).last
  }

  /// A level's place from the lowest, from 0; -1 for none.
  public func rank(of level: String?) -> Int { level.flatMap { index(of: $0) } ?? -1 }

  /// As far as one course answers for: where a member is followed back no further than some years, each month
  /// begins a course of its own.
  private func spanEnd(_ joined: Day, _ day: Day, _ last: Day) -> Day {
    let isOne =
      TierCourse.firstMonth(joined: joined, on: day) == TierCourse.firstMonth(joined: joined, on: last)
    return isOne ? last : min(last, Day.first(ofMonth: day.monthNumber + 1).before)
  }

  private func level(_ index: Int?) -> TierLevel? { index.flatMap { $0 < 0 ? nil : levels[$0] } }

  /// Nil when the level stays.
  private func why(_ old: TierCourse.Stretch?, _ new: TierCourse.Stretch) -> TierChange.Why? {
    let (was, base) = (old?.level ?? -1, old?.base ?? -1)
    if new.level > was {
      if new.base < new.level { return new.isPaidFor ? .paid : .overridden }
      return metric == .paid ? .paid : .reached
    }
    if new.level == was { return nil }
    if base < was { return old?.isPaidFor == true ? .paidEnded : .overrideEnded }
    return metric == .paid ? .paidEnded : .notKept
  }
}
