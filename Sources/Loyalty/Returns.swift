import SyncProtocol

/// What earlier returns of a sale have already taken back.
public struct ReturnedSoFar: Hashable, Sendable {
  /// Thousandths returned, line by line.
  public var quantities: [Int64]
  public var refund: Money
  public var net: Money
  public var restored: Points
  /// Clawed back, with what is owed and what was written off.
  public var clawedBack: Points
  /// Growth value taken back.
  public var growth: Int64
  /// Anything has come back at all: a sale of charges without quantities shows it nowhere else.
  public private(set) var hasBegun = false

  public init(lines: Int) {
    quantities = [Int64](repeating: 0, count: lines)
    (refund, net, restored, clawedBack, growth) = (.zero, .zero, .zero, .zero, 0)
  }

  public init(_ sale: Sale, _ returns: some Sequence<SaleReturn>) {
    self.init(lines: sale.lines.count)
    for back in returns { add(back) }
  }

  public mutating func add(_ back: SaleReturn) {
    hasBegun = true
    for line in back.lines where quantities.indices.contains(line.line) {
      quantities[line.line] += line.quantity.milli
    }
    refund += back.refund
    net += back.net
    restored += back.restored.reduce(.zero) { $0 + $1.points }
    clawedBack += back.clawedBack.reduce(back.debt + back.loss) { $0 + $1.points }
    growth += back.growth
  }

  /// Takes one more line of a return into the quantities alone, to see what that comes to.
  fileprivate mutating func count(_ line: ReturnedLine) {
    hasBegun = true
    quantities[line.line] += line.quantity.milli
  }

  func isEverything(of sale: Sale) -> Bool {
    hasBegun && zip(sale.lines, quantities).allSatisfy { $0.quantity.milli == $1 }
  }
}

/// What a return comes to. Every figure is a difference of totals "after everything returned so far", so
/// any split of the same goods gives the same sums (laws P6 and Q5).
public struct ReturnEffects: Hashable, Sendable {
  public let net: Money
  public let refund: Money
  public let restored: [LotAmount]
  /// Points to take back; the caller finds lots for them or books a debt.
  public let clawback: Points
  /// Growth value to take back.
  public let growth: Int64
  /// Coupons that come back to life: only when the whole sale has been returned.
  public let coupons: [CouponID]
}

public enum ReturnFault: Error, Hashable, Sendable {
  case unknownLine(Int)
  case moreThanSold(line: Int, left: Quantity)
  case nothing

  /// Why goods do not fit their sale, as an entry's reason; lines are counted from 1.
  public var reason: String {
    let what =
      switch self {
      case .unknownLine(let line): "there is no line \(line &+ 1)"
      case .moreThanSold(let line, let left): "line \(line + 1) has \(left.text) left"
      case .nothing: "nothing is returned"
      }
    return "the return does not fit its sale: \(what)"
  }
}

/// What everything returned so far comes to, and the growth value that stays.
private struct ReturnTotals {
  var net = Money.zero
  var refund = Money.zero
  var restored = Points.zero
  var clawback = Points.zero
  var growth: Int64 = 0
}

extension Rulebook {
  /// The effects of returning `lines` of `sale`, after `soFar`. `self` is the rulebook the sale
  /// was priced with. Without the day of the return no points have expired, and all go to their own lots.
  public func effects(
    of lines: [ReturnedLine], from sale: Sale, after soFar: ReturnedSoFar, on day: Day? = nil
  ) throws(ReturnFault) -> ReturnEffects {
    var after = soFar
    for line in lines {
      guard sale.lines.indices.contains(line.line) else { throw .unknownLine(line.line) }
      let left = sale.lines[line.line].quantity.milli - after.quantities[line.line]
      guard line.quantity.milli > 0 || sale.lines[line.line].quantity.milli == 0, line.quantity.milli <= left,
        line.quantity.milli >= 0
      else { throw .moreThanSold(line: line.line, left: Quantity(milli: left)) }
      after.count(line)
    }
    if lines.isEmpty { throw .nothing }
    let totals = returnTotals(of: sale, quantities: after)
    return ReturnEffects(
      net: totals.net - soFar.net, refund: totals.refund - soFar.refund,
      restored: restoration(of: sale, from: soFar.restored, to: totals.restored, on: day),
      clawback: max(.zero, totals.clawback - soFar.clawedBack),
      growth: max(0, sale.growth - totals.growth - soFar.growth),
      coupons: after.isEverything(of: sale) && !soFar.isEverything(of: sale) ? sale.coupons : [])
  }

  /// What is left of a sale's growth value after its returns.
  public func growth(of sale: Sale, after soFar: ReturnedSoFar) -> Int64 {
    returnTotals(of: sale, quantities: soFar).growth
  }

  private func returnTotals(
    of sale: Sale, quantities after: ReturnedSoFar
  ) -> ReturnTotals {
    let everything = after.isEverything(of: sale)
    /// The part of `amount` that has come back with the returned quantity of a line, rounded down.
    func part(_ amount: Int64, _ line: Int) -> Int64 {
      let sold = sale.lines[line].quantity.milli
      if sold == 0 { return everything ? amount : 0 }
      return sold.dividingFullWidth(amount.multipliedFullWidth(by: after.quantities[line])).quotient
    }
    var paid = sale.lines.map(\.net)
    for tender in sale.tenders where tender.line != nil || tender.coupon != nil {
      if let line = tender.line, paid.indices.contains(line) {
        paid[line] = max(.zero, paid[line] - tender.amount)
      }
    }
    let byPoints = sale.lines.map { line in
      line.discounts.reduce(Int64(0)) { $1.kind == LineDiscount.points ? $0 + $1.amount.minor : $0 }
    }
    let points = allocate(sale.pointsSpent.count, over: byPoints)
    var totals = ReturnTotals()
    var remaining: [EarningLine] = []
    for (index, line) in sale.lines.enumerated() {
      let net = part(line.net.minor, index)
      totals.net += Money(net)
      totals.refund += Money(part(paid[index].minor, index))
      totals.restored += Points(part(points[index], index))
      remaining.append(
        EarningLine(sku: line.sku, category: line.category, net: Money(line.net.minor - net)))
    }
    // On the occasion of the sale and with its day's cap, or a return would not undo what was earned.
    let kept = earnings(
      on: remaining, occasion: Occasion(sale, utcOffsetMinutes: utcOffsetMinutes),
      capLeft: sale.context.capLeft)
    totals.growth = everything ? 0 : min(sale.growth, kept.growth)
    totals.clawback = max(.zero, sale.earned - (everything ? .zero : kept.points))
    return totals
  }

  /// Points go back to the lots they came from, the one that expires last first; what the policy gives a
  /// grace to goes to a lot of its own (law P5).
  private func restoration(
    of sale: Sale, from before: Points, to after: Points, on day: Day?
  ) -> [LotAmount] {
    var skip = before
    var wanted = after - before
    var out: [LotAmount] = []
    for spend in sale.spent.reversed() where wanted > .zero {
      let skipped = min(skip, spend.points)
      skip -= skipped
      let part = min(wanted, spend.points - skipped)
      wanted -= part
      let lot = day.map { points.restore.lot(for: spend.lot, on: $0) } ?? spend.lot
      if part > .zero { out.append(LotAmount(owner: spend.owner, lot: lot, points: part)) }
    }
    return out
  }
}
