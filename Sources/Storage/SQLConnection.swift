import GRDB
import GRDBSQLite

/// A connection as the hub's use cases see it, the same for each database engine. Statements are kept by
/// their text, so what varies belongs into the arguments.
public protocol SQLConnection: AnyObject {
  var engine: SQLEngine { get }

  /// For statements of which nothing is asked. An engine at the other end of a wire may send it without
  /// waiting; a fault then comes with the next statement that answers.
  func run(_ sql: String, _ arguments: [(any SQLBindable)?]) throws

  /// How many rows the statement inserted, changed or deleted.
  func change(_ sql: String, _ arguments: [(any SQLBindable)?]) throws -> Int

  /// Columns are read by their index.
  func rows(_ sql: String, _ arguments: [(any SQLBindable)?]) throws -> [SQLRow]

  /// The first column of the first row, as bytes: the way to a stored row.
  func bytes(_ sql: String, _ arguments: [(any SQLBindable)?]) throws -> [UInt8]?

  /// Inserts many rows of these columns with the least that the engine needs for it. One whose key is taken
  /// is left out; answers how many were new.
  func insert(into table: String, _ columns: [String], _ rows: [[(any SQLBindable)?]]) throws -> Int

  /// False once a fault of the disk has undone the whole transaction.
  var isInsideTransaction: Bool { get }
}

/// What differs between the engines beyond the wire.
public enum SQLEngine: Sendable {
  case sqlite
  case postgres
}

extension SQLEngine {
  /// Numbers given as one argument, a JSON array, as a table `listed` with a column `value`.
  public var listed: String {
    switch self {
    case .sqlite: "json_each(?) AS listed"
    case .postgres: "(SELECT value::bigint FROM json_array_elements_text(?::json)) AS listed"
    }
  }

  /// The elements of a column's JSON array, as a table `o` with a column `value`.
  public func elements(of column: String) -> String {
    switch self {
    case .sqlite: "json_each(\(column)) AS o"
    case .postgres: "json_array_elements(\(column)::json) AS o(value)"
    }
  }
}

/// A statement would have broken a rule of the schema: a key twice, a CHECK, a missing value.
public struct BrokenConstraint: Error {
  public let message: String
  /// Where an engine may tell it later than with the statement itself.
  public let statement: String?

  public init(message: String, statement: String? = nil) {
    self.message = message
    self.statement = statement
  }
}

/// Nothing was done, and the whole transaction may be tried again.
public protocol RetriableFault: Error {}

extension SQLConnection {
  public func run(_ sql: String) throws { try run(sql, []) }

  public func rows(_ sql: String) throws -> [SQLRow] { try rows(sql, []) }
}

/// A database that many may read while it is written.
public protocol SQLDatabase: Sendable {
  /// Reads one consistent state.
  func read<T>(_ body: (any SQLConnection) throws -> T) throws -> T

  /// One transaction: all of it is durable when this returns, or none of it was done.
  func write<T>(_ body: (any SQLConnection) throws -> T) throws -> T
}

/// A pool of connections to one SQLite file.
public struct SQLitePool: SQLDatabase {
  private let pool: DatabasePool

  public init(_ pool: DatabasePool) { self.pool = pool }

  public func read<T>(_ body: (any SQLConnection) throws -> T) throws -> T { try pool.read { try body($0) } }

  public func write<T>(_ body: (any SQLConnection) throws -> T) throws -> T {
    try pool.write { try body($0) }
  }
}

extension Database: SQLConnection {
  public var engine: SQLEngine { .sqlite }

  public func insert(
    into table: String, _ columns: [String], _ rows: [[(any SQLBindable)?]]
  ) throws -> Int {
    let places = columns.map { _ in "?" }.joined(separator: ", ")
    let insert = try HeldStatement(
      self,
      "INSERT INTO \(table) (\(columns.joined(separator: ", "))) VALUES (\(places)) ON CONFLICT DO NOTHING")
    return try rows.reduce(0) { count, row in
      try insert.run(row)
      return count + changesCount
    }
  }
}
