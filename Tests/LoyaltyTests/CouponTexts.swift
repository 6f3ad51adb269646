import Loyalty
import Seeds
import SyncProtocol
import Testing

struct CouponTexts {
  private let name = Words(zh: "豆浆一杯", en: "a soy milk")

  private func words(_ terms: CouponTerms, currency: String = "CNY", today: String? = "2026-06-15") -> Words {
    terms.words(currency: currency, utcOffsetMinutes: 480, today: today.flatMap { Day($0) })
  }

  @Test func `terms say what a coupon gives, on what and until when, in two languages`() {
    let fruit = CouponTerms(
      kind: .amountOff, name: name, value: 20_00, minimumSpend: Money(100_00), categories: ["水果"],
      expiresAt: Timestamp("2026-12-01T00:00:00+08:00"))
    #expect(words(fruit).zh == "满 100 减 20，限水果，11 月 30 日前有效")
    let english = CouponTerms(
      kind: .amountOff, name: name, value: 20_00, minimumSpend: Money(100_00), categories: ["fruit"],
      expiresAt: Timestamp("2026-12-01T00:00:00+08:00"))
    #expect(words(english).en == "¥20 off from ¥100 on fruit, until 30 Nov")
    #expect(words(english, today: "2025-12-31").en == "¥20 off from ¥100 on fruit, until 30 Nov 2026")
    #expect(words(english, today: nil).zh.hasSuffix("2026 年 11 月 30 日前有效"))
  }

  @Test func `a template tells how long its coupons are valid from their issue`() {
    func of(_ days: Int?) -> Words {
      CouponTemplate(terms: CouponTerms(kind: .amountOff, name: name, value: 5_00), validDays: days)
        .words(currency: "CNY", utcOffsetMinutes: 480)
    }
    #expect(of(nil) == Words(zh: "立减 5", en: "¥5 off"))
    #expect(of(0) == Words(zh: "立减 5，领取当天有效", en: "¥5 off, on the day of issue"))
    #expect(of(1).en == "¥5 off, for 1 day after its issue")
    #expect(of(7) == Words(zh: "立减 5，领取后 7 天内有效", en: "¥5 off, for 7 days after its issue"))
  }

  @Test func `each kind of coupon has its words`() {
    func of(_ kind: CouponTerms.Kind, _ value: Int64, from minimum: Int64 = 0, cap: Int64? = nil) -> Words {
      words(
        CouponTerms(
          kind: kind, name: name, value: value, minimumSpend: Money(minimum), cap: cap.map { Money($0) },
          giftSku: kind == .gift ? "690111" : nil))
    }
    #expect(of(.amountOff, 9_90) == Words(zh: "立减 9.90", en: "¥9.90 off"))
    #expect(of(.percentOff, 900) == Words(zh: "9 折", en: "10% off"))
    #expect(
      of(.percentOff, 885, from: 50_00, cap: 30_00)
        == Words(zh: "满 50 8.85 折，最多减 30", en: "11.5% off from ¥50, at most ¥30"))
    #expect(of(.percentOff, 0) == Words(zh: "免费", en: "free"))
    #expect(
      of(.voucher, 50_00, from: 1_00) == Words(zh: "50 元代金券，满 1 可用", en: "voucher of ¥50 from ¥1"))
    #expect(of(.fixedPrice, 99_00) == Words(zh: "固定价 99", en: "for ¥99"))
    #expect(of(.exchange, 0) == Words(zh: "兑换：豆浆一杯", en: "exchange for a soy milk"))
    #expect(of(.gift, 0) == Words(zh: "赠品：690111", en: "gift of 690111"))
    let online = CouponTerms(kind: .exchange, name: name, value: 0, policy: .online)
    #expect(words(online) == Words(zh: "兑换：豆浆一杯，须联网核销", en: "exchange for a soy milk, while the line is up"))
    let dollars = CouponTerms(kind: .amountOff, name: name, value: 5_00, minimumSpend: Money(20_00))
    #expect(words(dollars, currency: "USD") == Words(zh: "满 $20 减 $5", en: "$5 off from $20"))
  }

  @Test func `where, when and for whom it may be used is told with it`() {
    let terms = CouponTerms(
      kind: .amountOff, name: name, value: 1_00, validFrom: Timestamp("2026-07-01T00:00:00+08:00"),
      expiresAt: Timestamp("2026-07-31T18:00:00+08:00"),
      when: Condition(
        weekdays: [6, 7], monthDays: [8, 18], hours: Hours(from: 1_080, until: 1_260), stores: ["S001"],
        channels: ["till"], who: .birthdayMonth, tiers: ["gold"]),
      scope: LineScope(
        skus: ["a", "b", "c", "d", "e", "f"], exceptCategories: ["tobacco"]), withPromotions: false,
      text: Words(zh: "仅限堂食", en: "to eat here"))
    #expect(
      words(terms).zh
        == "立减 1，限a、b、c、d、e等 6 项，tobacco除外，限周六、周日，限每月 8、18 日，限 18:00–21:00，限门店 S001，"
        + "限渠道 till，限等级 gold，限生日当月，不与促销同享，7 月 1 日起、7 月 31 日 18:00 前有效，仅限堂食")
    #expect(
      words(terms).en
        == "¥1 off on a, b, c, d, e and 1 more, except tobacco, on Sat, Sun, on day 8, 18 of a month, "
        + "from 18:00–21:00, at S001, by till, for tier gold, in the month of the birthday, "
        + "not on goods that a promotion covers, from 1 Jul until 18:00 on 31 Jul, to eat here")
  }

  @Test func `any terms have words in both languages, and none of them traps`() {
    forAll { (samples: inout Samples) in
      let terms = CouponTerms(
        kind: samples.oneOf(CouponTerms.Kind.allCases), name: Samples.words,
        value: samples.oneOf([.min, -1, 0, 1, 850, 1000, .max, samples.number(0...1_000_000)]),
        minimumSpend: Money(samples.oneOf([.min, 0, .max, samples.number(0...1_000_000)])),
        cap: samples.maybe { Money($0.number(0...1_000)) },
        validFrom: samples.maybe { Timestamp(ms: $0.oneOf([.min, 0, .max])) },
        expiresAt: samples.maybe { Timestamp(ms: $0.oneOf([.min, 0, .max])) },
        when: Condition(weekdays: samples.maybe { [Int($0.number(1...7))] }))
      let words = terms.words(currency: samples.oneOf(["CNY", "HKD"]), utcOffsetMinutes: 480)
      return !words.zh.isEmpty && !words.en.isEmpty
    }
  }

  private func isChinese(_ text: String) -> Bool {
    text.unicodeScalars.contains { (0x4E00...0x9FFF).contains($0.value) }
  }

  @Test func `where a coupon stands and what happened to it has words in both languages`() {
    let standings: [CouponStanding] = [
      .unclaimed, .free, .heldBy(store: "S001"), .askedFor(by: "S001"), .notYet(from: Samples.noon),
      .redeemed(store: "S001"),
      .redeemed(store: nil), .expired, .voided, .transferred,
    ]
    var texts = standings.map { $0.words(utcOffsetMinutes: 480) }
    texts += CouponEvent.Kind.allCases.flatMap { kind in
      [CouponEvent(kind: kind).words, CouponEvent(kind: kind, store: "S001").words]
    }
    texts += CouponLifeFault.allCases.map(\.words)
    let faults: [CouponIssueFault] = [
      .stateChange(from: .draft, to: .paused), .notActive(.paused), .count, .outOfStock(left: 3),
      .memberLimit(left: 0), .expired,
    ]
    texts += faults.map(\.words)
    for words in texts {
      #expect(isChinese(words.zh) && !isChinese(words.en) && !words.en.isEmpty, "\(words)")
    }
    #expect(standings.filter(\.isUsable).count == 3)
    let voided = CouponEvent(kind: .voided, reason: "印错", actor: "admin").words
    #expect(voided == Words(zh: "作废：印错（经办人 admin）", en: "Voided: 印错 (by admin)"))
  }
}
