import Foundation

/// A tab-separated file, read byte by byte from front to back; every error knows its line.
struct TabbedFile {
  let name: String
  private let bytes: [UInt8]
  private var position = 0
  private var atLineStart = true
  private(set) var line = 0

  private static let tab = UInt8(ascii: "\t")
  private static let newline = UInt8(ascii: "\n")
  // 18 digits always fit an Int64.
  private static let maxDigits = 18

  /// Opens the file and checks that its header names exactly `columns`.
  init(_ name: String, in folder: URL, columns: String...) throws(ChainDataError) {
    do {
      let bytes = [UInt8](try Data(contentsOf: folder.appending(path: name), options: .mappedIfSafe))
      try self.init(name, bytes: bytes, columns: columns)
    } catch let error as ChainDataError {
      throw error
    } catch {
      throw ChainDataError(file: name, .unreadable(reason: error.localizedDescription))
    }
  }

  init(_ name: String, bytes: [UInt8], columns: [String]) throws(ChainDataError) {
    self.name = name
    self.bytes = bytes
    let header = Array(columns.joined(separator: "\t").utf8) + [Self.newline]
    guard bytes.starts(with: header) else {
      throw ChainDataError(file: name, line: 1, .badHeader(expected: columns.joined(separator: " ")))
    }
    position = header.count
    line = 1
  }

  /// Roughly how many rows of `width` bytes the file holds: what to reserve before reading them.
  func estimatedRows(width: Int) -> Int { bytes.count / width }

  func failure(_ problem: ChainDataError.Problem) -> ChainDataError {
    ChainDataError(file: name, line: line, problem)
  }

  /// Moves to the next row; false at the end of the file.
  mutating func nextRow() throws(ChainDataError) -> Bool {
    if line > 1 {
      guard position < bytes.count else { throw failure(.cutOff) }
      guard bytes[position] == Self.newline else { throw failure(.tooManyColumns) }
      position += 1
    }
    guard position < bytes.count else { return false }
    line += 1
    atLineStart = true
    return true
  }

  mutating func number(_ column: String) throws(ChainDataError) -> Int64 {
    guard let value = try numberOrEmpty(column) else { throw failure(.notANumber(column: column)) }
    return value
  }

  mutating func number32(_ column: String) throws(ChainDataError) -> Int32 {
    guard let value = Int32(exactly: try number(column)) else { throw failure(.outOfRange(column: column)) }
    return value
  }

  mutating func numberOrEmpty(_ column: String) throws(ChainDataError) -> Int64? {
    try beginField(column)
    let start = position
    var value: Int64 = 0
    while position < bytes.count, bytes[position] &- 48 < 10 {
      value = value &* 10 &+ Int64(bytes[position] &- 48)
      position += 1
    }
    guard position < bytes.count else { throw failure(.cutOff) }
    guard bytes[position] == Self.tab || bytes[position] == Self.newline else {
      throw failure(.notANumber(column: column))
    }
    guard position - start <= Self.maxDigits else { throw failure(.outOfRange(column: column)) }
    return position == start ? nil : value
  }

  mutating func text(_ column: String) throws(ChainDataError) -> String {
    try beginField(column)
    let start = position
    while position < bytes.count, bytes[position] != Self.tab, bytes[position] != Self.newline {
      position += 1
    }
    guard position < bytes.count else { throw failure(.cutOff) }
    guard let text = String(validating: bytes[start..<position], as: UTF8.self) else {
      throw failure(.notText(column: column))
    }
    return text
  }

  mutating func day(_ column: String) throws(ChainDataError) -> BusinessDay {
    guard let day = BusinessDay(try text(column)) else { throw failure(.notADay(column: column)) }
    return day
  }

  // A field's separator stands before it, so that one too few or too many is seen where it happens.
  private mutating func beginField(_ column: String) throws(ChainDataError) {
    if atLineStart {
      atLineStart = false
      return
    }
    guard position < bytes.count else { throw failure(.cutOff) }
    guard bytes[position] == Self.tab else { throw failure(.missingColumn(column)) }
    position += 1
  }
}
