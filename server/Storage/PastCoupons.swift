import Loyalty
import Storage
import SyncProtocol

/// A coupon as the table has it.
struct StoredCoupon {
  let id: CouponID
  let code: String
  let terms: [UInt8]
  let sale: SaleID?

  /// From columns coupon, code, terms, sale.
  init?(_ row: SQLRow) {
    guard let id = CouponID(bytes: row[0] as [UInt8]) else { return nil }
    self.id = id
    code = row[1]
    terms = row[2]
    sale = (row[3] as [UInt8]?).flatMap { SaleID(bytes: $0) }
  }
}

/// How a sale names a coupon: by its code on a line or a gift, by its id on a voucher's tender.
enum CouponReference: Hashable {
  case code(String)
  /// The giver of a gift, which may be a promotion.
  case giver(String)
  case id(CouponID)

  static func all(discounts: [LineDiscount], gifts: [Gift], vouchers: [Tender]) -> [CouponReference] {
    let codes = discounts.filter { $0.kind == LineDiscount.coupon }.map { Self.code($0.source) }
    let all = codes + gifts.map { .giver($0.rule) } + vouchers.compactMap { $0.coupon.map { .id($0) } }
    var seen: Set<CouponReference> = []
    return all.filter { seen.insert($0).inserted }
  }
}

/// The coupons that a batch of sales used.
struct CouponBook {
  private var byID: [CouponID: StoredCoupon] = [:]
  private var byCode: [String: StoredCoupon] = [:]
  private var bySale: [SaleID: [StoredCoupon]] = [:]

  init(_ coupons: [StoredCoupon]) {
    for coupon in coupons { add(coupon) }
  }

  private mutating func add(_ coupon: StoredCoupon) {
    byCode[coupon.code] = coupon
    guard byID.updateValue(coupon, forKey: coupon.id) == nil, let sale = coupon.sale else { return }
    bySale[sale, default: []].append(coupon)
  }

  /// Looks up those that sales name and that are not here: given back since, or another person's.
  mutating func add(missing references: some Sequence<CouponReference>, _ db: any SQLConnection) throws {
    for reference in Set(references) where self[reference] == nil {
      let (column, key): (String, any SQLBindable) =
        switch reference {
        case .code(let code), .giver(let code): ("code", code)
        case .id(let id): ("coupon", id.bytes)
        }
      let rows = try db.rows("SELECT coupon, code, terms, sale FROM coupons WHERE \(column) = ?", [key])
      if let coupon = rows.first.flatMap({ StoredCoupon($0) }) { add(coupon) }
    }
  }

  private subscript(reference: CouponReference) -> StoredCoupon? {
    switch reference {
    case .code(let code), .giver(let code): byCode[code]
    case .id(let id): byID[id]
    }
  }

  /// What a sale used, and how many coupons more that nobody knows.
  func coupons(of sale: SaleID, _ references: [CouponReference]) -> (found: [StoredCoupon], unknown: Int) {
    var found = bySale[sale] ?? []
    var unknown = 0
    for reference in references {
      if let coupon = self[reference] {
        if !found.contains(where: { $0.id == coupon.id }) { found.append(coupon) }
      } else if case .giver = reference {
        continue
      } else {
        unknown += 1
      }
    }
    return (found, unknown)
  }
}
