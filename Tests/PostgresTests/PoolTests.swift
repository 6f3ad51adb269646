import Foundation
import Storage
import Synchronization
import Testing
import TestKit
import TestPostgres

@testable import Postgres

@Suite struct PoolTests {
  private let own: OwnDatabase

  init() throws { own = try OwnDatabase() }

  private func pool(readers: Int = 1, writers: Int = 1, waitMs: Int = 5_000, idleMs: Int = 60_000)
    -> PostgresPool
  {
    var size = PostgresPool.Size()
    size.readers = readers
    size.writers = writers
    size.waitMs = waitMs
    size.idleMs = idleMs
    return PostgresPool(own.database.options, size)
  }

  @Test func `whoever finds every connection in use is told after the time`() throws {
    let pool = pool(readers: 2, waitMs: 30)
    try pool.read { _ in
      try pool.read { _ in
        #expect(throws: PostgresPoolExhausted(connections: 2, waitedMs: 30)) { try pool.read { _ in } }
        // Writing has its own.
        try pool.write { try $0.run("INSERT INTO t (id) VALUES (1)") }
      }
    }
    try pool.read { _ in }
  }

  @Test func `many threads share few connections, and each gets its turn`() async throws {
    let pool = pool(readers: 2, writers: 2)
    try await onItsOwnThread {
      _ = try inParallel(16) { thread in
        for round in 0..<20 {
          try pool.write {
            try $0.run("INSERT INTO t (id, a) VALUES (?, ?)", [thread * 100 + round, thread])
          }
          let mine = try pool.read { try $0.number("SELECT count(*) FROM t WHERE a = ?", [thread]) }
          #expect(mine == round + 1)
        }
      }
    }
    #expect(try pool.read { try $0.number("SELECT count(*) FROM t") } == 320)
    #expect(pool.idleCount <= 4)
  }

  @Test func `those who wait are served in the order in which they came`() async throws {
    let pool = pool(writers: 1)
    let order = Mutex<[Int]>([])
    try await onItsOwnThread {
      _ = try inParallel(5) { number in
        // One after the other into the queue, while the first holds the connection until all stand there.
        if number > 0 { until { order.withLock { !$0.isEmpty } && pool.waitingCount == number - 1 } }
        try pool.write { _ in
          order.withLock { $0.append(number) }
          if number == 0 { until { pool.waitingCount == 4 } }
        }
      }
    }
    #expect(order.withLock { $0 } == [0, 1, 2, 3, 4])
  }

  @Test func `a connection that nobody needs for a while is closed`() throws {
    let pool = pool(readers: 3, idleMs: 20)
    try pool.read { _ in try pool.read { _ in try pool.read { _ in } } }
    #expect(pool.idleCount == 3)
    usleep(40_000)
    pool.closeIdle()
    #expect(pool.idleCount == 0)
    try pool.read { _ in }
  }

  @Test func `what one reader left behind is no fault of the next`() throws {
    let pool = pool()
    #expect(throws: PostgresFault.self) { try pool.read { try $0.run("INSERT INTO t (id) VALUES (1)") } }
    #expect(throws: PostgresFault.self) { try pool.read { try $0.rows("SELECT 1 / 0") } }
    #expect(throws: Refusal.self) { try pool.read { _ in throw Refusal() } }
    #expect(try pool.read { try $0.number("SELECT count(*) FROM t") } == 0)
    #expect(pool.idleCount == 1)
  }

  @Test func `what a session held ends with it`() throws {
    for _ in 0..<2 {
      try own.pool.withSession { db in
        #expect(!db.isInsideTransaction)
        #expect(try db.number("SELECT pg_try_advisory_lock(7)") == 1)
        try db.run("SET lock_timeout = 1")
        try db.run("BEGIN")
      }
      // The server notices the end of a session in its own time.
      until {
        (try? own.pool.read { try $0.number("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'") })
          == 0
      }
    }
  }
}
