import SyncProtocol

/// A line of a sale that bought terms of a paid membership, and what came back of it.
public struct MembershipPurchase: Hashable, Sendable {
  public let sale: SaleID
  public let time: Timestamp
  /// Index of the line in the sale, from 0.
  public let line: Int
  /// As the rulebook had it that the sale names.
  public let product: MembershipProduct
  /// Each whole piece is one term.
  public let quantity: Quantity
  public var returns: Set<Returned>

  public struct Returned: Hashable, Sendable {
    public let id: ReturnID
    public let time: Timestamp
    public let quantity: Quantity

    public init(id: ReturnID, time: Timestamp, quantity: Quantity) {
      self.id = id
      self.time = time
      self.quantity = quantity
    }
  }

  public init(
    sale: SaleID, time: Timestamp, line: Int, product: MembershipProduct, quantity: Quantity,
    returns: Set<Returned> = []
  ) {
    self.sale = sale
    self.time = time
    self.line = line
    self.product = product
    self.quantity = quantity
    self.returns = returns
  }

  /// As accounts keep it.
  public init(_ bought: BoughtMembership) {
    self.init(
      sale: bought.sale, time: bought.time, line: bought.line,
      product: MembershipProduct(
        sku: "", name: Words(zh: "", en: ""), level: bought.level, months: bought.months, days: bought.days),
      quantity: bought.quantity,
      returns: Set(bought.returns.map { Returned(id: $0.id, time: $0.time, quantity: $0.quantity) }))
  }

  /// As accounts keep it.
  public var bought: BoughtMembership {
    BoughtMembership(
      sale: sale, line: line, time: time, level: product.level, months: product.months, days: product.days,
      quantity: quantity,
      returns: returns.sorted { ($0.time, $0.id) < ($1.time, $1.id) }
        .map { BoughtMembership.Returned(id: $0.id, time: $0.time, quantity: $0.quantity) })
  }

  fileprivate struct Key: Hashable {
    let sale: SaleID
    let line: Int
  }

  fileprivate var key: Key { Key(sale: sale, line: line) }

  /// The day each term was returned on, nil for one that stays: the last ones go first.
  fileprivate func terms(_ businessDay: (Timestamp) -> Day) -> [Day?] {
    let bought = min(max(0, quantity.milli / 1000), ProgramLimits.membershipUnits)
    var terms = [Day?](repeating: nil, count: Int(bought))
    var left = quantity.milli
    for back in returns.sorted(by: { ($0.time, $0.id) < ($1.time, $1.id) }) {
      left -= min(max(0, back.quantity.milli), max(0, left))
      for index in terms.indices where index >= left / 1000 && terms[index] == nil {
        terms[index] = businessDay(back.time)
      }
    }
    return terms
  }
}

extension Programs {
  /// The lines of a sale that bought memberships, with what has come back of them. `self` is of the rulebook
  /// the sale names. A sale to nobody in particular buys none.
  public func membershipPurchases(in sale: Sale, returns: [SaleReturn]) -> [MembershipPurchase] {
    guard sale.member != nil || sale.phone != nil else { return [] }
    return sale.lines.enumerated().compactMap { index, line in
      guard let product = memberships.first(where: { $0.sku == line.sku }) else { return nil }
      let returned = returns.filter { $0.sale == sale.id }.compactMap { back in
        let milli = back.lines.filter { $0.line == index }.reduce(0) { $0 + $1.quantity.milli }
        return milli > 0
          ? MembershipPurchase.Returned(
            id: back.id, time: back.businessTime, quantity: Quantity(milli: milli)) : nil
      }
      return MembershipPurchase(
        sale: sale.id, time: sale.businessTime, line: index, product: product, quantity: line.quantity,
        returns: Set(returned))
    }
  }
}

extension PaidMembership {
  /// The memberships that a person's purchases come to, from the earliest. Of one level, a term bought while
  /// others are valid or waiting begins when they end. A term that is returned ends on the day of the return,
  /// and those behind it move up. What the list's order is, and what stands there twice, changes nothing.
  public static func periods(of purchases: [MembershipPurchase], utcOffsetMinutes: Int) -> [PaidMembership] {
    func day(_ time: Timestamp) -> Day { time.day(utcOffsetMinutes: utcOffsetMinutes) }
    // A line told twice, once before something of it came back, is one line.
    let lines = Dictionary(grouping: purchases, by: \.key)
    let merged = lines.values.compactMap { told -> MembershipPurchase? in
      guard var one = told.first else { return nil }
      one.returns = told.reduce(into: []) { $0.formUnion($1.returns) }
      return one
    }
    var free: [String: Day] = [:]
    var periods: [PaidMembership] = []
    for purchase in merged.sorted(by: { ($0.time, $0.sale, $0.line) < ($1.time, $1.sale, $1.line) }) {
      let level = purchase.product.level
      for returned in purchase.terms(day) {
        let from = max(day(purchase.time), free[level] ?? day(purchase.time))
        let end = purchase.product.end(from: from)
        let until = min(end, returned ?? end)
        if from < until {
          periods.append(PaidMembership(level: level, from: from, until: until))
          free[level] = until
        }
      }
    }
    return periods.sorted { ($0.from, $0.level, $0.until) < ($1.from, $1.level, $1.until) }
  }
}
