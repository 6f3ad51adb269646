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
  /// How many rows more, or fewer, of each kind there are than when this began.
  private var counted: [RowKind: Int64] = [:]
  private let select: HeldStatement
  private let insert: HeldStatement
  private let update: HeldStatement
  private let delete: HeldStatement
  private let insertLookup: HeldStatement
  private let deleteLookup: HeldStatement

  init(db: Database, partition: Partition, slot: Int, hasher: RowHasher) throws {
    self.db = db
    self.partition = partition
    self.hasher = hasher
    self.slot = slot
    digest = try PartitionDigest(slot: slot, db)
    let here = "WHERE slot = ?1 AND kind = ?2 AND key = ?3"
    select = try HeldStatement(db, "SELECT fields FROM rows \(here)")
    insert = try HeldStatement(db, "INSERT INTO rows (slot, kind, key, fields) VALUES (?1, ?2, ?3, ?4)")
    update = try HeldStatement(db, "UPDATE rows SET fields = ?4 \(here)")
    delete = try HeldStatement(db, "DELETE FROM rows \(here)")
    insertLookup = try HeldStatement(
      db, "INSERT OR IGNORE INTO lookups (kind, value, key, slot) VALUES (?1, ?2, ?3, ?4)")
    deleteLookup = try HeldStatement(
      db, "DELETE FROM lookups WHERE kind = ?1 AND value = ?2 AND key = ?3 AND slot = ?4")
  }

  /// The digest kept so far was wrong by this much.
  mutating func correct(by error: PartitionDigest) {
    digest = PartitionDigest(count: digest.count &+ error.count, sum: digest.sum &+ error.sum)
  }

  /// Applies changes and keeps the digest.
  mutating func apply(_ changes: [RowChange], _ applied: inout AppliedPage) throws {
    for change in changes {
      try apply(change)
      applied.touched.insert(change.key)
    }
    try saveDigest()
  }

  private mutating func apply(_ change: RowChange) throws {
    let key = change.key
    let stored = try select.at(key, slot) { try select.bytes() }
    let new = try Fields.applying(change, toStored: stored)
    if let stored { digest.remove(hasher.hash(key, canonicalFields: stored)) }
    if let new {
      digest.add(hasher.hash(key, canonicalFields: new))
      let write = stored == nil ? insert : update
      if stored == nil { counted[key.kind, default: 0] += 1 }
      try write.at(key, slot) { try write.bind(4, new) { try write.run() } }
    } else if stored != nil {
      counted[key.kind, default: 0] -= 1
      try delete.at(key, slot) { try delete.run() }
    }
    guard Lookup.exist(for: key.kind) else { return }
    try updateLookups(
      key, from: stored.map { try Fields(canonicalBytes: $0) }, to: new.map { try Fields(canonicalBytes: $0) }
    )
  }

  private func updateLookups(_ key: RowKey, from old: Fields?, to new: Fields?) throws {
    let before = old.map { Lookup.of(key, $0) } ?? []
    let after = new.map { Lookup.of(key, $0) } ?? []
    if before == after { return }
    for lookup in before where !after.contains(lookup) { try lookup.run(deleteLookup, key, slot) }
    for lookup in after where !before.contains(lookup) { try lookup.run(insertLookup, key, slot) }
  }

  private mutating func saveDigest() throws {
    for (kind, more) in counted where more != 0 {
      try db.run(
        """
        INSERT INTO counts (slot, kind, count) VALUES (?1, ?2, ?3)
        ON CONFLICT (slot, kind) DO UPDATE SET count = count + ?3
        """, [slot, Int(kind.code), more])
    }
    counted = [:]
    try digest.save(slot: slot, of: partition, db)
  }
}

extension HeldStatement {
  /// With a row's place bound as the first three arguments.
  fileprivate func at<T>(_ key: RowKey, _ slot: Int, _ body: () throws -> T) rethrows -> T {
    bind(1, slot)
    bind(2, Int(key.kind.code))
    return try bind(3, key.bytes, body)
  }
}

extension Lookup {
  fileprivate func run(_ statement: HeldStatement, _ key: RowKey, _ slot: Int) throws {
    statement.bind(1, kind.rawValue)
    statement.bind(4, slot)
    try statement.bind(2, value) { try statement.bind(3, key.bytes) { try statement.run() } }
  }
}
