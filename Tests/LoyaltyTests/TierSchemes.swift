import Foundation
import Loyalty
import Seeds
import SyncProtocol
import Testing

struct TierSchemes {
  private static func rank(_ level: TierLevel?, in scheme: TierScheme) -> Int {
    level.flatMap { level in scheme.levels.firstIndex { $0.id == level.id } } ?? -1
  }

  @Test func `a level is what going through every day by hand gives (T1)`() {
    forAll { (samples: inout Samples) in
      let member = samples.oracle()
      let (facts, last) = (member.facts, samples.day(near: member.joined, 0...800))
      let days = member.days(through: last)
      for _ in 0..<3 {
        let day = samples.day(near: member.joined, 0...Int64(last.number - member.joined.number))
        let index = Int(day.number - member.joined.number)
        let standing = member.scheme.standing(of: facts, on: day)
        let grace: Day? = if case .grace(let until) = standing.state { until } else { nil }
        guard standing.level?.id == days[index].level, grace == days[index].grace else { return false }
        var since = index
        while since > 0, days[since - 1].level == days[index].level { since -= 1 }
        guard standing.since.number == member.joined.number + Int32(since) else { return false }
      }
      var changes: [String] = []
      for (index, day) in days.enumerated() where day.level != (index == 0 ? nil : days[index - 1].level) {
        changes.append("\(Day(member.joined.number + Int32(index))) \(day.level ?? "none")")
      }
      return member.scheme.changes(of: facts, from: Day(0), to: last).map {
        "\($0.day) \($0.to?.id ?? "none")"
      }
        == changes
    }
  }

  @Test func `changes are what the standings of two days differ in`() {
    forAll { (samples: inout Samples) in
      let member = samples.oracle()
      return Self.agree(member, from: samples.day(near: member.joined), days: samples.number(0...20))
    }
    forAll(40) { (samples: inout Samples) in
      let member = samples.oracle()
      return Self.agree(member, from: samples.day(near: member.joined, -40...100), days: 500)
    }
  }

  private static func agree(_ member: TierOracle, from: Day, days: Int64) -> Bool {
    let (facts, scheme) = (member.facts, member.scheme)
    let last = Day(from.number + Int32(days))
    var changes = scheme.changes(of: facts, from: from, to: last)[...]
    var before = scheme.standing(of: facts, on: Day(from.number - 1))
    for number in from.number...last.number {
      let now = scheme.standing(of: facts, on: Day(number))
      if now.level != before.level {
        guard let change = changes.popFirst(), change.day == Day(number), change.from == before.level,
          change.to == now.level, now.since == change.day, change.period <= change.day,
          change.isRise == (rank(now.level, in: scheme) > rank(before.level, in: scheme))
        else { return false }
      }
      before = now
    }
    return changes.isEmpty
  }

  @Test func `the same facts in any order and in any parts give the same standing (T1)`() {
    forAll { (samples: inout Samples) in
      let member = samples.oracle()
      var parts: [MonthSum] = []
      for sum in member.sums {
        let part = samples.monthSum(near: member.joined)
        parts.append(MonthSum(sum.month, part.spend.minor, part.grossSpend.minor, part.count, part.growth))
        parts.append(
          MonthSum(
            sum.month, sum.spend.minor - part.spend.minor, sum.grossSpend.minor - part.grossSpend.minor,
            sum.count - part.count, sum.growth - part.growth))
      }
      parts.shuffle(using: &samples.random)
      let cut = Int(samples.number(0...Int64(parts.count)))
      let joins = [member.joined, Day.never].shuffled(using: &samples.random)
      var history = MetricHistory(joined: joins[0], months: Array(parts[..<cut]))
      history.merge(MetricHistory(joined: joins[1], months: Array(parts[cut...])))
      let facts = TierFacts(
        history: history, paid: (member.paid + member.paid.prefix(1)).shuffled(using: &samples.random),
        overrides: (member.overrides + member.overrides.prefix(1)).shuffled(using: &samples.random))
      let day = samples.day(near: member.joined)
      return history == member.facts.history
        && member.scheme.standing(of: facts, on: day) == member.scheme.standing(of: member.facts, on: day)
    }
  }

  @Test func `a scheme and what is known of a member say the same after their documents were read back`() {
    forAll { (samples: inout Samples) in
      let member = samples.oracle()
      let facts = try JSONDecoder().decode(TierFacts.self, from: JSONEncoder().encode(member.facts))
      let scheme = try JSONDecoder().decode(TierScheme.self, from: JSONEncoder().encode(member.scheme))
      let (from, to) = (samples.day(near: member.joined), samples.day(near: member.joined))
      return scheme == member.scheme && scheme.faults().isEmpty && facts == member.facts
        && scheme.standing(of: facts, on: to) == member.scheme.standing(of: member.facts, on: to)
        && scheme.changes(of: facts, from: from, to: to)
          == member.scheme.changes(of: member.facts, from: from, to: to)
    }
  }

  @Test func `an override is a floor while it lasts and leaves no trace (T2)`() {
    forAll { (samples: inout Samples) in
      let member = samples.oracle()
      var plain = member.facts
      plain.overrides = []
      let day = samples.day(near: member.joined)
      let scheme = member.scheme
      let given = member.overrides.filter { $0.from <= day && day < $0.until }
      let floor = given.compactMap { given in scheme.levels.firstIndex { $0.id == given.level } }.max() ?? -1
      let without = Self.rank(scheme.standing(of: plain, on: day).level, in: scheme)
      let expected = day < member.joined ? -1 : max(floor, without)
      return Self.rank(scheme.standing(of: member.facts, on: day).level, in: scheme) == expected
    }
  }

  @Test func `a sale more never means a lower level, on any day (T3)`() {
    forAll { (samples: inout Samples) in
      let member = samples.oracle(floored: false)
      let scheme = member.scheme
      var more = member.facts
      let month = samples.monthSum(near: member.joined).month
      let amount = samples.number(1...40)
      more.history.add(MonthSum(month, amount, amount, 1, amount))
      let (first, last) = (member.joined, samples.day(near: member.joined, 0...1_100))
      func levels(_ facts: TierFacts) -> [Day: Int] {
        let changes = scheme.changes(of: facts, from: first, to: last)
        return Dictionary(uniqueKeysWithValues: changes.map { ($0.day, Self.rank($0.to, in: scheme)) })
      }
      let (fewer, greater) = (levels(member.facts), levels(more))
      var (low, high) = (-1, -1)
      for day in Set(fewer.keys).union(greater.keys).sorted() {
        (low, high) = (fewer[day] ?? low, greater[day] ?? high)
        if low > high { return false }
      }
      return true
    }
  }

  @Test func `whatever is asked at once or day by day, the same changes come with the same keys (T5)`() {
    forAll { (samples: inout Samples) in
      let member = samples.oracle()
      let scheme = member.scheme
      let days = [samples.day(near: member.joined), samples.day(near: member.joined)].sorted()
      let middle = samples.day(near: days[0], 0...Int64(days[1].number - days[0].number))
      let whole = scheme.changes(of: member.facts, from: days[0], to: days[1])
      let parts =
        scheme.changes(of: member.facts, from: days[0], to: middle)
        + scheme.changes(of: member.facts, from: Day(middle.number + 1), to: days[1])
      return whole == parts && whole.allSatisfy { $0.from != $0.to }
    }
  }

  @Test func `a level is entered once in a year's period, unless by hand or for money (T5)`() {
    forAll { (samples: inout Samples) in
      let member = samples.oracle(floored: false)
      guard member.scheme.metric != .paid, [.calendarYear, .anniversary].contains(member.scheme.window) else {
        return true
      }
      let changes = member.scheme.changes(of: member.facts, from: Day(0), to: Day(21_000))
      let keys = changes.filter(\.isRise).map { "\($0.to?.id ?? "") \($0.period)" }
      return Set(keys).count == keys.count
    }
  }

  @Test func `distances are exact: what is missing brings the level, one unit less does not`() {
    forAll { (samples: inout Samples) in
      let member = samples.oracle(floored: false)
      let (scheme, facts) = (member.scheme, member.facts)
      let day = samples.day(near: member.joined, 0...800)
      let now = scheme.standing(of: facts, on: day)
      // A sale counts for the whole month, so it would save what a grace that ended in this month lost.
      let onFirst = Day(day.number - Int32(day.components.day) + 1)
      if now.since > onFirst { return true }
      func after(_ amount: Int64) -> TierStanding {
        var more = facts
        more.history.add(MonthSum(MonthSum.month(of: day), amount, amount, amount, amount))
        return scheme.standing(of: more, on: day)
      }
      if let next = now.nextLevel, let distance = now.distance, scheme.upgrade == .immediate {
        let rank = Self.rank(next, in: scheme)
        guard distance > 0, Self.rank(after(distance).level, in: scheme) >= rank,
          Self.rank(after(distance - 1).level, in: scheme) < rank
        else { return false }
      }
      guard let missing = now.retentionDistance else { return true }
      guard case .grace = now.state else {
        return after(missing).retentionDistance == 0 && (missing > 0 || now.state == .active)
      }
      // Kept, the level has the new period before it.
      guard missing > 0, case .grace = after(missing - 1).state else { return false }
      return after(missing).state != now.state && after(missing).level == now.level
    }
  }

  @Test func `no figure, day or document is so large that it stops a till`() {
    forAll { (samples: inout Samples) in
      var member = samples.oracle()
      func wild(_ samples: inout Samples) -> Int64 {
        samples.oneOf([.min, .max, 0, Limits.tierFigure, Int64(bitPattern: samples.random.next())])
      }
      func wildDay(_ samples: inout Samples) -> Day {
        samples.number(0...7) > 0
          ? samples.day(near: member.joined) : Day(Int32(truncatingIfNeeded: wild(&samples)))
      }
      var scheme = member.scheme
      scheme.graceDays = Int(samples.flag() ? wild(&samples) : 30)
      if samples.flag() { scheme.window = .rolling(months: Int(wild(&samples))) }
      scheme.levels = scheme.levels.map {
        TierLevel(id: $0.id, name: $0.name, threshold: wild(&samples), retention: wild(&samples))
      }
      let sums = samples.list(0...9) {
        MonthSum(
          $0.flag() ? $0.monthSum(near: member.joined).month : Int32(truncatingIfNeeded: wild(&$0)),
          wild(&$0),
          wild(&$0), wild(&$0), wild(&$0))
      }
      member = TierOracle(
        scheme: scheme, joined: wildDay(&samples), sums: sums,
        paid: member.paid.map { PaidMembership(level: $0.level, from: $0.from, until: wildDay(&samples)) },
        overrides: member.overrides)
      let (from, to) = (wildDay(&samples), wildDay(&samples))
      let standing = scheme.standing(of: member.facts, on: to)
      if samples.number(0...199) == 0 {
        for change in scheme.changes(of: member.facts, from: from, to: to) where change.day > to {
          return false
        }
      }
      return !standing.words(currency: "CNY").en.isEmpty && scheme.faults().allSatisfy { !$0.reason.isEmpty }
    }
  }

  @Test func `who joined long ago is followed back so far, and the same on every day`() {
    forAll(100) { (samples: inout Samples) in
      let old = samples.oracle(floored: false)
      let member = TierOracle(
        scheme: old.scheme, joined: Day(old.joined.number - Int32(366 * samples.number(48...51))),
        sums: old.sums.map {
          MonthSum(
            $0.month - Int32(12 * samples.number(0...51)), $0.spend.minor, $0.grossSpend.minor, $0.count,
            $0.growth)
        }, paid: old.paid, overrides: [])
      return Self.agree(member, from: samples.day(near: old.joined), days: samples.number(0...70))
    }
  }
}

extension MonthSum {
  init(_ month: Int32, _ spend: Int64, _ gross: Int64, _ count: Int64, _ growth: Int64) {
    self.init(month: month, spend: Money(spend), grossSpend: Money(gross), count: count, growth: growth)
  }
}
