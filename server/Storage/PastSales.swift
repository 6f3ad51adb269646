import Foundation
import Loyalty
import Storage
import SyncProtocol

/// Reads past sales for a preview as `PastSale`s, with a few queries for thousands of them. It keeps what
/// repeats, contexts and coupon terms, so each thread has its own.
final class PastSales {
  /// Sales on or after `from` and before `until`.
  let from: Timestamp
  let until: Timestamp
  private var contexts: [String: SaleContext] = [:]
  private var terms: [[UInt8]: CouponTerms] = [:]
  private static let kept = 10_000

  init(from: Timestamp, until: Timestamp) { (self.from, self.until) = (from, until) }

  static let columns = """
    sale_no, sale, member, business_ms, rulebook, earned, spent, growth, context, phone_key IS NOT NULL
    """

  /// These rows of `columns`, in their order, with everything that hangs on them. `coupons` are the ones that
  /// may have been used, `voided` the numbers of sales that were undone.
  func sales(
    _ rows: [SQLRow], coupons known: [StoredCoupon], voided: Set<Int64>, in db: any SQLConnection
  ) throws -> [PastSale] {
    let numbers = "[" + rows.map { String($0[0] as Int64) }.joined(separator: ",") + "]"
    var lines = try lines(numbers, db)
    let vouchers = try vouchers(numbers, db)
    let gifts = try gifts(numbers, db)
    let earnings = try earnings(numbers, db)
    var book = CouponBook(known)
    var used: [Int64: [CouponReference]] = [:]
    for row in rows {
      let number: Int64 = row[0]
      used[number] = CouponReference.all(
        discounts: lines[number]?.flatMap(\.discounts) ?? [], gifts: gifts[number] ?? [],
        vouchers: vouchers[number] ?? [])
    }
    try book.add(missing: used.values.joined(), db)
    return try rows.map { row in
      let number: Int64 = row[0]
      guard let id = SaleID(bytes: row[1] as [UInt8]) else { throw HubFault.unknownSale }
      let (found, unknown) = book.coupons(of: id, used[number] ?? [])
      let coupons = try ordered(found, sale: number, db).map {
        PresentedCoupon(id: $0.id, code: $0.code, terms: try decodedTerms($0.terms))
      }
      let spent: Int64 = row[6]
      let member = (row[2] as [UInt8]?).flatMap { MemberID(bytes: $0) }
      let sale = Sale(
        id: id, businessTime: Timestamp(ms: row[3]), member: member,
        // Whether there was one is all that earning asks.
        phone: row[9] as Int64 != 0 ? "" : nil, rulebook: row[4],
        lines: lines.removeValue(forKey: number) ?? [], tenders: vouchers[number] ?? [],
        coupons: coupons.map(\.id),
        // Which lots they came from is the ledger's; pricing asks only that there were so many.
        spent: spent == 0
          ? [] : [LotAmount(owner: member ?? Self.nobody, lot: Self.lot, points: Points(spent))],
        earned: Points(row[5]), earnedLot: Self.lot, balance: nil, asOf: Timestamp(ms: row[3]),
        offline: false, outcomes: earnings[number] ?? [], requestDigest: 0, growth: row[7],
        context: try context(row[8]),
        gifts: gifts[number] ?? [])
      return PastSale(
        sale, coupons: coupons, unknownCoupons: unknown, isVoid: voided.contains(number))
    }
  }

  private static let nobody = MemberID(high: 0, low: 0)
  private static let lot = LotKey(availableFrom: Day(.min), expiresOn: .never)

  private func lines(_ numbers: String, _ db: any SQLConnection) throws -> [Int64: [SaleLine]] {
    var discounts: [Place: [LineDiscount]] = [:]
    for row in try db.rows(
      """
      SELECT d.sale_no, d.line, d.kind, d.source, d.amount
      FROM \(db.engine.listed) CROSS JOIN sale_discounts d WHERE d.sale_no = listed.value
      """, [numbers])
    {
      discounts[Place(sale: row[0], line: row[1]), default: []].append(
        LineDiscount(kind: row[2], source: row[3], amount: Money(row[4])))
    }
    var lines: [Int64: [SaleLine]] = [:]
    for row in try db.rows(
      """
      SELECT l.sale_no, l.line, l.sku, l.category, l.quantity, l.gross
      FROM \(db.engine.listed) CROSS JOIN sale_lines l WHERE l.sale_no = listed.value
      """, [numbers])
    {
      let number: Int64 = row[0]
      lines[number, default: []].append(
        SaleLine(
          sku: row[2], category: row[3], quantity: Quantity(milli: row[4]), gross: Money(row[5]),
          discounts: discounts[Place(sale: number, line: row[1])] ?? []))
    }
    return lines
  }

  private func vouchers(_ numbers: String, _ db: any SQLConnection) throws -> [Int64: [Tender]] {
    let rows = try db.rows(
      """
      SELECT t.sale_no, t.amount, t.line, t.coupon
      FROM \(db.engine.listed) CROSS JOIN sale_tenders t WHERE t.sale_no = listed.value AND t.type = 'voucher'
      """, [numbers])
    return Dictionary(grouping: rows) { $0[0] as Int64 }.mapValues { rows in
      rows.map {
        Tender(
          type: Tender.voucher, amount: Money($0[1]), line: ($0[2] as Int64?).map { Int($0) },
          coupon: ($0[3] as [UInt8]?).flatMap { CouponID(bytes: $0) })
      }
    }
  }

  private func gifts(_ numbers: String, _ db: any SQLConnection) throws -> [Int64: [Gift]] {
    let rows = try db.rows(
      """
      SELECT g.sale_no, g.rule, g.sku, g.count
      FROM \(db.engine.listed) CROSS JOIN sale_gifts g WHERE g.sale_no = listed.value
      """, [numbers])
    return Dictionary(grouping: rows) { $0[0] as Int64 }.mapValues { rows in
      rows.map { Gift(rule: $0[1], sku: $0[2], count: Int($0[3] as Int64)) }
    }
  }

  /// Which rules the receipts name for what was earned; what they gave is not asked.
  private func earnings(_ numbers: String, _ db: any SQLConnection) throws -> [Int64: [RuleOutcome]] {
    let rows = try db.rows(
      """
      SELECT s.sale_no, o.value ->> 'rule', o.value ->> 'code'
      FROM \(db.engine.listed) CROSS JOIN sales s CROSS JOIN \(db.engine.elements(of: "s.outcomes"))
      WHERE s.sale_no = listed.value
        AND o.value ->> 'code' IN ('earned_rule', 'earned_multiplier', 'earned_bonus')
      """, [numbers])
    return Dictionary(grouping: rows) { $0[0] as Int64 }.mapValues { rows in
      rows.map { RuleOutcome(rule: $0[1], code: $0[2]) }
    }
  }

  /// Several coupons act in the order in which they were presented, which only the outcomes tell.
  private func ordered(_ coupons: [StoredCoupon], sale number: Int64, _ db: any SQLConnection) throws
    -> [StoredCoupon]
  {
    guard coupons.count > 1,
      let row = try db.rows("SELECT outcomes FROM sales WHERE sale_no = ?", [number]).first,
      let text = row[0] as String?
    else { return coupons }
    let outcomes = try JSONDecoder().decode([RuleOutcome].self, from: Data(text.utf8))
    func place(_ coupon: StoredCoupon) -> Int {
      outcomes.firstIndex { $0.isCouponUse && $0.rule == coupon.code } ?? outcomes.count
    }
    return coupons.sorted { (place($0), $0.code) < (place($1), $1.code) }
  }

  private func context(_ text: String?) throws -> SaleContext {
    guard let text else { return SaleContext() }
    if let known = contexts[text] { return known }
    let context = try JSONDecoder().decode(SaleContext.self, from: Data(text.utf8))
    if contexts.count >= Self.kept { contexts = [:] }
    contexts[text] = context
    return context
  }

  private func decodedTerms(_ bytes: [UInt8]) throws -> CouponTerms {
    if let known = terms[bytes] { return known }
    let decoded = try CouponTerms.decode(bytes)
    if terms.count >= Self.kept { terms = [:] }
    terms[bytes] = decoded
    return decoded
  }

  private struct Place: Hashable {
    let sale: Int64
    let line: Int64
  }
}
