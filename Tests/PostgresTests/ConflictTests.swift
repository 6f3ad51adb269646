import Foundation
import Postgres
import Storage
import Testing
import TestKit
import TestPostgres

/// Two transactions in each other's way.
@Suite struct ConflictTests {
  private let own: OwnDatabase

  init() throws {
    own = try OwnDatabase()
    try own.pool.write { db in _ = try db.insert(into: "t", ["id", "a"], [[1, 0], [2, 0]]) }
  }

  @Test func `of two that wait for each other one is told to try again, and does`() async throws {
    let pool = own.pool
    let conflicts = try await onItsOwnThread {
      let both = DispatchGroup()
      both.enter()
      both.enter()
      return try inParallel(2) { number -> Int in
        var conflicts = 0
        while true {
          do {
            try pool.write { db in
              _ = try db.change("UPDATE t SET a = a + 1 WHERE id = ?", [number + 1])
              if conflicts == 0 {
                both.leave()
                both.wait()
              }
              // Nobody waits for this one: the conflict comes with the commit.
              try db.run("UPDATE t SET a = a + 1 WHERE id = ?", [2 - number])
            }
            return conflicts
          } catch let conflict as PostgresConflict {
            #expect(conflict.sqlState == "40P01" && conflict.statement.hasPrefix("UPDATE"))
            conflicts += 1
          }
        }
      }
    }
    // The one told may come back before the other has gone on, and meet it again.
    #expect(conflicts.reduce(0, +) >= 1)
    #expect(try pool.read { try $0.number("SELECT min(a) FROM t") } == 2)
  }

  @Test func `a state that another has changed since is a conflict`() throws {
    try own.pool.withSession { db in
      try db.run("BEGIN ISOLATION LEVEL REPEATABLE READ")
      _ = try db.rows("SELECT a FROM t")
      try own.pool.write { try $0.run("UPDATE t SET a = 5 WHERE id = 1") }
      let conflict = #expect(throws: PostgresConflict.self) {
        try db.change("UPDATE t SET a = a + 1 WHERE id = 1", [])
      }
      #expect(conflict?.sqlState == "40001" && conflict?.description.hasSuffix("may be tried again") == true)
      try db.run("ROLLBACK")
    }
  }

  @Test func `who waits too long for another's lock is told`() throws {
    var options = own.database.options
    options.lockTimeoutMs = 50
    let impatient = PostgresPool(options)
    try own.pool.write { db in
      _ = try db.change("UPDATE t SET a = 1 WHERE id = 1", [])
      let fault = #expect(throws: PostgresFault.self) {
        try impatient.write { try $0.run("UPDATE t SET a = 2 WHERE id = 1") }
      }
      #expect(fault?.sqlState == "55P03")
    }
  }
}
