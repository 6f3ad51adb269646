import Foundation
import Loyalty
import Storage
import SyncProtocol

/// Where a conflict 冲突 stands.
public enum ConflictState: String, Hashable, Sendable, Codable, CaseIterable {
  case open
  case putBack
  case dismissed
}

/// A value that lost to another writer's, as lists show it: what names a person is masked.
public struct ValueConflict: Hashable, Sendable, Codable {
  /// A value with who wrote it when; headquarters has no store.
  public struct Written: Hashable, Sendable, Codable {
    public let value: String?
    public let store: String
    public let node: NodeID
    public let at: Timestamp
  }

  public let number: Int64
  public let member: PersonName
  public let field: String
  public let lost: Written
  /// What won over it then.
  public let kept: Written
  /// What stands today; nothing where the field was cleared.
  public let stands: String?
  public let at: Timestamp
  public let state: ConflictState
  public let decidedAt: Timestamp?
  public let actor: String?
  public let reason: String?
}

/// A row of the table.
private struct ConflictRow {
  let number: Int64
  let member: MemberID
  let field: String
  let lost: StampedValue
  let kept: StampedValue
  let atMs: Int64
  let state: ConflictState
  let decidedMs: Int64?
  let actor: String?
  let note: String?

  static let columns = """
    SELECT number, member, field, value, time, node, kept, kept_time, kept_node, at_ms, state, decided_ms,
      actor, note
    FROM conflicts
    """

  init?(_ row: SQLRow) {
    guard let member = MemberID(bytes: row[1] as [UInt8]) else { return nil }
    func stamped(_ column: Int) -> StampedValue {
      StampedValue(
        value: row[column], time: HybridTime(packed: UInt64(bitPattern: row[column + 1] as Int64)),
        node: NodeID(UInt32(row[column + 2] as Int64)))
    }
    (number, self.member, field, lost, kept) = (row[0], member, row[2], stamped(3), stamped(6))
    (atMs, state) = (row[9], ConflictState(rawValue: row[10]) ?? .open)
    (decidedMs, actor, note) = (row[11], row[12], row[13])
  }
}

extension HubTransaction {
  /// The value that lost is written anew by headquarters, now, and so it wins by the law of registers. What
  /// stood until then is a conflict itself, and can be put back likewise.
  public func putBack(_ number: Int64, _ reason: DeskReason, by actor: String) throws -> ValueConflict {
    try reason.require()
    let row = try openConflict(number)
    let standing = try registers(of: row.member)[row.field]
    guard standing?.value != row.lost.value else { throw DeskFault.valueStands }
    let now = HybridTime(ms: nowMs)
    let time = standing.map { max(now, HybridTime(packed: $0.time.packed + 1)) } ?? now
    let written = StampedValue(value: row.lost.value, time: time, node: .hub)
    // What headquarters itself wrote before would otherwise go without a trace.
    if let standing, standing.node == .hub {
      try keepConflict(standing, lostTo: written, row.field, row.member)
    }
    _ = try write(
      [Register(name: row.field, value: row.lost.value)], of: row.member, at: time, from: .hub)
    try decide(row, .putBack, reason.reason, by: actor)
    try audit(
      .conflictPutBack, .conflict(number), before: stamp(standing, row),
      after: stamp(written, row), reason: reason.reason, by: actor)
    return try conflict(number, isFull: true)
  }

  /// Somebody has looked at it, and the value that stands is right.
  public func dismissConflict(_ number: Int64, reason: String, by actor: String) throws -> ValueConflict {
    let row = try openConflict(number)
    try decide(row, .dismissed, reason, by: actor)
    try audit(
      .conflictDismiss, .conflict(number), before: ["state": row.state.rawValue],
      after: ["state": ConflictState.dismissed.rawValue], reason: reason, by: actor)
    return try conflict(number, isFull: true)
  }

  /// Who wrote what when: the values themselves are personal, and no part of the log.
  private func stamp(_ value: StampedValue?, _ row: ConflictRow) -> [String: String?] {
    [
      "member": "\(row.member)", "field": row.field, "node": value.map { "\($0.node.number)" },
      "time": value.map { "\($0.time.packed)" },
    ]
  }

  private func openConflict(_ number: Int64) throws -> ConflictRow {
    let row = try conflictRow(number)
    guard row.state == .open else { throw DeskFault.decided(state: row.state.rawValue) }
    return row
  }

  private func conflictRow(_ number: Int64) throws -> ConflictRow {
    let found = try db.rows("\(ConflictRow.columns) WHERE number = ?", [number]).first
    guard let row = found.flatMap({ ConflictRow($0) }) else { throw DeskFault.unknownConflict }
    return row
  }

  private func decide(_ row: ConflictRow, _ state: ConflictState, _ note: String, by actor: String) throws {
    try db.run(
      "UPDATE conflicts SET state = ?, decided_ms = ?, actor = ?, note = ? WHERE number = ?",
      [state.rawValue, nowMs, actor, note, row.number])
  }

  /// In full for whoever decides about it, else masked.
  fileprivate func conflict(_ number: Int64, isFull: Bool) throws -> ValueConflict {
    try described(conflictRow(number), isFull: isFull)
  }

  private func described(_ row: ConflictRow, isFull: Bool) throws -> ValueConflict {
    func shown(_ value: String?) -> String? { isFull ? value : value.map { masked($0, in: row.field) } }
    func written(_ value: StampedValue) throws -> ValueConflict.Written {
      ValueConflict.Written(
        value: shown(value.value), store: try storeCode(of: value.node), node: value.node,
        at: value.time.timestamp)
    }
    return ValueConflict(
      number: row.number,
      member: try personName(row.member)
        ?? PersonName(memberId: row.member, code: ShortCode(row.member).description, maskedName: ""),
      field: row.field, lost: try written(row.lost), kept: try written(row.kept),
      stands: shown(try registers(of: row.member)[row.field]?.value), at: Timestamp(ms: row.atMs),
      state: row.state, decidedAt: row.decidedMs.map { Timestamp(ms: $0) }, actor: row.actor,
      reason: row.note)
  }

  fileprivate func conflicts(_ filter: DeskFilter) throws -> [ValueConflict] {
    var conditions = try conditions(filter)
    if let node = filter.node {
      conditions.add("(node = ? OR kept_node = ?)", Int64(node.number), Int64(node.number))
    }
    return try db.rows(
      "\(ConflictRow.columns) \(conditions.sql) ORDER BY number DESC LIMIT ?",
      conditions.arguments + [DeskLimits.page]
    ).compactMap { try ConflictRow($0).map { try described($0, isFull: false) } }
  }
}

/// A field's value as others may see it.
private func masked(_ value: String, in field: String) -> String {
  switch field {
  case Register.nameField: maskedName(value)
  case Register.phoneField, Register.cardField: "***" + value.suffix(4)
  case Register.birthdayField: "****" + value.suffix(6)
  default: value
  }
}

extension HubStore {
  public func conflicts(_ filter: DeskFilter) throws -> DeskPage<ValueConflict> {
    try reading { DeskPage(try $0.conflicts(filter), number: \.number) }
  }

  public func conflict(_ number: Int64) throws -> ValueConflict {
    try reading { try $0.conflict(number, isFull: true) }
  }
}
