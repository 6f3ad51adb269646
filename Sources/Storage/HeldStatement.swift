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
  public func bind(_ index: Int32, _ bytes: [UInt8]) { _ = bytes.bind(to: handle, at: index) }

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
