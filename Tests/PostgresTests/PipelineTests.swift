import Foundation
import Storage
import TestPostgres
import Testing

@testable import Postgres

/// What is sent without waiting.
@Suite struct PipelineTests {
  private let own: OwnDatabase

  init() throws { own = try OwnDatabase("CREATE TABLE t (id BIGINT PRIMARY KEY, a BIGINT, x BYTEA)") }

  private func count() throws -> Int64 { try own.pool.read { try $0.number("SELECT count(*) FROM t") } }

  @Test func `runs that nobody waited for are all there after the commit, in their order`() throws {
    try own.pool.write { db in
      for id in 0..<5_000 { try db.run("INSERT INTO t (id, a) VALUES (?, 0)", [id]) }
      for factor in [3, 5] {
        for id in 0..<5_000 { try db.run("UPDATE t SET a = a * ? + 1 WHERE id = ?", [factor, id]) }
      }
    }
    // (0 × 3 + 1) × 5 + 1; in the other order it would be 4.
    #expect(try own.pool.read { try $0.number("SELECT count(*) FROM t WHERE a = 6") } == 5_000)
  }

  @Test func `a fault comes with the next statement that is waited for, under its own name`() throws {
    let bad = "INSERT INTO t (id, a) VALUES (?, 1 / ?)"
    try own.pool.withSession { db in
      // A text that the session does not know yet would be waited for.
      try db.run(bad, [0, 1])
      try db.run("INSERT INTO t (id) VALUES (?)", [-1])
      try db.begin("BEGIN")
      try db.run("INSERT INTO t (id) VALUES (?)", [1])
      try db.run(bad, [2, 0])
      try db.run("INSERT INTO t (id) VALUES (?)", [3])
      let first = #expect(throws: PostgresFault.self) { try db.rows("SELECT 1") }
      #expect(first?.sqlState == "22012" && first?.statement == bad)
      // Whoever goes on regardless hears the cause, not that something had failed.
      let second = #expect(throws: PostgresFault.self) { try db.run("INSERT INTO t (id) VALUES (?)", [4]) }
      #expect(second == first)
      #expect(db.isInsideTransaction)
      try db.run("ROLLBACK")
      #expect(!db.isInsideTransaction)
      try db.run("INSERT INTO t (id) VALUES (?)", [5])
    }
    #expect(
      try own.pool.read { try $0.rows("SELECT id FROM t ORDER BY id").map { $0[0] as Int } } == [-1, 0, 5])
  }

  @Test func `a fault that nothing waited for stops the commit`() throws {
    let broken = #expect(throws: BrokenConstraint.self) {
      try own.pool.write { db in
        try db.run("INSERT INTO t (id) VALUES (1)")
        try db.run("INSERT INTO t (id) VALUES (1)")
      }
    }
    #expect(broken?.message.contains("t_pkey") == true)
    #expect(broken?.statement == "INSERT INTO t (id) VALUES (1)")
    #expect(try count() == 0)
  }

  @Test func `a fault that was caught without being undone stops the commit as well`() throws {
    #expect(throws: BrokenConstraint.self) {
      try own.pool.write { db in
        try db.run("INSERT INTO t (id) VALUES (1)")
        _ = try? db.change("INSERT INTO t (id) VALUES (1)", [])
      }
    }
    #expect(try count() == 0)
  }

  @Test func `large statements and large answers in one pipeline do not block each other`() throws {
    let blob = [UInt8](repeating: 7, count: 300_000)
    try own.pool.write { db in
      // Each is answered with what it brought: more than fits into the buffers of the network on both ways.
      for id in 0..<300 { try db.run("INSERT INTO t (id, x) VALUES (?, ?) RETURNING x", [id, blob]) }
    }
    #expect(try count() == 300)
    #expect(try own.pool.read { try $0.number("SELECT sum(length(x)) FROM t") } == 90_000_000)
  }

  @Test func `outside of a transaction each run is done when it returns`() throws {
    try own.pool.withSession { db in
      try db.run("INSERT INTO t (id) VALUES (1)")
      #expect(try count() == 1)
      #expect(throws: BrokenConstraint.self) { try db.run("INSERT INTO t (id) VALUES (1)") }
      try db.run("INSERT INTO t (id) VALUES (2)")
    }
    #expect(try count() == 2)
  }

  @Test func `an empty statement does nothing`() throws {
    try own.pool.write { db in
      try db.run("")
      try db.run("-- nothing but words")
      try db.run("INSERT INTO t (id) VALUES (1)")
    }
    #expect(try count() == 1)
  }

  @Test func `more texts than a session keeps prepared are prepared again`() throws {
    let texts = PostgresLimits.preparedStatements + 50
    try own.pool.withSession { db in
      for round in 0..<2 {
        for number in 0..<texts {
          #expect(try db.number("SELECT \(number) + ?::int8", [round]) == Int64(number + round))
        }
      }
      let kept = try db.number("SELECT count(*) FROM pg_prepared_statements")
      #expect(kept <= PostgresLimits.preparedStatements + 1)
    }
  }

  @Test func `a statement whose table has changed since works again the second time`() throws {
    try own.pool.withSession { db in
      try db.run("INSERT INTO t (id, a) VALUES (1, 2)")
      #expect(try db.rows("SELECT * FROM t").count == 1)
      try own.pool.withSession { try $0.run("ALTER TABLE t ADD COLUMN b BIGINT") }
      #expect(throws: PostgresFault.self) { try db.rows("SELECT * FROM t") }
      #expect(try db.rows("SELECT * FROM t").count == 1)
    }
  }

  @Test func `a statement that takes too long ends, and the connection goes on`() throws {
    var options = own.database.options
    options.statementTimeoutMs = 50
    try PostgresPool(options).withSession { db in
      let fault = #expect(throws: PostgresFault.self) { try db.rows("SELECT pg_sleep(10)") }
      #expect(fault?.sqlState == "57014")
      let answer = try db.number("SELECT 1::int8")
      #expect(answer == 1)
    }
  }

  @Test func `a server that would lose acknowledged commits is refused`() throws {
    try own.pool.withSession {
      try $0.run("ALTER DATABASE \(own.database.name) SET synchronous_commit = off")
    }
    #expect(throws: StorageError.self) { try own.pool.withSession { _ in } }
  }
}
