import Storage

/// The server refused a statement. A broken constraint is a `BrokenConstraint` of Storage instead.
public struct PostgresFault: Error, Equatable, CustomStringConvertible {
  /// Five characters, as PostgreSQL's appendix A lists them.
  public let sqlState: String
  public let message: String
  /// Of the statement that failed, which may have been sent some time before.
  public let statement: String

  public var description: String { "PostgreSQL \(sqlState): \(message), in: \(statement)" }
}

/// Another transaction was in the way (a deadlock, or a state that both changed): nothing was done, and the
/// whole transaction may be tried again.
public struct PostgresConflict: RetriableFault, Equatable, CustomStringConvertible {
  public let sqlState: String
  public let message: String
  public let statement: String

  public var description: String {
    "PostgreSQL \(sqlState): \(message), in: \(statement); the transaction may be tried again"
  }
}

/// There is no connection to the server, or it was lost before COMMIT was sent: nothing was done.
public struct PostgresUnavailable: Error, Equatable, CustomStringConvertible {
  public let message: String

  public var description: String { "PostgreSQL cannot be reached: \(message)" }
}

/// The connection was lost after COMMIT was sent: the transaction may have been done or not, and only reading
/// tells. What is safe to do twice may simply be done again.
public struct PostgresOutcomeUnknown: Error, Equatable, CustomStringConvertible {
  public let message: String

  public var description: String { "PostgreSQL was lost during COMMIT, its outcome is unknown: \(message)" }
}

/// All connections were in use for as long as anybody may wait for one.
public struct PostgresPoolExhausted: Error, Equatable, CustomStringConvertible {
  public let connections: Int
  public let waitedMs: Int

  public var description: String { "all \(connections) connections were in use for \(waitedMs) ms" }
}
