import Loyalty
import Seeds
import SyncProtocol
import Testing

struct PointsPayments {
  private let owner = MemberID(high: 0, low: 1)

  private func rulebook(
    points: Int64 = 100, worth: Int64 = 1_00, minimum: Int64 = 0, step: Int64 = 1, share: Int64 = 1000
  ) -> Rulebook {
    var rulebook = Rulebook.none
    rulebook.pointsPayment = PointsPayment(
      points: Points(points), worth: Money(worth), minimum: Points(minimum), step: Points(step),
      maxSharePermille: share)
    return rulebook
  }

  private func quote(
    _ rulebook: Rulebook, _ wanted: Int64, bill: Int64 = 100_00, available: Int64 = 10_000,
    held: Int64? = nil, isKnown: Bool = true
  ) -> Quote {
    let lot = LotKey(availableFrom: Day(0), expiresOn: .never)
    let member = MemberStanding(
      available: Points(available),
      held: [LotAmount(owner: owner, lot: lot, points: Points(held ?? available))])
    let line = SaleLine(sku: "milk", quantity: Quantity(milli: 1000), gross: Money(bill))
    return rulebook.quote(
      Cart(
        businessTime: Samples.noon, lines: [line], points: Points(wanted), member: isKnown ? member : nil))
  }

  @Test func `points that cannot be used say why and how far away`() {
    let shop = rulebook(minimum: 200, step: 100, share: 500)
    let refused: [(Quote, String, amount: Int64, distance: Int64)] = [
      (quote(Rulebook.none, 100), "points_not_accepted", 0, 0),
      (quote(shop, 200, isKnown: false), "points_need_member", 0, 0),
      (quote(shop, 150), "points_below_minimum", 200, 50),
      (quote(shop, 250), "points_off_step", 100, 0),
      (quote(shop, 600, available: 450), "points_insufficient", 450, 150),
      (quote(shop, 600, available: -50, held: 0), "points_insufficient", -50, 650),
      (quote(shop, 600, bill: 11_99), "points_over_share", 5_99, 0),
      (quote(shop, 600, bill: 0), "points_over_share", 0, 0),
      (quote(shop, 600, available: 1_000, held: 500), "points_held_elsewhere", 500, 0),
    ]
    for (quote, code, amount, distance) in refused {
      let expected = RuleOutcome(rule: "points", code: code, amount: amount, distance: distance)
      #expect(quote.outcomes == [expected])
      #expect(quote.spent.isEmpty && quote.net == quote.gross)
    }
  }

  @Test func `points at the minimum, on the step and up to the share are taken`() {
    let shop = rulebook(minimum: 200, step: 100, share: 500)
    #expect(quote(shop, 200).net == Money(98_00))
    #expect(quote(shop, 600, bill: 12_00).net == Money(6_00))
    #expect(quote(shop, 600, available: 600).pointsSpent == Points(600))
    #expect(quote(rulebook(), 10_000).net == .zero)
  }

  @Test func `what points are worth is rounded down, and points worth nothing are not taken`() {
    let shop = rulebook(points: 3, worth: 2)
    #expect(quote(shop, 4).net == Money(100_00 - 2))
    #expect(quote(shop, 5).net == Money(100_00 - 3))
    #expect(quote(shop, 1).outcomes.map(\.code) == ["points_over_share"])
    #expect(quote(shop, 1).spent.isEmpty)
  }

  @Test func `points paid are what was asked, worth what the rule says, within the share`() {
    forAll { (samples: inout Samples) in
      var rulebook = samples.rulebook()
      let cart = samples.cart()
      rulebook.cashRounding = nil
      let quote = rulebook.quote(cart)
      var without = cart
      without.points = .zero
      let before = rulebook.quote(without)
      guard let terms = rulebook.pointsPayment, quote.outcomes.last?.code == "points_paid" else {
        return quote.spent.isEmpty && quote.lines == before.lines && quote.earned == before.earned
      }
      let off = (before.net - quote.net).minor
      return quote.pointsSpent == cart.points && cart.points >= terms.minimum
        && cart.points.count % terms.step.count == 0
        && off == cart.points.count * terms.worth.minor / terms.points.count && off > 0
        && off * 1000 <= before.toPay.minor * terms.maxSharePermille && quote.vouchers == before.vouchers
    }
  }

  private struct Place: Hashable {
    let owner: MemberID
    let lot: LotKey

    init(_ amount: LotAmount) { (owner, lot) = (amount.owner, amount.lot) }
  }

  private func perLot(_ amounts: [LotAmount]) -> [Place: Int64] {
    var sums: [Place: Int64] = [:]
    for amount in amounts { sums[Place(amount), default: 0] += amount.points.count }
    return sums
  }

  /// Law P4 word for word: each point from the best lot that still has one.
  private func pointByPoint(_ wanted: Int64, from held: [LotAmount]) -> [Place: Int64] {
    var left = held.filter {
      $0.lot.availableFrom <= Samples.today && Samples.today < $0.lot.expiresOn && $0.points > .zero
    }
    func rank(_ amount: LotAmount) -> (Day, Day, MemberID) {
      (amount.lot.expiresOn, amount.lot.availableFrom, amount.owner)
    }
    var drawn: [Place: Int64] = [:]
    for _ in 0..<wanted {
      let open = left.indices.filter { left[$0].points > .zero }
      guard let best = open.min(by: { rank(left[$0]) < rank(left[$1]) }) else { break }
      left[best].points -= Points(1)
      drawn[Place(left[best]), default: 0] += 1
    }
    return drawn
  }

  @Test func `points are drawn from the lot that expires next, then the oldest, then by id (P4)`() {
    forAll { (samples: inout Samples) in
      let held = samples.list(0...6) {
        LotAmount(
          owner: MemberID(high: 0, low: UInt64($0.number(0...1))), lot: $0.lot(),
          points: Points($0.number(-2...12)))
      }
      let wanted = samples.number(0...40)
      let spendable = SpendPlan.spendable(held, on: Samples.today)
      let (drawn, missing) = SpendPlan.drawUpTo(Points(wanted), from: spendable)
      let inFull = SpendPlan.draw(Points(wanted), from: spendable)
      let taken = drawn.reduce(Int64(0)) { $0 + $1.points.count }
      return perLot(drawn) == pointByPoint(wanted, from: held) && taken + missing.count == wanted
        && inFull == (missing == .zero ? drawn : nil) && drawn.allSatisfy { $0.points > .zero }
    }
  }

  @Test func `pending and expired points are never spent (P4)`() {
    let day = Samples.today
    let tomorrow = Day(day.number + 1)
    let lots = [
      LotKey(availableFrom: tomorrow, expiresOn: .never), LotKey(availableFrom: Day(0), expiresOn: day),
    ]
    let held = lots.map { LotAmount(owner: owner, lot: $0, points: Points(5)) }
    #expect(SpendPlan.spendable(held, on: day).isEmpty)
    let oneDay = LotAmount(
      owner: owner, lot: LotKey(availableFrom: day, expiresOn: tomorrow), points: Points(1))
    #expect(SpendPlan.spendable([oneDay], on: day) == [oneDay])
  }

  @Test func `one sale draws on no more lots than an entry can name`() {
    let held = (0..<Limits.lotsPerEntry + 10).map {
      LotAmount(
        owner: owner, lot: LotKey(availableFrom: Day(0), expiresOn: Day(30_000 + Int32($0))),
        points: Points(1))
    }
    let spendable = SpendPlan.spendable(held, on: Samples.today)
    let (drawn, missing) = SpendPlan.drawUpTo(Points(300), from: spendable)
    #expect(drawn.count == Limits.lotsPerEntry && missing == Points(300 - Int64(Limits.lotsPerEntry)))
    #expect(SpendPlan.draw(Points(Int64(Limits.lotsPerEntry)), from: spendable) != nil)
    #expect(SpendPlan.draw(Points(Int64(Limits.lotsPerEntry) + 1), from: spendable) == nil)
  }
}
