import SyncProtocol

extension Rulebook {
  /// The tier, a pure function of spend history, rulebook and date (law T1): the highest whose threshold
  /// this or last calendar year's net spend reaches. More returned than bought in a year counts as nothing
  /// bought. Nil when the rulebook has no tier that low.
  public func tier(spend: [YearSpend], on day: Day) -> Tier? {
    let year = day.components.year
    let nets = spend.filter { $0.year == year || $0.year == year - 1 }.map(\.net)
    let best = nets.reduce(.zero, max)
    return tiers.last { $0.threshold <= best }
  }

  public func businessDay(_ time: Timestamp) -> Day { time.day(utcOffsetMinutes: utcOffsetMinutes) }
}
