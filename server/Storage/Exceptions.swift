import Foundation
import Loyalty
import Storage
import SyncProtocol

/// Something that a person should look at 待处理事项.
public struct HubException: Hashable, Sendable, Codable {
  public let kind: String
  public let node: Int64?
  public let seq: Int64?
  public let subject: String?
  /// The English of `text`.
  public let detail: String
  public let text: Words
  /// What settles it, or shows more of it.
  public let command: String
  /// What somebody has decided; nil while nobody has.
  public let decision: String?

  init(
    kind: String, node: Int64?, seq: Int64?, subject: String?, _ text: Words, command: String,
    decision: String? = nil
  ) {
    (self.kind, self.node, self.seq, self.subject) = (kind, node, seq, subject)
    (detail, self.text) = (text.en, text)
    (self.command, self.decision) = (command, decision)
  }
}

extension HubStore {
  /// Things a person should look at, and with `all` also what somebody has decided.
  public func exceptions(all: Bool = false) throws -> [HubException] {
    try pool.read { db in
      let list = ExceptionList(db: db, all: all)
      return try list.unfinished() + list.quarantine() + list.doubleRedemptions() + list.overspends()
        + list.priceDifferences() + list.returns() + list.duplicates() + list.conflicts()
    }
  }
}

/// Each kind as it is found in its table; at most five hundred of each.
private struct ExceptionList {
  let db: any SQLConnection
  let all: Bool

  private func id(_ row: SQLRow, _ column: Int) -> String? {
    (row[column] as [UInt8]?).flatMap { MemberID(bytes: $0) }?.description
  }

  private func decision(_ state: String, open: String) -> String? { state == open ? nil : state }

  func unfinished() throws -> [HubException] {
    try db.rows("SELECT member, reason FROM unfinished_work ORDER BY at_ms DESC LIMIT 500").map {
      HubException(
        kind: "unfinished", node: nil, seq: nil, subject: id($0, 0), Words(reason: $0[1]),
        command: "patron nightly")
    }
  }

  func quarantine() throws -> [HubException] {
    try db.rows(
      """
      SELECT node, seq, member, reason, number, state FROM quarantine
      \(all ? "" : "WHERE state = 'waiting'") ORDER BY node, seq LIMIT 500
      """
    ).map {
      HubException(
        kind: "quarantine", node: $0[0], seq: $0[1], subject: id($0, 2), Words(reason: $0[3]),
        command: "patron quarantine show \($0[4] as Int64)",
        decision: decision($0[5], open: QuarantineState.waiting.rawValue))
    }
  }

  func doubleRedemptions() throws -> [HubException] {
    try db.rows(
      """
      SELECT d.node, d.coupon, d.worth, c.code FROM double_redemptions d LEFT JOIN coupons c USING (coupon)
      LIMIT 500
      """
    ).map {
      HubException(
        kind: "doubleRedemption", node: $0[0], seq: nil, subject: id($0, 1),
        Words(zh: "价值 \($0[2] as Int64) 分", en: "worth \($0[2] as Int64)"),
        command: "patron explain coupon \($0[3] as String)")
    }
  }

  func overspends() throws -> [HubException] {
    try db.rows("SELECT node, seq, member, points FROM overspends ORDER BY at_ms DESC LIMIT 500").map {
      HubException(
        kind: "overspentPoints", node: $0[0], seq: $0[1], subject: id($0, 2),
        Words(
          zh: "比门店保管的多用 \($0[3] as Int64) 积分，记为欠分",
          en: "spent \($0[3] as Int64) points more than the store held; they are owed"),
        command: "patron members statement \(id($0, 2) ?? "")")
    }
  }

  func priceDifferences() throws -> [HubException] {
    try db.rows(
      """
      SELECT s.node, s.seq, s.sale, d.figure, d.line, d.receipt, d.expected
      FROM price_differences d JOIN sales s USING (sale_no) LIMIT 500
      """
    ).map { row in
      let difference = PriceDifference.Figure(rawValue: row[3]).map {
        PriceDifference(
          figure: $0, line: (row[4] as Int64?).map { Int($0) }, receipt: row[5], expected: row[6])
      }
      return HubException(
        kind: "priceDifference", node: row[0], seq: row[1], subject: id(row, 2),
        difference?.words ?? Words(zh: row[3], en: row[3]),
        command: "patron explain sale \(id(row, 2) ?? "")")
    }
  }

  func returns() throws -> [HubException] {
    try db.rows(
      """
      SELECT last.node, last.seq, last.sale_return, 'returned more than was sold', s.sale
      FROM returns last JOIN sales s USING (sale_no)
      WHERE last.sale_no IN (
        SELECT l.sale_no FROM sale_lines l JOIN returns r USING (sale_no)
          JOIN return_lines b ON b.sale_return = r.sale_return AND b.line = l.line
        GROUP BY l.sale_no, l.line, l.quantity HAVING sum(b.quantity) > l.quantity)
      AND last.sale_return = (
        SELECT x.sale_return FROM returns x WHERE x.sale_no = last.sale_no
        ORDER BY x.business_ms DESC, x.sale_return DESC LIMIT 1)
      UNION ALL SELECT d.node, d.seq, d.sale_return, 'refunded ' || d.refund || ', paid ' || d.expected,
        s.sale
      FROM refund_differences d LEFT JOIN returns r USING (sale_return) LEFT JOIN sales s USING (sale_no)
      LIMIT 500
      """
    ).map {
      HubException(
        kind: "return", node: $0[0], seq: $0[1], subject: id($0, 2), Words(reason: $0[3]),
        command: "patron explain sale \(id($0, 4) ?? "")")
    }
  }

  func duplicates() throws -> [HubException] {
    try db.rows(
      """
      SELECT first, second, reason, number, state FROM duplicates \(all ? "" : "WHERE state = 'open'")
      ORDER BY number DESC LIMIT 500
      """
    ).map {
      let other = id($0, 1) ?? ""
      return HubException(
        kind: "possibleDuplicate", node: nil, seq: nil, subject: id($0, 0),
        Words(zh: "\(other)：\(Words(reason: $0[2]).zh)", en: "\(other): \($0[2] as String)"),
        command: "patron duplicates show \($0[3] as Int64)",
        decision: decision($0[4], open: DuplicateState.open.rawValue))
    }
  }

  func conflicts() throws -> [HubException] {
    try db.rows(
      """
      SELECT member, node, field, number, state FROM conflicts \(all ? "" : "WHERE state = 'open'")
      ORDER BY time DESC LIMIT 500
      """
    ).map {
      HubException(
        kind: "conflict", node: $0[1], seq: nil, subject: id($0, 0),
        Words(
          zh: "\($0[2] as String)：保留了另一门店的值", en: "\($0[2] as String): another store's value was kept"),
        command: "patron conflicts show \($0[3] as Int64)",
        decision: decision($0[4], open: ConflictState.open.rawValue))
    }
  }
}
