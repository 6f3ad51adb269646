import Storage

/// A PostgreSQL database as the hub's use cases see it: connections for reading, and others for writing, so
/// that a report never keeps a sale waiting. Whoever asks waits in turn, and not forever.
public final class PostgresPool: SQLDatabase {
  /// How many connections there may be, and how long for.
  public struct Size: Sendable {
    public var readers = 4
    public var writers = 2
    /// So long one may wait for a connection.
    public var waitMs = 10_000
    /// One that nobody has needed for so long is closed.
    public var idleMs = 300_000

    public init() {}
  }

  public let options: PostgresOptions
  private let readers: ConnectionShelf
  private let writers: ConnectionShelf

  /// Connects with the first use.
  public init(_ options: PostgresOptions, _ size: Size = Size()) {
    self.options = options
    readers = ConnectionShelf(options, places: size.readers, waitMs: size.waitMs, idleMs: size.idleMs)
    writers = ConnectionShelf(options, places: size.writers, waitMs: size.waitMs, idleMs: size.idleMs)
  }

  public func read<T>(_ body: (any SQLConnection) throws -> T) throws -> T {
    try readers.lend { connection in
      try connection.begin("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
      do {
        let value = try body(connection)
        try connection.part()
        return value
      } catch {
        connection.abandon()
        throw error
      }
    }
  }

  /// Other transactions may commit between two statements of `body`.
  public func write<T>(_ body: (any SQLConnection) throws -> T) throws -> T {
    try writers.lend { try Self.write("READ COMMITTED", $0, body) }
  }

  /// Reads one state throughout: a row that another transaction has changed since cannot be changed, which is
  /// a `PostgresConflict`. All who come through the same gate share it, but for one who comes alone: they see
  /// all that was committed before, and nobody else comes through until they have committed.
  public func write<T>(
    throughGate gate: Int64, alone: Bool, _ body: (any SQLConnection) throws -> T
  ) throws -> T {
    try writers.lend { connection in
      let suffix = alone ? "" : "_shared"
      _ = try connection.rows("SELECT pg_advisory_lock\(suffix)(?)", [gate])
      defer { _ = try? connection.rows("SELECT pg_advisory_unlock\(suffix)(?)", [gate]) }
      return try Self.write("REPEATABLE READ", connection, body)
    }
  }

  private static func write<T>(
    _ level: String, _ connection: PostgresConnection, _ body: (any SQLConnection) throws -> T
  ) throws -> T {
    try connection.begin("BEGIN ISOLATION LEVEL \(level)")
    do {
      let value = try body(connection)
      try connection.commit()
      return value
    } catch {
      connection.abandon()
      throw error
    }
  }

  /// A session of its own outside of any transaction, for what belongs to a session, such as advisory locks.
  /// It ends with `body`, and with it all that it held.
  public func withSession<T>(_ body: (PostgresConnection) throws -> T) throws -> T {
    try body(PostgresConnection(options))
  }

  /// Closes connections that have not been used for long; each use of the pool does so as well.
  public func closeIdle() {
    readers.closeIdle()
    writers.closeIdle()
  }

  /// How many connections are open and not in use.
  public var idleCount: Int { readers.idleCount + writers.idleCount }

  /// How many threads wait for a connection: more than a few for long means that there are too few.
  public var waitingCount: Int { readers.waitingCount + writers.waitingCount }
}
