import CPostgres
import Storage

extension PostgresConnection: SQLConnection {
  public var engine: SQLEngine { .postgres }

  /// Also true within a transaction that can only be rolled back.
  public var isInsideTransaction: Bool { lost == nil && isInside }

  public func run(_ sql: String, _ arguments: [(any SQLBindable)?]) throws {
    switch Border(sql) {
    case .rollback:
      // The statement would not be tried behind a fault in the same pipeline.
      try settle()
      failure = nil
      try send(sql, arguments, isAwaited: false)
      _ = try wait()
    case .savepoint:
      try send(sql, arguments, isAwaited: false)
      if unconfirmed > 0 || mustWait { _ = try wait() }
    case nil:
      try send(sql, arguments, isAwaited: false)
      unconfirmed += 1
      if mustWait { _ = try wait() }
    }
  }

  /// Outside of a transaction a statement is done only with the end of the pipeline.
  private var mustWait: Bool { !isInside || sent.count >= PostgresLimits.unansweredStatements }

  public func change(_ sql: String, _ arguments: [(any SQLBindable)?]) throws -> Int {
    try answer(sql, arguments).changed
  }

  public func rows(_ sql: String, _ arguments: [(any SQLBindable)?]) throws -> [SQLRow] {
    try answer(sql, arguments).rows()
  }

  public func bytes(_ sql: String, _ arguments: [(any SQLBindable)?]) throws -> [UInt8]? {
    try answer(sql, arguments).bytes()
  }

  func answer(_ sql: String, _ arguments: [(any SQLBindable)?]) throws -> QueryAnswer {
    try send(sql, arguments, isAwaited: true)
    guard let answer = try wait().last else { throw lose("no answer came") }
    return answer
  }

  // MARK: transactions

  /// Begins one; sent together with its first statement.
  func begin(_ sql: String) throws {
    try send(sql, [], isAwaited: false)
    isInside = true
  }

  /// Ends a transaction that changed nothing, without waiting: whoever uses the connection next does.
  func part() throws {
    if unconfirmed > 0 { return try commit() }
    try send("COMMIT", [], isAwaited: false)
    try sync()
  }

  /// Returns when the transaction is durable. A fault that somebody caught without undoing it comes here
  /// again.
  func commit() throws {
    // Whatever can be known before the word is sent.
    _ = try prepared("COMMIT")
    do {
      try send("COMMIT", [], isAwaited: true)
      _ = try wait()
    } catch let gone as PostgresUnavailable {
      throw PostgresOutcomeUnknown(message: gone.message)
    }
  }

  /// Undoes the transaction; what cannot be undone ends with the connection.
  func abandon() {
    do {
      if isInsideTransaction { try run("ROLLBACK") }
    } catch {
      lose("\(error)")
    }
  }
}

/// Statements at which faults of others must not pass.
private enum Border {
  case savepoint
  case rollback

  init?(_ sql: String) {
    switch sql.utf8.first {
    case UInt8(ascii: "S") where sql.hasPrefix("SAVEPOINT"): self = .savepoint
    case UInt8(ascii: "R") where sql.hasPrefix("RELEASE"): self = .savepoint
    case UInt8(ascii: "R") where sql.hasPrefix("ROLLBACK"): self = .rollback
    default: return nil
    }
  }
}
