import Foundation
import Loyalty
import Storage
import SyncProtocol

/// A member's standing in sentences: why this balance, why this tier, what is worth knowing next.
public struct MemberExplanation: Hashable, Sendable, Codable {
  public let memberId: MemberID
  public let points: Points
  public let debt: Points
  public let tier: String?
  public let tierName: Words?
  public let text: [Words]
}

/// A sale in sentences, with what headquarters would have come to where that differs.
public struct SaleExplanation: Hashable, Sendable, Codable {
  public let saleId: SaleID
  public let rulebook: Int64
  public let explanation: Explanation
  public let differences: [PriceDifference]
}

extension HubStore {
  /// From the sale as it was recorded; nothing is priced again.
  public func explain(sale id: SaleID) throws -> SaleExplanation {
    let sale = try sale(id)
    return try reading { reader in
      let db = reader.db
      guard
        let row = try db.rows("SELECT sale_no, outcomes, rulebook FROM sales WHERE sale = ?", [id.bytes])
          .first
      else { throw HubFault.unknownSale }
      let (number, version): (Int64, Int64) = (row[0], row[2])
      let outcomes = try (row[1] as String?).map {
        try JSONDecoder().decode([RuleOutcome].self, from: Data($0.utf8))
      }
      let gifts = try db.rows(
        "SELECT rule, sku, count FROM sale_gifts WHERE sale_no = ? ORDER BY part", [number]
      ).map { Gift(rule: $0[0], sku: $0[1], count: $0[2]) }
      var coupons: [String: Words] = [:]
      for row in try db.rows("SELECT code, terms FROM coupons WHERE sale = ?", [id.bytes]) {
        coupons[row[0]] = try CouponTerms.decode(row[1]).name
      }
      let rulebook = try reader.currentRulebooks().first { $0.version == version } ?? .none
      let differences = try db.rows(
        "SELECT figure, line, receipt, expected FROM price_differences WHERE sale_no = ? ORDER BY part",
        [number]
      ).compactMap { row in
        PriceDifference.Figure(rawValue: row[0]).map {
          PriceDifference(
            figure: $0, line: (row[1] as Int64?).map { Int($0) }, receipt: row[2], expected: row[3])
        }
      }
      return SaleExplanation(
        saleId: id, rulebook: version,
        explanation: rulebook.explain(
          lines: sale.lines ?? [], outcomes: outcomes ?? [], gifts: gifts, coupons: coupons),
        differences: differences)
    }
  }

  public func explain(member id: MemberID) throws -> MemberExplanation {
    try reading { reader in
      let root = try reader.root(of: id)
      try reader.requireKnown(root)
      let now = Timestamp(ms: environment.nowMs())
      let rulebook = try reader.rulebook(at: now)
      let day = rulebook.businessDay(now)
      let ledger = try reader.ledger(of: root)
      let standing = try rulebook.tiers?.standing(of: reader.tierFacts(of: root), on: day)
      return MemberExplanation(
        memberId: root, points: ledger.available(on: day), debt: ledger.debt, tier: standing?.level?.id,
        tierName: standing?.level?.name,
        text: ledger.words(on: day) + (standing.map { [$0.words(currency: rulebook.currency)] } ?? []))
    }
  }
}
