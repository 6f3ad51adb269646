import SyncProtocol

/// Levels by figures, followed from month to month.
///
/// Every level is held or lost by itself, and a member's is the highest that is held. `step` asks only the
/// highest to be kept; `recompute` asks all, each with a grace of its own, by what keeps it and not by what
/// reaches it. So a sale that lifted a member never leaves them lower later (law T3).
struct EarnedLevels {
  private enum Hold {
    case lost
    case held
    /// Until the first day after it. `carried` is what the period came to that did not keep the level.
    case grace(until: Day, carried: Int64)
  }

  private let scheme: TierScheme
  private let figures: TierFigures
  private var holds: [Hold]
  private var turns: [TierTurn] = []

  static func turns(
    of history: MetricHistory, in scheme: TierScheme, from first: Day, through day: Day
  ) -> [TierTurn] {
    var levels = EarnedLevels(scheme, TierFigures(history, of: scheme))
    levels.lift(to: scheme.reached(by: 0))
    for month in first.monthNumber...day.monthNumber {
      levels.enter(month, on: max(first, Day.first(ofMonth: month)), isFirst: month == first.monthNumber)
    }
    levels.endGraces(by: day)
    return levels.turns
  }

  private init(_ scheme: TierScheme, _ figures: TierFigures) {
    self.scheme = scheme
    self.figures = figures
    holds = scheme.levels.map { _ in .lost }
  }

  private var level: Int { holds.lastIndex { if case .lost = $0 { false } else { true } } ?? -1 }

  private mutating func enter(_ month: Int, on day: Day, isFirst: Bool) {
    endGraces(by: day)
    if !isFirst, figures.periodStart(of: month) == month { close(month - 1, on: day) }
    let figure = figures.figure(in: month)
    // What the period fell short by may be made up in the grace. A rolling window moves on by itself.
    for (index, hold) in holds.enumerated() {
      if case .grace(_, let carried) = hold, carried + figure >= scheme.levels[index].keeps {
        holds[index] = .held
      }
    }
    if scheme.upgrade == .immediate { lift(to: scheme.reached(by: figure)) }
    turn(on: day)
  }

  /// A period ended with this month.
  private mutating func close(_ month: Int, on day: Day) {
    let figure = max(0, figures.figure(in: month))
    if scheme.upgrade == .batch { lift(to: scheme.reached(by: figure)) }
    guard level >= 0, scheme.downgrade != .never else { return }
    for index in (scheme.downgrade == .step ? level : 0)...level {
      guard case .held = holds[index], figure < scheme.levels[index].keeps else { continue }
      holds[index] =
        scheme.boundedGraceDays == 0
        ? .lost
        : .grace(until: day.later(scheme.boundedGraceDays), carried: scheme.window.isRolling ? 0 : figure)
    }
  }

  private mutating func endGraces(by day: Day) {
    func end(_ hold: Hold) -> Day? {
      if case .grace(let until, _) = hold, until <= day { until } else { nil }
    }
    while let next = holds.compactMap(end).min() {
      for index in holds.indices where end(holds[index]) == next { holds[index] = .lost }
      turn(on: next)
    }
  }

  private mutating func lift(to reached: Int) {
    for index in holds.indices.prefix(reached + 1) { holds[index] = .held }
  }

  private mutating func turn(on day: Day) {
    if turns.last?.day == day { turns.removeLast() }
    let level = level
    if level >= 0, case .grace(let until, let carried) = holds[level] {
      turns.append(TierTurn(day: day, level: level, grace: until, carried: carried))
    } else {
      turns.append(TierTurn(day: day, level: level))
    }
  }
}
