import Foundation

/// Reads a `JSONShape` in one pass over the bytes, with a bound on depth.
struct JSONShapeReader {
  /// A number and where it stands.
  struct Number: Equatable {
    let path: String
    let range: Range<Int>
  }

  private let bytes: [UInt8]
  private var offset = 0
  private let maximumDepth: Int
  /// The way to the value being read, a key or `[index]` for each level.
  private var trail: [String] = []
  private let noteNumber: ((Number) -> Void)?

  /// No request of ours nests deeper than 6; a parser's stack is not the caller's to use.
  static let maximumDepth = 32

  /// Reads the skeleton; `numbers` hears of each number on the way.
  static func read(
    _ bytes: [UInt8], maximumDepth: Int = maximumDepth, numbers: ((Number) -> Void)? = nil
  ) throws(JSONShape.Fault) -> JSONShape {
    guard String(validating: bytes, as: UTF8.self) != nil else { throw .malformed(offset: 0) }
    var reader = JSONShapeReader(bytes: bytes, maximumDepth: maximumDepth, noteNumber: numbers)
    let shape = try reader.value()
    guard reader.peek() == nil else { throw .malformed(offset: reader.offset) }
    return shape
  }

  private init(bytes: [UInt8], maximumDepth: Int, noteNumber: ((Number) -> Void)?) {
    self.bytes = bytes
    self.maximumDepth = maximumDepth
    self.noteNumber = noteNumber
  }

  private var path: String {
    trail.reduce("") { path, step in step.hasPrefix("[") ? path + step : JSONShape.join(path, step) }
  }

  private mutating func value() throws(JSONShape.Fault) -> JSONShape {
    switch peek() {
    case UInt8(ascii: "{"):
      guard trail.count < maximumDepth else { throw .tooDeep }
      return try object()
    case UInt8(ascii: "["):
      guard trail.count < maximumDepth else { throw .tooDeep }
      return try array()
    case UInt8(ascii: "\""):
      _ = try string()
      return .leaf
    default: return try word()
    }
  }

  private mutating func descend(_ step: String) throws(JSONShape.Fault) -> JSONShape {
    trail.append(step)
    let shape = try value()
    trail.removeLast()
    return shape
  }

  private mutating func object() throws(JSONShape.Fault) -> JSONShape {
    var members: [String: JSONShape] = [:]
    offset += 1
    if take("}") { return .object(members) }
    repeat {
      guard peek() == UInt8(ascii: "\"") else { throw .malformed(offset: offset) }
      let key = try string()
      guard take(":") else { throw .malformed(offset: offset) }
      let shape = try descend(key)
      guard members.updateValue(shape, forKey: key) == nil else {
        throw .duplicate(path: JSONShape.join(path, key))
      }
    } while take(",")
    guard take("}") else { throw .malformed(offset: offset) }
    return .object(members)
  }

  private mutating func array() throws(JSONShape.Fault) -> JSONShape {
    var values: [JSONShape] = []
    offset += 1
    if take("]") { return .array(values) }
    repeat {
      values.append(try descend("[\(values.count)]"))
    } while take(",")
    guard take("]") else { throw .malformed(offset: offset) }
    return .array(values)
  }

  private mutating func string() throws(JSONShape.Fault) -> String {
    let start = offset
    var escaped = false
    offset += 1
    while offset < bytes.count, bytes[offset] != UInt8(ascii: "\"") {
      if bytes[offset] == UInt8(ascii: "\\") {
        escaped = true
        offset += 1
      } else if bytes[offset] < 0x20 {
        throw .malformed(offset: offset)
      }
      offset += 1
    }
    guard offset < bytes.count else { throw .malformed(offset: start) }
    offset += 1
    let plain = String(decoding: bytes[start + 1..<offset - 1], as: UTF8.self)
    if !escaped { return plain }
    // "a" and "\u0061" are one key, so escapes must be read as the decoder will read them.
    guard let text = try? JSONDecoder().decode(String.self, from: Data(bytes[start..<offset])) else {
      throw .malformed(offset: start)
    }
    // Databases cut a text at a zero, and terminals obey the others.
    guard text.unicodeScalars.allSatisfy({ $0.value >= 0x20 || "\t\n\r".unicodeScalars.contains($0) }) else {
      throw .controlCharacter(path: path)
    }
    return text
  }

  private mutating func word() throws(JSONShape.Fault) -> JSONShape {
    let start = offset
    while offset < bytes.count, Self.wordBytes.contains(bytes[offset]) { offset += 1 }
    let word = bytes[start..<offset]
    if word.elementsEqual("null".utf8) { return .null }
    if word.elementsEqual("true".utf8) || word.elementsEqual("false".utf8) { return .leaf }
    guard Self.isNumber(word) else { throw .malformed(offset: start) }
    noteNumber?(Number(path: path, range: start..<offset))
    return .leaf
  }

  private static func isNumber(_ word: ArraySlice<UInt8>) -> Bool {
    var rest = word
    func digits() -> Int {
      let count = rest.prefix { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }.count
      rest = rest.dropFirst(count)
      return count
    }
    if rest.first == UInt8(ascii: "-") { rest = rest.dropFirst() }
    let leadingZero = rest.first == UInt8(ascii: "0")
    let whole = digits()
    guard whole == 1 || (whole > 1 && !leadingZero) else { return false }
    if rest.first == UInt8(ascii: ".") {
      rest = rest.dropFirst()
      guard digits() > 0 else { return false }
    }
    if rest.first == UInt8(ascii: "e") || rest.first == UInt8(ascii: "E") {
      rest = rest.dropFirst()
      if rest.first == UInt8(ascii: "+") || rest.first == UInt8(ascii: "-") { rest = rest.dropFirst() }
      guard digits() > 0 else { return false }
    }
    return rest.isEmpty
  }

  private static let wordBytes = Set("+-.0123456789Eabcdefghijklmnopqrstuvwxyz".utf8)

  /// The next byte that is not white space.
  private mutating func peek() -> UInt8? {
    while offset < bytes.count, [0x20, 0x0A, 0x0D, 0x09].contains(bytes[offset]) { offset += 1 }
    return offset < bytes.count ? bytes[offset] : nil
  }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard peek() == UInt8(ascii: character) else { return false }
    offset += 1
    return true
  }
}
