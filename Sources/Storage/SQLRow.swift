import Foundation
import GRDB
import GRDBSQLite

/// A copied row. A column is read as the type that is wanted; as in SQLite itself, NULL or another type reads
/// as nil where an optional is wanted and as zero or nothing where it is not.
public struct SQLRow: Sendable {
  public enum Cell: Sendable {
    case null
    case integer(Int64)
    case text(String)
    case blob([UInt8])
  }

  private let cells: [Cell]

  /// From an engine that read the columns itself.
  public init(_ cells: [Cell]) { self.cells = cells }

  init(_ statement: SQLiteStatement) {
    cells = (0..<sqlite3_column_count(statement)).map { index in
      switch sqlite3_column_type(statement, index) {
      case SQLITE_INTEGER: .integer(sqlite3_column_int64(statement, index))
      case SQLITE_TEXT: .text(sqlite3_column_text(statement, index).map { String(cString: $0) } ?? "")
      case SQLITE_BLOB: .blob(SQLRow.bytes(statement, index))
      default: .null
      }
    }
  }

  public subscript<Value: SQLReadable>(column: Int) -> Value { Value(cells[column]) }

  static func bytes(_ statement: SQLiteStatement, _ index: Int32) -> [UInt8] {
    let count = Int(sqlite3_column_bytes(statement, index))
    guard count > 0, let start = sqlite3_column_blob(statement, index) else { return [] }
    return [UInt8](UnsafeRawBufferPointer(start: start, count: count))
  }
}

/// A value that can be read from a column.
public protocol SQLReadable {
  init(_ cell: SQLRow.Cell)
}

extension Int64: SQLReadable, SQLBindable {
  public var cell: SQLRow.Cell { .integer(self) }
  public init(_ cell: SQLRow.Cell) { if case .integer(let value) = cell { self = value } else { self = 0 } }
  public func bind(to statement: SQLiteStatement, at index: Int32) -> Int32 {
    sqlite3_bind_int64(statement, index, self)
  }
}

extension Int: SQLReadable, SQLBindable {
  public var cell: SQLRow.Cell { .integer(Int64(self)) }
  public init(_ cell: SQLRow.Cell) { self = Int(Int64(cell)) }
  public func bind(to statement: SQLiteStatement, at index: Int32) -> Int32 {
    sqlite3_bind_int64(statement, index, Int64(self))
  }
}

extension Int32: SQLBindable {
  public var cell: SQLRow.Cell { .integer(Int64(self)) }
  public func bind(to statement: SQLiteStatement, at index: Int32) -> Int32 {
    sqlite3_bind_int64(statement, index, Int64(self))
  }
}

extension Bool: SQLBindable {
  public var cell: SQLRow.Cell { .integer(self ? 1 : 0) }
  public func bind(to statement: SQLiteStatement, at index: Int32) -> Int32 {
    sqlite3_bind_int64(statement, index, self ? 1 : 0)
  }
}

extension String: SQLReadable, SQLBindable {
  public var cell: SQLRow.Cell { .text(self) }
  public init(_ cell: SQLRow.Cell) { if case .text(let value) = cell { self = value } else { self = "" } }
  public func bind(to statement: SQLiteStatement, at index: Int32) -> Int32 {
    var copy = self
    return copy.withUTF8 { bytes in
      bytes.withMemoryRebound(to: CChar.self) { characters in
        // An empty text must not be bound as NULL, which is what a missing address would mean.
        guard let start = characters.baseAddress else {
          return sqlite3_bind_text(statement, index, "", 0, copied)
        }
        return sqlite3_bind_text(statement, index, start, Int32(characters.count), copied)
      }
    }
  }
}

extension [UInt8]: SQLReadable, SQLBindable {
  public var cell: SQLRow.Cell { .blob(self) }
  public init(_ cell: SQLRow.Cell) { if case .blob(let value) = cell { self = value } else { self = [] } }
  public func bind(to statement: SQLiteStatement, at index: Int32) -> Int32 {
    withUnsafeBytes { bytes in
      guard let start = bytes.baseAddress, !bytes.isEmpty else {
        return sqlite3_bind_zeroblob(statement, index, 0)
      }
      return sqlite3_bind_blob(statement, index, start, Int32(bytes.count), copied)
    }
  }
}

extension Optional: SQLReadable where Wrapped: SQLReadable {
  public init(_ cell: SQLRow.Cell) { if case .null = cell { self = nil } else { self = Wrapped(cell) } }
}

/// Tells SQLite to copy what is bound: the bytes are gone when the call returns.
nonisolated(unsafe) private let copied = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
