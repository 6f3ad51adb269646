import Loyalty
import SyncProtocol
import Testing

/// Schemes as shops and airlines have them, and what members of theirs are told.
struct TierExamples {
  private static let names = ["basic": ("普卡", "Basic"), "silver": ("银卡", "Silver"), "gold": ("金卡", "Gold")]

  private func level(_ id: String, _ threshold: Int64, keeps: Int64? = nil) -> TierLevel {
    let (zh, en) = Self.names[id] ?? (id, id)
    return TierLevel(id: id, name: Words(zh: zh, en: en), threshold: threshold, retention: keeps)
  }

  private func scheme(
    _ metric: TierScheme.Metric, _ window: TierScheme.Window, _ levels: [TierLevel],
    with more: (inout TierScheme) -> Void = { _ in }
  ) -> TierScheme {
    var scheme = TierScheme(
      id: "main", name: Samples.words, metric: metric, window: window, downgrade: .recompute, levels: levels)
    more(&scheme)
    #expect(scheme.faults().isEmpty)
    return scheme
  }

  /// A member with a figure, the same in every metric, for some months such as `2026-05`.
  private func member(_ joined: String, _ months: KeyValuePairs<String, Int64> = [:]) -> TierFacts {
    let sums = months.map {
      MonthSum(MonthSum.month(of: Day($0.key + "-01")!), $0.value, $0.value, $0.value, $0.value)
    }
    return TierFacts(history: MetricHistory(joined: Day(joined)!, months: sums))
  }

  private func expect(
    _ scheme: TierScheme, _ facts: TierFacts, on day: String, _ level: String?, _ zh: String, _ en: String,
    at location: SourceLocation = #_sourceLocation
  ) {
    let standing = scheme.standing(of: facts, on: Day(day)!)
    #expect(standing.level?.id == level, sourceLocation: location)
    #expect(standing.words(currency: "CNY") == Words(zh: zh, en: en), sourceLocation: location)
  }

  private func told(_ scheme: TierScheme, _ facts: TierFacts, to last: String = "2030-01-01") -> [String] {
    scheme.changes(of: facts, from: Day("2000-01-01")!, to: Day(last)!).map {
      "\($0.day) \($0.to?.id ?? "none") \($0.why.rawValue) \($0.period)"
    }
  }

  @Test func `gold of rolling twelve months has ninety days of grace to win it back`() {
    let shop = scheme(.spend, .rolling(months: 12), [level("basic", 0), level("gold", 1_000_00)]) {
      $0.graceDays = 90
    }
    let facts = member("2025-03-10", ["2025-03": 688_00, "2025-05": 312_00])
    expect(
      shop, member("2025-03-10", ["2025-03": 688_00]), on: "2025-05-20", "basic", "再消费 ¥312.00 升级为金卡",
      "¥312.00 to Gold")
    expect(shop, facts, on: "2025-05-20", "gold", "已是最高等级金卡", "Gold, the highest level")
    expect(
      shop, facts, on: "2026-03-02", "gold", "2026-03-31 前（含当日）再消费 ¥688.00 可保留金卡",
      "¥688.00 by 2026-03-31 to keep Gold")
    // March closes without it; the grace of 90 days from 1 April ends on 30 June.
    expect(
      shop, facts, on: "2026-05-01", "gold", "宽限期内，2026-06-29 前（含当日）再消费 ¥1000.00 可保留金卡",
      "¥1000.00 by 2026-06-29 to keep Gold")
    #expect(
      told(shop, facts) == [
        "2025-03-10 basic reached 2025-03-01", "2025-05-01 gold reached 2025-03-01",
        "2026-06-30 basic notKept 2026-03-01",
      ])
    let back = member("2025-03-10", ["2025-03": 688_00, "2025-05": 312_00, "2026-06": 1_000_00])
    #expect(shop.standing(of: back, on: Day("2027-05-31")!).since == Day("2025-05-01"))
  }

  @Test func `a calendar year that comes to the retention keeps the level for the next year`() {
    let shop = scheme(
      .spend, .calendarYear,
      [level("basic", 0), level("silver", 500_00), level("gold", 2_000_00, keeps: 1_200_00)])
    let kept = member("2024-06-01", ["2024-11": 2_000_00, "2025-02": 1_200_00])
    #expect(shop.standing(of: kept, on: Day("2026-12-31")!).level?.id == "gold")
    #expect(shop.standing(of: kept, on: Day("2027-01-01")!).level?.id == "basic")
    expect(
      shop, kept, on: "2026-12-02", "gold", "2026-12-31 前（含当日）再消费 ¥1200.00 可保留金卡",
      "¥1200.00 by 2026-12-31 to keep Gold")
    // A yuan less, and the figures keep silver only.
    let missed = member("2024-06-01", ["2024-11": 2_000_00, "2025-02": 1_199_00])
    #expect(shop.standing(of: missed, on: Day("2025-12-31")!).level?.id == "gold")
    expect(shop, missed, on: "2026-01-01", "silver", "再消费 ¥2000.00 升级为金卡", "¥2000.00 to Gold")
  }

  @Test func `what a year fell short by can be made up in the grace`() {
    let shop = scheme(.spend, .calendarYear, [level("basic", 0), level("gold", 1_000_00)]) {
      $0.graceDays = 60
    }
    let short = member("2024-01-01", ["2024-01": 1_000_00, "2025-08": 700_00])
    expect(
      shop, short, on: "2026-01-15", "gold", "宽限期内，2026-03-01 前（含当日）再消费 ¥300.00 可保留金卡",
      "¥300.00 by 2026-03-01 to keep Gold")
    #expect(shop.standing(of: short, on: Day("2026-03-02")!).level?.id == "basic")
    let madeUp = member("2024-01-01", ["2024-01": 1_000_00, "2025-08": 700_00, "2026-02": 300_00])
    #expect(shop.standing(of: madeUp, on: Day("2026-12-31")!).level?.id == "gold")
    #expect(shop.standing(of: madeUp, on: Day("2026-02-01")!).state == .active)
  }

  @Test func `one step down each year, as airlines do it`() {
    let airline = scheme(.count, .anniversary, [level("basic", 0), level("silver", 10), level("gold", 25)]) {
      $0.downgrade = .step
    }
    #expect(
      told(airline, member("2024-05-20", ["2024-06": 30])) == [
        "2024-05-20 basic reached 2024-05-01", "2024-06-01 gold reached 2024-05-01",
        "2026-05-01 silver notKept 2026-05-01", "2027-05-01 basic notKept 2027-05-01",
      ])
    expect(
      airline, member("2024-05-20", ["2024-06": 9]), on: "2024-06-09", "basic", "再消费 1 次升级为银卡",
      "1 more purchase to Silver")
    expect(
      airline, member("2024-05-20", ["2024-06": 23]), on: "2024-06-09", "silver", "再消费 2 次升级为金卡",
      "2 more purchases to Gold")
  }

  @Test func `growth value that never falls, like a score that only lasts its year`() {
    let shop = scheme(.growth, .rolling(months: 12), [level("basic", 0), level("gold", 1_000)]) {
      $0.downgrade = .never
    }
    expect(
      shop, member("2026-01-01", ["2026-02": 880]), on: "2026-03-01", "basic", "再获得 120 成长值升级为金卡",
      "120 more growth value to Gold")
    let once = member("2020-01-01", ["2020-02": 1_000])
    #expect(told(shop, once).count == 2)
    #expect(shop.standing(of: once, on: Day("2029-12-31")!).state == .active)
  }

  @Test func `a batch lifts when the year is over, and says so before`() {
    let shop = scheme(
      .spend, .calendarYear, [level("basic", 0), level("silver", 500_00), level("gold", 900_00)]
    ) {
      $0.upgrade = .batch
    }
    let facts = member("2025-02-03", ["2025-02": 950_00])
    expect(
      shop, facts, on: "2025-12-31", "basic", "已达到金卡，2025-12-31 后升级",
      "Gold is reached and begins after 2025-12-31")
    #expect(
      told(shop, facts) == [
        "2025-02-03 basic reached 2025-01-01", "2026-01-01 gold reached 2026-01-01",
        "2027-01-01 basic notKept 2027-01-01",
      ])
  }

  @Test func `a paid membership is held while it is paid, and a while after`() {
    let club = scheme(.paid, .anniversary, [level("silver", 0), level("gold", 0)]) { $0.graceDays = 15 }
    var facts = member("2025-01-01")
    facts.paid = [
      PaidMembership(level: "gold", from: Day("2025-02-01")!, until: Day("2026-02-01")!),
      PaidMembership(level: "gold", from: Day("2026-02-01")!, until: Day("2027-02-01")!),
      PaidMembership(level: "silver", from: Day("2025-01-10")!, until: Day("2025-03-01")!),
    ]
    expect(club, facts, on: "2025-01-05", nil, "开通付费会员即为银卡", "Join as a paid member to be Silver")
    expect(club, facts, on: "2026-01-31", "gold", "金卡有效期至 2027-01-31", "Gold until 2027-01-31")
    expect(
      club, facts, on: "2027-01-10", "gold", "金卡将于 2027-01-31 到期，请续费",
      "Gold ends on 2027-01-31; renew to keep it")
    expect(
      club, facts, on: "2027-02-15", "gold", "金卡已到期，2027-02-15 前（含当日）续费可保留",
      "Gold has ended; renew by 2027-02-15 to keep it")
    #expect(
      told(club, facts) == [
        "2025-01-10 silver paid 2025-01-01", "2025-02-01 gold paid 2025-01-01",
        "2027-02-16 none paidEnded 2027-01-01",
      ])
  }

  @Test func `a level of a lifetime stays, and what is returned in its month never brought it`() {
    let shop = scheme(.spend, .lifetime, [level("basic", 0), level("gold", 1_000_00)]) {
      $0.downgrade = .never
    }
    #expect(
      shop.standing(of: member("2001-01-01", ["2001-01": 600_00, "2019-07": 400_00]), on: Day("2026-01-01")!)
        .level?.id == "gold")
    var facts = member("2026-01-01", ["2026-01": 1_000_00])
    facts.history.add(MonthSum(MonthSum.month(of: Day("2026-01-31")!), -1, 0, 0, 0))
    expect(shop, facts, on: "2026-03-01", "basic", "再消费 ¥0.01 升级为金卡", "¥0.01 to Gold")
    var lenient = shop
    lenient.returns = .ignore
    #expect(lenient.standing(of: facts, on: Day("2026-03-01")!).level?.id == "gold")
  }

  @Test func `gold by hand lasts its days, and the figures decide again`() {
    let shop = scheme(.spend, .calendarYear, [level("basic", 0), level("gold", 1_000_00)])
    var facts = member("2026-01-01", ["2026-01": 100_00])
    facts.overrides = [
      TierOverride(
        level: "gold", from: Day("2026-03-05")!, until: Day("2026-06-01")!, reason: "late delivery",
        actor: "wang"),
      TierOverride(level: "platinum", from: Day("2026-01-01")!, until: .never, reason: "gone", actor: "wang"),
    ]
    #expect(
      told(shop, facts) == [
        "2026-01-01 basic reached 2026-01-01", "2026-03-05 gold overridden 2026-01-01",
        "2026-06-01 basic overrideEnded 2026-01-01",
      ])
  }

  @Test func `gold that was bought lasts its days beside a scheme of spending, without grace`() {
    var shop = scheme(.spend, .calendarYear, [level("basic", 0), level("gold", 1_000_00)])
    shop.graceDays = 30
    var facts = member("2026-01-01", ["2026-01": 100_00])
    facts.paid = [PaidMembership(level: "gold", from: Day("2026-03-05")!, until: Day("2026-06-01")!)]
    #expect(
      told(shop, facts) == [
        "2026-01-01 basic reached 2026-01-01", "2026-03-05 gold paid 2026-01-01",
        "2026-06-01 basic paidEnded 2026-01-01",
      ])
    // Given by hand beyond it, the later end holds.
    facts.overrides = [
      TierOverride(
        level: "gold", from: Day("2026-05-01")!, until: Day("2026-07-01")!, reason: "sorry", actor: "wang")
    ]
    #expect(told(shop, facts).last == "2026-07-01 basic overrideEnded 2026-01-01")
  }

  @Test func `somebody who joined on 29 February has years of whole months`() {
    let shop = scheme(.spend, .anniversary, [level("basic", 0), level("gold", 100_00)])
    let facts = member("2024-02-29", ["2024-02": 40_00, "2025-01": 60_00])
    #expect(shop.standing(of: facts, on: Day("2024-02-29")!).periodEnds == Day("2025-01-31"))
    #expect(
      told(shop, facts) == [
        "2024-02-29 basic reached 2024-02-01", "2025-01-01 gold reached 2024-02-01",
        "2026-02-01 basic notKept 2026-02-01",
      ])
  }

  @Test func `more returned than bought is nothing bought, and has to be bought first`() {
    let shop = scheme(.spend, .calendarYear, [level("basic", 0), level("gold", 100_00)])
    expect(
      shop, member("2026-01-01", ["2026-01": -30_00]), on: "2026-01-09", "basic", "再消费 ¥130.00 升级为金卡",
      "¥130.00 to Gold")
  }

  @Test func `nobody has a level before joining, and a newcomer may have none`() {
    let shop = scheme(.spend, .rolling(months: 1), [level("gold", 100_00)])
    let facts = member("2026-01-10", ["2025-12": 500_00])
    expect(shop, facts, on: "2026-01-09", nil, "暂无等级", "No level yet")
    expect(shop, facts, on: "2026-01-10", nil, "再消费 ¥100.00 升级为金卡", "¥100.00 to Gold")
    #expect(shop.changes(of: facts, from: Day("2025-01-01")!, to: Day("2026-12-31")!).isEmpty)
    #expect(MetricHistory(joined: Day("2026-01-10")!, months: [MonthSum(24_000, 0, 0, 0, 0)]).months.isEmpty)
  }
}
