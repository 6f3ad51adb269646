import Chain
import Foundation
import Postgres
import Storage
import Testing
import TestKit
import TestPostgres

/// Connections that end at the wrong moment.
@Suite struct LostConnectionTests {
  private let own: OwnDatabase

  init() throws { own = try OwnDatabase(readers: 1, writers: 1) }

  private func number(_ sql: String) throws -> Int64 { try own.pool.read { try $0.number(sql) } }

  /// Ends another session, and returns when it is over.
  private func end(_ process: Int32) throws {
    try own.pool.withSession { db in
      _ = try db.rows("SELECT pg_terminate_backend(?, 10000)", [process])
    }
  }

  @Test func `a session ended in the middle of a transaction undoes it, and the next has a new one`() throws {
    #expect(throws: PostgresUnavailable.self) {
      try own.pool.write { db in
        try db.run("INSERT INTO t (id) VALUES (1)")
        try end(Int32(try db.number("SELECT pg_backend_pid()")))
        _ = try db.rows("SELECT 1")
      }
    }
    try own.pool.write { db in
      try db.run("INSERT INTO t (id) VALUES (2)")
      #expect(db.isInsideTransaction)
    }
    #expect(try number("SELECT sum(id) FROM t") == 2)
  }

  @Test func `after a lost connection nothing says that the transaction goes on`() throws {
    try? own.pool.write { db in
      try end(Int32(try db.number("SELECT pg_backend_pid()")))
      #expect(throws: PostgresUnavailable.self) { _ = try db.rows("SELECT 1") }
      #expect(!db.isInsideTransaction)
      #expect(throws: PostgresUnavailable.self) { try db.run("ROLLBACK") }
    }
  }

  @Test func `a session ended while nobody used it is not handed out again`() throws {
    for _ in 0..<3 {
      let reader = Int32(try number("SELECT pg_backend_pid()"))
      let writer = try own.pool.write { Int32(try $0.number("SELECT pg_backend_pid()")) }
      try end(reader)
      try end(writer)
      #expect(try number("SELECT 1::int8") == 1)
      try own.pool.write { try $0.run("UPDATE t SET a = 1") }
    }
  }

  @Test func `a connection lost during the commit is told as an unknown outcome`() async throws {
    let line = try Line(to: own.database.port)
    let pool = PostgresPool(own.database.options(port: line.port))
    try await onItsOwnThread {
      // A session that has not committed yet would first have to learn the word, and be lost before it is
      // said.
      try pool.write { try $0.run("UPDATE t SET a = 1") }
      #expect(throws: PostgresOutcomeUnknown.self) {
        try pool.write { db in
          try db.run("INSERT INTO t (id) VALUES (1)")
          _ = try db.rows("SELECT 1")
          line.cut()
        }
      }
      #expect(throws: PostgresUnavailable.self) {
        try pool.write { try $0.run("INSERT INTO t (id) VALUES (2)") }
      }
      line.restore()
      try pool.write { try $0.run("INSERT INTO t (id) VALUES (3)") }
    }
    #expect(try number("SELECT count(*) FROM t WHERE id > 1") == 1)
  }

  @Test func `no server is told in words`() throws {
    let fault = #expect(throws: PostgresUnavailable.self) {
      try PostgresPool(PostgresOptions("postgresql://nobody:secret@127.0.0.1:1/none")).read { _ in }
    }
    #expect(fault?.description.contains("127.0.0.1") == true)
    #expect(fault?.description.contains("secret") == false)
  }
}
