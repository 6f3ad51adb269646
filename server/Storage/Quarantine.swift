import Foundation
import Loyalty
import Storage
import SyncProtocol

/// Where an entry in quarantine 隔离区 stands.
public enum QuarantineState: String, Hashable, Sendable, Codable, CaseIterable {
  case waiting
  /// Somebody decided that it counts for nothing; it stays readable.
  case discarded
  /// It was tried again, and worked.
  case applied
}

/// An entry that could not be applied, as lists show it.
public struct QuarantinedEntry: Hashable, Sendable, Codable {
  public let number: Int64
  public let store: String
  public let node: NodeID
  public let epoch: Int64
  public let seq: JournalSeq
  public let memberId: MemberID?
  /// When it was set aside.
  public let at: Timestamp
  public let what: Words
  /// Why it was refused.
  public let why: Words
  public let state: QuarantineState
  public let decidedAt: Timestamp?
  public let actor: String?
  public let reason: String?
}

/// One of them with all that is known of it.
public struct QuarantineDetail: Hashable, Sendable, Codable {
  public let entry: QuarantinedEntry
  /// Nil for an entry of nobody, or of somebody whom the hub does not know.
  public let member: PersonName?
  /// By the store's clock.
  public let writtenAt: Timestamp
  /// Entries of this member and store that wait for it.
  public let behind: [QuarantinedEntry]
  /// The entry as the store wrote it.
  public let content: Entry
}

/// A person in a list: as much as a screen that others see may show.
public struct PersonName: Hashable, Sendable, Codable {
  public let memberId: MemberID
  public let code: String
  public let maskedName: String
}

/// A row of the table, with the entry read.
struct QuarantineRow {
  let number: Int64
  let node: NodeID
  let epoch: Int64
  let seq: JournalSeq
  let member: MemberID?
  let reason: String
  let entry: Entry
  let atMs: Int64
  let state: QuarantineState
  let decidedMs: Int64?
  let actor: String?
  let note: String?

  static let columns = """
    SELECT number, node, epoch, seq, member, reason, entry, at_ms, state, decided_ms, actor, note
    FROM quarantine
    """

  init(_ row: SQLRow) throws {
    (number, node, epoch) = (row[0], NodeID(UInt32(row[1] as Int64)), row[2])
    seq = JournalSeq(UInt64(bitPattern: row[3] as Int64))
    member = (row[4] as [UInt8]?).flatMap { MemberID(bytes: $0) }
    (reason, entry, atMs) = (row[5], try Entry(canonicalBytes: row[6]), row[7])
    state = QuarantineState(rawValue: row[8]) ?? .waiting
    (decidedMs, actor, note) = (row[9], row[10], row[11])
  }
}

extension HubTransaction {
  func setAside(_ entry: Entry, from node: NodeID, epoch: Int64, reason: String) throws {
    try db.run(
      "INSERT INTO quarantine (node, epoch, seq, member, reason, entry, at_ms) VALUES (?, ?, ?, ?, ?, ?, ?)",
      [
        Int64(node.number), epoch, Int64(entry.seq.number), entry.body.member.map(\.bytes), reason,
        entry.canonicalBytes, nowMs,
      ])
  }

  func isQuarantined(_ member: MemberID, of node: NodeID) throws -> Bool {
    try !db.rows(
      "SELECT 1 FROM quarantine WHERE node = ? AND member = ? AND state = 'waiting' LIMIT 1",
      [Int64(node.number), member.bytes]
    ).isEmpty
  }

  func quarantined(_ number: Int64) throws -> QuarantineRow {
    guard let row = try db.rows("\(QuarantineRow.columns) WHERE number = ?", [number]).first else {
      throw DeskFault.unknownEntry
    }
    return try QuarantineRow(row)
  }

  /// What waits of a member at a store, in the order of its journal.
  func queue(of member: MemberID, at node: NodeID, limit: Int) throws -> [QuarantineRow] {
    try db.rows(
      """
      \(QuarantineRow.columns) WHERE node = ? AND member = ? AND state = 'waiting'
      ORDER BY epoch, seq LIMIT ?
      """, [Int64(node.number), member.bytes, limit]
    ).map { try QuarantineRow($0) }
  }

  func described(_ row: QuarantineRow) throws -> QuarantinedEntry {
    QuarantinedEntry(
      number: row.number, store: try storeCode(of: row.node), node: row.node, epoch: row.epoch,
      seq: row.seq, memberId: row.member, at: Timestamp(ms: row.atMs),
      what: row.entry.words(currency: try rulebook(at: Timestamp(ms: nowMs)).currency),
      why: Words(reason: row.reason), state: row.state,
      decidedAt: row.decidedMs.map { Timestamp(ms: $0) }, actor: row.actor, reason: row.note)
  }

  /// The code under which people know a node; the hub itself has none.
  func storeCode(of node: NodeID) throws -> String {
    try db.rows("SELECT store FROM nodes WHERE node = ?", [Int64(node.number)]).first?[0] ?? ""
  }

  func personName(_ member: MemberID) throws -> PersonName? {
    try memberRow(member).map {
      PersonName(memberId: member, code: ShortCode(member).description, maskedName: $0.maskedName)
    }
  }
}

extension HubStore {
  public func quarantine(_ filter: DeskFilter) throws -> DeskPage<QuarantinedEntry> {
    try reading { reader in
      var conditions = try reader.conditions(filter)
      if let node = filter.node { conditions.add("node = ?", Int64(node.number)) }
      let rows = try reader.db.rows(
        "\(QuarantineRow.columns) \(conditions.sql) ORDER BY number DESC LIMIT ?",
        conditions.arguments + [DeskLimits.page])
      return DeskPage(try rows.map { try reader.described(QuarantineRow($0)) }, number: \.number)
    }
  }

  public func quarantined(_ number: Int64) throws -> QuarantineDetail {
    try reading { try $0.detail(of: $0.quarantined(number)) }
  }

  /// Of the entries behind `after`, in the order of their numbers, each in a line of JSON; nil at the end.
  public func quarantineLines(after: Int64, limit: Int) throws -> (lines: String, last: Int64)? {
    try reading { reader in
      let rows = try reader.db.rows(
        "\(QuarantineRow.columns) WHERE number > ? ORDER BY number LIMIT ?", [after, limit]
      ).map { try QuarantineRow($0) }
      guard let last = rows.last else { return nil }
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      let lines = try rows.map { row in
        String(decoding: try encoder.encode(try reader.detail(of: row, behind: false)), as: UTF8.self) + "\n"
      }
      return (lines.joined(), last.number)
    }
  }
}

extension HubTransaction {
  func detail(of row: QuarantineRow, behind: Bool = true) throws -> QuarantineDetail {
    let waiting =
      behind && row.state == .waiting
      ? try row.member.map { try queue(of: $0, at: row.node, limit: DeskLimits.page) } ?? [] : []
    return QuarantineDetail(
      entry: try described(row), member: try row.member.flatMap { try personName($0) },
      writtenAt: row.entry.time.timestamp,
      behind: try waiting.filter { ($0.epoch, $0.seq) > (row.epoch, row.seq) }.map { try described($0) },
      content: row.entry)
  }
}
