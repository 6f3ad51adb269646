import Loyalty
import Seeds
import SyncProtocol
import Testing

struct EarningReturns {
  /// A sale on an occasion of its own, with everything that the library can know of it.
  private func sale(_ samples: inout Samples) -> (Sale, Rulebook, Occasion) {
    let (rulebook, occasion, capLeft) = (samples.rulebook(), samples.occasion(), samples.capLeft())
    let lines = samples.list(1...5) { $0.line() }
    let earned = rulebook.earnings(
      on: lines.map { EarningLine($0) }, occasion: occasion, capLeft: capLeft)
    let sale = Sale(
      id: samples.id(), businessTime: occasion.time, member: samples.id(), phone: nil, rulebook: 1,
      lines: lines, tenders: [], coupons: [], spent: [], earned: earned.points, earnedLot: earned.lot,
      balance: nil, asOf: occasion.time, offline: false, outcomes: [], requestDigest: 0,
      growth: earned.growth,
      context: SaleContext(occasion, segments: rulebook.mentionedSegments, capLeft: capLeft))
    return (sale, rulebook, occasion)
  }

  private func pieces(of sale: Sale, _ samples: inout Samples) -> [ReturnedLine] {
    var pieces: [ReturnedLine] = []
    for (index, line) in sale.lines.enumerated() where samples.number(0...4) > 0 {
      let parts = line.quantity.milli > 2 ? samples.number(1...3) : 1
      var left = samples.flag() || parts == 1 ? line.quantity.milli : samples.number(3...line.quantity.milli)
      for part in 0..<parts {
        let milli = part == parts - 1 ? left : samples.number(1...max(1, left - (parts - 1 - part)))
        pieces.append(ReturnedLine(line: index, quantity: Quantity(milli: milli)))
        left -= milli
      }
    }
    return pieces
  }

  private func takeBack(
    _ batches: [[ReturnedLine]], of sale: Sale, _ rulebook: Rulebook
  ) throws -> (clawback: Points, soFar: ReturnedSoFar) {
    var soFar = ReturnedSoFar(lines: sale.lines.count)
    var clawback = Points.zero
    for batch in batches where !batch.isEmpty {
      let effects = try rulebook.effects(of: batch, from: sale, after: soFar)
      guard effects.clawback >= .zero else { throw ReturnFault.nothing }
      clawback += effects.clawback
      soFar.add(
        SaleReturn(
          id: ReturnID(high: 0, low: 0), sale: sale.id, businessTime: sale.businessTime, member: sale.member,
          isVoid: false, lines: batch, net: effects.net, refund: effects.refund, restored: [],
          clawedBack: [], debt: effects.clawback, coupons: [], requestDigest: 0))
    }
    return (clawback, soFar)
  }

  @Test func `with multipliers, bonuses and caps any split of a return claws back the same (P6)`() {
    forAll { (samples: inout Samples) in
      let (sale, rulebook, _) = sale(&samples)
      let pieces = pieces(of: sale, &samples)
      let atOnce = try takeBack([pieces], of: sale, rulebook)
      var batches: [[ReturnedLine]] = [[]]
      for piece in pieces.shuffled(using: &samples.random) {
        if samples.flag() { batches.append([]) }
        batches[batches.count - 1].append(piece)
      }
      let inPieces = try takeBack(batches, of: sale, rulebook)
      return atOnce.clawback == inPieces.clawback && atOnce.clawback <= sale.earned
        && rulebook.growth(of: sale, after: atOnce.soFar) == rulebook.growth(of: sale, after: inPieces.soFar)
    }
  }

  @Test func `what stays with the customer is what the goods they kept would have earned that day (P6)`() {
    forAll { (samples: inout Samples) in
      let (sale, rulebook, occasion) = sale(&samples)
      let (clawback, soFar) = try takeBack([pieces(of: sale, &samples)], of: sale, rulebook)
      let isWhole = soFar.hasBegun && zip(sale.lines, soFar.quantities).allSatisfy { $0.quantity.milli == $1 }
      let kept = zip(sale.lines, soFar.quantities).map { line, back in
        let sold = Int128(line.quantity.milli)
        let returned =
          isWhole ? Int128(line.net.minor) : sold == 0 ? 0 : Int128(line.net.minor) * Int128(back) / sold
        return EarningLine(
          sku: line.sku, category: line.category, net: Money(line.net.minor - Int64(returned)))
      }
      let slow = EarningOracle(
        rulebook: rulebook, lines: kept, occasion: occasion, capLeft: sale.context.capLeft)
      return sale.earned.count - clawback.count == slow.points
        && rulebook.growth(of: sale, after: soFar) == slow.growth
    }
  }

  @Test func `a sale that is whole keeps its growth value, one that came back whole has none`() {
    forAll { (samples: inout Samples) in
      let (sale, rulebook, _) = sale(&samples)
      let none = ReturnedSoFar(lines: sale.lines.count)
      let all = try takeBack([sale.everything], of: sale, rulebook)
      return rulebook.growth(of: sale, after: none) == sale.growth && all.clawback == sale.earned
        && rulebook.growth(of: sale, after: all.soFar) == 0
    }
  }

  @Test func `the occasion that a sale keeps earns what the occasion itself earns`() {
    forAll { (samples: inout Samples) in
      let (sale, rulebook, occasion) = sale(&samples)
      let kept = Occasion(sale, utcOffsetMinutes: rulebook.utcOffsetMinutes)
      let again = SaleContext(kept, segments: rulebook.mentionedSegments, capLeft: sale.context.capLeft)
      let lines = samples.list(0...5) { $0.earningLine() }
      return again == sale.context && sale.context.segments == sale.context.segments.sorted()
        && kept.day == occasion.day && kept.minute == occasion.minute
        && rulebook.earnings(on: lines, occasion: kept)
          == rulebook.earnings(on: lines, occasion: occasion)
    }
  }

  @Test func `segments that no rule asks for are not kept, and a customer without any stays a member`() {
    let customer = Customer(tier: "gold", segments: ["b", "a", "secret"], traits: [.birthday])
    let occasion = Occasion(
      time: Samples.noon, utcOffsetMinutes: 480, store: "S1", channel: "app", customer: customer)
    let context = SaleContext(occasion, segments: ["a", "b", "c"], capLeft: Points(5))
    #expect(
      context
        == SaleContext(
          store: "S1", channel: "app", tier: "gold", segments: ["a", "b"], traits: 2, isMember: true,
          capLeft: Points(5)))
    let plain = SaleContext(
      Occasion(time: Samples.noon, utcOffsetMinutes: 480, customer: Customer()), segments: [])
    #expect(plain.isMember && plain.traits == 0)
  }
}
