import Compression
import Foundation
import GRDB
import Storage
import SyncProtocol
import Synchronization

/// A cache of what headquarters has told this store. It may be deleted at any moment; the next
/// pulls fill it again.
final class Replica: Sendable {
  private enum File {
    /// One connection: what it reads cannot change meanwhile, so a read needs no transaction.
    case queue(DatabaseQueue)
    case pool(DatabasePool)
  }

  private struct Opened {
    let file: File
    /// As the file says; changed only while something is applied, after which reads go by the new ones.
    var slots: ReplicaSlots
  }

  private let path: String
  private let readers: Int
  private let cachePages: Int
  private let opened: Mutex<Opened>

  /// `readers` 0 opens the file for one thread at a time.
  init(path: String, readers: Int, cachePages: Int) throws {
    (self.path, self.readers, self.cachePages) = (path, readers, cachePages)
    opened = Mutex(try Self.open(path, readers, cachePages))
  }

  private static func open(_ path: String, _ readers: Int, _ cachePages: Int) throws -> Opened {
    if readers == 0 {
      let queue = try SQLiteFile.openQueue(
        path, durability: .rebuildable, cachePages: cachePages, exclusive: true)
      try Migration.apply(migrations, to: queue)
      return Opened(file: .queue(queue), slots: try queue.read { try ReplicaSlots($0) })
    }
    let pool = try SQLiteFile.openPool(
      path, durability: .rebuildable, readers: readers, cachePages: cachePages)
    try Migration.apply(migrations, to: pool)
    return Opened(file: .pool(pool), slots: try pool.read { try ReplicaSlots($0) })
  }

  /// Goes on with another file in place of this one. Who reads the old one at this moment reads it to the
  /// end.
  func replace(by other: String) throws {
    // The log of the old file is not the new one's.
    for suffix in ["-wal", "-shm"] { unlink(path + suffix) }
    guard rename(other, path) == 0 else {
      throw StorageError.folderUnusable(path: path, reason: String(cString: strerror(errno)))
    }
    let fresh = try Self.open(path, readers, cachePages)
    opened.withLock { $0 = fresh }
  }

  func close() throws {
    switch opened.withLock({ $0.file }) {
    case .queue(let queue): try queue.close()
    case .pool(let pool): try pool.close()
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
        PRIMARY KEY (slot, key, kind)
      ) STRICT, WITHOUT ROWID;
      CREATE TABLE lookups (
        kind INTEGER NOT NULL,
        value BLOB NOT NULL,
        key BLOB NOT NULL,
        slot INTEGER NOT NULL,
        PRIMARY KEY (kind, value, key, slot)
      ) STRICT, WITHOUT ROWID;
      CREATE TABLE partitions (
        slot INTEGER PRIMARY KEY, name TEXT NOT NULL, count INTEGER NOT NULL, high INTEGER NOT NULL,
        low INTEGER NOT NULL
      ) STRICT;
      CREATE TABLE counts (
        slot INTEGER NOT NULL, kind INTEGER NOT NULL, count INTEGER NOT NULL, PRIMARY KEY (slot, kind)
      ) STRICT, WITHOUT ROWID;
      CREATE TABLE state (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
      """)
  ]

  func read<T>(_ body: (ReplicaReader) throws -> T) throws -> T {
    let opened = opened.withLock { $0 }
    func reader(_ db: Database) -> ReplicaReader { ReplicaReader(db: db, slots: opened.slots) }
    return switch opened.file {
    case .queue(let queue): try queue.unsafeRead { try body(reader($0)) }
    case .pool(let pool): try pool.read { try body(reader($0)) }
    }
  }

  /// Applies a repair and pages, one after another, all of it or none. Answers the rows that were touched and
  /// the partitions whose digest then differs from the hub's.
  func apply(_ news: ReplicaNews, hasher: RowHasher) throws -> AppliedPage {
    var slots = opened.withLock { $0.slots }
    let applied = try write { db in
      var applied = AppliedPage()
      if let repair = news.repair {
        var writer = try PartitionWriter(
          db: db, partition: repair.partition, slot: slots.slot(of: repair.partition), hasher: hasher)
        writer.correct(by: repair.digestError)
        try writer.apply(repair.changes, &applied)
      }
      for page in news.pages {
        applied.differing = []
        for (partition, body) in page.sections {
          var writer = try PartitionWriter(
            db: db, partition: partition, slot: slots.slot(of: partition), hasher: hasher)
          try writer.apply(body.changes, &applied)
          if writer.digest != body.digest { applied.differing.append(partition) }
        }
      }
      try Self.setState("cursor", news.cursor.description, db)
      if let last = news.pages.last?.page, last.to == last.head {
        try Self.setState("asOf", "\(last.hubTime.ms)", db)
      }
      return applied
    }
    opened.withLock { $0.slots = slots }
    return applied
  }

  /// Carries these partitions from now on: rows of others go. The new ones have none yet.
  func adopt(_ shape: [Partition]) throws {
    var kept = opened.withLock { $0.slots }
    try write { db in
      for (partition, slot) in kept.slots where !shape.contains(partition) {
        for table in ["rows", "lookups", "partitions", "counts"] {
          try db.run("DELETE FROM \(table) WHERE slot = ?", [slot])
        }
      }
      kept = try ReplicaSlots(db)
      guard let cursor = try ReplicaReader(db: db, slots: kept).cursor() else { return }
      let changed = SyncProtocol.Cursor(logEpoch: cursor.logEpoch, position: cursor.position, shape: shape)
      try Self.setState("cursor", changed.description, db)
    }
    opened.withLock { $0.slots = kept }
  }

  private static func setState(_ name: String, _ value: String, _ db: Database) throws {
    try db.run("INSERT OR REPLACE INTO state (name, value) VALUES (?, ?)", [name, value])
  }

}

extension Replica {
  private func write<T>(_ body: (Database) throws -> T) throws -> T {
    switch opened.withLock({ $0.file }) {
    case .queue(let queue): try queue.write(body)
    case .pool(let pool): try pool.write(body)
    }
  }
}

/// What goes into the replica in one transaction.
struct ReplicaNews {
  var repair: ReplicaRepair?
  var pages: [OpenedPage] = []
  /// Where the replica stands afterwards.
  let cursor: SyncProtocol.Cursor
}

/// A page with its sections decoded.
struct OpenedPage: Sendable {
  let page: PullPage
  let sections: [(partition: Partition, body: SectionBody)]

  init(_ page: PullPage) throws {
    self.page = page
    sections = try page.sections.map { section in
      let bytes = try Zstd.decompress(section.payload, limit: Limits.messageBytes)
      return (partition: section.partition, body: try SectionBody(wireBytes: bytes))
    }
  }
}

/// Rows of a partition as the hub has them, in place of what is here.
struct ReplicaRepair: Sendable {
  let partition: Partition
  let changes: [RowChange]
  /// What the running digest is wrong by.
  let digestError: PartitionDigest
}

struct AppliedPage: Sendable {
  var touched = TouchedRows()
  var differing: [Partition] = []
}

/// What pages brought news of.
struct TouchedRows: Sendable {
  /// Whose record, points or allowances changed.
  private(set) var members: Set<MemberID> = []
  private(set) var coupons: Set<CouponID> = []
  private(set) var hasRulebook = false

  mutating func insert(_ key: RowKey) {
    switch key.kind {
    case .member, .account, .holding: if let id = MemberID(bytes: key.bytes) { members.insert(id) }
    case .coupon: if let id = CouponID(bytes: key.bytes) { coupons.insert(id) }
    case .rulebook: hasRulebook = true
    default: break
    }
  }

  mutating func add(_ more: TouchedRows) {
    members.formUnion(more.members)
    coupons.formUnion(more.coupons)
    hasRulebook = hasRulebook || more.hasRulebook
  }
}
