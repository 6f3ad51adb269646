import SyncProtocol

/// A notice that points are about to expire 到期提醒: one for each last day and each number of days before it.
public struct ExpiryNotice: Hashable, Sendable {
  /// What is told once. Stored beside the person for as long as the points last.
  public struct Key: Hashable, Sendable {
    /// The first day on which the points are gone.
    public let expiresOn: Day
    /// The rulebook's number of days that is told.
    public let daysBefore: Int

    public init(expiresOn: Day, daysBefore: Int) {
      self.expiresOn = expiresOn
      self.daysBefore = daysBefore
    }
  }

  public let key: Key
  /// What may still be spent of the points that expire then.
  public let points: Points
}

/// What one night does for one person, in the order of the steps (law P8).
public enum NightlyStep: Hashable, Sendable {
  /// Points that were pending may be spent.
  case activate(LotAmount)
  /// Points that were not spent in time. Nothing is to be booked: it follows from the lot.
  case expire(LotAmount)
  /// The days whose tiers are compared with those before (`TierScheme.changes`).
  case tiers(ClosedRange<Day>)
  case notify(ExpiryNotice)
}

extension Rulebook {
  /// The night's work for one person on `day`, when it was last done on `lastRun` (nil for never), and
  /// `told` has been told already. Done again on the same day it is empty, and after missed nights it
  /// catches up (law P8).
  ///
  /// Missed nights are made up for where that still helps. Points that became available and were spent or
  /// lapsed since are not announced; of several notices that fell due about the same points only the most
  /// urgent is sent; and there is none about points that are gone.
  ///
  /// `left` is what is left of each of the person's lots, in spend order, and `owed` what they owe.
  public func nightly(
    _ left: [LotAmount], owed: Points, on day: Day, lastRun: Day?, told: Set<ExpiryNotice.Key>
  ) -> [NightlyStep] {
    let first = lastRun.map { $0.adding(1) } ?? day
    let notices = expiryNotices(left, owed: owed, on: day, told: told).map(NightlyStep.notify)
    guard first <= day else { return notices }
    let days = first...day
    let activated = left.filter { days.contains($0.lot.availableFrom) && $0.lot.isActive(on: day) }
    let expired = left.filter { days.contains($0.lot.expiresOn) }
    return activated.map(NightlyStep.activate) + expired.map(NightlyStep.expire) + [.tiers(days)] + notices
  }

  /// What is to be told today about points that expire soon, the nearest first. Points of one last day are
  /// one notice, whatever their lots; and while something is owed, no more is announced than could be spent.
  private func expiryNotices(
    _ left: [LotAmount], owed: Points, on day: Day, told: Set<ExpiryNotice.Key>
  ) -> [ExpiryNotice] {
    let available = left.reduce(.zero - owed) { $1.lot.isActive(on: day) ? $0 + $1.points : $0 }
    guard available > .zero, !expiryNoticeDays.isEmpty else { return [] }
    var expiring: [Day: Points] = [:]
    for amount in left where amount.lot.isActive(on: day) {
      expiring[amount.lot.expiresOn, default: .zero] += amount.points
    }
    return expiring.sorted { $0.key < $1.key }.compactMap { expiresOn, points in
      let daysLeft = Int(expiresOn.number) - Int(day.number)
      guard let daysBefore = expiryNoticeDays.filter({ daysLeft <= $0 }).min() else { return nil }
      if told.contains(where: { $0.expiresOn == expiresOn && $0.daysBefore <= daysBefore }) { return nil }
      let key = ExpiryNotice.Key(expiresOn: expiresOn, daysBefore: daysBefore)
      return ExpiryNotice(key: key, points: min(points, available))
    }
  }
}
