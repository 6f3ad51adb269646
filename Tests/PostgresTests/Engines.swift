import Chain
import Foundation
import Postgres
import Storage
import Testing
import TestPostgres

/// The same schema in a fresh database of each engine.
final class Engines {
  let sqlite: any SQLDatabase
  let postgres: PostgresPool
  private let folder: TemporaryFolder
  private let database: TestDatabase

  /// `schema` in SQLite's words.
  init(_ schema: String) throws {
    folder = try TemporaryFolder()
    database = try TestPostgres.shared.get().database()
    let file = try SQLiteFile.openPool(folder.file("a.db"), durability: .rebuildable)
    try Migration.apply([Migration(1, "all", schema)], to: file)
    sqlite = SQLitePool(file)
    postgres = PostgresPool(database.options)
    try postgres.apply([Migration(1, "all", schema)])
  }

  var both: [any SQLDatabase] { [sqlite, postgres] }

  /// Expects that both engines come to the same words.
  func agree(
    _ words: String, at location: SourceLocation = #_sourceLocation,
    _ body: (any SQLDatabase) throws -> String
  ) throws {
    for engine in both {
      let found = try body(engine)
      #expect(found == words, "\(type(of: engine))", sourceLocation: location)
    }
  }
}

extension SQLConnection {
  /// As the hub does it: undoes what `body` wrote when it throws.
  func savepoint<T>(_ name: String, _ body: () throws -> T) throws -> T {
    try run("SAVEPOINT \(name)")
    do {
      let value = try body()
      try run("RELEASE \(name)")
      return value
    } catch {
      try run("ROLLBACK TO \(name)")
      try run("RELEASE \(name)")
      throw error
    }
  }

  func number(_ sql: String, _ arguments: [(any SQLBindable)?] = []) throws -> Int64 {
    try rows(sql, arguments)[0][0]
  }
}

/// Waits for what another thread or the server does, for as long as anybody may believe in it.
func until(at location: SourceLocation = #_sourceLocation, _ holds: () -> Bool) {
  let deadline = ContinuousClock.now + .seconds(20)
  while !holds() {
    if ContinuousClock.now > deadline {
      Issue.record("it never came to that", sourceLocation: location)
      return
    }
    usleep(2_000)
  }
}

/// Something that the body of a transaction did not like.
struct Refusal: Error {}

/// A PostgreSQL database of its own for one test.
final class OwnDatabase {
  let database: TestDatabase
  let pool: PostgresPool

  init(
    _ schema: String = "CREATE TABLE t (id BIGINT PRIMARY KEY, a BIGINT)", readers: Int = 4, writers: Int = 4
  )
    throws
  {
    database = try TestPostgres.shared.get().database()
    var size = PostgresPool.Size()
    size.readers = readers
    size.writers = writers
    pool = PostgresPool(database.options, size)
    try pool.apply([Migration(1, "all", schema)])
  }
}
