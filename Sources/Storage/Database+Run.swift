import GRDB

extension Database {
  /// Runs a statement that is kept prepared: the fast way for what runs on every sale.
  ///
  /// The number of arguments is not compared with the number of `?`, so a test must run each statement.
  public func run(_ sql: String, _ arguments: [(any DatabaseValueConvertible)?] = []) throws {
    let statement = try cachedStatement(sql: sql)
    statement.setUncheckedArguments(StatementArguments(arguments))
    try statement.execute()
  }

  /// The rows of a kept statement; read the columns by index.
  public func rows(_ sql: String, _ arguments: [(any DatabaseValueConvertible)?] = []) throws -> [Row] {
    try Row.fetchAll(cachedStatement(sql: sql), arguments: StatementArguments(arguments))
  }
}
