import AgentCore
import Loyalty
import Seeds
import SyncProtocol
import Testing

struct SaleDrafts {
  private static func line(
    sku: String = "milk", name: String? = nil, category: String? = nil, milli: Int64 = 1000,
    price: Int64? = 100, amount: Int64? = nil, off: [DiscountRequest]? = nil
  ) -> LineRequest {
    LineRequest(
      sku: sku, name: name, category: category, quantity: Quantity(milli: milli),
      unitPrice: price.map { Money($0) }, amount: amount.map { Money($0) }, discounts: off)
  }

  private static func sale(
    _ lines: [LineRequest] = [line()], coupons: [String]? = nil, points: Int64? = nil,
    tenders: [TenderRequest]? = nil
  ) -> SaleRequest {
    SaleRequest(lines: lines, coupons: coupons, points: points.map { Points($0) }, tenders: tenders)
  }

  private static func off(_ amount: Int64, _ kind: String = "store") -> DiscountRequest {
    DiscountRequest(kind: kind, amount: Money(amount))
  }

  private static func tender(_ amount: Int64, _ type: String = "cash", line: Int? = nil) -> TenderRequest {
    TenderRequest(type: type, amount: Money(amount), line: line)
  }

  private static let long = String(repeating: "x", count: Limits.tokenLength + 1)

  private static let refused: [(field: String, request: SaleRequest)] = [
    ("lines", sale([])), ("lines", sale(Array(repeating: line(), count: Limits.saleLines + 1))),
    ("lines[0].sku", sale([line(sku: "")])), ("lines[1].sku", sale([line(), line(sku: long)])),
    ("lines[0].sku", sale([line(sku: String(repeating: "奶", count: 22))])),
    ("lines[0].category", sale([line(category: "")])), ("lines[0].category", sale([line(category: long)])),
    ("lines[0].name", sale([line(name: String(repeating: "奶", count: Limits.textLength + 1))])),
    ("lines[0].quantity", sale([line(milli: -1)])),
    ("lines[0].quantity", sale([line(milli: Limits.quantityMilli + 1)])),
    ("lines[0].unitPrice", sale([line(price: nil)])), ("lines[0].unitPrice", sale([line(price: -1)])),
    ("lines[0].unitPrice", sale([line(price: Limits.lineMinorUnits + 1)])),
    ("lines[0].amount", sale([line(price: 1, amount: 1)])),
    ("lines[0].amount", sale([line(price: nil, amount: -1)])),
    ("lines[0].amount", sale([line(price: nil, amount: Limits.lineMinorUnits + 1)])),
    ("lines[0]", sale([line(milli: 1_001, price: Limits.lineMinorUnits)])),
    ("lines[0]", sale([line(milli: Limits.quantityMilli, price: Limits.lineMinorUnits)])),
    ("lines[0].discounts[0].kind", sale([line(off: [off(1, "")])])),
    ("lines[0].discounts[0].kind", sale([line(off: [off(1, LineDiscount.tier)])])),
    ("lines[0].discounts[1].kind", sale([line(off: [off(1), off(1, LineDiscount.coupon)])])),
    ("lines[0].discounts[0].kind", sale([line(off: [off(1, LineDiscount.points)])])),
    ("lines[0].discounts[0].amount", sale([line(off: [off(-1)])])),
    ("lines[0].discounts[0].amount", sale([line(off: [off(101)])])),
    ("lines[0].discounts", sale([line(off: [off(100), off(1)])])),
    (
      "lines[0].discounts[20]",
      sale([line(off: Array(repeating: off(1), count: Limits.saleCoupons + 1))])
    ),
    ("coupons", sale(coupons: Array(repeating: "C", count: Limits.saleCoupons + 1))),
    ("points", sale(points: -1)), ("points", sale(points: Limits.movementPoints + 1)),
    ("tenders", sale(tenders: Array(repeating: tender(1), count: Limits.saleTenders + 1))),
    ("tenders[0].type", sale(tenders: [tender(1, "")])),
    ("tenders[0].type", sale(tenders: [tender(1, Tender.voucher)])),
    ("tenders[1].amount", sale(tenders: [tender(1), tender(-1)])),
    ("tenders[0].amount", sale(tenders: [tender(Limits.lineMinorUnits + 1)])),
    ("tenders[0].line", sale(tenders: [tender(1, line: 1)])),
    ("tenders[0].line", sale(tenders: [tender(1, line: -1)])),
  ]

  @Test func `each field beyond its limit is refused by its path`() {
    for (field, request) in Self.refused {
      do {
        _ = try SaleDraft(request)
        Issue.record("\(field) was let through")
      } catch {
        guard case .invalid(let refused, let reason) = error else {
          Issue.record("\(field): \(error)")
          continue
        }
        #expect(refused == field)
        #expect(!error.words.zh.contains(reason), "\(error.words.zh)")
        #expect(!reason.isEmpty && error.status == 400 && error.code == "invalid_field")
      }
    }
  }

  @Test func `a request at every limit is a sale`() throws {
    let name = String(repeating: "奶", count: Limits.textLength)
    let fullToken = String(repeating: "x", count: Limits.tokenLength)
    let lines = [
      Self.line(sku: fullToken, name: name, category: fullToken, price: Limits.lineMinorUnits),
      Self.line(milli: Limits.quantityMilli, price: 10),
      Self.line(milli: 0, price: nil, amount: Limits.lineMinorUnits),
      Self.line(price: 20, off: Array(repeating: Self.off(1, fullToken), count: Limits.saleCoupons)),
    ]
    let draft = try SaleDraft(
      Self.sale(
        lines + Array(repeating: Self.line(), count: Limits.saleLines - 4),
        coupons: Array(repeating: "C", count: Limits.saleCoupons), points: Limits.movementPoints,
        tenders: Array(
          repeating: Self.tender(Limits.lineMinorUnits, fullToken, line: 499), count: Limits.saleTenders)))
    #expect(draft.lines.count == Limits.saleLines && draft.tenders.count == Limits.saleTenders)
    #expect(draft.lines[1].gross == Money(100_000_000))
    #expect(draft.lines[3].net == .zero && draft.points.count == Limits.movementPoints)
  }

  @Test func `a line costs its unit price times its quantity, half a fen rounded up`() throws {
    forAll { (samples: inout Samples) in
      let milli = samples.number(0...samples.oneOf([2_000, 10_000_000, Limits.quantityMilli]))
      let price = samples.number(0...samples.oneOf([10, 10_000, Limits.lineMinorUnits]))
      let exact = Int128(price) * Int128(milli)
      // Half up: the nearest fen; at the middle the greater.
      let gross = (2 * exact + 1000) / 2000
      let draft = try? SaleDraft(Self.sale([Self.line(milli: milli, price: price)]))
      return gross > Limits.lineMinorUnits ? draft == nil : draft?.lines[0].gross.minor == Int64(gross)
    }
    for (price, milli, gross) in [(1, 500, 1), (1, 499, 0), (3, 500, 2), (999, 385, 385), (0, 999, 0)]
      as [(Int64, Int64, Int64)]
    {
      let draft = try SaleDraft(Self.sale([Self.line(milli: milli, price: price)]))
      #expect(draft.lines[0].gross == Money(gross))
    }
  }

  @Test func `a till's discount of nothing leaves no trace, and absent lists are empty`() throws {
    let draft = try SaleDraft(Self.sale([Self.line(off: [Self.off(0), Self.off(30)])]))
    #expect(draft.lines[0].discounts == [LineDiscount(kind: "store", amount: Money(30))])
    #expect(draft.lines[0].net == Money(70))
    #expect(draft.coupons.isEmpty && draft.tenders.isEmpty && draft.points == .zero)
  }

  @Test func `an amount the till has weighed out is taken as it is`() throws {
    let draft = try SaleDraft(Self.sale([Self.line(milli: 385, price: nil, amount: 1_234)]))
    #expect(draft.lines[0].gross == Money(1_234) && draft.lines[0].quantity == Quantity(milli: 385))
  }
}
