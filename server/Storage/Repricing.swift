import Loyalty
import Storage
import SyncProtocol

extension HubTransaction {
  /// Prices a sale again with the rulebook it names and keeps what differs; the receipt stands (law Q8).
  func reprice(_ sale: Sale, _ number: Int64) throws {
    for (part, difference) in try differences(of: sale).enumerated() {
      try db.run(
        """
        INSERT INTO price_differences (sale_no, part, figure, line, receipt, expected)
        VALUES (?, ?, ?, ?, ?, ?)
        """,
        [
          number, part, difference.figure.rawValue, difference.line, difference.receipt,
          difference.expected,
        ])
    }
  }

  private func differences(of sale: Sale) throws -> [PriceDifference] {
    let known = try currentRulebooks() + [Rulebook.none]
    guard let rulebook = known.first(where: { $0.version == sale.rulebook }) else {
      return [PriceDifference(figure: .rulebook, receipt: sale.rulebook, expected: 0)]
    }
    let coupons = try sale.coupons.compactMap { id -> PresentedCoupon? in
      try db.rows("SELECT code, terms FROM coupons WHERE coupon = ?", [id.bytes]).first.map { row in
        PresentedCoupon(id: id, code: row[0], terms: try CouponTerms.decode(row[1]))
      }
    }
    return rulebook.differences(of: sale, coupons: coupons)
  }
}
