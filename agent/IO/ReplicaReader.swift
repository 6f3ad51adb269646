import AgentCore
import Foundation
import GRDB
import Storage
import SyncProtocol

/// Reads within one consistent state of the replica.
struct ReplicaReader {
  let db: Database
  let slots: ReplicaSlots

  /// A row's fields in their canonical form.
  func stored(_ key: RowKey, slot: Int) throws -> [UInt8]? {
    try db.bytes(
      "SELECT fields FROM rows WHERE slot = ? AND kind = ? AND key = ?",
      [slot, Int(key.kind.code), key.bytes])
  }

  func fields(_ key: RowKey, slot: Int) throws -> Fields? {
    try stored(key, slot: slot).map { try Fields(canonicalBytes: $0) }
  }

  /// Keys of all rows of a kind in the store's own partition.
  func ownKeys(_ kind: RowKind) throws -> [[UInt8]] {
    try db.rows("SELECT key FROM rows WHERE slot = ? AND kind = ?", [ReplicaSlots.own, Int(kind.code)]).map {
      $0[0]
    }
  }

  func fields(_ kind: RowKind, _ key: [UInt8]) throws -> Fields? {
    let key = RowKey(kind: kind, bytes: key)
    for slot in slots.slots(of: kind) {
      if let found = try fields(key, slot: slot) { return found }
    }
    return nil
  }

  /// Keys of rows that have this value; at most `limit`.
  func keys(_ kind: Lookup.Kind, _ value: [UInt8], limit: Int = 50) throws -> [[UInt8]] {
    try db.rows(
      "SELECT DISTINCT key FROM lookups WHERE kind = ? AND value = ? LIMIT ?", [kind.rawValue, value, limit]
    )
    .map { $0[0] as [UInt8] }
  }

  func digest(slot: Int) throws -> PartitionDigest {
    try PartitionDigest(slot: slot, db)
  }

  func digests() throws -> [(partition: Partition, digest: PartitionDigest)] {
    try db.rows("SELECT slot, name FROM partitions ORDER BY name").map { row in
      (Partition(row[1]), try digest(slot: row[0]))
    }
  }

  func state(_ name: String) throws -> String? {
    try db.rows("SELECT value FROM state WHERE name = ?", [name]).first?[0]
  }

  func cursor() throws -> SyncProtocol.Cursor? { try state("cursor").flatMap { SyncProtocol.Cursor($0) } }

  func asOf() throws -> Timestamp { Timestamp(ms: try state("asOf").flatMap { Int64($0) } ?? 0) }

  /// How much of this store's journal the rows include.
  func includedThrough() throws -> JournalSeq {
    try fields(.position, []).map { PositionRow($0).includedThrough } ?? .none
  }

  /// Results that headquarters changed after a push, by their keys.
  func decidedResults() throws -> [[UInt8]: ResultRow] {
    try ownKeys(.result).reduce(into: [:]) { found, key in
      found[key] = try fields(.result, key).map { ResultRow($0) }
    }
  }

  /// Published rulebooks by version.
  func rulebooks() throws -> [Int64: RulebookRow] {
    let rows = try db.rows(
      "SELECT key, fields FROM rows WHERE slot = ? AND kind = ? ORDER BY key",
      [ReplicaSlots.rulebook, Int(RowKind.rulebook.code)]
    ).map { row in
      let version = (row[0] as [UInt8]).reduce(Int64(0)) { $0 << 8 | Int64($1) }
      return (version, RulebookRow(try Fields(canonicalBytes: row[1] as [UInt8])))
    }
    return Dictionary(rows) { first, _ in first }
  }

  /// The record that stands for a member after all merges.
  func root(of member: MemberID) throws -> MemberID {
    var current = member
    // A chain of merges is as long as a person has cards; a cycle would be a fault of the hub.
    for _ in 0..<16 {
      guard let row = try fields(.member, current.bytes), let next = MemberRow(row).aliasOf else {
        return current
      }
      current = next
    }
    return current
  }

  /// The standing record and all that were merged into it, the standing one first.
  func records(of root: MemberID) throws -> [MemberRecord] {
    var ids = [root]
    var position = 0
    while position < ids.count {
      let losers = try keys(.alias, ids[position].bytes).compactMap { MemberID(bytes: $0) }
      ids += losers.filter { !ids.contains($0) }
      position += 1
    }
    return try ids.map { try record($0) }
  }

  func record(_ id: MemberID) throws -> MemberRecord {
    MemberRecord(
      id: id, member: try fields(.member, id.bytes).map { MemberRow($0) },
      account: try fields(.account, id.bytes).map { try AccountRow($0) },
      holding: try fields(.holding, id.bytes).map { try HoldingRow($0) })
  }

  func count(_ kind: RowKind) throws -> Int64 {
    try slots.slots(of: kind).reduce(0) { sum, slot in
      let rows = try db.rows("SELECT count FROM counts WHERE slot = ? AND kind = ?", [slot, Int(kind.code)])
      return sum + (rows.first?[0] ?? 0)
    }
  }
}

extension PartitionDigest {
  /// As it was kept in step with a slot's rows.
  init(slot: Int, _ db: Database) throws {
    guard let row = try db.rows("SELECT count, high, low FROM partitions WHERE slot = ?", [slot]).first else {
      self.init()
      return
    }
    let high = UInt128(UInt64(bitPattern: row[1] as Int64))
    let low = UInt128(UInt64(bitPattern: row[2] as Int64))
    self.init(count: UInt64(bitPattern: row[0] as Int64), sum: high << 64 | low)
  }

  func save(slot: Int, of partition: Partition, _ db: Database) throws {
    try db.run(
      "INSERT OR REPLACE INTO partitions (slot, name, count, high, low) VALUES (?, ?, ?, ?, ?)",
      [
        slot, partition.name, Int64(bitPattern: count), Int64(truncatingIfNeeded: sum >> 64),
        Int64(truncatingIfNeeded: sum),
      ])
  }
}
