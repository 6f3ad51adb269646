extension Entry {
  /// The first limit this entry breaks, as a word for logs; nil when it keeps all. Encodings carry any
  /// number, so whoever computes with an entry from elsewhere asks first: within the limits no sum can
  /// overflow. And whoever journals one asks first: the hub could not read a longer list, and the journal
  /// would stand still.
  public var brokenLimit: String? {
    let bytes = canonicalBytes
    guard bytes.count <= Limits.entryBytes else { return "entryBytes" }
    do { _ = try Entry(canonicalBytes: bytes) } catch { return "\(error)" }
    guard Timestamp.written.contains(time.ms) else { return "time" }
    switch body {
    case .enrolment(let enrolment): return enrolment.businessTime.brokenLimit
    case .profile: return nil
    case .sale(let sale): return sale.brokenLimit
    case .saleReturn(let back): return back.brokenLimit
    case .checkIn(let checkIn): return checkIn.businessTime.brokenLimit ?? checkIn.earned.brokenLimit
    case .release(let release):
      return release.points.brokenLimit ?? release.allowances.brokenLimit
    case .order(let order):
      guard (1...Limits.movementPoints).contains(order.quantity) else { return "quantity" }
      guard order.money.isWithin(lines: 1) else { return "lineMinorUnits" }
      return order.businessTime.brokenLimit ?? order.spent.brokenLimit ?? order.stock.brokenLimit
    case .orderClose(let close):
      guard (1...Limits.movementPoints).contains(close.quantity) else { return "quantity" }
      return close.businessTime.brokenLimit ?? close.restored.brokenLimit ?? close.stock.brokenLimit
    case .participation(let part):
      return part.businessTime.brokenLimit ?? part.earned.brokenLimit ?? Points(part.growth).brokenLimit
    case .prize(let prize):
      return prize.businessTime.brokenLimit ?? prize.spent.brokenLimit ?? prize.stock.brokenLimit
        ?? prize.earned.brokenLimit
    }
  }
}

extension Sale {
  fileprivate var brokenLimit: String? {
    for line in lines {
      guard line.quantity.isWithinLimits else { return "quantityMilli" }
      guard line.gross.isWithin(lines: 1), line.discounts.allSatisfy({ $0.amount.isWithin(lines: 1) }) else {
        return "lineMinorUnits"
      }
    }
    guard tenders.allSatisfy({ $0.amount.isWithin(lines: Limits.saleLines) }) else { return "lineMinorUnits" }
    return businessTime.brokenLimit ?? asOf.brokenLimit ?? earned.brokenLimit
      ?? Points(growth).brokenLimit ?? context.capLeft?.brokenLimit ?? spent.brokenLimit
      ?? allowances.brokenLimit
  }
}

extension SaleReturn {
  fileprivate var brokenLimit: String? {
    guard lines.allSatisfy({ $0.quantity.isWithinLimits }) else { return "quantityMilli" }
    guard net.isWithin(lines: Limits.saleLines), refund.isWithin(lines: Limits.saleLines) else {
      return "lineMinorUnits"
    }
    return businessTime.brokenLimit ?? debt.brokenLimit ?? loss.brokenLimit ?? Points(growth).brokenLimit
      ?? restored.brokenLimit
      ?? clawedBack.brokenLimit
  }
}

extension [LotAmount] {
  fileprivate var brokenLimit: String? {
    for amount in self { if let broken = amount.points.brokenLimit { return broken } }
    return nil
  }
}

extension [AllowanceUse] {
  /// Sums of a billion of them fit.
  fileprivate var brokenLimit: String? {
    allSatisfy { (0...Limits.lineMinorUnits).contains($0.amount) } ? nil : "lineMinorUnits"
  }
}

extension Points {
  fileprivate var brokenLimit: String? {
    count.magnitude <= Limits.movementPoints.magnitude ? nil : "movementPoints"
  }
}

extension Money {
  fileprivate func isWithin(lines: Int) -> Bool {
    minor.magnitude <= Limits.lineMinorUnits.magnitude * UInt64(lines)
  }
}

extension Quantity {
  fileprivate var isWithinLimits: Bool { milli.magnitude <= Limits.quantityMilli.magnitude }
}

extension Timestamp {
  fileprivate var brokenLimit: String? { Timestamp.written.contains(ms) ? nil : "time" }
}
