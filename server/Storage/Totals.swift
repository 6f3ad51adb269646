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
        quarantined: try number("SELECT count(*) FROM quarantine"),
        doubleRedemptions: try number("SELECT count(*) FROM double_redemptions"),
        priceDifferences: try number("SELECT count(DISTINCT sale_no) FROM price_differences"),
        possibleDuplicates: try number("SELECT count(*) FROM duplicates WHERE decision IS NULL"))
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

  /// Things a person should look at.
  public func exceptions() throws -> [HubException] {
    try pool.read { db in
      func id(_ row: SQLRow, _ column: Int) -> String? {
        (row[column] as [UInt8]?).flatMap { MemberID(bytes: $0) }?.description
      }
      let quarantine = try db.rows(
        "SELECT node, seq, member, reason FROM quarantine ORDER BY node, seq LIMIT 500"
      )
      .map {
        HubException(kind: "quarantine", node: $0[0], seq: $0[1], subject: id($0, 2), Words(reason: $0[3]))
      }
      let doubles = try db.rows("SELECT node, coupon, worth FROM double_redemptions LIMIT 500")
        .map {
          HubException(
            kind: "doubleRedemption", node: $0[0], seq: nil, subject: id($0, 1),
            Words(zh: "价值 \($0[2] as Int64) 分", en: "worth \($0[2] as Int64)"))
        }
      let overspends = try db.rows(
        "SELECT node, seq, member, points FROM overspends ORDER BY at_ms DESC LIMIT 500"
      ).map {
        HubException(
          kind: "overspentPoints", node: $0[0], seq: $0[1], subject: id($0, 2),
          Words(
            zh: "比门店保管的多用 \($0[3] as Int64) 积分，记为欠分",
            en: "spent \($0[3] as Int64) points more than the store held; they are owed"))
      }
      let prices = try db.rows(
        """
        SELECT s.node, s.seq, s.sale, d.figure, d.line, d.receipt, d.expected
        FROM price_differences d JOIN sales s USING (sale_no) LIMIT 500
        """
      )
      .map { row in
        let difference = PriceDifference.Figure(rawValue: row[3]).map {
          PriceDifference(
            figure: $0, line: (row[4] as Int64?).map { Int($0) }, receipt: row[5], expected: row[6])
        }
        return HubException(
          kind: "priceDifference", node: row[0], seq: row[1], subject: id(row, 2),
          difference?.words ?? Words(zh: row[3], en: row[3]))
      }
      let returns = try db.rows(
        """
        SELECT last.node, last.seq, last.sale_return, 'returned more than was sold' FROM returns last
        WHERE last.sale_no IN (
          SELECT l.sale_no FROM sale_lines l JOIN returns r USING (sale_no)
            JOIN return_lines b ON b.sale_return = r.sale_return AND b.line = l.line
          GROUP BY l.sale_no, l.line, l.quantity HAVING sum(b.quantity) > l.quantity)
        AND last.sale_return = (
          SELECT x.sale_return FROM returns x WHERE x.sale_no = last.sale_no
          ORDER BY x.business_ms DESC, x.sale_return DESC LIMIT 1)
        UNION ALL SELECT node, seq, sale_return, 'refunded ' || refund || ', paid ' || expected
        FROM refund_differences LIMIT 500
        """
      ).map {
        HubException(
          kind: "return", node: $0[0], seq: $0[1], subject: id($0, 2), Words(reason: $0[3]))
      }
      let duplicates = try db.rows(
        "SELECT first, second, reason FROM duplicates WHERE decision IS NULL LIMIT 500"
      )
      .map {
        HubException(
          kind: "possibleDuplicate", node: nil, seq: nil, subject: id($0, 0),
          Words(
            zh: "\(id($0, 1) ?? "")：\(Words(reason: $0[2]).zh)", en: "\(id($0, 1) ?? ""): \($0[2] as String)")
        )
      }
      let conflicts = try db.rows(
        "SELECT member, node, field, value, kept FROM conflicts ORDER BY time DESC LIMIT 500"
      )
      .map {
        HubException(
          kind: "conflict", node: $0[1], seq: nil, subject: id($0, 0),
          Words(
            zh: "\($0[2] as String)：保留了另一门店的值",
            en: "\($0[2] as String): another store's value was kept"))
      }
      let unfinished = try db.rows("SELECT member, reason FROM unfinished_work ORDER BY at_ms DESC LIMIT 500")
        .map {
          HubException(kind: "unfinished", node: nil, seq: nil, subject: id($0, 0), Words(reason: $0[1]))
        }
      return unfinished + quarantine + doubles + overspends + prices + returns + duplicates + conflicts
    }
  }
}

public struct HubException: Hashable, Sendable, Codable {
  public let kind: String
  public let node: Int64?
  public let seq: Int64?
  public let subject: String?
  /// The English of `text`.
  public let detail: String
  public let text: Words

  init(kind: String, node: Int64?, seq: Int64?, subject: String?, _ text: Words) {
    (self.kind, self.node, self.seq, self.subject) = (kind, node, seq, subject)
    (detail, self.text) = (text.en, text)
  }
}
