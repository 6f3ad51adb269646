import SyncProtocol

/// Levels by paid memberships: the highest that is valid, or that ended within the grace.
struct PaidLevels {
  let valid: [(level: Int, from: Day, until: Day, grace: Day)]

  init(_ paid: [PaidMembership], in scheme: TierScheme) {
    valid = paid.compactMap { membership in
      guard let level = scheme.index(of: membership.level), membership.from < membership.until else {
        return nil
      }
      let grace = membership.until.later(scheme.boundedGraceDays)
      return (level, membership.from, membership.until, grace)
    }
  }

  func turns(from first: Day, through day: Day) -> [TierTurn] {
    let days = Set([first] + valid.flatMap { [$0.from, $0.until, $0.grace] })
    return days.filter { $0 >= first && $0 <= day }.sorted().map { day in
      let held = valid.filter { $0.from <= day && day < $0.grace }
      let level = held.map(\.level).max() ?? -1
      let best = held.filter { $0.level == level }
      let isValid = best.contains { day < $0.until }
      return TierTurn(day: day, level: level, grace: isValid ? nil : best.map(\.grace).max())
    }
  }

  /// The first day on which `level` or a higher one is paid for no more, memberships in a row taken together.
  func end(of level: Int, on day: Day) -> Day {
    var end = day
    while let next = valid.filter({ $0.level >= level && $0.from <= end }).map(\.until).max(), next > end {
      end = next
    }
    return end
  }
}
