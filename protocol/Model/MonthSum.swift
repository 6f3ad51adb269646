/// What one calendar month of a member came to. Months are the grain of all tiers, because a store can carry
/// two dozen small sums for each member and not every sale.
public struct MonthSum: Hashable, Sendable, Codable {
  /// Year * 12 + month - 1.
  public let month: Int32
  /// Net of what came back in this month, whenever it was bought; may be negative.
  public var spend: Money
  /// Before returns.
  public var grossSpend: Money
  /// The number of sales.
  public var count: Int64
  /// Growth value 成长值.
  public var growth: Int64

  public init(month: Int32, spend: Money, grossSpend: Money, count: Int64, growth: Int64) {
    self.month = month
    self.spend = spend
    self.grossSpend = grossSpend
    self.count = count
    self.growth = growth
  }

  public init(month: Int32) { self.init(month: month, spend: .zero, grossSpend: .zero, count: 0, growth: 0) }

  /// The month that a business day belongs to.
  public static func month(of day: Day) -> Int32 { Int32(clamping: day.monthNumber) }

  public var isNothing: Bool { spend == .zero && grossSpend == .zero && count == 0 && growth == 0 }

  /// Sums that no chain can reach wrap around: saturated sums would depend on the order they came in.
  public mutating func add(_ other: MonthSum) {
    spend.minor &+= other.spend.minor
    grossSpend.minor &+= other.grossSpend.minor
    count &+= other.count
    growth &+= other.growth
  }
}

extension Day {
  /// Year * 12 + month - 1.
  public var monthNumber: Int {
    let (year, month, _) = components
    return year * 12 + month - 1
  }
}

extension MonthSum {
  /// What a sale adds to its month.
  public init(_ sale: Sale, on day: Day) {
    self.init(
      month: MonthSum.month(of: day), spend: sale.net, grossSpend: sale.net, count: 1, growth: sale.growth)
  }

  /// What a return takes from its own month; a void undoes the sale as if there had been none.
  public init(_ back: SaleReturn, on day: Day) {
    let undone = back.isVoid ? back.net : .zero
    self.init(
      month: MonthSum.month(of: day), spend: .zero - back.net, grossSpend: .zero - undone,
      count: back.isVoid ? -1 : 0, growth: -back.growth)
  }
}
