import Foundation
import GRDB
import GRDBSQLite

// GRDB opens files, keeps prepared statements and runs transactions; binding and reading go straight to
// SQLite. Its own conversions cost as much as the statement itself, and there are thirty to a sale.

/// A value that can be bound to a `?`.
public protocol SQLBindable {
  func bind(to statement: SQLiteStatement, at index: Int32) -> Int32
  /// The same for engines that take values of a kind.
  var cell: SQLRow.Cell { get }
}

extension Database {
  /// Runs a kept statement: the way for what runs on every sale.
  public func run(_ sql: String, _ arguments: [(any SQLBindable)?] = []) throws {
    try withStatement(sql, arguments) { statement in
      let code = sqlite3_step(statement)
      if code != SQLITE_DONE, code != SQLITE_ROW { throw failure(code, sql) }
    }
  }

  /// Runs a kept statement and answers how many rows it inserted, changed or deleted.
  public func change(_ sql: String, _ arguments: [(any SQLBindable)?] = []) throws -> Int {
    try run(sql, arguments)
    return changesCount
  }

  /// The rows of a kept statement; columns are read by their index.
  public func rows(_ sql: String, _ arguments: [(any SQLBindable)?] = []) throws -> [SQLRow] {
    try withStatement(sql, arguments) { statement in
      var rows: [SQLRow] = []
      while true {
        switch sqlite3_step(statement) {
        case SQLITE_ROW: rows.append(SQLRow(statement))
        case SQLITE_DONE: return rows
        case let code: throw failure(code, sql)
        }
      }
    }
  }

  /// The first column of the first row of a kept statement, as bytes: the way to a stored row.
  public func bytes(_ sql: String, _ arguments: [(any SQLBindable)?] = []) throws -> [UInt8]? {
    try withStatement(sql, arguments) { statement in
      switch sqlite3_step(statement) {
      case SQLITE_ROW: SQLRow.bytes(statement, 0)
      case SQLITE_DONE: nil
      case let code: throw failure(code, sql)
      }
    }
  }

  private func withStatement<T>(
    _ sql: String, _ arguments: [(any SQLBindable)?], _ body: (SQLiteStatement) throws -> T
  ) throws -> T {
    let statement = try cachedStatement(sql: sql).sqliteStatement
    precondition(Int(sqlite3_bind_parameter_count(statement)) == arguments.count, "arguments of \(sql)")
    defer { sqlite3_reset(statement) }
    for (index, argument) in arguments.enumerated() {
      let position = Int32(index + 1)
      let code = argument?.bind(to: statement, at: position) ?? sqlite3_bind_null(statement, position)
      if code != SQLITE_OK { throw failure(code, sql) }
    }
    return try body(statement)
  }

  func failure(_ code: Int32, _ sql: String) -> any Error {
    let message = sqliteConnection.map { String(cString: sqlite3_errmsg($0)) }
    if code & 0xFF == SQLITE_CONSTRAINT { return BrokenConstraint(message: message ?? "constraint") }
    return DatabaseError(resultCode: ResultCode(rawValue: code), message: message, sql: sql)
  }
}

/// A row while its statement stands on it.
public struct StandingRow {
  let statement: SQLiteStatement

  public func integer(_ column: Int32) -> Int64 { sqlite3_column_int64(statement, column) }
  public func bytes(_ column: Int32) -> [UInt8] { SQLRow.bytes(statement, column) }
}

extension Database {
  /// Goes through rows without keeping them: for millions.
  public func eachRow(
    _ sql: String, _ arguments: [(any SQLBindable)?] = [], _ body: (StandingRow) throws -> Void
  ) throws {
    try withStatement(sql, arguments) { statement in
      while true {
        switch sqlite3_step(statement) {
        case SQLITE_ROW: try body(StandingRow(statement: statement))
        case SQLITE_DONE: return
        case let code: throw failure(code, sql)
        }
      }
    }
  }
}
