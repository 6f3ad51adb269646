import SyncProtocol

extension Rulebook {
  /// The tier, a pure function of spend history, rulebook and date (law T1): the highest whose threshold
  /// this or last calendar year's net spend reaches. Nil when the rulebook has no tier that low.
  public func tier(spend: [YearSpend], on day: Day) -> Tier? {
    let year = day.components.year
    let best = spend.filter { $0.year == year || $0.year == year - 1 }.map(\.net).max() ?? .zero
    return tiers.last { $0.threshold <= best }
  }

  public func businessDay(_ time: Timestamp) -> Day { time.day(utcOffsetMinutes: utcOffsetMinutes) }
}
