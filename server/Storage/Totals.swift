import Foundation
import Loyalty
import Storage
import SyncProtocol

/// Sums over everything the hub has, for reconciling with a till system, a data warehouse or the stores.
public struct HubTotals: Hashable, Sendable, Codable {
  public let members: Int64
  public let aliases: Int64
  public let sales: Int64
  public let salesWithoutMember: Int64
  public let lines: Int64
  public let gross: Money
  public let net: Money
  public let discounts: [String: Money]
  public let tenders: [String: Money]
  public let couponsRedeemed: Int64
  public let pointsEarned: Points
  public let pointsSpent: Points
  public let quarantined: Int64
  public let doubleRedemptions: Int64
  /// Sales of which some figure comes to something else at headquarters.
  public let priceDifferences: Int64
  public let possibleDuplicates: Int64
}

/// A member record's movements, summed; `root` is the record that stands after all merges.
public struct MemberTotals: Hashable, Sendable, Codable {
  public let memberId: MemberID
  public let root: MemberID
  public let earned: Points
  public let spent: Points
}

public struct PeriodTotals: Hashable, Sendable, Codable {
  public let period: Int64
  public let sales: Int64
  public let net: Money
}

extension HubStore {
  public func totals() throws -> HubTotals {
    try pool.read { db in
      func number(_ sql: String) throws -> Int64 { try db.rows(sql).first?[0] ?? 0 }
      func sums(_ sql: String) throws -> [String: Money] {
        var out: [String: Money] = [:]
        for row in try db.rows(sql) { out[row[0]] = Money(row[1]) }
        return out
      }
      return HubTotals(
        members: try number("SELECT count(*) FROM members WHERE alias_of IS NULL"),
        aliases: try number("SELECT count(*) FROM members WHERE alias_of IS NOT NULL"),
        sales: try number("SELECT count(*) FROM sales"),
        salesWithoutMember: try number("SELECT count(*) FROM sales WHERE member IS NULL"),
        lines: try number("SELECT count(*) FROM sale_lines"),
        gross: Money(try number("SELECT coalesce(sum(gross), 0) FROM sale_lines")),
        net: Money(try number("SELECT coalesce(sum(net), 0) FROM sale_lines")),
        discounts: try sums("SELECT kind, sum(amount) FROM sale_discounts GROUP BY kind"),
        tenders: try sums("SELECT type, sum(amount) FROM sale_tenders GROUP BY type"),
        couponsRedeemed: try number("SELECT count(*) FROM coupons WHERE state = 1"),
        pointsEarned: Points(
          try number("SELECT coalesce(sum(points), 0) FROM movements WHERE kind = 'earn'")),
        pointsSpent: Points(
          try number("SELECT coalesce(-sum(points), 0) FROM movements WHERE kind = 'spend'")),
        quarantined: try number("SELECT count(*) FROM quarantine WHERE state = 'waiting'"),
        doubleRedemptions: try number("SELECT count(*) FROM double_redemptions"),
        priceDifferences: try number("SELECT count(DISTINCT sale_no) FROM price_differences"),
        possibleDuplicates: try number("SELECT count(*) FROM duplicates WHERE state = 'open'"))
    }
  }

  /// Per member record, in order of id, after `after`.
  public func memberTotals(after: MemberID?, limit: Int) throws -> [MemberTotals] {
    try reading { reader in
      try reader.db.rows(
        """
        SELECT m.member,
          coalesce((SELECT sum(points) FROM movements v WHERE v.member = m.member AND v.kind = 'earn'), 0),
          coalesce((SELECT -sum(points) FROM movements v WHERE v.member = m.member AND v.kind = 'spend'), 0)
        FROM members m WHERE m.member > ? ORDER BY m.member LIMIT ?
        """, [after?.bytes ?? [], limit]
      ).compactMap { row in
        guard let id = MemberID(bytes: row[0] as [UInt8]) else { return nil }
        return MemberTotals(
          memberId: id, root: try reader.root(of: id), earned: Points(row[1]), spent: Points(row[2]))
      }
    }
  }

  /// Sales by period of `lengthMs`, counted from `originMs`.
  public func salesByPeriod(lengthMs: Int64, originMs: Int64) throws -> [PeriodTotals] {
    try pool.read { db in
      try db.rows(
        """
        SELECT (business_ms - ?) / ?, count(*), sum(net) FROM sales
        WHERE business_ms >= ? GROUP BY 1 ORDER BY 1
        """, [originMs, lengthMs, originMs]
      ).map { PeriodTotals(period: $0[0], sales: $0[1], net: Money($0[2])) }
    }
  }
}
