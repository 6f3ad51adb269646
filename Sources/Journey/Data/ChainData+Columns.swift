extension ChainData {
  /// The baskets, one array a column; `lineStarts` has one element more than there are baskets.
  public struct BasketColumns: Equatable, Sendable {
    public var numbers: [Int64] = []
    public var members: [Int32] = []
    public var stores: [Int32] = []
    public var timesMs: [Int64] = []
    public var weeks: [Int32] = []
    public var lineStarts: [Int32] = [0]

    public init() {}
    public var count: Int { numbers.count }

    mutating func reserve(_ count: Int) {
      numbers.reserveCapacity(count)
      members.reserveCapacity(count)
      stores.reserveCapacity(count)
      timesMs.reserveCapacity(count)
      weeks.reserveCapacity(count)
      lineStarts.reserveCapacity(count + 1)
    }
  }

  /// The lines, one array a column. Amounts are cents and never negative.
  public struct LineColumns: Equatable, Sendable {
    public var products: [Int32] = []
    public var quantities: [Int32] = []
    /// What the shelf said.
    public var gross: [Int32] = []
    public var storeDiscounts: [Int32] = []
    /// What the retailer adds to a manufacturer's coupon, a discount of its own.
    public var matchDiscounts: [Int32] = []
    /// A manufacturer's coupon: reimbursed to the retailer, so a way to pay and no discount; may exceed the
    /// net.
    public var coupons: [Int32] = []

    public init() {}
    public var count: Int { products.count }

    mutating func reserve(_ count: Int) {
      products.reserveCapacity(count)
      quantities.reserveCapacity(count)
      gross.reserveCapacity(count)
      storeDiscounts.reserveCapacity(count)
      matchDiscounts.reserveCapacity(count)
      coupons.reserveCapacity(count)
    }

    mutating func append(_ line: Line) {
      products.append(Int32(line.product))
      quantities.append(Int32(line.quantity))
      gross.append(Int32(line.gross))
      storeDiscounts.append(Int32(line.storeDiscount))
      matchDiscounts.append(Int32(line.matchDiscount))
      coupons.append(Int32(line.coupon))
    }
  }

  /// One basket, read across the columns.
  public struct Basket: Equatable, Sendable {
    public var index: Int
    public var number: Int64
    /// Indices into `members` and `stores`.
    public var member: Int
    public var store: Int
    /// The instant, in milliseconds since 1970 UTC.
    public var timeMs: Int64
    /// The business week, from 1.
    public var week: Int
    public var lineRange: Range<Int>
  }

  /// One line, read across the columns.
  public struct Line: Equatable, Sendable {
    public var product: Int
    public var quantity: Int
    public var gross: Int
    public var storeDiscount: Int
    public var matchDiscount: Int
    public var coupon: Int

    /// What the retailer receives before any discount of the membership system.
    public var net: Int { gross - storeDiscount - matchDiscount }
  }

  public func basket(_ index: Int) -> Basket {
    Basket(
      index: index, number: baskets.numbers[index], member: Int(baskets.members[index]),
      store: Int(baskets.stores[index]), timeMs: baskets.timesMs[index], week: Int(baskets.weeks[index]),
      lineRange: lineRange(ofBasket: index))
  }

  public func lineRange(ofBasket index: Int) -> Range<Int> {
    Int(baskets.lineStarts[index])..<Int(baskets.lineStarts[index + 1])
  }

  public func line(_ index: Int) -> Line {
    Line(
      product: Int(lines.products[index]), quantity: Int(lines.quantities[index]),
      gross: Int(lines.gross[index]),
      storeDiscount: Int(lines.storeDiscounts[index]), matchDiscount: Int(lines.matchDiscounts[index]),
      coupon: Int(lines.coupons[index]))
  }

  public func department(ofProduct index: Int) -> String {
    departments[Int(products[index].department)]
  }

  public func category(ofProduct index: Int) -> String {
    categories[Int(products[index].category)]
  }

  /// The coupons used in one basket, in the order of their numbers.
  public func redemptions(inBasket index: Int) -> ArraySlice<Redemption> {
    let start = redemptions.partitionPoint { Int($0.basket) >= index }
    return redemptions[start...].prefix { Int($0.basket) == index }
  }

  mutating func append(_ basket: Basket) {
    baskets.numbers.append(basket.number)
    baskets.members.append(Int32(basket.member))
    baskets.stores.append(Int32(basket.store))
    baskets.timesMs.append(basket.timeMs)
    baskets.weeks.append(Int32(basket.week))
    baskets.lineStarts.append(Int32(basket.lineRange.upperBound))
  }
}

extension RandomAccessCollection where Index == Int {
  /// The first index whose element satisfies `isAfter`, when all that do stand behind all that do not.
  func partitionPoint(where isAfter: (Element) -> Bool) -> Int {
    var low = startIndex
    var high = endIndex
    while low < high {
      let middle = low + (high - low) / 2
      if isAfter(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
