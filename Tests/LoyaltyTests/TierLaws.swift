import Loyalty
import Seeds
import SyncProtocol
import Testing

struct TierLaws {
  private func rulebook(_ thresholds: [Int64]) -> Rulebook {
    var rulebook = Rulebook.none
    rulebook.tiers = thresholds.enumerated().map {
      Tier(id: "T\($0)", name: Samples.words, threshold: Money($1), payRatePermille: 1000)
    }
    return rulebook
  }

  private func tier(_ rulebook: Rulebook, _ spend: [(year: Int, net: Int64)], on day: String) -> String? {
    rulebook.tier(spend: spend.map { YearSpend(year: $0.year, net: Money($0.net)) }, on: Day(day)!)?.id
  }

  @Test func `a tier is the highest that this or last calendar year's spend reaches (T1)`() {
    forAll { (samples: inout Samples) in
      let rulebook = samples.rulebook()
      var years: [Int: Int64] = [:]
      for year in 2023...2027 where samples.flag() { years[year] = samples.number(-500...3_000) }
      let now = Int(samples.number(2024...2027))
      var spend = years.map { YearSpend(year: $0.key, net: Money($0.value)) }
      spend.shuffle(using: &samples.random)
      let day = Day(year: now, month: Int(samples.number(1...12)), day: Int(samples.number(1...28)))!
      // A year without a row is a year without spend.
      let best = max(0, years[now] ?? 0, years[now - 1] ?? 0)
      var expected: Tier?
      for tier in rulebook.tiers where tier.threshold.minor <= best { expected = tier }
      return rulebook.tier(spend: spend, on: day) == expected
    }
  }

  @Test func `spend counts to the end of the next year, and not a day longer`() {
    let gold = rulebook([0, 100])
    #expect(tier(gold, [(2025, 100)], on: "2025-01-01") == "T1")
    #expect(tier(gold, [(2025, 100)], on: "2026-12-31") == "T1")
    #expect(tier(gold, [(2025, 100)], on: "2027-01-01") == "T0")
    #expect(tier(gold, [(2025, 100)], on: "2024-12-31") == "T0")
    #expect(tier(gold, [(2025, 99), (2026, 99)], on: "2026-06-01") == "T0")
  }

  @Test func `returning goods of a year long gone never costs the tier that everybody has`() {
    let shop = rulebook([0, 100])
    #expect(tier(shop, [(2026, -500)], on: "2026-06-01") == "T0")
    #expect(tier(shop, [(2025, -500), (2026, -500)], on: "2026-06-01") == "T0")
    #expect(tier(shop, [], on: "2026-06-01") == "T0")
    #expect(tier(rulebook([1]), [(2026, -500)], on: "2026-06-01") == nil)
    #expect(tier(rulebook([]), [(2026, 500)], on: "2026-06-01") == nil)
  }

  @Test func `no amount of points, held, owed or spent, changes a tier (T3)`() {
    forAll(3_000) { (samples: inout Samples) in
      let rulebook = samples.rulebook()
      var cart = samples.cart()
      let tier = rulebook.quote(cart).tier
      cart.points = Points(samples.number(0...1_000))
      cart.member?.available = Points(samples.number(-1_000...1_000))
      cart.member?.held = samples.standing().held
      return rulebook.quote(cart).tier == tier
    }
  }

  @Test func `a sale paid partly with points never lowers the tier it brings (T3)`() {
    forAll(3_000) { (samples: inout Samples) in
      let (rulebook, cart) = (samples.rulebook(), samples.cart())
      guard let member = cart.member else { return true }
      let quote = rulebook.quote(cart)
      var after: [Int: Money] = [2026: quote.net]
      for year in member.spend { after[year.year, default: .zero] += year.net }
      let spend = after.map { YearSpend(year: $0.key, net: $0.value) }
      var before: [Int: Money] = [:]
      for year in member.spend { before[year.year, default: .zero] += year.net }
      let old = rulebook.tier(spend: before.map { YearSpend(year: $0.key, net: $0.value) }, on: Samples.today)
      let new = rulebook.tier(spend: spend, on: Samples.today)
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
