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
      for expiry in [Expiry.never, .yearEnd(after: 0), .yearEnd(after: 50)] {
        let lot = expiry.lot(earnedOn: Day(number))
        #expect(lot.availableFrom < lot.expiresOn)
      }
    }
  }
}
