import Foundation
import Storage
import Synchronization

/// One of several programs leads, by an advisory lock that a session of its own holds: when the session ends,
/// however it ends, the next takes over.
///
/// A leader that was paused does not know yet that it leads no more. So each has a token, a number higher
/// than all before it, and what only a leader may write is written under `isCurrent`.
public final class PostgresLeadership: Sendable {
  public enum Standing: Equatable, Sendable {
    case leads(token: Int64)
    case follows
  }

  private let options: PostgresOptions
  private let key: Int64
  private let table: String
  private let retryMs: Int32
  private let onChange: @Sendable (Standing) -> Void
  private let wakePipe: WakePipe
  private let isStopping = Atomic(false)
  private let current = Mutex(Standing.follows)

  /// Tries every `retryMs` to become the leader for `key`; `table` keeps the newest token, and is made if it
  /// is not there. `onChange` is called on a thread of its own, and holds up what follows.
  public init(
    _ options: PostgresOptions, key: Int64, table: String, retryMs: Int32 = 1_000,
    onChange: @escaping @Sendable (Standing) -> Void
  ) throws {
    self.options = options
    self.key = key
    self.table = table
    self.retryMs = retryMs
    self.onChange = onChange
    wakePipe = try WakePipe()
    let thread = Thread { [self] in work() }
    thread.name = "postgres-leadership"
    thread.start()
  }

  /// As far as this program knows.
  public var standing: Standing { current.withLock { $0 } }

  /// Lets go and ends the thread.
  public func stop() {
    isStopping.store(true, ordering: .sequentiallyConsistent)
    wakePipe.wake()
  }

  /// Whether the leader with this token leads still. It stays so until the end of the transaction, because a
  /// new leader waits for it.
  public static func isCurrent(
    _ token: Int64, in table: String, _ db: any SQLConnection
  ) throws -> Bool {
    try !db.rows("SELECT token FROM \(table) WHERE token = ? FOR SHARE", [token]).isEmpty
  }

  private var isOver: Bool { isStopping.load(ordering: .sequentiallyConsistent) }

  private func work() {
    while !isOver {
      // Without a session nobody leads, and why there is none does not matter here.
      if let session = try? PostgresConnection(options) { try? serve(session) }
      if !isOver { wakePipe.wait(ms: retryMs) }
    }
  }

  /// Until the session is lost, or nobody wants it any more.
  private func serve(_ session: PostgresConnection) throws {
    // Told while the lock is still held, so that nobody leads before this one has stopped.
    defer { change(to: .follows) }
    while !isOver, session.isAlive {
      if standing == .follows, try session.rows("SELECT pg_try_advisory_lock(?)", [key])[0][0] as Int64 == 1 {
        change(to: .leads(token: try nextToken(session)))
      }
      if !isOver { wakePipe.wait(for: session.socket, ms: standing == .follows ? retryMs : -1) }
    }
  }

  private func nextToken(_ session: PostgresConnection) throws -> Int64 {
    try session.script(
      """
      CREATE TABLE IF NOT EXISTS \(table) (
        one BOOLEAN PRIMARY KEY DEFAULT true CHECK (one), token BIGINT NOT NULL
      );
      INSERT INTO \(table) (token) VALUES (0) ON CONFLICT DO NOTHING
      """)
    return try session.rows("UPDATE \(table) SET token = token + 1 RETURNING token")[0][0]
  }

  private func change(to standing: Standing) {
    let isNew = current.withLock { current in
      defer { current = standing }
      return current != standing
    }
    if isNew { onChange(standing) }
  }
}
