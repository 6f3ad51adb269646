import Foundation
import Loyalty
import Seeds
import SyncProtocol
import Testing

struct EarningDocuments {
  private static let always = Condition.always

  private static func rule(_ id: String, _ when: Condition = .always) -> EarningRule {
    EarningRule(id: id, per: Money(1), points: Points(1), when: when, scope: LineScope(skus: ["x"]))
  }

  private static func times(_ permille: Int64, _ id: String = "m", _ group: String? = nil) -> Multiplier {
    Multiplier(id: id, permille: permille, group: group)
  }

  private static let long = String(repeating: "x", count: Limits.tokenLength + 1)

  private static let faulty: [(path: String, make: @Sendable (inout Rulebook) -> Void)] = [
    ("multipliers[0].permille", { $0.multipliers = [times(999)] }),
    ("multipliers[0].permille", { $0.multipliers = [times(10_001)] }),
    ("multipliers[0].permille", { $0.multipliers = [times(.max)] }),
    ("multipliers[0].permille", { $0.multipliers = [times(.min)] }),
    ("multipliers", { $0.multipliers = (0..<6).map { times(10_000, "m\($0)") } }),
    ("multipliers", { $0.multipliers = (0..<6).map { times(10_000, "m\($0)", "g\($0)") } }),
    ("bonuses[0].minimum", { $0.bonuses = [Bonus(id: "b", minimum: Money(-1), points: Points(1))] }),
    ("bonuses[0].points", { $0.bonuses = [Bonus(id: "b", points: Points(-1))] }),
    ("bonuses[0].points", { $0.bonuses = [Bonus(id: "b", points: Points(Limits.movementPoints + 1))] }),
    ("bonuses[0].each", { $0.bonuses = [Bonus(id: "b", points: Points(1), each: .zero)] }),
    ("bonuses[0].each", { $0.bonuses = [Bonus(id: "b", points: Points(1), each: Money(-5))] }),
    ("earningCaps.perSale", { $0.earningCaps = EarningCaps(perSale: Points(-1)) }),
    ("earningCaps.perMemberDay", { $0.earningCaps = EarningCaps(perMemberDay: Points(-1)) }),
    ("earningTax[0].permille", { $0.earningTax = [EarningTax(permille: -1)] }),
    ("earningTax[0].permille", { $0.earningTax = [EarningTax(permille: 1_001)] }),
    (
      "earningTax",
      {
        $0.earningTax = (0...Limits.earningRules).map { sku in
          EarningTax(permille: 90, scope: LineScope(skus: ["\(sku)"]))
        }
      }
    ),
    ("pendingDays", { $0.pendingDays = -1 }), ("pendingDays", { $0.pendingDays = 366 }),
    ("expiry.days", { $0.expiry = .days(0) }), ("expiry.days", { $0.expiry = .days(3_651) }),
    ("expiry.months", { $0.expiry = .rollingMonths(0) }),
    ("expiry.months", { $0.expiry = .rollingMonths(601) }),
    ("expiry.months", { $0.expiry = .monthEnd(after: -1) }),
    ("expiry.months", { $0.expiry = .monthEnd(after: 601) }),
    ("expiry.years", { $0.expiry = .fixedDate(month: 3, day: 31, after: 51) }),
    ("expiry.day", { $0.expiry = .fixedDate(month: 2, day: 30, after: 0) }),
    ("expiry.day", { $0.expiry = .fixedDate(month: 13, day: 1, after: 0) }),
    ("expiry.day", { $0.expiry = .fixedDate(month: .max, day: .min, after: 0) }),
    ("earning[0].id", { $0.earning = [rule("")] }), ("earning[0].id", { $0.earning = [rule(long)] }),
    ("multipliers[0].id", { ($0.earning, $0.multipliers) = ([rule("a")], [times(1000, "a")]) }),
    (
      "bonuses[0].id",
      { ($0.multipliers, $0.bonuses) = ([times(1000, "a")], [Bonus(id: "a", points: Points(1))]) }
    ),
    ("earning[1].id", { $0.earning = [rule("a"), rule("a", Condition(weekdays: [1]))] }),
    (
      "earning[1]",
      {
        let all = EarningRule(id: "all", per: Money(1), points: Points(1))
        $0.earning = [all, rule("never")]
      }
    ),
    ("earning", { $0.earning = (0...Limits.earningRules).map { rule("r\($0)") } }),
    ("earning", { $0.earning = [rule("a", Condition(segments: (0...64).map { "s\($0)" }))] }),
    ("earning[0].when.tiers", { $0.earning = [rule("a", Condition(tiers: ["gold"]))] }),
    ("multipliers[0].when.weekdays", { $0.multipliers = [faulty(Condition(weekdays: [0]))] }),
    ("multipliers[0].when.monthDays", { $0.multipliers = [faulty(Condition(monthDays: [32]))] }),
    ("multipliers[0].when.stores", { $0.multipliers = [faulty(Condition(stores: [""]))] }),
  ]

  private static func faulty(_ when: Condition) -> Multiplier {
    Multiplier(id: "m", permille: 2000, when: when)
  }

  @Test func `each fault of what earns is named by its path, and nothing else is`() {
    for (path, make) in Self.faulty {
      var rulebook = Rulebook.none
      make(&rulebook)
      // What is there twice for the test is a fault, too, and has tests of its own.
      let faults = rulebook.faults().filter { !$0.isOfOverlap }
      #expect(Set(faults.map(\.path)) == [path], "\(path): \(faults)")
      #expect(faults.allSatisfy { !$0.reason.isEmpty })
    }
  }

  @Test func `a condition's faults are named wherever it stands`() {
    let noon = Samples.noon
    let faulty: [(String, Condition)] = [
      ("until", Condition(from: noon, until: noon)), ("weekdays", Condition(weekdays: [1, 8])),
      ("weekdays", Condition(weekdays: [0])), ("monthDays", Condition(monthDays: [0])),
      ("monthDays", Condition(monthDays: [1, 32])), ("hours", Condition(hours: Hours(from: -1, until: 5))),
      ("hours", Condition(hours: Hours(from: 1_440, until: 5))),
      ("hours", Condition(hours: Hours(from: 1_140, until: 1_140))),
      ("hours", Condition(hours: Hours(from: 0, until: 1_441))), ("stores", Condition(stores: [""])),
      ("channels", Condition(channels: [Self.long])), ("segments", Condition(segments: [""])),
      ("tiers", Condition(tiers: ["gold", "lead"])),
    ]
    for (field, condition) in faulty {
      #expect(condition.faults(path: "a[1].when", tiers: ["gold"]).map(\.path) == ["a[1].when.\(field)"])
    }
    let good = Condition(
      from: noon, until: Timestamp(ms: noon.ms + 1), weekdays: [1, 7], monthDays: [1, 31],
      hours: Hours(from: 1_439, until: 1_440), stores: ["S1"], tiers: ["gold"])
    #expect(good.faults(path: "when", tiers: ["gold"]).isEmpty)
    #expect(Condition(tiers: ["any"]).faults(path: "when").isEmpty)
    #expect(Condition.always.faults(path: "when", tiers: []).isEmpty)
  }

  @Test func `values at the edge of what is allowed may be published`() {
    var rulebook = Rulebook.none
    rulebook.multipliers =
      (0..<5).map { Self.times(10_000, "m\($0)", "g\($0)") } + [Self.times(5_000, "last")]
      + (0..<5).map { Self.times(9_000, "n\($0)", "g\($0)") }
    rulebook.bonuses = [Bonus(id: "b", points: Points(Limits.movementPoints), each: Money(1))]
    rulebook.earningCaps = EarningCaps(perSale: .zero, perMemberDay: Points(Limits.movementPoints))
    rulebook.pendingDays = 365
    for expiry in [
      Expiry.days(1), .days(3_650), .rollingMonths(1), .rollingMonths(600), .monthEnd(after: 0),
      .fixedDate(month: 2, day: 29, after: 0), .fixedDate(month: 12, day: 31, after: 50),
    ] {
      rulebook.expiry = expiry
      #expect(rulebook.faults().isEmpty)
    }
  }

  @Test func `what a document leaves out is nothing`() throws {
    let document = """
      {"version": 1, "effectiveFrom": "2026-01-01T00:00:00Z", "name": {"zh": "一", "en": "One"},
       "currency": "CNY", "utcOffsetMinutes": 480, "earning": [{"id": "a", "per": 100, "points": 1}],
       "expiry": {"policy": "never"}, "checkInPoints": 0,
       "holding": {"homePermille": 0, "lastStorePermille": 0}}
      """
    let rulebook = try Rulebook.decode(Array(document.utf8))
    #expect(rulebook.earning == [EarningRule(id: "a", per: Money(100), points: Points(1))])
    #expect(rulebook.multipliers.isEmpty && rulebook.bonuses.isEmpty && rulebook.earningCaps == .none)
    #expect(rulebook.pendingDays == 0 && rulebook.pointsPayment == nil)
  }

  @Test func `documents written by hand are read`() throws {
    func read<T: Decodable>(_ kind: T.Type, _ text: String) throws -> T {
      try JSONDecoder().decode(kind, from: Data(text.utf8))
    }
    let rule = """
      {"id": "g", "currency": "growth", "per": 100, "points": 1, "when": {"stores": ["S1"]},
       "scope": {"exceptCategories": ["prepaid"]}}
      """
    #expect(
      try read(EarningRule.self, rule)
        == EarningRule(
          id: "g", currency: .growth, per: Money(100), points: Points(1), when: Condition(stores: ["S1"]),
          scope: LineScope(exceptCategories: ["prepaid"])))
    let multiplier = #"{"id": "m", "permille": 2000, "group": "day"}"#
    #expect(
      try read(Multiplier.self, multiplier) == Multiplier(id: "m", permille: 2000, group: "day"))
    let bonus = #"{"id": "b", "points": 50, "minimum": 9900, "when": {"who": "firstPurchase"}}"#
    #expect(
      try read(Bonus.self, bonus)
        == Bonus(id: "b", when: Condition(who: .firstPurchase), minimum: Money(99_00), points: Points(50)))
    #expect(try read(EarningCaps.self, #"{"perSale": 5}"#) == EarningCaps(perSale: Points(5)))
    #expect(throws: DecodingError.self) {
      try read(EarningRule.self, #"{"id": "a", "currency": "gold", "per": 1, "points": 1}"#)
    }
    let policies: [(String, Expiry)] = [
      (#"{"policy": "days", "days": 365}"#, .days(365)),
      (#"{"policy": "rollingMonths", "months": 12}"#, .rollingMonths(12)),
      (#"{"policy": "monthEnd", "months": 1}"#, .monthEnd(after: 1)),
      (
        #"{"policy": "fixedDate", "month": 3, "day": 31, "years": 1}"#,
        .fixedDate(month: 3, day: 31, after: 1)
      ),
    ]
    for (text, expiry) in policies { #expect(try read(Expiry.self, text) == expiry) }
  }
}
