/// The totals as they must be, from the source's own files and the printed receipts alone.
///
/// This is the referee of a run: it uses nothing of the product, neither its types nor its arithmetic.
public struct SourceTotals: Equatable, Sendable {
  public private(set) var totals = Totals()
  /// Sales by business week.
  public private(set) var weeks: [WeekSales] = []
  /// Baskets of the source for which no receipt was printed.
  public private(set) var withoutReceipt: [Int64] = []
  /// What receipts said that cannot be right, a sentence each.
  public private(set) var misprints: [String] = []

  /// - Parameter tape: for each basket what its receipt said; a basket without one counts as one in which no
  ///   points were spent, and is named in `withoutReceipt`.
  public init(of data: ChainData, tape: Tape, rule: EarningRule) {
    let groups = data.departments.map { rule.group(of: $0) }
    var expected: Set<Int64> = []
    totals.members = data.members.count
    totals.couponRedemptions = data.redemptions.count
    for index in 0..<data.baskets.count {
      let basket = data.basket(index)
      let receipt = tape.receipts[basket.number]
      expected.insert(basket.number)
      if receipt == nil { withoutReceipt.append(basket.number) }
      let sale = sum(basket, of: data, discounts: receipt?.discounts ?? [], groups)
      let earned = rule.points(normalCents: sale.normal, doubledCents: sale.doubled)
      if let receipt, receipt.pointsEarned != earned {
        misprints.append(
          "basket \(basket.number): the receipt says \(receipt.pointsEarned) points, the rule \(earned)"
        )
      }
      let household = Int(data.members[basket.member].household)
      totals.addPoints(of: household, earned: earned, spent: receipt?.pointsSpent ?? 0)
      count(sale.net, inWeek: basket.week)
    }
    for number in tape.receipts.keys.sorted() where !expected.contains(number) {
      misprints.append("basket \(number): a receipt without a basket in the source")
    }
    for number in tape.conflicts {
      misprints.append("basket \(number): two receipts that say different things")
    }
  }

  private struct Sale {
    var net = 0
    var normal = 0
    var doubled = 0
  }

  private mutating func sum(
    _ basket: ChainData.Basket, of data: ChainData, discounts: [Tape.Discount], _ groups: [EarningRule.Group]
  ) -> Sale {
    var sale = Sale()
    let pointsOff = spread(discounts, over: basket, of: data)
    for (position, index) in basket.lineRange.enumerated() {
      let line = data.line(index)
      let off = pointsOff[position] ?? 0
      let net = line.net - off
      totals.grossCents += line.gross
      totals.storeDiscountCents += line.storeDiscount
      totals.matchDiscountCents += line.matchDiscount
      totals.pointsDiscountCents += off
      totals.couponCents += line.coupon
      totals.netCents += net
      sale.net += net
      switch groups[Int(data.products[line.product].department)] {
      case .normal: sale.normal += net
      case .doubled: sale.doubled += net
      case .excluded: break
      }
    }
    totals.baskets += 1
    totals.lines += basket.lineRange.count
    return sale
  }

  /// The discounts by line position; one that no line can bear is a misprint and does not count.
  private mutating func spread(
    _ discounts: [Tape.Discount], over basket: ChainData.Basket, of data: ChainData
  ) -> [Int: Int] {
    var result: [Int: Int] = [:]
    for discount in discounts {
      let sum = (result[discount.line] ?? 0) + discount.cents
      guard discount.cents >= 0,
        basket.lineRange.indices.contains(basket.lineRange.lowerBound + discount.line),
        sum <= data.line(basket.lineRange.lowerBound + discount.line).net
      else {
        misprints.append(
          "basket \(basket.number): no line \(discount.line) that can bear \(discount.cents) cents for points"
        )
        continue
      }
      result[discount.line] = sum
    }
    return result
  }

  private mutating func count(_ cents: Int, inWeek week: Int) {
    // Weeks follow the baskets' order of time, so that the last one is nearly always the right one.
    if let last = weeks.indices.last, weeks[last].week == week {
      weeks[last].baskets += 1
      weeks[last].netCents += cents
    } else if let known = weeks.firstIndex(where: { $0.week == week }) {
      weeks[known].baskets += 1
      weeks[known].netCents += cents
    } else {
      weeks.append(WeekSales(week: week, baskets: 1, netCents: cents))
    }
  }
}

/// What a chain sold in one business week.
public struct WeekSales: Codable, Equatable, Sendable {
  public var week: Int
  public var baskets: Int
  public var netCents: Int

  public init(week: Int, baskets: Int, netCents: Int) {
    self.week = week
    self.baskets = baskets
    self.netCents = netCents
  }
}
