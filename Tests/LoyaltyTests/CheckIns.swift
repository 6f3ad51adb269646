import Loyalty
import Seeds
import SyncProtocol
import Testing

struct CheckIns {
  /// Walks through the calendar day by day, as one would on paper.
  private static func oracle(_ program: CheckInProgram, _ days: Set<Day>) -> [Day: Int64] {
    var earned: [Day: Int64] = [:]
    guard let first = days.min(), let last = days.max() else { return [:] }
    var months: [String: Int64] = [:]
    var streak = 0
    for number in first.number...last.number {
      let day = Day(number)
      guard days.contains(day) else {
        streak = 0
        continue
      }
      streak += 1
      var points = program.points.count
      for bonus in program.bonuses where bonus.days == streak { points += bonus.points.count }
      if program.repeats, streak == program.bonuses.last?.days { streak = 0 }
      let month = String(day.description.prefix(7))
      if let cap = program.perMonth { points = min(points, cap.count - months[month, default: 0]) }
      months[month, default: 0] += points
      earned[day] = points
    }
    return earned
  }

  private static func days(_ samples: inout Samples) -> [Day] {
    let density = samples.number(1...9)
    return (0..<Int32(samples.number(0...70))).filter { _ in samples.number(0...9) <= density }.map {
      Day(20_600 + $0)
    }
  }

  @Test func `in any order of arrival, also twice, days earn what walking the calendar gives`() {
    forAll { (samples: inout Samples) in
      let (program, days) = (samples.checkIns(), Self.days(&samples))
      let told = (days + days.prefix(3)).shuffled(using: &samples.random)
      let cut = Int(samples.number(0...Int64(told.count)))
      var history = CheckInHistory(days: told[..<cut])
      if samples.flag() {
        for day in told[cut...] { history.insert(day) }
      } else {
        history.merge(CheckInHistory(days: told[cut...]))
      }
      let results = history.results { _ in program }
      let expected = Self.oracle(program, Set(days))
      return history == CheckInHistory(days: days)
        && Dictionary(uniqueKeysWithValues: results.map { ($0.day, $0.total.count) }) == expected
        && history.results { _ in program }.reduce(0) { $0 + $1.total.count } == expected.values.reduce(0, +)
    }
  }

  @Test func `a month earns no more than its cap, and a day never less than nothing`() {
    forAll { (samples: inout Samples) in
      let (program, days) = (samples.checkIns(), Self.days(&samples))
      let results = CheckInHistory(days: days).results { _ in program }
      let months = Dictionary(grouping: results) { $0.day.components.month }
      return results.allSatisfy { $0.points >= .zero && $0.bonus >= .zero }
        && months.values.allSatisfy { month in
          month.reduce(.zero) { $0 + $1.total } <= program.perMonth ?? Points(.max)
        }
    }
  }

  @Test func `the next bonus comes after as many days as was said`() {
    forAll { (samples: inout Samples) in
      let drawn = samples.checkIns()
      let program = CheckInProgram(points: drawn.points, bonuses: drawn.bonuses, repeats: drawn.repeats)
      var state = CheckInState()
      var promised: (day: Day, points: Int64)?
      for number in 0..<Int32(40) {
        let result = program.checkIn(state, on: Day(20_600 + number))
        state = result.state
        if result.bonus > .zero || promised?.day == result.day {
          if number > 0, promised?.day != result.day || promised?.points != result.bonus.count {
            return false
          }
          promised = nil
        }
        if let next = result.outcomes.first(where: { $0.code == "check_in_next" }) {
          promised = (Day(result.day.number + Int32(next.distance)), next.amount)
        }
      }
      return true
    }
  }

  private static let week = CheckInProgram(
    points: Points(5),
    bonuses: [
      CheckInProgram.StreakBonus(days: 3, points: Points(10)),
      CheckInProgram.StreakBonus(days: 7, points: Points(20)),
    ], repeats: true, perMonth: Points(80))

  @Test func `a second time on one day earns nothing and changes nothing`() {
    let first = Self.week.checkIn(CheckInState(), on: Day(20_600))
    let again = Self.week.checkIn(first.state, on: Day(20_600))
    #expect(first.total == Points(5))
    #expect(again.total == .zero)
    #expect(again.state == first.state)
    #expect(again.outcomes.map(\.code) == ["check_in_again"])
    #expect(Self.week.checkIn(first.state, on: Day(20_599)).outcomes.map(\.code) == ["check_in_earlier"])
  }

  @Test func `seven days in a row are told as on the receipt`() {
    let start = Day("2026-06-01")!
    let results = CheckInHistory(days: (0..<8).map { Day(start.number + $0) }).results { _ in Self.week }
    #expect(results.map(\.total.count) == [5, 5, 15, 5, 5, 5, 25, 5])
    let words = results[6].outcomes.map { $0.words(currency: "CNY") }
    #expect(words.map(\.zh) == ["签到得 5 积分", "连续签到 7 天，额外 20 积分", "再连续签到 3 天，额外得 10 积分"])
    #expect(
      words.map(\.en) == [
        "5 points for checking in", "7 days in a row: 20 points more",
        "3 more days in a row for 10 points more",
      ])
  }

  @Test func `a day that becomes known late closes the streak`() {
    let start = Day("2026-06-01")!
    var history = CheckInHistory(days: [start, Day(start.number + 2)])
    func total() -> [Int64] { history.results { _ in Self.week }.map(\.total.count) }
    #expect(total() == [5, 5])
    history.insert(Day(start.number + 1))
    #expect(total() == [5, 5, 15])
  }

  @Test func `a document far out of its bounds does not stop a till`() {
    let wild = CheckInProgram(
      points: Points(.max), bonuses: [CheckInProgram.StreakBonus(days: .min, points: Points(.max))],
      repeats: true, perMonth: Points(.min))
    let result = wild.checkIn(CheckInState(last: .never, run: 1, monthPoints: .zero), on: .never)
    #expect(result.total == .zero)
    #expect(wild.checkIn(CheckInState(), on: Day(.min)).total == .zero)
  }
}
