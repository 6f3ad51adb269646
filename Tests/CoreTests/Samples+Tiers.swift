import Loyalty
import Seeds
import SyncProtocol

/// Schemes of every kind, and accounts of persons on whom they differ: figures are small, so that levels are
/// reached and lost.
extension Samples {
  mutating func tierScheme() -> TierScheme {
    let metric = oneOf([.spend, .count, .growth, TierScheme.Metric.paid])
    let window = oneOf([
      .rolling(months: Int(number(1...12))), .calendarYear, .anniversary, TierScheme.Window.lifetime,
    ])
    let isPaid = metric == .paid
    let hasPeriods = !isPaid && window != .lifetime
    let downgrade: TierScheme.Downgrade =
      isPaid ? .recompute : hasPeriods ? oneOf([.step, .recompute, .never]) : .never
    var threshold = number(0...20)
    let levels = list(1...4) { samples in
      threshold += samples.number(1...30)
      return threshold
    }.enumerated().map { index, threshold in
      TierLevel(
        id: "L\(index)", name: Words(zh: "级", en: "Level"), threshold: isPaid ? 0 : threshold,
        retention: isPaid ? nil : maybe { $0.number(0...threshold) })
    }
    return TierScheme(
      id: "S", name: Words(zh: "等级", en: "Tiers"), metric: metric, window: window,
      upgrade: hasPeriods ? oneOf([.immediate, .batch]) : .immediate, downgrade: downgrade,
      graceDays: downgrade == .never ? 0 : Int(oneOf([0, 1, 30, number(0...180)])), levels: levels,
      returns: flag() ? .reduce : .ignore)
  }

  /// The accounts of a person's records, the standing one first.
  mutating func accounts() -> [AccountRow] {
    list(1...3) { samples in
      var account = AccountRow()
      samples.tierFacts(of: &account)
      samples.points(of: &account)
      return account
    }
  }

  private mutating func tierFacts(of account: inout AccountRow) {
    let joined = Day(19_700 + Int32(number(0...400)))
    account.joined = joined
    let first = MonthSum.month(of: joined)
    account.months = Set(list(0...12) { Int32($0.number(-2...30)) }).sorted().map { month in
      let figure = number(-10...30)
      return MonthSum(
        month: first + month, spend: Money(figure), grossSpend: Money(max(0, figure)), count: number(-1...9),
        growth: number(-3...30))
    }
    account.floors = list(0...2) { samples in
      let from = joined.number + Int32(samples.number(-100...800))
      return TierFloor(
        level: "L\(samples.number(0...4))", from: Day(from), until: Day(from + Int32(samples.number(1...300)))
      )
    }
    account.memberships = list(0...3) { samples in
      let days = samples.maybe { Int($0.number(1...400)) }
      let time = Timestamp(ms: (Int64(joined.number) + samples.number(0...800)) * 86_400_000 + 5_000)
      return BoughtMembership(
        sale: samples.id(), line: Int(samples.number(0...3)), time: time,
        level: "L\(samples.number(0...4))", months: days == nil ? Int(samples.number(1...12)) : nil,
        days: days, quantity: Quantity(milli: 1_000 * samples.number(1...3)),
        returns: samples.list(0...1) {
          .init(
            id: $0.id(), time: Timestamp(ms: time.ms + $0.number(0...200) * 86_400_000),
            quantity: Quantity(milli: 1_000))
        })
    }
  }

  /// What has to do with points, and nothing else.
  mutating func points(of account: inout AccountRow) {
    account.lots = Samples.lots.filter { _ in flag() }.map {
      LotBalance(lot: $0, remainder: points(1...90_000))
    }
    account.debt = points(0...5_000)
    account.dayEarned = maybe { DayEarned(day: Samples.today, points: $0.points(1...9_000)) }
    account.checkIns = maybe {
      CheckInState(last: Samples.today, run: Int($0.number(1...9)), monthPoints: $0.points(0...90))
    }
    account.uses = list(0...2) {
      UseCount(name: "mall/\($0.random.next())", total: $0.number(1...9), day: Samples.today, today: 1)
    }
    account.lastStore = NodeID(UInt32(number(0...9)))
  }
}
