import Loyalty
import Seeds
import SyncProtocol
import Testing

struct PromotionDocuments {
  private static func promotion(
    _ effect: PromotionEffect = .bundle(count: 2, price: Money(1)), budget: Int64? = nil,
    limits: PromotionLimits? = nil
  ) -> Promotion {
    Promotion(
      id: "p", name: Samples.words, effect: effect, budget: budget.map { Money($0) }, limits: limits)
  }

  private static func gift(
    _ spend: Int64 = 0, _ sku: String = "cup", count: Int = 1, name: Words? = nil
  ) -> PromotionEffect {
    .gift([.init(spend: Money(spend), sku: sku, name: name, count: count)])
  }

  private static let long = String(repeating: "x", count: Limits.textLength + 1)

  private static let faulty: [(path: String, make: @Sendable (inout Rulebook) -> Void)] = [
    ("promotions[0].budget", { $0.promotions = [promotion(budget: 0)] }),
    ("promotions[0].budget", { $0.promotions = [promotion(budget: -1)] }),
    ("promotions[0].budget", { $0.promotions = [promotion(gift(), budget: 1)] }),
    ("promotions[0].limits.perMember", { $0.promotions = [promotion(limits: .init(perMember: 0))] }),
    ("promotions[0].limits.perMemberDay", { $0.promotions = [promotion(limits: .init(perMemberDay: 0))] }),
    ("promotions[0].limits.perStoreDay", { $0.promotions = [promotion(limits: .init(perStoreDay: -1))] }),
    ("promotions[0].effect.steps", { $0.promotions = [promotion(.gift([]))] }),
    (
      "promotions[0].effect.steps",
      { $0.promotions = [promotion(.gift([.init(spend: .zero, sku: "a"), .init(spend: .zero, sku: "b")]))] }
    ),
    ("promotions[0].effect.steps[0].spend", { $0.promotions = [promotion(gift(-1))] }),
    ("promotions[0].effect.steps[0].sku", { $0.promotions = [promotion(gift(0, ""))] }),
    ("promotions[0].effect.steps[0].sku", { $0.promotions = [promotion(gift(0, long))] }),
    ("promotions[0].effect.steps[0].count", { $0.promotions = [promotion(gift(count: 0))] }),
    (
      "promotions[0].effect.steps[0].count",
      { $0.promotions = [promotion(gift(count: RuleLimits.giftPieces + 1))] }
    ),
    (
      "promotions[0].effect.steps[0].name",
      { $0.promotions = [promotion(gift(name: .init(zh: long, en: "")))] }
    ),
    ("couponGroups", { $0.couponGroups = [.init(id: "A", mode: .best), .init(id: "A", mode: .first)] }),
    ("couponGroups[0].id", { $0.couponGroups = [.init(id: "", mode: .best)] }),
    ("couponGroups[0].id", { $0.couponGroups = [.init(id: long, mode: .best)] }),
    ("cashRounding.step", { $0.cashRounding = CashRounding(step: .zero) }),
    ("cashRounding.step", { $0.cashRounding = CashRounding(step: Money(RuleLimits.cashStep + 1)) }),
  ]

  @Test func `each fault of gifts, budgets, limits, coupon groups and rounding is named by its path`() {
    for (path, make) in Self.faulty {
      var rulebook = Rulebook.none
      make(&rulebook)
      #expect(rulebook.faults().map(\.path) == [path])
    }
  }

  @Test func `what a rulebook does not use leaves no word in its document`() throws {
    var rulebook = Rulebook.none
    rulebook.promotions = [Self.promotion(.bundle(count: 2, price: Money(1)))]
    let text = String(decoding: try rulebook.encoded(), as: UTF8.self)
    for word in ["couponGroups", "cashRounding", "budget", "limits"] { #expect(!text.contains(word)) }
  }

  @Test func `a rulebook with gifts, budgets and limits is read as it is written by hand`() throws {
    let document = """
      {"name": {"zh": "测试", "en": "Test"}, "currency": "CNY", "utcOffsetMinutes": 480, "earning": [],
       "expiry": {"policy": "never"}, "checkInPoints": 0,
       "holding": {"homePermille": 500, "lastStorePermille": 250},
       "promotions": [{"id": "p", "name": {"zh": "测试", "en": "Test"}, "budget": 100000,
         "effect": {"type": "bundle", "count": 2, "price": 1}},
         {"id": "p", "name": {"zh": "测试", "en": "Test"}, "limits": {"perMemberDay": 1},
         "effect": {"type": "gift", "steps": [
           {"spend": 5000, "sku": "cup", "count": 1}]}}],
       "couponGroups": [{"id": "G", "mode": "best"}], "cashRounding": {"step": 10}}
      """
    let rulebook = try Rulebook.decode(Array(document.utf8))
    #expect(
      rulebook.promotions == [
        Self.promotion(budget: 100_000),
        Self.promotion(Self.gift(5000), limits: PromotionLimits(perMemberDay: 1)),
      ])
    #expect(rulebook.couponGroups == [CouponGroup(id: "G", mode: .best)])
    #expect(
      rulebook.cashRounding == CashRounding(step: Money(10))
        && rulebook.faults().map(\.path) == ["promotions"])
  }
}
