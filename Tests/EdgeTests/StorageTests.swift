import Chain
import Foundation
import GRDB
import Storage
import Testing

@Suite struct StorageTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func synchronous(_ db: Database) throws -> Int? { try Int.fetchOne(db, sql: "PRAGMA synchronous") }

  @Test func `an acknowledging queue flushes each commit, also after many transactions`() throws {
    let queue = try SQLiteFile.openQueue(folder.file("a.db"), durability: .acknowledged)
    try queue.write { try $0.execute(sql: "CREATE TABLE t (x)") }
    for number in 0..<10 { try queue.write { try $0.run("INSERT INTO t VALUES (?)", [number]) } }
    #expect(try queue.read { try synchronous($0) } == 2)
    #expect(try queue.read { try String.fetchOne($0, sql: "PRAGMA journal_mode") } == "wal")
    #expect(try queue.read { try $0.rows("SELECT x FROM t WHERE x > ?", [7]).count } == 2)
  }

  @Test func `an acknowledging pool flushes each commit, also after reads and writes`() throws {
    let pool = try SQLiteFile.openPool(folder.file("a.db"), durability: .acknowledged, readers: 2)
    try pool.write { try $0.execute(sql: "CREATE TABLE t (x)") }
    try pool.read { _ = try Row.fetchAll($0, sql: "SELECT * FROM t") }
    #expect(try pool.writeWithoutTransaction { try synchronous($0) } == 2)
    let reopened = try SQLiteFile.openPool(folder.file("a.db"), durability: .acknowledged, readers: 2)
    #expect(try reopened.writeWithoutTransaction { try synchronous($0) } == 2)
  }

  @Test func `a rebuildable file takes the cheaper promise and the asked cache`() throws {
    let queue = try SQLiteFile.openQueue(folder.file("r.db"), durability: .rebuildable, cachePages: 123)
    #expect(try queue.read { try synchronous($0) } == 1)
    #expect(try queue.read { try Int.fetchOne($0, sql: "PRAGMA cache_size") } == 123)
  }

  @Test func `a foreign key that points nowhere is refused`() throws {
    let queue = try SQLiteFile.openQueue(folder.file("a.db"), durability: .acknowledged)
    try queue.write { db in
      try db.execute(sql: "CREATE TABLE a (id INTEGER PRIMARY KEY); CREATE TABLE b (a REFERENCES a)")
    }
    #expect(throws: BrokenConstraint.self) { try queue.write { try $0.run("INSERT INTO b VALUES (1)") } }
  }

  private static let steps = [
    Migration(1, "members", "CREATE TABLE members (id); CREATE INDEX by_id ON members (id)"),
    Migration(2, "stores", "CREATE TABLE stores (id)"),
  ]

  @Test func `migrations run once and go on where an older release stopped`() throws {
    let queue = try SQLiteFile.openQueue(folder.file("m.db"), durability: .acknowledged)
    try Migration.apply(Array(Self.steps.prefix(1)), to: queue)
    try Migration.apply(Self.steps, to: queue)
    try Migration.apply(Self.steps, to: queue)
    #expect(try queue.read { try $0.tableExists("stores") })
    #expect(try queue.read { try Int.fetchOne($0, sql: "PRAGMA user_version") } == 2)
  }

  @Test func `a step that fails leaves nothing of itself`() throws {
    let queue = try SQLiteFile.openQueue(folder.file("m.db"), durability: .acknowledged)
    let broken = Migration(3, "broken", "CREATE TABLE half (id); CREATE TABLE stores (id)")
    #expect(throws: DatabaseError.self) { try Migration.apply(Self.steps + [broken], to: queue) }
    #expect(try queue.read { try Int.fetchOne($0, sql: "PRAGMA user_version") } == 2)
    #expect(try queue.read { try !$0.tableExists("half") })
  }

  @Test func `a file from a newer release is refused`() throws {
    let queue = try SQLiteFile.openQueue(folder.file("m.db"), durability: .acknowledged)
    try Migration.apply(Self.steps, to: queue)
    #expect(throws: StorageError.newerFile(found: 2, known: 1)) {
      try Migration.apply(Array(Self.steps.prefix(1)), to: queue)
    }
  }

  @Test func `a damaged, foreign or missing file is not healthy and a good one is`() throws {
    let path = folder.file("h.db")
    #expect(!SQLiteFile.isHealthy(path))
    let queue = try SQLiteFile.openQueue(path, durability: .rebuildable)
    try queue.write { db in
      try db.execute(sql: "CREATE TABLE t (x); CREATE INDEX by_x ON t (x)")
      for number in 0..<5_000 { try db.run("INSERT INTO t VALUES (?)", ["row \(number)"]) }
    }
    try queue.close()
    #expect(SQLiteFile.isHealthy(path))
    var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    bytes.replaceSubrange(8_192..<40_000, with: Data(repeating: 0x5A, count: 40_000 - 8_192))
    try bytes.write(to: URL(fileURLWithPath: path))
    #expect(!SQLiteFile.isHealthy(path))
    try Data("not a database, just a text".utf8).write(to: URL(fileURLWithPath: path))
    #expect(!SQLiteFile.isHealthy(path))
  }

  @Test func `a folder has one holder and is free again when the holder lets go`() throws {
    var first: FolderLock? = try FolderLock(folder.path)
    #expect(throws: StorageError.folderInUse(path: folder.path, pid: getpid())) {
      try FolderLock(folder.path)
    }
    #expect(first != nil)
    first = nil
    _ = try FolderLock(folder.path)
  }

  @Test func `refusing a folder does not close what another thread has opened`() async throws {
    let first = try FolderLock(folder.path)
    let path = folder.path
    // Each opens and closes files; a descriptor that somebody else closed fails to close.
    let broken = try await withThrowingTaskGroup(of: Int.self) { group in
      for _ in 0..<4 {
        group.addTask {
          var broken = 0
          for _ in 0..<3_000 {
            let file = open("/dev/null", O_RDONLY | O_CLOEXEC)
            _ = try? FolderLock(path)
            if close(file) != 0 { broken += 1 }
          }
          return broken
        }
      }
      return try await group.reduce(0, +)
    }
    #expect(broken == 0)
    withExtendedLifetime(first) {}
  }

  @Test func `a folder that does not exist is refused with its reason`() {
    #expect(throws: StorageError.folderUnusable(path: "/nowhere", reason: "No such file or directory")) {
      try FolderLock("/nowhere")
    }
  }
}
