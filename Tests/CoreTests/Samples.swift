import Loyalty
import Seeds
import SyncProtocol

/// Random journals and rows, small enough that the same lots, members and coupons meet often.
struct Samples: RandomSamples {
  var random: SplitMix64
  init(_ random: SplitMix64) { self.random = random }

  mutating func points(_ range: ClosedRange<Int64>) -> Points { Points(number(range)) }
  mutating func id<Kind>() -> ID<Kind> { ID(high: 9, low: random.next()) }

  static let noon = Timestamp("2026-06-15T04:00:00Z")!
  static let today = noon.day(utcOffsetMinutes: 480)
  static let lots = [(0, 365), (0, 731), (365, 731), (0, -1)].map { from, until in
    LotKey(
      availableFrom: Day(20_454 + Int32(from)), expiresOn: until < 0 ? .never : Day(20_454 + Int32(until)))
  }

  /// A journal entry without meaning for accounts: for what only looks at the chain.
  mutating func smallEntry(_ seq: UInt64) -> Entry {
    let coupons: [CouponID] = list(0...2) { $0.id() }
    return Entry(
      seq: JournalSeq(seq), time: HybridTime(ms: number(0...1 << 40)),
      body: .release(Release(points: [], coupons: coupons)))
  }

  mutating func month(_ year: Int) -> MonthSum {
    let net = number(-100...1_000)
    return MonthSum(
      month: Int32(year * 12) + Int32(number(0...11)), spend: Money(net), grossSpend: Money(max(0, net)),
      count: number(0...3), growth: number(0...9))
  }
}
