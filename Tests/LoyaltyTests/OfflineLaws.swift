import Loyalty
import Seeds
import SyncProtocol
import Testing

/// What a store may risk while its line is down.
struct OfflineLaws {
  private static let owner = MemberID(high: 0, low: 1)
  private static let lots = [40, 80, 120].map {
    LotKey(availableFrom: Day(0), expiresOn: Day(Samples.today.number + Int32($0)))
  }

  private static func amounts(_ samples: inout Samples, _ range: ClosedRange<Int64>) -> [LotAmount] {
    lots.map { LotAmount(owner: owner, lot: $0, points: Points(samples.number(range))) }
  }

  private static func policy(_ samples: inout Samples) -> OfflinePolicy {
    OfflinePolicy(
      points: samples.oneOf(OfflinePolicy.Spending.allCases),
      perMemberDay: samples.number(0...5) == 0 ? nil : Money(samples.number(1...600)),
      perStoreOutage: samples.number(0...5) == 0 ? nil : Money(samples.number(1...900)))
  }

  private static func coupon(_ samples: inout Samples, _ number: Int) -> PresentedCoupon {
    let kind = samples.oneOf([CouponTerms.Kind.amountOff, .percentOff, .voucher])
    let terms = CouponTerms(
      kind: kind, name: Samples.words, value: samples.number(kind == .percentOff ? 300...900 : 1...300),
      group: samples.oneOf([nil, "A"]), policy: .floorLimit)
    return PresentedCoupon(
      id: samples.id(), code: "C\(number)", terms: terms, isRisked: samples.flag())
  }

  private static func sum(_ lots: [LotAmount]) -> Points { lots.reduce(.zero) { $0 + $1.points } }

  @Test func `whatever is sold in whatever order, no cap is passed, and no more is spent than is known`() {
    var seen: Set<String> = []
    forAll { (samples: inout Samples) in
      var rulebook = samples.rulebook()
      rulebook.pointsPayment = samples.payment()
      let policy = Self.policy(&samples)
      rulebook.offline = policy
      var (taken, ofMembers) = (Money.zero, [Money.zero, .zero])
      for _ in 0..<12 {
        let member = Int(samples.number(0...1))
        let held = Self.amounts(&samples, 0...60)
        let lots = held.map {
          LotAmount(owner: $0.owner, lot: $0.lot, points: $0.points + Points(samples.number(0...60)))
        }
        let known = max(.zero, Self.sum(lots) - Points(samples.number(0...2) == 0 ? 50 : 0))
        var cart = samples.cart()
        cart.coupons = samples.flag() ? [Self.coupon(&samples, 1), Self.coupon(&samples, 2)] : []
        cart.points = Points(samples.number(1...300))
        cart.member = MemberStanding(available: known, held: held, lots: lots)
        cart.offline = OfflineLeeway(
          policy, after: RiskTaken(byMemberToday: ofMembers[member], inOutage: taken))
        let quote = rulebook.quote(cart)
        seen.formUnion(quote.outcomes.map(\.code))
        let sale = Sale.of(quote)
        taken += sale.risked
        ofMembers[member] += sale.risked
        let beyond = max(.zero, quote.pointsSpent - Self.sum(held))
        guard quote.pointsSpent <= known else { return false }
        guard
          quote.spent.allSatisfy({ part in lots.contains { $0.lot == part.lot && $0.points >= part.points } })
        else { return false }
        if policy.points == .online, quote.pointsSpent > .zero { return false }
        if policy.points != .floorLimit || !policy.takesRisk, beyond > .zero { return false }
        // What is risked is at least what it pays, and is said.
        let said = quote.outcomes.first { $0.code == "points_risked" }
        guard (said?.distance ?? 0) == beyond.count else { return false }
        if let said, let pay = rulebook.pointsPayment, Money(said.amount) < pay.worth(of: beyond) {
          return false
        }
        guard policy.takesRisk || sale.risked == .zero else { return false }
      }
      return taken <= policy.perStoreOutage ?? .zero
        && ofMembers.allSatisfy { $0 <= policy.perMemberDay ?? .zero }
    }
    let all = ["points_risked", "points_over_risk", "points_need_line", "coupon_risked", "coupon_over_risk"]
    #expect(all.filter { !seen.contains($0) } == [])
  }

  @Test func `while the line is up, and at headquarters, nothing is risked`() {
    forAll { (samples: inout Samples) in
      var (rulebook, cart) = (samples.rulebook(), samples.cart())
      let before = rulebook.quote(cart)
      rulebook.offline = Self.policy(&samples)
      cart.member?.lots = Self.amounts(&samples, 0...600)
      return rulebook.quote(cart) == before && Sale.of(before).risked == .zero
    }
  }

  private static func quote(
    _ wanted: Int64, held: Int64, known: Int64, left: Int64, points: OfflinePolicy.Spending = .floorLimit
  ) -> Quote {
    var rulebook = Rulebook.none
    rulebook.pointsPayment = PointsPayment(
      points: Points(100), worth: Money(1_00), minimum: .zero, step: Points(1), maxSharePermille: 1000)
    let policy = OfflinePolicy(points: points, perMemberDay: Money(50_00), perStoreOutage: Money(80_00))
    func amount(_ count: Int64) -> [LotAmount] {
      [LotAmount(owner: owner, lot: lots[0], points: Points(count))]
    }
    var cart = Cart(
      businessTime: Samples.noon,
      lines: [SaleLine(sku: "milk", quantity: Quantity(milli: 1000), gross: Money(100_00))],
      points: Points(wanted),
      member: MemberStanding(available: Points(known), held: amount(held), lots: amount(known)))
    cart.offline = OfflineLeeway(
      policy, after: RiskTaken(byMemberToday: Money(50_00 - left), inOutage: .zero))
    return rulebook.quote(cart)
  }

  @Test func `points beyond what is held are used up to the cap, and the sale says what was risked`() {
    let within = Self.quote(1_500, held: 1_000, known: 3_000, left: 5_00)
    #expect(within.toPay == Money(85_00) && within.spent.map(\.points) == [Points(1_500)])
    #expect(
      within.outcomes == [
        RuleOutcome(rule: "points", code: "points_paid", amount: 15_00, distance: 1_500),
        RuleOutcome(rule: "points", code: "points_risked", amount: 5_00, distance: 500),
      ])
    #expect(
      Self.quote(1_501, held: 1_000, known: 3_000, left: 5_00).outcomes == [
        RuleOutcome(rule: "points", code: "points_over_risk", amount: 1_500, distance: 1)
      ])
    #expect(
      Self.quote(1_001, held: 1_000, known: 3_000, left: 0).outcomes == [
        RuleOutcome(rule: "points", code: "points_over_risk", amount: 1_000, distance: 1)
      ])
    #expect(Self.quote(1_000, held: 1_000, known: 3_000, left: 0).pointsSpent == Points(1_000))
    #expect(
      Self.quote(3_001, held: 1_000, known: 3_000, left: 50_00).outcomes.map(\.code) == [
        "points_insufficient"
      ])
    #expect(
      Self.quote(1_500, held: 1_000, known: 3_000, left: 5_00, points: .held).outcomes.map(\.code)
        == ["points_held_elsewhere"])
    #expect(
      Self.quote(1, held: 1_000, known: 3_000, left: 5_00, points: .online).outcomes.map(\.code)
        == ["points_need_line"])
  }

  @Test func `the largest amounts that a rulebook and a till may bring overflow nothing`() {
    forAll { (samples: inout Samples) in
      var rulebook = Rulebook.none
      rulebook.pointsPayment = PointsPayment(
        points: Points(samples.flag() ? .max : 1 + samples.amount(upTo: Int64.max - 2)),
        worth: Money(1 + samples.amount(upTo: 999_999_999)), minimum: .zero, step: Points(1),
        maxSharePermille: 1000)
      rulebook.offline = OfflinePolicy(
        points: .floorLimit, perMemberDay: Money(RuleLimits.riskMinorUnits),
        perStoreOutage: Money(1 + samples.amount(upTo: RuleLimits.riskMinorUnits - 1)))
      var cart = samples.cart()
      cart.coupons = []
      cart.points = Points(samples.amount(upTo: Limits.movementPoints))
      let lots = Self.amounts(&samples, 0...Limits.movementPoints)
      cart.member = MemberStanding(
        available: Self.sum(lots), held: Self.amounts(&samples, 0...5), lots: lots)
      cart.offline = OfflineLeeway(rulebook.offline, after: RiskTaken())
      let quote = rulebook.quote(cart)
      return Sale.of(quote).risked <= Money(RuleLimits.riskMinorUnits)
    }
  }
}
