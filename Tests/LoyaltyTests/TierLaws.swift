import Loyalty
import Seeds
import SyncProtocol
import Testing

struct TierLaws {
  @Test func `a sale paid partly with points never lowers the tier it brings (T3)`() {
    forAll { (samples: inout Samples) in
      let (rulebook, cart) = (samples.rulebook(), samples.cart())
      guard let scheme = rulebook.tiers, let member = cart.member else { return true }
      let quote = rulebook.quote(cart)
      var after = member.tierFacts
      after.history.add(
        MonthSum(
          month: MonthSum.month(of: Samples.today), spend: quote.net, grossSpend: quote.net, count: 1,
          growth: quote.growth))
      let old = scheme.level(of: member.tierFacts, on: Samples.today)
      let new = scheme.level(of: after, on: Samples.today)
      return old.map { old in new.map { $0.threshold >= old.threshold } ?? false } ?? true
    }
  }

  @Test func `a business day begins at midnight where the chain trades`() {
    var rulebook = Rulebook.none
    #expect(rulebook.businessDay(Timestamp("2026-06-14T15:59:59.999Z")!) == Day("2026-06-14"))
    #expect(rulebook.businessDay(Timestamp("2026-06-14T16:00:00Z")!) == Day("2026-06-15"))
    rulebook.utcOffsetMinutes = -300
    #expect(rulebook.businessDay(Timestamp("2026-01-01T04:59:59Z")!) == Day("2025-12-31"))
  }
}
