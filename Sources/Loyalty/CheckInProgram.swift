import SyncProtocol

/// What coming every day earns 签到.
public struct CheckInProgram: Hashable, Sendable, Codable {
  public let points: Points
  /// 连续签到奖励, rising in days.
  public let bonuses: [StreakBonus]
  /// After the last bonus the streak counts from one again; otherwise it goes on without any.
  public let repeats: Bool
  /// The most that one member's check-ins earn in a calendar month.
  public let perMonth: Points?

  /// On the so-many-th day in a row, so many points more.
  public struct StreakBonus: Hashable, Sendable, Codable {
    public let days: Int
    public let points: Points

    public init(days: Int, points: Points) {
      self.days = days
      self.points = points
    }
  }

  public init(
    points: Points, bonuses: [StreakBonus] = [], repeats: Bool = false, perMonth: Points? = nil
  ) {
    self.points = points
    self.bonuses = bonuses
    self.repeats = repeats
    self.perMonth = perMonth
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      points: try container.decode(Points.self, forKey: .points),
      bonuses: try container.decodeIfPresent([StreakBonus].self, forKey: .bonuses) ?? [],
      repeats: try container.decodeIfPresent(Bool.self, forKey: .repeats) ?? false,
      perMonth: try container.decodeIfPresent(Points.self, forKey: .perMonth))
  }

  /// Every day earns the same, whatever the days before it were.
  public var isPlain: Bool { bonuses.isEmpty && perMonth == nil }

  /// A member checks in. The state is what the days before came to; a second time on one day, and a day
  /// before the last, earn nothing and change nothing.
  public func checkIn(_ before: CheckInState, on day: Day) -> CheckInResult {
    if let last = before.last, day <= last {
      let code = day == last ? "check_in_again" : "check_in_earlier"
      return CheckInResult(
        day: day, points: .zero, bonus: .zero, state: before,
        outcomes: [RuleOutcome(rule: "checkIns", code: code)])
    }
    let inRow = before.last.map { $0.number + 1 == day.number } ?? false
    let run = inRow ? before.run + 1 : 1
    let inMonth = before.last?.monthNumber == day.monthNumber ? before.monthPoints : .zero
    let bonus = steps.first { $0.days == place(inStreak: run) }?.points ?? .zero
    let left = perMonth.map { max(.zero, max(.zero, $0) - inMonth) } ?? Points(.max)
    let daily = min(bounded(points), left)
    let extra = min(bonus, left - daily)
    var outcomes = [RuleOutcome(rule: "checkIns", code: "check_in_points", amount: daily.count)]
    func say(_ code: String, _ amount: Points, _ distance: Int) {
      outcomes.append(
        RuleOutcome(rule: "checkIns", code: code, amount: amount.count, distance: Int64(distance)))
    }
    if extra > .zero { say("check_in_streak", extra, run) }
    if let perMonth, daily + extra < bounded(points) + bonus { say("check_in_month_full", perMonth, 0) }
    if let next = next(after: run) { say("check_in_next", next.points, next.days) }
    return CheckInResult(
      day: day, points: daily, bonus: extra,
      state: CheckInState(last: day, run: run, monthPoints: inMonth + daily + extra), outcomes: outcomes)
  }

  /// Which day of the streak the so-many-th day in a row is, from 1.
  private func place(inStreak run: Int) -> Int {
    guard repeats, let length = steps.last?.days else { return run }
    return (run - 1) % length + 1
  }

  /// The next bonus, and the days until it.
  private func next(after run: Int) -> StreakBonus? {
    let place = place(inStreak: run)
    if let next = steps.first(where: { $0.days > place }) {
      return StreakBonus(days: next.days - place, points: next.points)
    }
    guard repeats, let first = steps.first, let last = steps.last else { return nil }
    return StreakBonus(days: last.days - place + first.days, points: first.points)
  }

  /// A document that never passed its checks does not overflow either.
  private var steps: [StreakBonus] {
    bonuses.map {
      StreakBonus(days: min(max(1, $0.days), ProgramLimits.streakDays), points: bounded($0.points))
    }
  }

  private func bounded(_ points: Points) -> Points {
    Points(min(max(0, points.count), Limits.movementPoints))
  }

  func faults(path: String) -> [RulebookFault] {
    var found = FaultList(path: path)
    let amounts = 0...Limits.movementPoints
    found.require(points.count, "points", in: amounts)
    found.require(
      bonuses.count <= ProgramLimits.streakBonuses, "bonuses", "are at most \(ProgramLimits.streakBonuses)")
    let days = bonuses.map(\.days)
    found.require(zip(days, days.dropFirst()).allSatisfy { $0 < $1 }, "bonuses", "rise in days")
    for (index, bonus) in bonuses.enumerated() {
      found.require(bonus.days, "bonuses[\(index)].days", in: 2...ProgramLimits.streakDays)
      found.require(bonus.points.count, "bonuses[\(index)].points", in: 1...Limits.movementPoints)
    }
    found.require(!repeats || !bonuses.isEmpty, "repeats", "has bonuses to repeat")
    if let perMonth { found.require(perMonth.count, "perMonth", in: 1...Limits.movementPoints) }
    return found.faults
  }
}

/// What one check-in came to.
public struct CheckInResult: Hashable, Sendable {
  public let day: Day
  /// For the day itself, and for the streak; the month's cap is already off both.
  public let points: Points
  public let bonus: Points
  public let state: CheckInState
  /// What to say of it, in order.
  public let outcomes: [RuleOutcome]

  public var total: Points { points + bonus }
}
