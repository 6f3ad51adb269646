import Loyalty
import Seeds
import SyncProtocol
import Testing

struct ExpiryLots {
  @Test func `points that lapse at a year's end are spendable from their own year to the last day of it`() {
    forAll { (samples: inout Samples) in
      let after = Int(samples.number(0...50))
      let day = Day(Int32(samples.number(0...60_000)))
      let lot = Expiry.yearEnd(after: after).lot(earnedOn: day)
      let year = day.components.year
      return lot.availableFrom == Day(year: year, month: 1, day: 1)
        && lot.expiresOn == Day(year: year + after + 1, month: 1, day: 1) && lot.isActive(on: day)
    }
  }

  @Test func `the last minute of a year and the first of the next earn into different lots`() {
    var rulebook = Rulebook.none
    rulebook.expiry = .yearEnd(after: 1)
    func lot(_ time: String) -> LotKey {
      rulebook.quote(Cart(businessTime: Timestamp(time)!, lines: [])).earnedLot
    }
    let old = lot("2026-12-31T23:59:59.999+08:00")
    let new = lot("2027-01-01T00:00:00+08:00")
    #expect(old == LotKey(availableFrom: Day("2026-01-01")!, expiresOn: Day("2028-01-01")!))
    #expect(new == LotKey(availableFrom: Day("2027-01-01")!, expiresOn: Day("2029-01-01")!))
    #expect(old.isActive(on: Day("2027-12-31")!))
    #expect(!old.isActive(on: Day("2028-01-01")!))
  }

  @Test func `points that never lapse share one lot for life`() {
    for day in ["1970-01-01", "2026-06-15", "9999-12-31"] {
      let lot = Expiry.never.lot(earnedOn: Day(day)!)
      #expect(lot == LotKey(availableFrom: Day(0), expiresOn: .never))
      #expect(lot.isActive(on: Day(day)!))
    }
  }

  @Test func `no day of any calendar traps`() {
    for number in [Int32.min, -1, 0, 2_932_896, .max - 1, .max] {
      for expiry in [
        Expiry.never, .yearEnd(after: 0), .yearEnd(after: 50), .monthEnd(after: 0),
        .fixedDate(month: 2, day: 29, after: 0), .fixedDate(month: 12, day: 31, after: 50),
      ] {
        let lot = expiry.lot(earnedOn: Day(number))
        #expect(lot.availableFrom < lot.expiresOn)
      }
      for (pending, expiry) in [(0, Expiry.days(3_650)), (365, .days(3_650)), (0, .rollingMonths(600))] {
        let lot = expiry.lot(earnedOn: Day(number), pendingDays: pending)
        #expect(lot.availableFrom <= lot.expiresOn)
      }
    }
  }

  @Test func `the days after a day are counted out one by one, under every policy`() {
    forAll { (samples: inout Samples) in
      let expiry = samples.expiry()
      let day = Day(Int32(samples.number(10_000...40_000)))
      let lot = expiry.lot(earnedOn: day)
      return lot.expiresOn == slowEnd(expiry, day) && lot.isActive(on: day) && lot.availableFrom <= day
    }
  }

  /// The first day on which points are gone: goes on day by day until the policy says stop.
  private func slowEnd(_ expiry: Expiry, _ start: Day) -> Day {
    func next(_ day: Day) -> Day { Day(day.number + 1) }
    /// Goes on until the month has changed `months` times and is about to change again.
    func endOfMonth(_ months: Int) -> Day {
      var (day, left) = (start, months + 1)
      while left > 0 {
        if next(day).components.month != day.components.month { left -= 1 }
        day = next(day)
      }
      return day
    }
    switch expiry {
    case .never: return .never
    case .days(let days): return (0..<days).reduce(start) { day, _ in next(day) }
    case .monthEnd(let months): return endOfMonth(months)
    case .rollingMonths(let months):
      var (day, left) = (start, months)
      while true {
        let isLast = next(day).components.month != day.components.month
        let isDay = day.components.day == start.components.day
        if left == 0, isDay || isLast { return next(day) }
        if isLast { left -= 1 }
        day = next(day)
      }
    case .yearEnd(let years):
      var day = start
      while day.components.year <= start.components.year + years { day = next(day) }
      return day
    case .fixedDate(let month, let dayOfMonth, let years):
      var day = start
      while true {
        let (year, itsMonth, itsDay) = day.components
        let isLast = next(day).components.month != itsMonth
        let isDate = itsMonth == month && (itsDay == dayOfMonth || isLast && itsDay < dayOfMonth)
        if isDate, year >= start.components.year + years { return next(day) }
        day = next(day)
      }
    }
  }

  @Test func `days with one lot are neighbours: lots are as few as the policy allows`() {
    forAll { (samples: inout Samples) in
      let expiry = samples.expiry()
      let day = Day(Int32(samples.number(10_000...40_000)))
      let lot = expiry.lot(earnedOn: day)
      // All days from the lot's first to this one earn into it, and the day before it does not.
      let before = Day(lot.availableFrom.number - 1)
      let between = Day(Int32(samples.number(Int64(lot.availableFrom.number)...Int64(day.number))))
      if case .never = expiry { return expiry.lot(earnedOn: between) == lot }
      return expiry.lot(earnedOn: between) == lot && expiry.lot(earnedOn: before) != lot
    }
  }

  @Test func `pending points count their days from the one they become available (P4)`() {
    forAll { (samples: inout Samples) in
      let expiry = samples.expiry()
      let pending = Int(samples.number(1...365))
      let day = Day(Int32(samples.number(10_000...40_000)))
      let first = Day(day.number + Int32(pending))
      let lot = expiry.lot(earnedOn: day, pendingDays: pending)
      return lot.availableFrom == first && lot.isActive(on: first) && !lot.isActive(on: day)
        && lot.expiresOn == expiry.lot(earnedOn: first).expiresOn
    }
  }

  private static let ends: [(Expiry, earned: String, last: String)] = [
    (.days(1), "2026-02-28", "2026-02-28"), (.days(365), "2026-01-01", "2026-12-31"),
    (.days(2), "2028-02-28", "2028-02-29"), (.days(366), "2028-01-01", "2028-12-31"),
    (.rollingMonths(12), "2027-02-01", "2028-02-01"), (.rollingMonths(12), "2028-02-29", "2029-02-28"),
    (.rollingMonths(1), "2026-01-31", "2026-02-28"), (.rollingMonths(11), "2026-01-15", "2026-12-15"),
    (.rollingMonths(12), "2026-12-31", "2027-12-31"), (.rollingMonths(24), "2026-02-28", "2028-02-28"),
    (.rollingMonths(2), "2026-12-30", "2027-02-28"), (.rollingMonths(12), "2026-12-01", "2027-12-01"),
    (.monthEnd(after: 0), "2026-02-28", "2026-02-28"), (.monthEnd(after: 0), "2028-02-01", "2028-02-29"),
    (.monthEnd(after: 1), "2026-12-01", "2027-01-31"), (.monthEnd(after: 3), "2026-11-30", "2027-02-28"),
    (.yearEnd(after: 0), "2026-12-31", "2026-12-31"), (.yearEnd(after: 1), "2026-01-01", "2027-12-31"),
    (.fixedDate(month: 3, day: 31, after: 1), "2026-01-01", "2027-03-31"),
    (.fixedDate(month: 3, day: 31, after: 1), "2026-12-31", "2027-03-31"),
    (.fixedDate(month: 6, day: 30, after: 0), "2026-06-30", "2026-06-30"),
    (.fixedDate(month: 6, day: 30, after: 0), "2026-07-01", "2027-06-30"),
    (.fixedDate(month: 2, day: 29, after: 0), "2026-02-28", "2026-02-28"),
    (.fixedDate(month: 2, day: 29, after: 0), "2026-03-01", "2027-02-28"),
    (.fixedDate(month: 2, day: 29, after: 2), "2026-05-05", "2028-02-29"),
  ]

  @Test func `the last day of points earned on a day, as a shop would say it`() {
    for (expiry, earned, last) in Self.ends {
      let lot = expiry.lot(earnedOn: Day(earned)!)
      #expect(lot.isActive(on: Day(last)!) && !lot.isActive(on: Day(Day(last)!.number + 1)), "\(expiry)")
    }
  }
}
