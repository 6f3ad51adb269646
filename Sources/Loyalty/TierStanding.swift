import SyncProtocol

/// Where a member stands on a day 会员等级状态: a level, what may become of it, and what more would do.
public struct TierStanding: Hashable, Sendable {
  public enum State: Hashable, Sendable {
    case active
    /// 保级预警: the level is not kept yet, and its period ends within `TierScheme.atRiskDays`.
    case atRisk
    /// 宽限期: the period ended without keeping the level, which goes on this day.
    case grace(until: Day)
  }

  /// The unit of the distances.
  public let metric: TierScheme.Metric
  /// Nil before joining, and where the scheme has no level so low.
  public var level: TierLevel?
  public var state: State
  /// The first day of the present level, without a break; before joining, the day asked for.
  public var since: Day
  /// The next level up; or, where levels rise when a period ends, the one that is reached already.
  public var nextLevel: TierLevel?
  /// How much more reaches the next level, in the metric's unit; nil where levels are paid.
  public var distance: Int64?
  /// How much more keeps the level. Nil where nothing has to be reached: no level, nobody falls, an override
  /// holds it, or levels are paid.
  public var retentionDistance: Int64?
  /// The last day of the period, or of the paid membership. Nil where no period ends.
  public var periodEnds: Day?
}

extension TierScheme {
  /// Days before a period's end from which a member is told: enough for one more visit.
  public static let atRiskDays = 30

  /// Where a member stands, from these facts, this scheme and the date alone (law T1): the hub and every
  /// agent with the same facts say the same (law T4).
  ///
  /// Members rise as `upgrade` says. Who misses the retention of their level at a period's end loses it after
  /// `graceDays`, unless they make it up until then. What is returned later takes nothing away before that.
  public func standing(of facts: TierFacts, on day: Day) -> TierStanding {
    let course = TierCourse(of: facts, in: self, through: day)
    guard let now = course.stretches.last else {
      return TierStanding(metric: metric, state: .active, since: day)
    }
    let run = course.stretches.reversed().prefix { $0.level == now.level }
    var standing = TierStanding(metric: metric, state: .active, since: run.last?.day ?? day)
    if now.level >= 0 { standing.level = levels[now.level] }
    if let grace = now.grace, !now.isFloored { standing.state = .grace(until: grace) }
    if metric == .paid {
      look(ahead: now, PaidLevels(facts.paid, in: self), on: day, &standing)
    } else {
      look(ahead: now, TierFigures(facts.history, of: self), on: day, &standing)
    }
    return standing
  }

  private func look(
    ahead now: TierCourse.Stretch, _ figures: TierFigures, on day: Day, _ standing: inout TierStanding
  ) {
    let month = day.monthNumber
    let figure = figures.figure(in: month)
    let next = max(now.level + 1, reached(by: figure))
    if next < levels.count {
      standing.nextLevel = levels[next]
      standing.distance = TierScheme.missing(figure, to: levels[next].threshold)
    }
    guard let following = figures.nextPeriod(after: month).map(Day.first(ofMonth:)) else { return }
    standing.periodEnds = following.before
    guard now.base >= 0, !now.isFloored, downgrade != .never else { return }
    let missing = TierScheme.missing(figure &+ now.carried, to: levels[now.base].keeps)
    standing.retentionDistance = missing
    if now.grace == nil, missing > 0, Int(following.number) - Int(day.number) <= TierScheme.atRiskDays {
      standing.state = .atRisk
    }
  }

  private func look(
    ahead now: TierCourse.Stretch, _ paid: PaidLevels, on day: Day, _ standing: inout TierStanding
  ) {
    if now.level + 1 < levels.count { standing.nextLevel = levels[now.level + 1] }
    guard now.base >= 0, now.grace == nil, now.base >= now.floor else { return }
    let end = paid.end(of: now.base, on: day)
    standing.periodEnds = end.before
    if !now.isFloored, Int(end.number) - Int(day.number) <= TierScheme.atRiskDays { standing.state = .atRisk }
  }

  /// How much more brings a figure to an amount; nothing needs more than nothing was bought.
  private static func missing(_ figure: Int64, to amount: Int64) -> Int64 {
    if amount <= max(0, figure) { return 0 }
    let (missing, overflow) = amount.subtractingReportingOverflow(figure)
    return overflow ? .max : missing
  }
}

extension Day {
  /// The day before; the first day there is has none.
  var before: Day { Day(number == .min ? number : number - 1) }
}
