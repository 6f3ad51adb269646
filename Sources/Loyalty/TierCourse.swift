import SyncProtocol

/// What a member's levels were from joining to a day: the figures month by month, or the paid memberships,
/// with overrides as a floor below them (law T2). Where levels follow from figures, a paid membership is a
/// floor for its time, too.
///
/// A month's sum counts on all its days, as if it came in on the first. Levels then change on the first of a
/// month, when a grace ends, and when a paid membership or an override begins or ends.
struct TierCourse {
  /// A time with one state. Levels are indices; -1 is none.
  struct Stretch: Equatable {
    let day: Day
    let base: Int
    let floor: Int
    /// Whether the floor was paid for, and not given by hand.
    let isPaidFor: Bool
    /// The first day after the grace that `base` is in.
    let grace: Day?
    /// What a grace takes over from the period that did not keep the level.
    let carried: Int64

    var level: Int { max(base, floor) }
    /// Whether a floor holds the level whatever the figures do.
    var isFloored: Bool { floor >= base && floor >= 0 }
  }

  /// Rising; the first begins on the day of joining. Empty before it.
  let stretches: [Stretch]

  init(of facts: TierFacts, in scheme: TierScheme, through day: Day) {
    let joined = facts.history.joined
    guard day >= joined, !scheme.levels.isEmpty else {
      stretches = []
      return
    }
    let first = max(joined, Day.first(ofMonth: TierCourse.firstMonth(joined: joined, on: day)))
    let base =
      scheme.metric == .paid
      ? PaidLevels(facts.paid, in: scheme).turns(from: first, through: day)
      : EarnedLevels.turns(of: facts.history, in: scheme, from: first, through: day)
    let paid = scheme.metric == .paid ? [] : facts.paid
    let floors =
      facts.overrides.compactMap { scheme.floor($0.level, $0.from, $0.until) }
      + paid.compactMap { scheme.floor($0.level, $0.from, $0.until, isPaidFor: true) }
    let days = Set(base.map(\.day) + floors.flatMap { [$0.from, $0.until] })
    stretches = days.filter { $0 >= first && $0 <= day }.sorted().map { day in
      // The first turn is on the first day, so there is one before every other.
      let turn = base[max(0, base.partitioningIndex { $0.day > day } - 1)]
      let valid = floors.filter { $0.from <= day && day < $0.until }
      let floor = valid.map(\.level).max() ?? -1
      return Stretch(
        day: day, base: turn.level, floor: floor,
        isPaidFor: valid.contains { $0.level == floor && $0.isPaidFor }, grace: turn.grace,
        carried: turn.carried)
    }
  }

  /// Where following a member begins who joined too long ago.
  static func firstMonth(joined: Day, on day: Day) -> Int {
    max(joined.monthNumber, day.monthNumber - Limits.tierYears * 12)
  }
}

/// A change of what paid memberships or figures alone give.
struct TierTurn {
  let day: Day
  let level: Int
  var grace: Day?
  var carried: Int64 = 0
}

private struct TierFloorSpan {
  let level: Int
  let from: Day
  let until: Day
  let isPaidFor: Bool
}

extension TierScheme {
  /// Nil for a level that the scheme does not have.
  fileprivate func floor(
    _ level: String, _ from: Day, _ until: Day, isPaidFor: Bool = false
  ) -> TierFloorSpan? {
    index(of: level).map { TierFloorSpan(level: $0, from: from, until: until, isPaidFor: isPaidFor) }
  }

  func index(of level: String) -> Int? { levels.firstIndex { $0.id == level } }

  var boundedGraceDays: Int { min(max(0, graceDays), Limits.tierGraceDays) }
}
