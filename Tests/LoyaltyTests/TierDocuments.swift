import Foundation
import Loyalty
import SyncProtocol
import Testing

struct TierDocuments {
  private static let words = Words(zh: "专属客服", en: "Your own agent")
  private static let good = TierScheme(
    id: "main", name: Words(zh: "会员等级", en: "Levels"), metric: .spend, window: .rolling(months: 12),
    upgrade: .immediate, downgrade: .step, graceDays: 90,
    levels: [
      TierLevel(id: "basic", name: Words(zh: "普卡", en: "Basic"), threshold: 0),
      TierLevel(
        id: "gold", name: Words(zh: "金卡", en: "Gold"), threshold: 100_000, retention: 80_000,
        benefits: [
          .discount(payRatePermille: 950), .accelerator(permille: 1500), .upgradeGift(template: "WELCOME"),
          .birthdayGift(template: "CAKE"), .words(words),
        ]),
    ], returns: .reduce)

  private static func level(
    _ id: String = "x", _ threshold: Int64 = 1, keeps: Int64? = nil, _ benefits: [TierBenefit] = []
  ) -> TierLevel {
    TierLevel(id: id, name: words, threshold: threshold, retention: keeps, benefits: benefits)
  }

  private static let long = String(repeating: "x", count: 65)
  private static let faulty: [(path: String, make: @Sendable (inout TierScheme) -> Void)] = [
    ("id", { $0.id = "" }), ("id", { $0.id = long }),
    ("window.months", { $0.window = .rolling(months: 0) }),
    ("window.months", { $0.window = .rolling(months: 37) }),
    ("graceDays", { $0.graceDays = -1 }), ("graceDays", { $0.graceDays = 181 }),
    ("graceDays", { $0.downgrade = .never }),
    ("levels", { $0.levels = [] }), ("levels", { $0.levels = (0...20).map { level("\($0)", Int64($0)) } }),
    ("levels", { $0.levels = [level("a", 5), level("b", 5)] }),
    ("levels", { $0.levels = [level("a", 5), level("b", 4)] }),
    ("levels", { $0.levels = [level("a", 5), level("a", 6)] }),
    ("levels[0].id", { $0.levels = [level("")] }),
    ("levels[0].threshold", { $0.levels = [level("a", -1)] }),
    ("levels[1].threshold", { $0.levels = [level("a", 1), level("b", Limits.tierFigure + 1)] }),
    ("levels[0].retention", { $0.levels = [level(keeps: 2)] }),
    ("levels[0].retention", { $0.levels = [level(keeps: -1)] }),
    (
      "levels[0].benefits[0].payRatePermille",
      { $0.levels = [level("a", 1, [.discount(payRatePermille: 1001)])] }
    ),
    (
      "levels[0].benefits[0].payRatePermille",
      { $0.levels = [level("a", 1, [.discount(payRatePermille: -1)])] }
    ),
    (
      "levels[0].benefits[1].permille",
      { $0.levels = [level("a", 1, [.words(words), .accelerator(permille: 999)])] }
    ),
    ("levels[0].benefits[0].permille", { $0.levels = [level("a", 1, [.accelerator(permille: 10_001)])] }),
    ("levels[0].benefits[0].template", { $0.levels = [level("a", 1, [.upgradeGift(template: "")])] }),
    ("levels[0].benefits[0].template", { $0.levels = [level("a", 1, [.birthdayGift(template: long)])] }),
    ("levels[0].benefits[0].words", { $0.levels = [level("a", 1, [.words(Words(zh: "有", en: ""))])] }),
    (
      "levels[0].benefits",
      { $0.levels = [level("a", 1, [.discount(payRatePermille: 9), .discount(payRatePermille: 8)])] }
    ),
    ("levels[0].benefits", { $0.levels = [level("a", 1, (0...50).map { .upgradeGift(template: "\($0)") })] }),
    ("downgrade", { $0.window = .lifetime }),
    ("upgrade", { ($0.window, $0.downgrade, $0.graceDays, $0.upgrade) = (.lifetime, .never, 0, .batch) }),
    ("downgrade", { ($0.metric, $0.levels) = (.paid, [level("a", 0)]) }),
    (
      "upgrade",
      { ($0.metric, $0.downgrade, $0.upgrade, $0.levels) = (.paid, .recompute, .batch, [level("a", 0)]) }
    ),
    ("levels[0].threshold", { ($0.metric, $0.downgrade, $0.levels) = (.paid, .recompute, [level("a", 1)]) }),
    (
      "levels[0].retention",
      { ($0.metric, $0.downgrade, $0.levels) = (.paid, .recompute, [level("a", 0, keeps: 0)]) }
    ),
  ]

  @Test func `each fault of a tier scheme is named by its path`() {
    #expect(Self.good.faults().isEmpty)
    for (path, make) in Self.faulty {
      var scheme = Self.good
      make(&scheme)
      let faults = scheme.faults()
      #expect(Set(faults.map(\.path)) == [path])
      #expect(faults.allSatisfy { !$0.reason.isEmpty })
    }
  }

  @Test func `tier schemes at the edge of what is allowed may be published`() {
    var scheme = Self.good
    (scheme.window, scheme.graceDays) = (.rolling(months: 36), 180)
    scheme.levels = [
      Self.level("a", 0, keeps: 0, [.discount(payRatePermille: 0), .accelerator(permille: 10_000)]),
      Self.level("b", Limits.tierFigure, keeps: Limits.tierFigure, [.accelerator(permille: 1000)]),
    ]
    #expect(scheme.faults().isEmpty)
  }

  private static let document = """
    {"id": "main", "name": {"zh": "会员等级", "en": "Levels"}, "metric": "spend",
     "window": {"kind": "rolling", "months": 12}, "upgrade": "immediate", "downgrade": "step",
     "graceDays": 90, "levels": [
       {"id": "basic", "name": {"zh": "普卡", "en": "Basic"}, "threshold": 0, "benefits": []},
       {"id": "gold", "name": {"zh": "金卡", "en": "Gold"}, "threshold": 100000, "retention": 80000,
         "benefits": [{"kind": "discount", "payRatePermille": 950}, {"kind": "accelerator", "permille": 1500},
         {"kind": "upgradeGift", "template": "WELCOME"}, {"kind": "birthdayGift", "template": "CAKE"},
         {"kind": "words", "words": {"zh": "专属客服", "en": "Your own agent"}}]}],
     "returns": "reduce"}
    """

  private func decode(_ document: String) throws -> TierScheme {
    try JSONDecoder().decode(TierScheme.self, from: Data(document.utf8))
  }

  @Test func `a tier scheme written by hand is read, and written the same`() throws {
    #expect(try decode(Self.document) == Self.good)
    var scheme = Self.good
    for window in [.calendarYear, .anniversary, .lifetime, TierScheme.Window.rolling(months: 3)] {
      scheme.window = window
      #expect(try decode(String(decoding: JSONEncoder().encode(scheme), as: UTF8.self)) == scheme)
    }
  }

  @Test func `a word of a later version in a tier scheme is refused`() {
    for word in [
      "spend", "rolling", "immediate", "step", "discount", "accelerator", "words", "reduce", "upgradeGift",
    ] {
      let later = Self.document.replacingOccurrences(of: ": \"\(word)\"", with: ": \"\(word)2\"")
      #expect(later != Self.document)
      #expect(throws: DecodingError.self) { try decode(later) }
    }
    #expect(throws: DecodingError.self) {
      try decode(Self.document.replacingOccurrences(of: "months", with: "m"))
    }
  }

  @Test func `a history longer than anybody's is refused before it is put in order`() throws {
    func document(_ count: Int) -> Data {
      let sums = (0..<count).map {
        "{\"month\":\(24_000 - $0),\"spend\":1,\"grossSpend\":1,\"count\":1,\"growth\":1}"
      }
      return Data("{\"joined\":\"2020-02-29\",\"months\":[\(sums.joined(separator: ","))]}".utf8)
    }
    let longest = try JSONDecoder().decode(MetricHistory.self, from: document(Limits.accountMonths))
    #expect(longest.months.count == Limits.accountMonths && longest.months.first?.month == 22_801)
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode(MetricHistory.self, from: document(Limits.accountMonths + 1))
    }
  }
}
