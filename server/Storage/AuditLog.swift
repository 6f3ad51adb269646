import Foundation
import Storage
import SyncProtocol

/// What people of headquarters change by hand 管理操作; codes are stable.
public enum AuditAction: String, Hashable, Sendable, Codable, CaseIterable {
  case quarantineRetry = "quarantine.retry"
  case quarantineDiscard = "quarantine.discard"
  case quarantineRestore = "quarantine.restore"
  case conflictPutBack = "conflict.putBack"
  case conflictDismiss = "conflict.dismiss"
  case duplicateNotSame = "duplicate.notSame"
  case memberMerge = "member.merge"
  case memberUnmerge = "member.unmerge"
}

/// What was changed: the kind of thing and its id, as lists and commands name it.
public struct AuditSubject: Hashable, Sendable {
  public let kind: String
  public let id: String

  public static func entry(_ number: Int64) -> AuditSubject { .init(kind: "quarantine", id: "\(number)") }
  public static func conflict(_ number: Int64) -> AuditSubject { .init(kind: "conflict", id: "\(number)") }
  public static func duplicate(_ number: Int64) -> AuditSubject { .init(kind: "duplicate", id: "\(number)") }
  public static func member(_ id: MemberID) -> AuditSubject { .init(kind: "member", id: "\(id)") }
}

/// One change, with who made it and why.
public struct AuditRecord: Hashable, Sendable, Codable {
  public let number: Int64
  public let at: Timestamp
  public let actor: String
  public let action: String
  public let kind: String
  public let subject: String
  /// JSON of what was and of what is; names no person but by id, so that erasing one leaves the log whole.
  public let before: String?
  public let after: String?
  public let reason: String
}

extension HubTransaction {
  /// Notes a change in the transaction that makes it: both are durable, or neither is. Rows are only ever
  /// added.
  func audit(
    _ action: AuditAction, _ subject: AuditSubject, before: [String: String?] = [:],
    after: [String: String?] = [:], reason: String, by actor: String
  ) throws {
    func json(_ values: [String: String?]) throws -> String? {
      if values.isEmpty { return nil }
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      return String(decoding: try encoder.encode(values.compactMapValues { $0 }), as: UTF8.self)
    }
    try db.run(
      """
      INSERT INTO audit (at_ms, actor, action, kind, subject, before, after, reason)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?)
      """,
      [
        nowMs, actor, action.rawValue, subject.kind, subject.id, try json(before), try json(after), reason,
      ])
  }
}

/// Which records of the audit log are wanted.
public struct AuditFilter: Hashable, Sendable {
  public var actor: String?
  public var action: String?
  public var subject: String?
  /// Of `DeskFilter` the days and the page.
  public var page = DeskFilter()

  public init() {}
}

extension HubStore {
  public func auditLog(_ filter: AuditFilter) throws -> DeskPage<AuditRecord> {
    try reading { reader in
      var conditions = try reader.conditions(filter.page)
      if let actor = filter.actor { conditions.add("actor = ?", actor) }
      if let action = filter.action { conditions.add("action = ?", action) }
      if let subject = filter.subject { conditions.add("subject = ?", subject) }
      let rows = try reader.db.rows(
        """
        SELECT number, at_ms, actor, action, kind, subject, before, after, reason FROM audit
        \(conditions.sql) ORDER BY number DESC LIMIT ?
        """, conditions.arguments + [DeskLimits.page])
      return DeskPage(
        rows.map {
          AuditRecord(
            number: $0[0], at: Timestamp(ms: $0[1]), actor: $0[2], action: $0[3], kind: $0[4],
            subject: $0[5], before: $0[6], after: $0[7], reason: $0[8])
        }, number: \.number)
    }
  }
}
