import Foundation
import Postgres
import Storage
import TestPostgres
import Testing

@Suite struct LeadershipTests {
  private let own: OwnDatabase

  init() throws { own = try OwnDatabase() }

  /// Tells `heard` what becomes of the program with this name.
  private func candidate(_ name: String, _ heard: Heard) throws -> PostgresLeadership {
    var options = own.database.options
    options.applicationName = name
    return try PostgresLeadership(options, key: 5, table: "leader", retryMs: 20) { standing in
      switch standing {
      case .leads(let token): heard.add("\(name) leads with \(token)")
      case .follows: heard.add("\(name) follows")
      }
    }
  }

  @Test func `one leads, and another takes over when it goes`() throws {
    let heard = Heard()
    let first = try candidate("first", heard)
    heard.expect(["first leads with 1"])
    let second = try candidate("second", heard)
    defer { second.stop() }
    usleep(100_000)
    #expect(first.standing == .leads(token: 1) && second.standing == .follows)
    first.stop()
    heard.expect(["first follows", "second leads with 2"])
  }

  @Test func `a leader whose session ends knows at once, and its token is worth nothing any more`() throws {
    let heard = Heard()
    let first = try candidate("first", heard)
    heard.expect(["first leads with 1"])
    let second = try candidate("second", heard)
    try own.pool.withSession { db in
      _ = try db.rows(
        """
        SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity
        WHERE application_name = 'first' AND datname = current_database()
        """)
    }
    until { first.standing != .leads(token: 1) }
    // Whichever of the two tried first leads now.
    until { first.standing != second.standing }
    first.stop()
    defer { second.stop() }
    until { second.standing != .follows }
    guard case .leads(let token) = second.standing else {
      Issue.record("nobody took over")
      return
    }
    #expect(token > 1)
    try own.pool.write { db in
      let leads = try [1, token].map { try PostgresLeadership.isCurrent($0, in: "leader", db) }
      #expect(leads == [false, true])
    }
  }

  @Test func `nobody becomes the leader while the last one's transaction is under way`() throws {
    let heard = Heard()
    let first = try candidate("first", heard)
    heard.expect(["first leads with 1"])
    var second: PostgresLeadership?
    try own.pool.write { db in
      let leads = try PostgresLeadership.isCurrent(1, in: "leader", db)
      #expect(leads)
      first.stop()
      heard.expect(["first follows"])
      second = try candidate("second", heard)
      usleep(150_000)
      #expect(second?.standing == .follows)
      try db.run("INSERT INTO t (id) VALUES (1)")
    }
    heard.expect(["second leads with 2"])
    second?.stop()
  }
}
