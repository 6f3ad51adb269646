import Foundation
import Postgres
import Storage
import Synchronization
import TestPostgres
import Testing

@Suite struct ListenerTests {
  private let own: OwnDatabase

  init() throws { own = try OwnDatabase() }

  @Test func `what is notified is heard, once and in order`() throws {
    let heard = Heard()
    let listener = try PostgresListener(own.database.options, channels: ["feed", "Odd \"name\""]) {
      heard.add("\($0): \($1 ?? "begins")")
    }
    defer { listener.stop() }
    heard.expect(["feed: begins", "Odd \"name\": begins"])
    try own.pool.write { db in
      try db.run("SELECT pg_notify('feed', ?)", ["1 会员"])
      try db.run("SELECT pg_notify(?, '')", ["Odd \"name\""])
    }
    #expect(throws: Refusal.self) {
      try own.pool.write { db in
        try db.run("SELECT pg_notify('feed', 'never')")
        throw Refusal()
      }
    }
    try own.pool.withSession { try $0.run("NOTIFY feed, '2'") }
    heard.expect(["feed: 1 会员", "Odd \"name\": ", "feed: 2"])
  }

  @Test func `after a lost connection it listens again and says that something may be missing`() throws {
    let heard = Heard()
    var options = own.database.options
    options.applicationName = "ears"
    let listener = try PostgresListener(
      options, channels: ["feed"], pause: RetryPause(firstMs: 10, longestMs: 50)
    ) {
      heard.add("\($0): \($1 ?? "begins")")
    }
    defer { listener.stop() }
    for round in 0..<3 {
      heard.expect(["feed: begins"])
      try own.pool.withSession { db in
        try db.run("SELECT pg_notify('feed', ?)", ["\(round)"])
        heard.expect(["feed: \(round)"])
        _ = try db.rows(
          """
          SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity
          WHERE application_name = 'ears' AND datname = current_database()
          """)
      }
    }
    heard.expect(["feed: begins"])
  }

  @Test func `after its end nothing is heard`() throws {
    let heard = Heard()
    let listener = try PostgresListener(own.database.options, channels: ["feed"]) { channel, _ in
      heard.add(channel)
    }
    heard.expect(["feed"])
    listener.stop()
    usleep(50_000)
    try own.pool.withSession { try $0.run("NOTIFY feed") }
    usleep(50_000)
    heard.expect([])
  }
}

/// What was heard on another thread and not yet expected here.
final class Heard: Sendable {
  private let words = Mutex<[String]>([])

  func add(_ word: String) { words.withLock { $0.append(word) } }

  /// Waits for so many, and takes them.
  func expect(_ expected: [String], at location: SourceLocation = #_sourceLocation) {
    until(at: location) { words.withLock { $0.count } >= expected.count }
    let found = words.withLock { words in
      defer { words = [] }
      return words
    }
    #expect(found == expected, sourceLocation: location)
  }
}
