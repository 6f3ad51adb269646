import Loyalty
import Seeds
import SyncProtocol
import Testing

struct ReturnLaws {
  /// What a run of returns came to in all.
  private struct Sums: Equatable {
    var net = Money.zero
    var refund = Money.zero
    var clawback = Points.zero
    var restored: [LotKey: [MemberID: Points]] = [:]
    var coupons: [CouponID] = []
    var isNeverNegative = true

    mutating func add(_ effects: ReturnEffects) {
      net += effects.net
      refund += effects.refund
      clawback += effects.clawback
      coupons += effects.coupons
      for amount in effects.restored {
        restored[amount.lot, default: [:]][amount.owner, default: .zero] += amount.points
        if amount.points <= .zero { isNeverNegative = false }
      }
      if effects.net < .zero || effects.refund < .zero || effects.clawback < .zero { isNeverNegative = false }
    }
  }

  /// Takes back each batch in turn, as a store does: some of the clawback from lots, the rest as debt.
  private func replay(
    _ batches: [[ReturnedLine]], of sale: Sale, _ rulebook: Rulebook, _ samples: inout Samples
  ) throws -> (sums: Sums, soFar: ReturnedSoFar) {
    var sums = Sums()
    var soFar = ReturnedSoFar(lines: sale.lines.count)
    for batch in batches where !batch.isEmpty {
      let effects = try rulebook.effects(of: batch, from: sale, after: soFar)
      sums.add(effects)
      let owed = Points(samples.number(0...max(0, effects.clawback.count)))
      let lot = LotAmount(owner: samples.id(), lot: sale.earnedLot, points: effects.clawback - owed)
      soFar.add(
        SaleReturn(
          id: samples.id(), sale: sale.id, businessTime: sale.businessTime, member: sale.member,
          isVoid: false,
          lines: batch, net: effects.net, refund: effects.refund, restored: effects.restored,
          clawedBack: [lot], debt: owed, coupons: effects.coupons, requestDigest: 0))
    }
    return (sums, soFar)
  }

  /// The same goods in random pieces, some lines in several, in random order, over random batches.
  private func split(_ lines: [ReturnedLine], _ samples: inout Samples) -> [[ReturnedLine]] {
    var pieces: [ReturnedLine] = []
    for line in lines {
      var left = line.quantity.milli
      if left == 0 { pieces.append(line) }
      while left > 0 {
        let part = samples.flag() ? left : samples.number(1...left)
        pieces.append(ReturnedLine(line: line.line, quantity: Quantity(milli: part)))
        left -= part
      }
    }
    pieces.shuffle(using: &samples.random)
    var batches: [[ReturnedLine]] = [[]]
    for piece in pieces {
      if samples.flag() { batches.append([]) }
      batches[batches.count - 1].append(piece)
    }
    return batches
  }

  private func sale(_ samples: inout Samples) -> (Sale, Rulebook) {
    let rulebook = samples.rulebook()
    return (samples.sale(rulebook.quote(samples.cart(lines: 1...5))), rulebook)
  }

  private func part(of sale: Sale, _ samples: inout Samples) -> [ReturnedLine] {
    sale.lines.enumerated().compactMap { index, line in
      if samples.number(0...3) == 0 { return nil }
      let most = line.quantity.milli
      let milli = samples.flag() || most == 0 ? most : samples.number(1...most)
      return ReturnedLine(line: index, quantity: Quantity(milli: milli))
    }
  }

  @Test func `goods returned in any pieces, in any order, come to the same as returned at once (P6, Q5)`() {
    forAll { (samples: inout Samples) in
      let (sale, rulebook) = sale(&samples)
      let part = part(of: sale, &samples)
      let atOnce = try replay([part], of: sale, rulebook, &samples)
      let inPieces = try replay(split(part, &samples), of: sale, rulebook, &samples)
      return atOnce.sums == inPieces.sums && atOnce.sums.isNeverNegative
        && atOnce.soFar.quantities == inPieces.soFar.quantities
    }
  }

  @Test func `what a part comes to is each line's share of what was paid, earned and spent, rounded down`() {
    forAll(5_000) { (samples: inout Samples) in
      let (sale, rulebook) = sale(&samples)
      let part = part(of: sale, &samples)
      let (sums, soFar) = try replay(split(part, &samples), of: sale, rulebook, &samples)
      if part.isEmpty { return sums == Sums() }
      let slow = shares(of: sale, returned: soFar.quantities, rulebook)
      let restored = sums.restored.values.flatMap(\.values).reduce(Points.zero, +)
      return sums.net.minor == slow.net && sums.refund.minor == slow.refund
        && sums.clawback.count == slow.clawback && restored.count == slow.restored
    }
  }

  /// The laws P6 and Q5 from their words, with wide integers and no running totals.
  private func shares(
    of sale: Sale, returned: [Int64], _ rulebook: Rulebook
  ) -> (net: Int64, refund: Int64, restored: Int64, clawback: Int64) {
    let isWhole = zip(sale.lines, returned).allSatisfy { $0.quantity.milli == $1 }
    func share(_ amount: Int64, _ index: Int) -> Int64 {
      let sold = sale.lines[index].quantity.milli
      if isWhole { return amount }
      return sold == 0 ? 0 : Int64(Int128(amount) * Int128(returned[index]) / Int128(sold))
    }
    let byPoints = sale.lines.map { line in
      line.discounts.filter { $0.kind == LineDiscount.points }.reduce(Int64(0)) { $0 + $1.amount.minor }
    }
    let points = allocate(sale.pointsSpent.count, over: byPoints)
    var (net, refund, restored): (Int64, Int64, Int64) = (0, 0, 0)
    var kept: [EarningLine] = []
    for (index, line) in sale.lines.enumerated() {
      let tendered = sale.tenders.filter { $0.line == index }.reduce(Int64(0)) { $0 + $1.amount.minor }
      net += share(line.net.minor, index)
      refund += share(line.net.minor - tendered, index)
      restored += share(points[index], index)
      kept.append(
        EarningLine(
          sku: line.sku, category: line.category, net: Money(line.net.minor - share(line.net.minor, index))))
    }
    let occasion = Occasion(sale, utcOffsetMinutes: rulebook.utcOffsetMinutes)
    let slow = EarningOracle(rulebook: rulebook, lines: kept, occasion: occasion, capLeft: nil)
    return (net, refund, restored, max(0, sale.earned.count - slow.points))
  }

  @Test func `everything returned: the money paid goes back, and points and coupons are as before (P6, Q5)`()
  {
    forAll { (samples: inout Samples) in
      let (sale, rulebook) = sale(&samples)
      let (sums, soFar) = try replay(split(sale.everything, &samples), of: sale, rulebook, &samples)
      var spent: [LotKey: [MemberID: Points]] = [:]
      for amount in sale.spent {
        spent[amount.lot, default: [:]][amount.owner, default: .zero] += amount.points
      }
      return sums.net == sale.net && sums.refund == sale.paidInMoney && sums.clawback == sale.earned
        && sums.restored == spent && sums.coupons == sale.coupons && soFar.refund == sums.refund
        && soFar.clawedBack == sale.earned && soFar.restored == sale.pointsSpent && soFar.net == sale.net
    }
  }

  @Test func `what has been returned in full cannot be returned again`() {
    forAll(1_000) { (samples: inout Samples) in
      let (sale, rulebook) = sale(&samples)
      let (_, soFar) = try replay(split(sale.everything, &samples), of: sale, rulebook, &samples)
      return sale.lines.indices.allSatisfy { index in
        let more = [ReturnedLine(line: index, quantity: Quantity(milli: 1))]
        guard fault(of: more, sale, soFar, rulebook) == .moreThanSold(line: index, left: Quantity(milli: 0))
        else { return false }
        let charge = [ReturnedLine(line: index, quantity: Quantity(milli: 0))]
        guard let again = try? rulebook.effects(of: charge, from: sale, after: soFar) else { return true }
        return again.refund == .zero && again.clawback == .zero && again.restored.isEmpty
          && again.coupons.isEmpty
      }
    }
  }

  private func fault(
    of lines: [ReturnedLine], _ sale: Sale, _ soFar: ReturnedSoFar, _ rulebook: Rulebook
  ) -> ReturnFault? {
    do {
      _ = try rulebook.effects(of: lines, from: sale, after: soFar)
      return nil
    } catch { return error }
  }

  @Test func `thousandth by thousandth, a weighed line comes to the same as in one piece`() throws {
    var samples = Samples(SplitMix64(seed: 7))
    var rulebook = Rulebook.none
    rulebook.earning = [EarningRule(id: "all", per: Money(7), points: Points(3))]
    let line = SaleLine(sku: "grapes", quantity: Quantity(milli: 385), gross: Money(12_34))
    let sale = Sale.of(rulebook.quote(Cart(businessTime: Samples.noon, lines: [line])))
    let crumbs = (0..<385).map { _ in [ReturnedLine(line: 0, quantity: Quantity(milli: 1))] }
    let (sums, _) = try replay(crumbs, of: sale, rulebook, &samples)
    #expect(sums.refund == sale.paidInMoney && sums.clawback == sale.earned && sums.isNeverNegative)
  }

  @Test func `goods the sale did not have are refused, and so is more than was sold`() {
    let lines = [3_000, 0].map {
      SaleLine(sku: "milk", quantity: Quantity(milli: $0), gross: Money(900))
    }
    let sale = Sale.of(Rulebook.none.quote(Cart(businessTime: Samples.noon, lines: lines)))
    func fault(_ lines: [(line: Int, milli: Int64)]) -> ReturnFault? {
      let returned = lines.map { ReturnedLine(line: $0.line, quantity: Quantity(milli: $0.milli)) }
      return self.fault(of: returned, sale, ReturnedSoFar(lines: 2), .none)
    }
    #expect(fault([]) == .nothing)
    #expect(fault([(2, 1)]) == .unknownLine(2))
    #expect(fault([(-1, 1)]) == .unknownLine(-1))
    #expect(fault([(0, 3_001)]) == .moreThanSold(line: 0, left: Quantity(milli: 3_000)))
    #expect(fault([(0, 2_000), (0, 2_000)]) == .moreThanSold(line: 0, left: Quantity(milli: 1_000)))
    #expect(fault([(0, .max)]) != nil)
    #expect(fault([(0, 0)]) != nil)
    #expect(fault([(0, -1)]) != nil)
    #expect(fault([(1, -1)]) != nil)
    #expect(fault([(0, 3_000), (1, 0)]) == nil)
  }

  private func off(_ value: Int64) -> PresentedCoupon {
    PresentedCoupon(
      id: CouponID(high: 0, low: 1), code: "A",
      terms: CouponTerms(kind: .amountOff, name: Samples.words, value: value))
  }

  @Test func `a coupon used on a charge without a quantity comes back when the charge does`() throws {
    let charge = SaleLine(sku: "delivery", quantity: Quantity(milli: 0), gross: Money(8_00))
    let cart = Cart(businessTime: Samples.noon, lines: [charge], coupons: [off(5_00)])
    let sale = Sale.of(Rulebook.none.quote(cart))
    var samples = Samples(SplitMix64(seed: 1))
    let twice = try replay([sale.everything, sale.everything], of: sale, .none, &samples)
    #expect(twice.sums.coupons == sale.coupons && twice.sums.refund == Money(3_00))
  }

  @Test func `half of a sale brings no coupon back`() throws {
    let line = SaleLine(sku: "milk", quantity: Quantity(milli: 2_000), gross: Money(10_00))
    let cart = Cart(businessTime: Samples.noon, lines: [line], coupons: [off(1_01)])
    let sale = Sale.of(Rulebook.none.quote(cart))
    let half = [ReturnedLine(line: 0, quantity: Quantity(milli: 1_000))]
    var samples = Samples(SplitMix64(seed: 1))
    let first = try replay([half], of: sale, .none, &samples)
    #expect(first.sums.coupons.isEmpty && first.sums.refund == Money(4_49))
    let both = try replay([half, half], of: sale, .none, &samples)
    #expect(both.sums.coupons == sale.coupons && both.sums.refund == Money(8_99))
  }
}
