import Seeds
import SyncProtocol
import Testing

@testable import Loyalty

/// A rulebook tried on the past, against receipts and against sums worked out the long way.
struct Previews {
  @Test func `the rulebook in force changes no honest sale and nobody's tier`() {
    forAll { (samples: inout Samples) in
      let rulebook = samples.previewRulebook()
      let chain = samples.pastChain(of: rulebook)
      let preview = chain.preview(rulebook, rulebook)
      let report = preview.report
      return report.cost == .zero && report.before.paid == report.after.paid
        && report.before.earned == report.after.earned && report.before.growth == report.after.growth
        && report.before.pointsSpent == report.after.pointsSpent && report.refusedCoupons == 0
        && report.movedMembers == 0 && report.gains.isEmpty && report.losses.isEmpty
        && report.compared == chain.sales.count && report.notCompared.isEmpty
        && report.rules.allSatisfy { $0.cost == $0.costBefore }
    }
  }

  @Test func `halves by member add up to the whole, in either order`() {
    forAll { (samples: inout Samples) in
      let rulebook = samples.previewRulebook()
      let draft = samples.draft(of: rulebook)
      let chain = samples.pastChain(of: rulebook)
      var first = RulebookPreview(draft: draft, current: rulebook, published: [rulebook], until: chain.until)
      var second = first
      for member in chain.members {
        if samples.flag() { first.replay(member) } else { second.replay(member) }
      }
      for past in chain.unknown { if samples.flag() { first.replay(past) } else { second.replay(past) } }
      let whole = chain.preview(draft, rulebook)
      var (there, back) = (first, second)
      there += second
      back += first
      return there.totals == whole.totals && back.totals == whole.totals && there.report == back.report
    }
  }

  /// The sums again, sale by sale, with nothing kept but each member's own list of what was.
  @Test func `a preview's sums are those of every sale priced by itself`() {
    forAll { (samples: inout Samples) in
      let rulebook = samples.previewRulebook()
      let draft = samples.draft(of: rulebook)
      let chain = samples.pastChain(of: rulebook)
      let report = chain.preview(draft, rulebook).report
      let oracle = PreviewOracle(chain, draft, rulebook)
      return report.before.paid.minor == oracle.before && report.after.paid.minor == oracle.after
        && report.after.earned.count == oracle.earned && report.after.growth == oracle.growth
        && report.cost.minor == oracle.before - oracle.after
        && report.all.sales.less == oracle.gains.filter { $0 > 0 }.count
        && report.all.sales.more == oracle.gains.filter { $0 < 0 }.count
        && report.all.sales.same == oracle.gains.filter { $0 == 0 }.count
        && report.all.members.less == oracle.memberGains.filter { $0 > 0 }.count
        && report.all.members.more == oracle.memberGains.filter { $0 < 0 }.count
        && Set(report.moved) == oracle.moved
        && report.gains.map { $0.before.minor - $0.after.minor }
          == Array(oracle.gains.filter { $0 > 0 }.sorted(by: >).prefix(20))
    }
  }

  @Test func `what cannot be compared is counted, and its sum still counts towards tiers`() {
    let rulebook = Previews.plain
    let day = rulebook.businessDay(Samples.noon)
    let line = SaleLine(sku: "milk", quantity: Quantity(milli: 1_000), gross: Money(500))
    let quote = rulebook.quote(
      Cart(businessTime: Samples.noon, lines: [line], member: MemberStanding(tierFacts: .none)))
    let sale = Sale.of(quote)
    let sum = MonthSum(sale, on: day)
    let member = MemberID(high: 1, low: 2)
    let past = PastMember(
      id: member,
      facts: TierFacts(history: MetricHistory(joined: Day(0), months: [sum, sum])),
      events: [.sale(PastSale(sale, unknownCoupons: 1)), .sale(PastSale(sale, isVoid: true))])
    var preview = RulebookPreview(
      draft: rulebook, current: rulebook, published: [rulebook], until: Samples.noon)
    preview.replay(past)
    let report = preview.report
    #expect(report.sales == 2 && report.compared == 0 && report.movedMembers == 0)
    #expect(report.notCompared.map(\.code) == ["coupon_terms_unknown", "sale_voided"])
  }

  @Test func `a budget is exceeded and told, a member's limit is kept`() {
    var draft = Previews.plain
    draft.promotions = [
      Promotion(
        id: "once", name: Samples.words, effect: .amountOff([.init(spend: Money(100), off: Money(30))]),
        limits: PromotionLimits(perMember: 1)),
      Promotion(
        id: "rich", name: Samples.words, effect: .amountOff([.init(spend: Money(100), off: Money(40))]),
        budget: Money(50)),
    ]
    let rulebook = Previews.plain
    let line = SaleLine(sku: "milk", quantity: Quantity(milli: 1_000), gross: Money(500))
    let standing = MemberStanding(tierFacts: .none)
    let sale = Sale.of(
      rulebook.quote(Cart(businessTime: Samples.noon, lines: [line], member: standing)))
    let sum = MonthSum(sale, on: rulebook.businessDay(Samples.noon))
    var preview = RulebookPreview(
      draft: draft, current: rulebook, published: [rulebook], until: Samples.noon)
    preview.replay(
      PastMember(
        id: MemberID(high: 1, low: 2),
        facts: TierFacts(history: MetricHistory(joined: Day(0), months: [sum, sum])),
        events: [.sale(PastSale(sale)), .sale(PastSale(sale))]))
    let report = preview.report
    #expect(report.cost == Money(30 + 40 + 40))
    let rows = report.rules.filter { $0.kind == LineDiscount.promotion }
    #expect(rows.map(\.uses) == [1, 2] && rows.map(\.overBudget) == [nil, Money(30)])
    // 1,000 of shopping less what the draft takes off reaches no level of 900.
    #expect(report.moves == [PreviewReport.Moves(from: "T0", to: nil, members: 1)])
  }

  /// One point a yuan, and a level for 900 in a year.
  static let plain: Rulebook = {
    var rulebook = Rulebook.none
    rulebook.version = 1
    rulebook.tiers = Samples.scheme([Samples.level("T0", 900)])
    return rulebook
  }()
}
