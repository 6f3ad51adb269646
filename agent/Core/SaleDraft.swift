import Loyalty
import SyncProtocol

/// A till's sale after its fields have been checked: from here on numbers are within their limits.
public struct SaleDraft: Hashable, Sendable {
  public let lines: [SaleLine]
  public let tenders: [Tender]
  public let coupons: [String]
  public let points: Points

  public init(_ request: SaleRequest) throws(TillFault) {
    try Self.require(
      (1...Limits.saleLines).contains(request.lines.count), "lines", "are 1 to \(Limits.saleLines)")
    var lines: [SaleLine] = []
    for (index, line) in request.lines.enumerated() { lines.append(try Self.line(line, "lines[\(index)]")) }
    self.lines = lines
    if let channel = request.channel { try Self.token(channel, "channel") }
    if let lock = request.lock { try Self.token(lock, "lock") }
    coupons = request.coupons ?? []
    try Self.require(coupons.count <= Limits.saleCoupons, "coupons", "are at most \(Limits.saleCoupons)")
    points = request.points ?? .zero
    try Self.require(
      (0...Limits.movementPoints).contains(points.count), "points", "is from 0 to \(Limits.movementPoints)")
    if let toPay = request.toPay {
      try Self.require(
        (0...Limits.lineMinorUnits).contains(toPay.minor), "toPay", "is from 0 to \(Limits.lineMinorUnits)")
    }
    let asked = request.tenders ?? []
    try Self.require(asked.count <= Limits.saleTenders, "tenders", "are at most \(Limits.saleTenders)")
    var tenders: [Tender] = []
    for (index, tender) in asked.enumerated() {
      tenders.append(try Self.tender(tender, "tenders[\(index)]", lines: lines.count))
    }
    self.tenders = tenders
  }

  private static func require(_ holds: Bool, _ field: String, _ reason: String) throws(TillFault) {
    if !holds { throw .invalid(field: field, reason: reason) }
  }

  private static func token(_ text: String, _ field: String) throws(TillFault) {
    try require(
      (1...Limits.tokenLength).contains(text.utf8.count), field, "has 1 to \(Limits.tokenLength) bytes")
  }

  private static func line(_ line: LineRequest, _ path: String) throws(TillFault) -> SaleLine {
    try token(line.sku, "\(path).sku")
    if let category = line.category { try token(category, "\(path).category") }
    try require(
      (line.name?.count ?? 0) <= Limits.textLength, "\(path).name",
      "has at most \(Limits.textLength) characters")
    try require(
      (0...Limits.quantityMilli).contains(line.quantity.milli), "\(path).quantity", "is from 0 to ten million"
    )
    let gross = try gross(of: line, path)
    var discounts: [LineDiscount] = []
    for (index, discount) in (line.discounts ?? []).enumerated() {
      let field = "\(path).discounts[\(index)]"
      try require(index < Limits.saleCoupons, field, "are at most \(Limits.saleCoupons)")
      try token(discount.kind, "\(field).kind")
      let reserved = LineDiscount.ofRules.contains(discount.kind)
      try require(!reserved, "\(field).kind", "is given by the rules, not by the till")
      try require(
        (0...gross.minor).contains(discount.amount.minor), "\(field).amount", "is from 0 to the line's amount"
      )
      if discount.amount > .zero {
        discounts.append(LineDiscount(kind: discount.kind, amount: discount.amount))
      }
    }
    let given = discounts.reduce(Money.zero) { $0 + $1.amount }
    try require(given <= gross, "\(path).discounts", "come to at most the line's amount")
    return SaleLine(
      sku: line.sku, name: line.name, category: line.category, quantity: line.quantity, gross: gross,
      discounts: discounts)
  }

  /// The line's amount, or unit price times quantity rounded half up.
  private static func gross(of line: LineRequest, _ path: String) throws(TillFault) -> Money {
    if let amount = line.amount {
      try require(line.unitPrice == nil, "\(path).amount", "or unitPrice is there, and not both")
      try require(
        (0...Limits.lineMinorUnits).contains(amount.minor), "\(path).amount",
        "is from 0 to \(Limits.lineMinorUnits)")
      return amount
    }
    guard let price = line.unitPrice else { throw .invalid(field: "\(path).unitPrice", reason: "is missing") }
    try require(
      (0...Limits.lineMinorUnits).contains(price.minor), "\(path).unitPrice",
      "is from 0 to \(Limits.lineMinorUnits)")
    guard let total = line.quantity.cost(at: price) else {
      throw .invalid(field: path, reason: "comes to at most \(Limits.lineMinorUnits) minor units")
    }
    return total
  }

  private static func tender(_ tender: TenderRequest, _ path: String, lines: Int) throws(TillFault) -> Tender
  {
    try token(tender.type, "\(path).type")
    try require(tender.type != Tender.voucher, "\(path).type", "present a voucher by its code in coupons")
    try require(tender.type != Tender.exchange, "\(path).type", "send an exchange to /v1/exchanges")
    try require(
      (0...Limits.lineMinorUnits).contains(tender.amount.minor), "\(path).amount",
      "is from 0 to \(Limits.lineMinorUnits)")
    if let line = tender.line {
      try require((0..<lines).contains(line), "\(path).line", "is an index of lines")
    }
    return Tender(type: tender.type, amount: tender.amount, line: tender.line)
  }
}
