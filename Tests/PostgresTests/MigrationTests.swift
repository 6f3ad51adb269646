import Foundation
import Postgres
import Storage
import Testing
import TestKit
import TestPostgres

@testable import ServerStorage

@Suite struct PostgresMigrationTests {
  private let database: TestDatabase
  private let pool: PostgresPool

  init() throws {
    database = try TestPostgres.shared.get().database()
    pool = PostgresPool(database.options)
  }

  private static let steps = [
    Migration(
      1, "members", "CREATE TABLE members (id INTEGER PRIMARY KEY) STRICT; INSERT INTO members VALUES (7)"),
    Migration(2, "stores", "CREATE TABLE stores (id BLOB PRIMARY KEY) STRICT, WITHOUT ROWID"),
  ]

  private func number(_ sql: String) throws -> Int64 { try pool.read { try $0.number(sql) } }

  @Test func `the hub's whole schema is one for PostgreSQL, too`() throws {
    try pool.apply(HubSchema.migrations)
    let made = HubSchema.migrations.map(\.sql).joined().matches(of: /CREATE TABLE (\w+)/).map { String($0.1) }
    let there = try pool.read { db in
      try db.rows("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")
        .map { $0[0] as String }
    }
    #expect(Set(there) == Set(made + ["schema_version"]))
    let odd = try number(
      """
      SELECT count(*) FROM information_schema.columns WHERE table_schema = 'public' AND (
        data_type NOT IN ('bigint', 'bytea', 'text') OR data_type = 'text' AND collation_name <> 'C')
      """)
    #expect(odd == 0)
  }

  @Test func `migrations run once and go on where an older release stopped`() throws {
    try pool.apply(Array(Self.steps.prefix(1)))
    try pool.apply(Self.steps)
    try pool.apply(Self.steps)
    #expect(try number("SELECT version FROM schema_version") == 2)
    #expect(try number("SELECT count(*) FROM members") == 1)
  }

  @Test func `a step that fails leaves nothing of itself`() throws {
    let broken = Migration(3, "broken", "CREATE TABLE half (id INTEGER); CREATE TABLE stores (id INTEGER)")
    let fault = #expect(throws: PostgresFault.self) { try pool.apply(Self.steps + [broken]) }
    #expect(fault?.sqlState == "42P07")
    #expect(try number("SELECT version FROM schema_version") == 2)
    #expect(try number("SELECT count(*) FROM information_schema.tables WHERE table_name = 'half'") == 0)
    try pool.apply(Self.steps)
  }

  @Test func `a database from a newer release is refused`() throws {
    try pool.apply(Self.steps)
    #expect(throws: StorageError.newerFile(found: 2, known: 1)) {
      try pool.apply(Array(Self.steps.prefix(1)))
    }
  }

  @Test func `programs that start at once take turns`() async throws {
    let database = database
    _ = try await onItsOwnThread {
      try inParallel(6) { _ in try PostgresPool(database.options).apply(Self.steps) }
    }
    #expect(try number("SELECT count(*) FROM members") == 1)
  }
}
