import CPostgres
import Storage

extension PostgresConnection {
  /// The statement, prepared the first time that its text is met: then all that was sent is waited for, and a
  /// fault of an earlier one comes here. The types of its arguments are those that the server finds, unless
  /// they are given.
  func prepared(_ sql: String, _ given: [WireType]? = nil) throws -> PreparedStatement {
    if let trouble = lost ?? failure { throw trouble }
    if let known = statements.find(sql) { return known }
    try dropStatements()
    let name = statements.newName()
    guard PQsendPrepare(handle, name, SQLText.numbered(sql), 0, nil) == 1 else {
      throw lose(connectionMessage)
    }
    sent.append(Sent(statement: sql, isAwaited: false))
    guard PQsendDescribePrepared(handle, name) == 1 else { throw lose(connectionMessage) }
    sent.append(Sent(statement: sql, isAwaited: true))
    guard let answer = try wait().last else { throw lose("no description of a statement came") }
    let types =
      try given
      ?? (0..<PQnparams(answer.handle)).map { index in
        let number = PQparamtype(answer.handle, index)
        guard let type = WireType(rawValue: number) else {
          throw PostgresFault(
            sqlState: "42804", message: "argument \(index + 1) is of the type with number \(number)",
            statement: sql)
        }
        return type
      }
    let statement = PreparedStatement(name: name, types: types)
    statements.keep(statement, for: sql)
    return statement
  }

  /// Lets the server forget what the cache has given up. Where that fails, the server keeps it until the
  /// session ends.
  private func dropStatements() throws {
    for name in statements.takeDropped() {
      guard PQsendQueryParams(handle, "DEALLOCATE \(name)", 0, nil, nil, nil, nil, 1) == 1 else {
        throw lose(connectionMessage)
      }
      sent.append(Sent(statement: "DEALLOCATE", isAwaited: false))
    }
  }

  /// Runs many statements in one text without arguments, in the simple protocol; only between statements.
  func script(_ sql: String) throws {
    try leavingPipeline {
      guard PQsendQuery(handle, sql) == 1 else { throw lose(connectionMessage) }
      try flush()
      try drain(sql)
    }
  }

  /// What the pipeline does not allow is done outside of it, when all that was sent is answered.
  func leavingPipeline<Value>(_ body: () throws -> Value) throws -> Value {
    if let trouble = lost ?? failure { throw trouble }
    if !sent.isEmpty { _ = try wait() }
    guard PQexitPipelineMode(handle) == 1 else { throw lose(connectionMessage) }
    defer {
      if lost == nil, PQenterPipelineMode(handle) != 1 { lose(connectionMessage) }
    }
    return try body()
  }

  /// Reads all answers outside of a pipeline, and throws the first fault; answers how many rows were changed.
  @discardableResult
  func drain(_ sql: String) throws -> Int {
    var fault: (any Error)?
    var changed = 0
    while let result = PQgetResult(handle) {
      let answer = QueryAnswer(result, sql)
      switch PQresultStatus(result) {
      case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_EMPTY_QUERY: changed += answer.changed
      default: if fault == nil { fault = self.fault(of: result, sql) }
      }
      if lost != nil { break }
    }
    if lost == nil { readStatus(fault) }
    if let fault { throw fault }
    return changed
  }
}
