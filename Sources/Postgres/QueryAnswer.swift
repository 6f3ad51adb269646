import CPostgres
import Storage

/// What the server answered to one statement; freed with the last reference.
final class QueryAnswer {
  let handle: OpaquePointer
  private let statement: String

  init(_ handle: OpaquePointer, _ statement: String) {
    self.handle = handle
    self.statement = statement
  }

  deinit { PQclear(handle) }

  /// How many rows were inserted, changed or deleted.
  var changed: Int { Int(String(cString: PQcmdTuples(handle))) ?? 0 }

  var rowCount: Int { Int(PQntuples(handle)) }

  func rows() throws -> [SQLRow] {
    guard rowCount > 0 else { return [] }
    let types = try (0..<PQnfields(handle)).map { try type(of: $0) }
    return try (0..<PQntuples(handle)).map { row in
      SQLRow(try types.indices.map { try cell(row, Int32($0), types[$0]) })
    }
  }

  /// The first column of the first row as bytes, a number as its digits; NULL has none.
  func bytes() throws -> [UInt8]? {
    guard rowCount > 0 else { return nil }
    return switch try cell(0, 0, type(of: 0)) {
    case .null: []
    case .integer(let value): Array("\(value)".utf8)
    case .text(let value): Array(value.utf8)
    case .blob(let value): value
    }
  }

  private func type(of column: Int32) throws -> WireType {
    let number = PQftype(handle, column)
    guard let type = WireType(rawValue: number) else {
      throw mismatch(column, "is of the type with number \(number), for which there is no cell")
    }
    return type
  }

  private func cell(_ row: Int32, _ column: Int32, _ type: WireType) throws -> SQLRow.Cell {
    if PQgetisnull(handle, row, column) != 0 { return .null }
    let bytes = UnsafeRawBufferPointer(
      start: PQgetvalue(handle, row, column), count: Int(PQgetlength(handle, row, column)))
    guard let cell = type.read(bytes) else { throw mismatch(column, "is no whole number of 64 bits") }
    return cell
  }

  private func mismatch(_ column: Int32, _ what: String) -> PostgresFault {
    let name = String(cString: PQfname(handle, column))
    return PostgresFault(sqlState: "42804", message: "column \(name) \(what)", statement: statement)
  }
}
