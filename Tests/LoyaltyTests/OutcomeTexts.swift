import Loyalty
import Seeds
import SyncProtocol
import Testing

struct OutcomeTexts {
  private static let ofTheEngine: Set<String> = [
    "tier_price", "points_paid", "points_not_accepted", "points_need_member", "points_below_minimum",
    "points_off_step", "points_insufficient", "points_over_share", "points_held_elsewhere", "coupon_applied",
    "coupon_exchanged", "coupon_below_minimum", "coupon_not_yet_valid", "coupon_expired", "coupon_twice",
    "coupon_without_effect", "member_price", "flash_price", "price_not_lower", "promotion_applied",
    "promotion_spend_more", "promotion_add_more", "promotion_other_better", "promotion_other_first",
    "rule_not_yet", "rule_ended", "rule_other_day", "rule_other_hour", "rule_other_store",
    "rule_other_channel", "rule_members_only", "rule_other_tier", "rule_other_segment",
    "rule_first_purchase_only", "rule_birthday_only", "rule_other_goods", "rule_no_effect",
    "coupon_gift", "coupon_price_not_lower", "coupon_not_with_promotions", "coupon_other_better",
    "coupon_other_first", "promotion_budget_spent", "promotion_limit_reached", "gift_given",
    "gift_spend_more", "gift_out_of_stock", "cash_rounded",
  ]
  /// Only carts and rulebooks far larger than random ones come to these.
  private static let ofLargeCarts: Set<String> = [
    "promotion_other_chosen", "promotion_too_many", "coupon_other_chosen", "promotion_short",
    "promotion_pieces_short",
  ]
  private static let ofTheAgent: Set<String> = [
    "coupon_held_elsewhere", "coupon_used", "coupon_voided", "coupon_needs_line", "coupon_of_other_member",
    "coupon_locked", "coupon_not_locked", "tier_reached",
  ]
  /// What comes of a store's risk while its line is down.
  private static let ofCutOffStores: Set<String> = [
    "points_need_line", "points_risked", "points_over_risk", "coupon_risked", "coupon_over_risk",
  ]

  private func isChinese(_ text: String) -> Bool {
    text.unicodeScalars.contains { (0x4E00...0x9FFF).contains($0.value) }
  }

  private func isWorded(_ outcome: RuleOutcome) -> Bool {
    let words = outcome.words(currency: "CNY")
    return isChinese(words.zh) && !isChinese(words.en) && words.en.contains(" ")
      && !words.zh.contains(outcome.code) && !words.en.contains(outcome.code)
  }

  @Test func `every outcome that pricing can come to has its words in both languages (Q6)`() {
    var seen: Set<String> = []
    forAll { (samples: inout Samples) in
      let (rulebook, cart) = (samples.rulebook(), samples.cart())
      let outcomes = rulebook.quote(cart).outcomes
      for outcome in outcomes where seen.insert(outcome.code).inserted {
        guard isWorded(outcome) else { return false }
      }
      return true
    }
    #expect(seen.subtracting(Self.ofLargeCarts).symmetricDifference(Self.ofTheEngine) == [])
  }

  @Test func `every outcome that the till's agent adds has its words in both languages`() {
    for code in Self.ofTheAgent.union(Self.ofLargeCarts).union(Self.ofCutOffStores) {
      #expect(isWorded(RuleOutcome(rule: "C1", code: code)))
    }
  }

  @Test func `words tell the amount and how far away it is (Q6)`() {
    let words = RuleOutcome(rule: "C", code: "coupon_below_minimum", amount: 100_00, distance: 12_05)
      .words(currency: "CNY")
    #expect(words.en == "From ¥100.00; spend ¥12.05 more to use it")
    #expect(words.zh == "满 ¥100.00 可用，再买 ¥12.05")
  }

  @Test func `money is written in its currency to the fen`() {
    #expect(Money(0).text(currency: "CNY") == "¥0.00")
    #expect(Money(5).text(currency: "USD") == "$0.05")
    #expect(Money(-1_99).text(currency: "EUR") == "-€1.99")
    #expect(Money(12_34).text(currency: "HKD") == "HKD 12.34")
    #expect(Money(.min).text(currency: "CNY") == "-¥92233720368547758.08")
    #expect(Money(.max).text(currency: "CNY") == "¥92233720368547758.07")
  }
}
