import GRDB
import Storage
import SyncProtocol

/// Writes one partition's changes, keeping its digest and the look-ups in step.
struct PartitionWriter {
  let db: Database
  let partition: Partition
  let slot: Int
  let hasher: RowHasher
  private(set) var digest: PartitionDigest
  private let select: HeldStatement
  private let insert: HeldStatement
  private let update: HeldStatement
  private let delete: HeldStatement

  init(db: Database, partition: Partition, hasher: RowHasher) throws {
    self.db = db
    self.partition = partition
    self.hasher = hasher
    slot = PartitionSlot.of(partition)
    digest = try ReplicaReader(db: db).digest(slot: slot)
    let here = "WHERE slot = ?1 AND kind = ?2 AND key = ?3"
    select = try HeldStatement(db, "SELECT fields FROM rows \(here)")
    insert = try HeldStatement(db, "INSERT INTO rows (slot, kind, key, fields) VALUES (?1, ?2, ?3, ?4)")
    update = try HeldStatement(db, "UPDATE rows SET fields = ?4 \(here)")
    delete = try HeldStatement(db, "DELETE FROM rows \(here)")
  }

  mutating func apply(_ change: RowChange) throws {
    let key = change.key
    let stored = try at(key, select).bytes()
    let new = try Fields.applying(change, toStored: stored)
    if let stored { digest.remove(hasher.hash(key, canonicalFields: stored)) }
    if let new {
      digest.add(hasher.hash(key, canonicalFields: new))
      let statement = at(key, stored == nil ? insert : update)
      statement.bind(4, new)
      try statement.run()
    } else if stored != nil {
      try at(key, delete).run()
    }
    guard Lookup.exist(for: key.kind) else { return }
    try updateLookups(
      key, from: stored.map { try Fields(canonicalBytes: $0) }, to: new.map { try Fields(canonicalBytes: $0) }
    )
  }

  private func at(_ key: RowKey, _ statement: HeldStatement) -> HeldStatement {
    statement.bind(1, slot)
    statement.bind(2, Int(key.kind.code))
    statement.bind(3, key.bytes)
    return statement
  }

  private func updateLookups(_ key: RowKey, from old: Fields?, to new: Fields?) throws {
    let before = old.map { Lookup.of(key, $0) } ?? []
    let after = new.map { Lookup.of(key, $0) } ?? []
    if before == after { return }
    for lookup in before where !after.contains(lookup) {
      try db.run(
        "DELETE FROM lookups WHERE kind = ? AND value = ? AND key = ?",
        [lookup.kind.rawValue, lookup.value, key.bytes])
    }
    for lookup in after where !before.contains(lookup) {
      try db.run(
        "INSERT OR IGNORE INTO lookups (kind, value, key) VALUES (?, ?, ?)",
        [lookup.kind.rawValue, lookup.value, key.bytes])
    }
  }

  func saveDigest() throws {
    try db.run(
      "INSERT OR REPLACE INTO partitions (slot, name, count, high, low) VALUES (?, ?, ?, ?, ?)",
      [
        slot, partition.name, Int64(bitPattern: digest.count), Int64(truncatingIfNeeded: digest.sum >> 64),
        Int64(truncatingIfNeeded: digest.sum),
      ])
  }
}
