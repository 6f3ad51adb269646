import Foundation
import GRDB

/// The one way in which Patron opens SQLite files.
///
/// GRDB opens WAL files with `synchronous = NORMAL`, which loses acknowledged commits when the power
/// fails, and it does so after every hook a caller has. So the order here is the argument:
/// 1. each connection starts with `synchronous = EXTRA`, so that the switch of a fresh file to WAL is
///    durable down to the removal of the rollback journal,
/// 2. GRDB switches to WAL,
/// 3. then the wanted level is set on the writer and read back; it lasts as long as the connection,
///    which GRDB keeps until the queue or pool is closed.
public enum SQLiteFile {
  /// SQLite's page is 4 KiB here, so this is 8 MiB for each connection.
  public static let defaultCachePages = 2_000

  /// Opens a file for one thread at a time: least memory, and a write that never waits for readers.
  ///
  /// `exclusive` keeps the file's lock between transactions: a third cheaper, and nobody else may look into
  /// the file meanwhile. For processes that keep hundreds of files.
  public static func openQueue(
    _ path: String, durability: Durability, cachePages: Int = defaultCachePages, exclusive: Bool = false,
    prepare: (@Sendable (Database) throws -> Void)? = nil
  ) throws -> DatabaseQueue {
    let configuration = configuration(cachePages: cachePages, prepare: prepare)
    let queue = try DatabaseQueue(path: path, configuration: configuration)
    try queue.writeWithoutTransaction { db in
      try settle(db, durability, path)
      if exclusive { try db.execute(sql: "PRAGMA locking_mode = EXCLUSIVE") }
    }
    return queue
  }

  /// SQLite's own: once the log has so many pages they are copied into the file.
  public static let defaultCheckpointPages = 1_000

  /// Opens a file for one writer and up to `readers` concurrent readers. Where most commits change the same
  /// few pages, a larger `checkpointPages` copies each of them less often.
  public static func openPool(
    _ path: String, durability: Durability, readers: Int = 4, cachePages: Int = defaultCachePages,
    checkpointPages: Int = defaultCheckpointPages, prepare: (@Sendable (Database) throws -> Void)? = nil
  ) throws -> DatabasePool {
    var configuration = configuration(cachePages: cachePages, prepare: prepare)
    configuration.maximumReaderCount = readers
    let pool = try DatabasePool(path: path, configuration: configuration)
    try pool.writeWithoutTransaction { db in
      try settle(db, durability, path)
      try db.execute(sql: "PRAGMA wal_autocheckpoint = \(checkpointPages)")
    }
    return pool
  }

  /// Opens a new file to be filled as fast as it goes: neither a log nor a flush, so whatever interrupts it
  /// leaves nothing that may be used. `close` flushes it.
  public static func openForLoading(_ path: String, cachePages: Int = 16_000) throws -> DatabaseQueue {
    var configuration = Configuration()
    configuration.prepareDatabase { db in
      try db.execute(sql: "PRAGMA journal_mode = OFF")
      try db.execute(sql: "PRAGMA synchronous = OFF")
      try db.execute(sql: "PRAGMA locking_mode = EXCLUSIVE")
      try db.execute(sql: "PRAGMA cache_size = \(cachePages)")
    }
    return try DatabaseQueue(path: path, configuration: configuration)
  }

  /// Waits until a closed file is on the disk.
  public static func flush(_ path: String) throws {
    let file = open(path, O_RDONLY)
    guard file >= 0, fsync(file) == 0 else {
      throw StorageError.folderUnusable(path: path, reason: String(cString: strerror(errno)))
    }
    close(file)
  }

  private static func configuration(
    cachePages: Int, prepare: (@Sendable (Database) throws -> Void)?
  ) -> Configuration {
    precondition(cachePages > 0, "SQLite reads a negative cache size as KiB")
    var configuration = Configuration()
    configuration.journalMode = .wal
    configuration.foreignKeysEnabled = true
    configuration.busyMode = .timeout(busySeconds)
    configuration.prepareDatabase { db in
      try db.execute(sql: "PRAGMA synchronous = EXTRA")
      try db.execute(sql: "PRAGMA cache_size = \(cachePages)")
      try db.execute(sql: "PRAGMA temp_store = MEMORY")
      try prepare?(db)
    }
    return configuration
  }

  private static func settle(_ db: Database, _ durability: Durability, _ path: String) throws {
    try db.execute(sql: "PRAGMA synchronous = \(durability.synchronous)")
    try expect(db, "synchronous", "\(durability.synchronous)", path)
    try expect(db, "journal_mode", "wal", path)
    try expect(db, "foreign_keys", "1", path)
    try expect(db, "temp_store", "2", path)
  }

  private static func expect(_ db: Database, _ setting: String, _ wanted: String, _ path: String) throws {
    let found = try String.fetchOne(db, sql: "PRAGMA \(setting)") ?? "nothing"
    guard found == wanted else {
      throw StorageError.settingRefused(path: path, setting: setting, wanted: wanted, found: found)
    }
  }

  /// The folder has one holder, so a wait is for a backup or an operator's sqlite3, both short.
  private static let busySeconds = 5.0
}
