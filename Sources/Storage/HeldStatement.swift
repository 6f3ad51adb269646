import GRDB
import GRDBSQLite

/// A statement held by whoever runs it thousands of times in one transaction, such as a replica that takes a
/// page: no look-up by its text, no list of arguments. Use it within the transaction that made it.
public struct HeldStatement {
  private let statement: Statement
  private let handle: SQLiteStatement
  private let db: Database

  public init(_ db: Database, _ sql: String) throws {
    statement = try db.cachedStatement(sql: sql)
    handle = statement.sqliteStatement
    self.db = db
  }

  /// Binds the next run's arguments, counted from 1.
  public func bind(_ index: Int32, _ number: Int) { sqlite3_bind_int64(handle, index, Int64(number)) }

  /// Binds bytes for the runs within `body`, without copying them.
  public func bind<T>(_ index: Int32, _ bytes: [UInt8], _ body: () throws -> T) rethrows -> T {
    try bytes.withUnsafeBytes { buffer in
      if let start = buffer.baseAddress, !buffer.isEmpty {
        sqlite3_bind_blob(handle, index, start, Int32(buffer.count), nil)
      } else {
        sqlite3_bind_zeroblob(handle, index, 0)
      }
      defer { sqlite3_bind_null(handle, index) }
      return try body()
    }
  }

  /// Runs with these arguments.
  func run(_ arguments: [(any SQLBindable)?]) throws {
    for (index, argument) in arguments.enumerated() {
      let place = Int32(index + 1)
      let code = argument?.bind(to: handle, at: place) ?? sqlite3_bind_null(handle, place)
      if code != SQLITE_OK { throw db.failure(code, statement.sql) }
    }
    try run()
  }

  public func run() throws {
    defer { sqlite3_reset(handle) }
    let code = sqlite3_step(handle)
    if code != SQLITE_DONE, code != SQLITE_ROW { throw db.failure(code, statement.sql) }
  }

  /// The first column of the first row.
  public func bytes() throws -> [UInt8]? {
    defer { sqlite3_reset(handle) }
    switch sqlite3_step(handle) {
    case SQLITE_ROW: return SQLRow.bytes(handle, 0)
    case SQLITE_DONE: return nil
    case let code: throw db.failure(code, statement.sql)
    }
  }
}
