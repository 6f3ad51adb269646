import Loyalty
import Seeds
import SyncProtocol

/// The level of each day, worked out day by day with plain loops: slow, and written from the words of the
/// document and not from the engine.
struct TierOracle {
  let scheme: TierScheme
  let joined: Day
  /// As they came in: several for one month, in any order.
  let sums: [MonthSum]
  let paid: [PaidMembership]
  let overrides: [TierOverride]

  struct OneDay {
    var level: String?
    var grace: Day?
  }

  func days(through last: Day) -> [OneDay] {
    let days = (joined.number...max(joined.number, last.number)).map { Day($0) }
    let own =
      scheme.metric == .paid
      ? days.map { paidLevel(on: $0) } : scheme.downgrade == .recompute ? levelByLevel(days) : oneByOne(days)
    return zip(days, own).map { day, own in
      var floor = -1
      for given in overrides where given.from <= day && given.until > day {
        for (index, level) in scheme.levels.enumerated() where level.id == given.level {
          floor = max(floor, index)
        }
      }
      for bought in paid where scheme.metric != .paid && bought.from <= day && bought.until > day {
        floor = max(floor, scheme.levels.lastIndex { $0.id == bought.level } ?? -1)
      }
      let highest = max(own.0, floor)
      return OneDay(
        level: highest < 0 ? nil : scheme.levels[highest].id,
        grace: floor >= own.0 && floor >= 0 ? nil : own.1)
    }
  }

  /// Each level on its own as if it were the only one; the highest that is held counts.
  private func levelByLevel(_ days: [Day]) -> [(Int, Day?)] {
    var all = [(Int, Day?)](repeating: (-1, nil), count: days.count)
    for (index, level) in scheme.levels.enumerated() {
      var alone = scheme
      alone.downgrade = .step
      alone.levels = [level]
      let oracle = TierOracle(scheme: alone, joined: joined, sums: sums, paid: [], overrides: [])
      for (place, day) in oracle.oneByOne(days).enumerated() where day.0 == 0 { all[place] = (index, day.1) }
    }
    return all
  }

  /// Up to whatever is reached; down one step when a period and its grace are over.
  private func oneByOne(_ days: [Day]) -> [(Int, Day?)] {
    var (own, grace, carried) = (reached(0), Day?.none, Int64(0))
    var figure: Int64 = 0
    return days.map { day in
      let (year, month, dayOfMonth) = day.components
      if grace == day { (own, grace) = (own - 1, nil) }
      if day == joined || dayOfMonth == 1 { figure = total(year, month) }
      if day != joined, dayOfMonth == 1, isPeriodStart(month) {
        let closing = max(0, month == 1 ? total(year - 1, 12) : total(year, month - 1))
        if scheme.upgrade == .batch, reached(closing) > own { (own, grace) = (reached(closing), nil) }
        if own >= 0, grace == nil, scheme.downgrade != .never, closing < needed(own) {
          if scheme.graceDays == 0 {
            own -= 1
          } else {
            grace = Day(day.number + Int32(scheme.graceDays))
            if case .rolling = scheme.window { carried = 0 } else { carried = closing }
          }
        }
      }
      if grace != nil, carried + figure >= needed(own) { grace = nil }
      if scheme.upgrade == .immediate, reached(figure) > own { (own, grace) = (reached(figure), nil) }
      return (own, grace)
    }
  }

  private func needed(_ level: Int) -> Int64 {
    scheme.levels[level].retention ?? scheme.levels[level].threshold
  }

  private func reached(_ figure: Int64) -> Int {
    var highest = -1
    for (index, level) in scheme.levels.enumerated() where level.threshold == 0 || level.threshold <= figure {
      highest = index
    }
    return highest
  }

  private func isPeriodStart(_ month: Int) -> Bool {
    switch scheme.window {
    case .rolling: true
    case .calendarYear: month == 1
    case .anniversary: month == joined.components.month
    case .lifetime: false
    }
  }

  /// What the window of a month comes to: steps back month by month and adds whatever lies there.
  private func total(_ year: Int, _ month: Int) -> Int64 {
    if scheme.window == .lifetime {
      return sums.filter { Int($0.month) <= year * 12 + month - 1 }.reduce(0) { $0 + value($1) }
    }
    var (year, month, left) = (year, month, 12)
    if case .rolling(let months) = scheme.window { left = months }
    var total: Int64 = 0
    while left > 0 {
      for sum in sums where Int(sum.month) / 12 == year && Int(sum.month) % 12 + 1 == month {
        total += value(sum)
      }
      if case .rolling = scheme.window {} else if isPeriodStart(month) { break }
      (year, month) = month == 1 ? (year - 1, 12) : (year, month - 1)
      left -= 1
    }
    return total
  }

  private func value(_ sum: MonthSum) -> Int64 {
    switch scheme.metric {
    case .spend: scheme.returns == .ignore ? sum.grossSpend.minor : sum.spend.minor
    case .count: sum.count
    case .growth: sum.growth
    case .paid: 0
    }
  }

  private func paidLevel(on day: Day) -> (Int, Day?) {
    for (index, level) in scheme.levels.enumerated().reversed() {
      let own = paid.filter { $0.level == level.id && $0.from < $0.until && $0.from <= day }
      if own.contains(where: { day < $0.until }) { return (index, nil) }
      let graces = own.map { Day($0.until.number + Int32(scheme.graceDays)) }.filter { day < $0 }
      if let latest = graces.max() { return (index, latest) }
    }
    return (-1, nil)
  }
}

// Schemes that may be published, and what is known of members.
extension Samples {
  mutating func tierScheme() -> TierScheme {
    let metric = oneOf([.spend, .spend, .count, .growth, TierScheme.Metric.paid])
    let window = oneOf([
      .rolling(months: Int(oneOf([1, 2, 3, 6, 12, 12]))), .calendarYear, .anniversary, .anniversary,
      TierScheme.Window.lifetime,
    ])
    let isPaid = metric == .paid
    let hasPeriods = !isPaid && window != .lifetime
    let downgrade: TierScheme.Downgrade =
      isPaid ? .recompute : hasPeriods ? oneOf([.step, .recompute, .step, .recompute, .never]) : .never
    var threshold: Int64 = flag() ? 0 : number(1...20)
    var levels: [TierLevel] = []
    for index in 0..<number(1...4) {
      levels.append(
        TierLevel(
          id: "L\(index)", name: Samples.words, threshold: isPaid ? 0 : threshold,
          retention: isPaid ? nil : maybe { $0.number(0...threshold) }, benefits: list(0...2) { $0.benefit() }
        ))
      threshold += number(1...30)
    }
    return TierScheme(
      id: "S", name: Samples.words, metric: metric, window: window,
      upgrade: hasPeriods ? oneOf([.immediate, .immediate, .batch]) : .immediate, downgrade: downgrade,
      graceDays: downgrade == .never ? 0 : Int(oneOf([0, 0, 1, 20, 31, 60, 90, number(0...180)])),
      levels: levels, returns: flag() ? .reduce : .ignore)
  }

  private mutating func benefit() -> TierBenefit {
    oneOf([
      .upgradeGift(template: "T1"), .birthdayGift(template: "T2"), TierBenefit.words(Samples.words),
    ])
  }

  mutating func joinedDay() -> Day {
    oneOf([Day("2024-02-29")!, Day("2024-01-01")!, Day("2023-12-31")!, Day(19_700 + Int32(number(0...400)))])
  }

  mutating func monthSum(near joined: Day) -> MonthSum {
    let figure = number(0...3) == 0 ? number(-30...0) : number(0...30)
    return MonthSum(
      month: MonthSum.month(of: joined) + Int32(number(-3...34)), spend: Money(figure),
      grossSpend: Money(max(0, figure) + number(0...5)), count: number(-1...9), growth: number(-3...30))
  }

  mutating func span(near joined: Day) -> (from: Day, until: Day) {
    let from = joined.number + Int32(number(-100...900))
    return (Day(from), Day(from + Int32(oneOf([0, 1, 30, 365, number(-5...400)]))))
  }

  mutating func memberships(near joined: Day) -> [PaidMembership] {
    list(0...4) { samples in
      let (from, until) = samples.span(near: joined)
      return PaidMembership(level: "L\(samples.number(0...4))", from: from, until: until)
    }
  }

  mutating func overrides(near joined: Day) -> [TierOverride] {
    list(0...2) { samples in
      let (from, until) = samples.span(near: joined)
      return TierOverride(
        level: "L\(samples.number(0...4))", from: from, until: until, reason: "complaint", actor: "HQ")
    }
  }

  /// `floored`: with levels given by hand, and paid for where figures decide.
  mutating func oracle(floored: Bool = true) -> TierOracle {
    let (joined, scheme) = (joinedDay(), tierScheme())
    return TierOracle(
      scheme: scheme, joined: joined, sums: list(0...25) { $0.monthSum(near: joined) },
      paid: floored || scheme.metric == .paid ? memberships(near: joined) : [],
      overrides: floored ? overrides(near: joined) : [])
  }

  mutating func day(near joined: Day, _ range: ClosedRange<Int64> = -40...800) -> Day {
    Day(joined.number + Int32(number(range)))
  }
}

extension TierOracle {
  var facts: TierFacts {
    TierFacts(history: MetricHistory(joined: joined, months: sums), paid: paid, overrides: overrides)
  }
}
