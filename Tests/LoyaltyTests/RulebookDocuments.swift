import Foundation
import Loyalty
import Seeds
import SyncProtocol
import Testing

struct RulebookDocuments {
  private static let good = Rulebook(
    version: 3, effectiveFrom: Timestamp("2026-01-01T00:00:00Z")!, name: Words(zh: "会员章程", en: "Members"),
    currency: "CNY", utcOffsetMinutes: 480,
    earning: [
      EarningRule(
        id: "wine", per: Money(1_00), points: Points(2), scope: LineScope(categories: ["wine", "beer"])),
      EarningRule(id: "all", per: Money(1_00), points: Points(1)),
    ], expiry: .yearEnd(after: 1),
    pointsPayment: PointsPayment(
      points: Points(100), worth: Money(1_00), minimum: Points(100), step: Points(100),
      maxSharePermille: 500),
    tiers: TierScheme(
      id: "main", name: Words(zh: "会员等级", en: "Tiers"), metric: .spend, window: .calendarYear,
      downgrade: .recompute,
      levels: [
        TierLevel(id: "basic", name: Words(zh: "普通", en: "Basic"), threshold: 0),
        TierLevel(
          id: "gold", name: Words(zh: "金卡", en: "Gold"), threshold: 1_000_00,
          benefits: [.discount(payRatePermille: 950)]),
      ]), checkInPoints: Points(1), holding: HoldingPolicy(homePermille: 500, lastStorePermille: 250))

  private static func rule(
    id: String = "x", per: Int64 = 1, points: Int64 = 1, _ categories: Set<String>? = ["x"]
  ) -> EarningRule {
    EarningRule(
      id: id, per: Money(per), points: Points(points), scope: LineScope(categories: categories))
  }

  private static func tiers(_ levels: TierLevel...) -> TierScheme { Samples.scheme(levels) }

  private static func pay(
    points: Int64 = 1, worth: Int64 = 1, minimum: Int64 = 0, step: Int64 = 1, share: Int64 = 1000
  ) -> PointsPayment {
    PointsPayment(
      points: Points(points), worth: Money(worth), minimum: Points(minimum), step: Points(step),
      maxSharePermille: share)
  }

  private static let faulty: [(path: String, make: @Sendable (inout Rulebook) -> Void)] = [
    ("utcOffsetMinutes", { $0.utcOffsetMinutes = 841 }), ("utcOffsetMinutes", { $0.utcOffsetMinutes = -841 }),
    ("currency", { $0.currency = "RMBY" }), ("currency", { $0.currency = "" }),
    ("earning[0].per", { $0.earning = [rule(per: 0)] }), ("earning[0].per", { $0.earning = [rule(per: -1)] }),
    ("earning[1].points", { $0.earning = [rule(id: "a", []), rule(points: -1)] }),
    ("earning[0].points", { $0.earning = [rule(points: Limits.movementPoints + 1)] }),
    ("earning[1]", { $0.earning = [rule(id: "a", nil), rule(id: "b", nil)] }),
    ("earning[1].id", { $0.earning = [rule(id: "a", ["x"]), rule(id: "a", ["y"])] }),
    ("expiry.years", { $0.expiry = .yearEnd(after: -1) }),
    ("expiry.years", { $0.expiry = .yearEnd(after: 51) }),
    ("pointsPayment.points", { $0.pointsPayment = pay(points: 0) }),
    ("pointsPayment.worth", { $0.pointsPayment = pay(worth: 0) }),
    ("pointsPayment.worth", { $0.pointsPayment = pay(worth: 1_000_000_001) }),
    ("pointsPayment.step", { $0.pointsPayment = pay(step: 0) }),
    ("pointsPayment.minimum", { $0.pointsPayment = pay(minimum: -1) }),
    ("pointsPayment.minimum", { $0.pointsPayment = pay(minimum: 5, step: 10) }),
    ("pointsPayment.maxSharePermille", { $0.pointsPayment = pay(share: -1) }),
    ("pointsPayment.maxSharePermille", { $0.pointsPayment = pay(share: 1001) }),
    ("tiers.levels[0].benefits[0].payRatePermille", { $0.tiers = tiers(Samples.level("a", 0, pays: 1001)) }),
    (
      "tiers.levels[1].benefits[0].payRatePermille",
      { $0.tiers = tiers(Samples.level("a", 0), Samples.level("b", 1, pays: -1)) }
    ),
    ("tiers.levels[0].threshold", { $0.tiers = tiers(Samples.level("a", -1)) }),
    ("tiers.levels", { $0.tiers = tiers(Samples.level("a", 5), Samples.level("b", 5)) }),
    ("tiers.levels", { $0.tiers = tiers(Samples.level("a", 5), Samples.level("b", 4)) }),
    ("tiers.levels", { $0.tiers = tiers(Samples.level("a", 0), Samples.level("a", 1)) }),
    ("checkInPoints", { $0.checkInPoints = Points(-1) }),
    ("checkInPoints", { $0.checkInPoints = Points(Limits.movementPoints + 1) }),
    ("holding", { $0.holding = HoldingPolicy(homePermille: -1, lastStorePermille: 0) }),
    ("holding", { $0.holding = HoldingPolicy(homePermille: 0, lastStorePermille: 1001) }),
    ("holding", { $0.holding = HoldingPolicy(homePermille: 501, lastStorePermille: 500) }),
  ]

  @Test func `each fault of a rulebook is named by its path`() {
    #expect(Self.good.faults().isEmpty)
    for (path, make) in Self.faulty {
      var rulebook = Self.good
      make(&rulebook)
      let faults = rulebook.faults()
      #expect(faults.map(\.path).contains(path))
      #expect(Set(faults.map(\.path)).subtracting([path]).isEmpty)
      #expect(faults.allSatisfy { !$0.reason.isEmpty })
    }
  }

  @Test func `all faults of a rulebook are named at once`() {
    var rulebook = Self.good
    rulebook.currency = "?"
    rulebook.expiry = .yearEnd(after: -1)
    rulebook.checkInPoints = Points(-1)
    #expect(rulebook.faults().map(\.path) == ["currency", "expiry.years", "checkInPoints"])
  }

  @Test func `values at the edge of what is allowed may be published`() {
    var rulebook = Self.good
    rulebook.utcOffsetMinutes = -840
    rulebook.expiry = .yearEnd(after: 50)
    rulebook.pointsPayment = Self.pay(worth: 1_000_000_000, share: 0)
    rulebook.checkInPoints = Points(Limits.movementPoints)
    rulebook.earning = [Self.rule(points: Limits.movementPoints, nil)]
    rulebook.holding = HoldingPolicy(homePermille: 1000, lastStorePermille: 0)
    #expect(rulebook.faults().isEmpty)
    #expect(Rulebook.none.faults().isEmpty)
  }

  @Test func `a rulebook is the same after a way through its document`() {
    forAll(1_000) { (samples: inout Samples) in
      let rulebook = samples.rulebook()
      let document = try rulebook.encoded()
      let again = try Rulebook.decode(document)
      // Random rules may say a thing twice, which is for whoever publishes to mend.
      let faults = rulebook.faults().filter { !$0.isOfOverlap }
      return try faults.isEmpty && again == rulebook && again.encoded() == document
    }
  }

  @Test func `a rulebook written by hand is read`() throws {
    let document = """
      {"version": 3, "effectiveFrom": "2026-01-01T08:00:00+08:00", "name": {"zh": "会员章程", "en": "Members"},
       "currency": "CNY", "utcOffsetMinutes": 480, "earning": [
         {"id": "wine", "per": 100, "points": 2, "scope": {"categories": ["wine", "beer"]}},
         {"id": "all", "per": 100, "points": 1}],
       "expiry": {"policy": "yearEnd", "years": 1},
       "pointsPayment": {"points": 100, "worth": 100, "minimum": 100, "step": 100, "maxSharePermille": 500},
       "tiers": {
         "id": "main", "name": {"zh": "会员等级", "en": "Tiers"}, "metric": "spend",
         "window": {"kind": "calendarYear"}, "downgrade": "recompute", "levels": [
           {"id": "basic", "name": {"zh": "普通", "en": "Basic"}, "threshold": 0},
           {"id": "gold", "name": {"zh": "金卡", "en": "Gold"}, "threshold": 100000,
            "benefits": [{"kind": "discount", "payRatePermille": 950}]}]},
       "checkInPoints": 1, "holding": {"homePermille": 500, "lastStorePermille": 250}}
      """
    #expect(try Rulebook.decode(Array(document.utf8)) == Self.good)
  }

  @Test func `an expiry policy of a later version is refused, not taken for one that is known`() throws {
    let text = String(decoding: try Self.good.encoded(), as: UTF8.self)
    for other in ["rolling", "", "Never", "yearend"] {
      let document = text.replacingOccurrences(of: "\"yearEnd\"", with: "\"\(other)\"")
      #expect(document != text)
      #expect(throws: DecodingError.self) { try Rulebook.decode(Array(document.utf8)) }
    }
    let noYears = text.replacingOccurrences(of: "\"years\"", with: "\"after\"")
    #expect(throws: DecodingError.self) { try Rulebook.decode(Array(noYears.utf8)) }
  }
}

extension RulebookFault {
  var isOfOverlap: Bool { reason.contains("overlapping times") || reason.contains("leaves nothing") }
}
