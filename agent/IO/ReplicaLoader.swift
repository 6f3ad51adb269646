import Compression
import Foundation
import GRDB
import Storage
import SyncProtocol

/// Fills a new replica from snapshots: rows in the order of their keys, the ways to find them last.
final class ReplicaLoader {
  private let path: String
  private let queue: DatabaseQueue
  private let hasher: RowHasher
  private var slots: ReplicaSlots

  init(path: String, hasher: RowHasher) throws {
    self.path = path
    self.hasher = hasher
    for suffix in ["", "-wal", "-shm", Self.sorting] { unlink(path + suffix) }
    queue = try SQLiteFile.openForLoading(path)
    try Migration.apply(Replica.migrations, to: queue)
    slots = try queue.read { try ReplicaSlots($0) }
    let aside = path + Self.sorting
    try queue.writeWithoutTransaction { db in
      try db.execute(sql: "ATTACH ? AS sorting", arguments: [aside])
      try db.execute(sql: "PRAGMA sorting.journal_mode = OFF")
      try db.execute(sql: "PRAGMA sorting.synchronous = OFF")
      try db.execute(sql: "CREATE TABLE sorting.lookups (kind, value, key, slot)")
    }
  }

  private static let sorting = ".sorting"

  /// The partitions in the order in which their rows stand in the file.
  static func inOrder(_ shape: [Partition]) -> [Partition] {
    shape.filter { !$0.isRegion && $0 != .rulebook } + shape.filter { $0 == .rulebook }
      + shape.filter(\.isRegion).sorted()
  }

  /// Takes a partition's chunks one by one, each given as its bytes. Throws where the rows are not those of
  /// the manifest.
  func load(_ manifest: SnapshotManifest, chunk: (SnapshotChunk) throws -> [UInt8]) throws {
    let slot = slots.slot(of: manifest.partition)
    var digest = PartitionDigest()
    var counts: [RowKind: Int64] = [:]
    for part in manifest.chunks {
      let bytes = try Zstd.decompress(try chunk(part), limit: Limits.messageBytes)
      let body = try SectionBody(wireBytes: bytes)
      try queue.write { db in
        for row in try write(body, slot, db) { counts[row.key, default: 0] += row.value }
      }
      digest = PartitionDigest(
        count: digest.count &+ body.digest.count, sum: digest.sum &+ body.digest.sum)
    }
    guard digest == manifest.partitionDigest else {
      throw HubFault.notUnderstood("a snapshot whose rows are not those of its digest")
    }
    try queue.write { db in
      try digest.save(slot: slot, of: manifest.partition, db)
      for (kind, count) in counts {
        try db.run("INSERT INTO counts (slot, kind, count) VALUES (?, ?, ?)", [slot, Int(kind.code), count])
      }
    }
  }

  private func write(_ body: SectionBody, _ slot: Int, _ db: Database) throws -> [RowKind: Int64] {
    let insert = try HeldStatement(db, "INSERT INTO rows (slot, key, kind, fields) VALUES (?, ?, ?, ?)")
    let aside = try HeldStatement(
      db, "INSERT INTO sorting.lookups (kind, value, key, slot) VALUES (?, ?, ?, ?)")
    var digest = PartitionDigest()
    var counts: [RowKind: Int64] = [:]
    insert.bind(1, slot)
    aside.bind(4, slot)
    for change in body.changes {
      guard let fields = Fields.applying(change, to: nil) else { continue }
      let stored = fields.canonicalBytes
      digest.add(hasher.hash(change.key, canonicalFields: stored))
      counts[change.key.kind, default: 0] += 1
      insert.bind(3, Int(change.key.kind.code))
      try insert.bind(2, change.key.bytes) { try insert.bind(4, stored) { try insert.run() } }
      for lookup in Lookup.of(change.key, fields) {
        aside.bind(1, lookup.kind.rawValue)
        try aside.bind(2, lookup.value) { try aside.bind(3, change.key.bytes) { try aside.run() } }
      }
    }
    guard digest == body.digest else {
      throw HubFault.notUnderstood("a chunk whose rows are not those of its digest")
    }
    return counts
  }

  /// Puts the ways to find rows in order, and the file where it may be opened as a replica at this cursor.
  func finish(at cursor: SyncProtocol.Cursor) throws {
    try queue.write { db in
      try db.execute(
        sql: """
          INSERT OR IGNORE INTO main.lookups (kind, value, key, slot)
          SELECT kind, value, key, slot FROM sorting.lookups ORDER BY kind, value, key, slot
          """)
      try db.run("INSERT INTO state (name, value) VALUES ('cursor', ?)", [cursor.description])
    }
    try queue.close()
    unlink(path + Self.sorting)
    try SQLiteFile.flush(path)
  }
}
