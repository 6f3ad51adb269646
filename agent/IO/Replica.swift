import Foundation
import GRDB
import Storage
import SyncProtocol

/// A cache of what headquarters has told this store. It may be deleted at any moment; the next
/// pulls fill it again.
final class Replica: Sendable {
  private enum File {
    /// One connection: what it reads cannot change meanwhile, so a read needs no transaction.
    case queue(DatabaseQueue)
    case pool(DatabasePool)
  }

  private let file: File

  /// `readers` 0 opens the file for one thread at a time.
  init(path: String, readers: Int, cachePages: Int) throws {
    if readers == 0 {
      let queue = try SQLiteFile.openQueue(
        path, durability: .rebuildable, cachePages: cachePages, exclusive: true)
      try Migration.apply(Self.migrations, to: queue)
      file = .queue(queue)
    } else {
      let pool = try SQLiteFile.openPool(
        path, durability: .rebuildable, readers: readers, cachePages: cachePages)
      try Migration.apply(Self.migrations, to: pool)
      file = .pool(pool)
    }
  }

  static let migrations = [
    Migration(
      1, "rows by partition, ways to find them, and the position in the feed",
      """
      CREATE TABLE rows (
        slot INTEGER NOT NULL,
        kind INTEGER NOT NULL,
        key BLOB NOT NULL,
        fields BLOB NOT NULL,
        PRIMARY KEY (slot, kind, key)
      ) STRICT, WITHOUT ROWID;
      CREATE TABLE lookups (
        kind INTEGER NOT NULL,
        value BLOB NOT NULL,
        key BLOB NOT NULL,
        PRIMARY KEY (kind, value, key)
      ) STRICT, WITHOUT ROWID;
      CREATE TABLE partitions (
        slot INTEGER PRIMARY KEY, name TEXT NOT NULL, count INTEGER NOT NULL, high INTEGER NOT NULL,
        low INTEGER NOT NULL
      ) STRICT;
      CREATE TABLE state (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
      """)
  ]

  func read<T>(_ body: (ReplicaReader) throws -> T) throws -> T {
    switch file {
    case .queue(let queue): try queue.unsafeRead { try body(ReplicaReader(db: $0)) }
    case .pool(let pool): try pool.read { try body(ReplicaReader(db: $0)) }
    }
  }

  /// Applies a page whole or not at all. Answers the rows it touched and the partitions whose digest then
  /// differs from the hub's.
  func apply(
    _ page: PullPage, sections: [(partition: Partition, body: SectionBody)], shape: [Partition],
    hasher: RowHasher
  )
    throws -> AppliedPage
  {
    try write { db in
      var applied = AppliedPage()
      for (partition, body) in sections {
        var writer = try PartitionWriter(db: db, partition: partition, hasher: hasher)
        for change in body.changes { try writer.apply(change) }
        try writer.saveDigest()
        applied.touched += body.changes.map(\.key)
        if writer.digest != body.digest { applied.differing.append(partition) }
      }
      let cursor = SyncProtocol.Cursor(logEpoch: page.logEpoch, position: page.to, shape: shape)
      try db.run("INSERT OR REPLACE INTO state (name, value) VALUES ('cursor', ?)", [cursor.description])
      if page.to == page.head {
        try db.run("INSERT OR REPLACE INTO state (name, value) VALUES ('asOf', ?)", ["\(page.hubTime.ms)"])
      }
      return applied
    }
  }

  /// Forgets everything, to be filled again from the beginning of the feed.
  func clear() throws {
    try write { db in
      for table in ["rows", "lookups", "partitions", "state"] { try db.execute(sql: "DELETE FROM \(table)") }
    }
  }
}

extension Replica {
  private func write<T>(_ body: (Database) throws -> T) throws -> T {
    switch file {
    case .queue(let queue): try queue.write(body)
    case .pool(let pool): try pool.write(body)
    }
  }
}

struct AppliedPage: Sendable {
  var touched: [RowKey] = []
  var differing: [Partition] = []
}

/// Where a partition's rows stand in the file. A store carries its own, the rulebook and one region.
enum PartitionSlot {
  static let own = 1
  static let rulebook = 2
  static let region = 3

  static func of(_ partition: Partition) -> Int {
    partition == .rulebook ? rulebook : partition.name.hasPrefix("region/") ? region : own
  }

  static func of(_ kind: RowKind) -> Int {
    switch kind {
    case .position, .holding: own
    case .rulebook: rulebook
    default: region
    }
  }
}

/// Writes one partition's changes, keeping its digest and the look-ups in step.
struct PartitionWriter {
  let db: Database
  let partition: Partition
  let slot: Int
  let hasher: RowHasher
  private(set) var digest: PartitionDigest

  init(db: Database, partition: Partition, hasher: RowHasher) throws {
    self.db = db
    self.partition = partition
    self.hasher = hasher
    slot = PartitionSlot.of(partition)
    digest = try ReplicaReader(db: db).digest(slot: slot)
  }

  mutating func apply(_ change: RowChange) throws {
    let key = change.key
    let stored = try ReplicaReader(db: db).stored(key, slot: slot)
    let old = try stored.map { try Fields(canonicalBytes: $0) }
    let new = Fields.applying(change, to: old)
    if let stored { digest.remove(hasher.hash(key, canonicalFields: stored)) }
    if let new {
      let bytes = new.canonicalBytes
      digest.add(hasher.hash(key, canonicalFields: bytes))
      try db.run(
        "INSERT OR REPLACE INTO rows (slot, kind, key, fields) VALUES (?, ?, ?, ?)",
        [slot, Int(key.kind.code), key.bytes, bytes])
    } else {
      try db.run(
        "DELETE FROM rows WHERE slot = ? AND kind = ? AND key = ?", [slot, Int(key.kind.code), key.bytes])
    }
    if Lookup.exist(for: key.kind) { try updateLookups(key, from: old, to: new) }
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

/// A way to find a row other than by its key.
struct Lookup: Hashable {
  enum Kind: Int {
    case phone = 1
    case card = 2
    case code = 3
    case lastDigits = 4
    case name = 5
    case alias = 6
    case couponCode = 7
    case couponMember = 8
    /// Coupons that a node holds and that have not been used.
    case couponHolder = 9
  }

  let kind: Kind
  let value: [UInt8]

  static func exist(for kind: RowKind) -> Bool { kind == .member || kind == .coupon }

  static func holder(_ node: NodeID) -> Lookup {
    Lookup(
      kind: .couponHolder, value: (0..<4).map { UInt8(truncatingIfNeeded: node.number >> (24 - 8 * $0)) })
  }

  static func of(_ key: RowKey, _ fields: Fields) -> [Lookup] {
    switch key.kind {
    case .member:
      let row = MemberRow(fields)
      var lookups: [Lookup] = []
      if let id = MemberID(bytes: key.bytes) {
        lookups.append(Lookup(kind: .code, value: ShortCode(id).bytes))
      }
      if let alias = row.aliasOf { lookups.append(Lookup(kind: .alias, value: alias.bytes)) }
      if let phone = row.phoneKey { lookups.append(Lookup(kind: .phone, value: phone.bytes)) }
      if let card = row.card { lookups.append(Lookup(kind: .card, value: Array(card.utf8))) }
      if !row.phoneLastDigits.isEmpty {
        lookups.append(Lookup(kind: .lastDigits, value: Array(row.phoneLastDigits.utf8)))
      }
      if !row.maskedName.isEmpty { lookups.append(Lookup(kind: .name, value: Array(row.maskedName.utf8))) }
      return lookups
    case .coupon:
      guard let row = CouponRow(fields) else { return [] }
      return [
        Lookup(kind: .couponCode, value: Array(row.code.utf8)),
        Lookup(kind: .couponMember, value: row.member.bytes),
      ] + (row.state == .issued ? [.holder(row.holder)] : [])
    default: return []
    }
  }
}
