import CPostgres
import Storage

/// The types of PostgreSQL that Patron speaks, by their fixed numbers in the server's catalogue, in binary
/// form.
enum WireType: Oid {
  case bool = 16
  case bytea = 17
  case name = 19
  case int8 = 20
  case int2 = 21
  case int4 = 23
  case text = 25
  case unknown = 705
  case bpchar = 1042
  case varchar = 1043
  case numeric = 1700
  case void = 2278

  /// Writes a value as the server expects it for this type; false if it is of another kind, does not fit, or
  /// is a text with a NUL, which PostgreSQL has no place for.
  func write(_ cell: SQLRow.Cell, to bytes: inout [UInt8]) -> Bool {
    switch (self, cell) {
    case (.int8, .integer(let value)): bytes.append(bigEndian: value)
    case (.int4, .integer(let value)):
      guard let value = Int32(exactly: value) else { return false }
      bytes.append(bigEndian: value)
    case (.int2, .integer(let value)):
      guard let value = Int16(exactly: value) else { return false }
      bytes.append(bigEndian: value)
    case (.bool, .integer(let value)):
      guard value == 0 || value == 1 else { return false }
      bytes.append(UInt8(value))
    case (.numeric, .integer(let value)): Numeric.write(value, to: &bytes)
    case (.text, .text(var value)), (.varchar, .text(var value)), (.bpchar, .text(var value)),
      (.name, .text(var value)), (.unknown, .text(var value)):
      return value.withUTF8 { text in
        guard !text.contains(0) else { return false }
        bytes.append(contentsOf: text)
        return true
      }
    case (.bytea, .blob(let value)): bytes.append(contentsOf: value)
    default: return false
    }
    return true
  }

  /// Reads a value that is not NULL; nil if a cell has no place for it.
  func read(_ bytes: UnsafeRawBufferPointer) -> SQLRow.Cell? {
    switch self {
    case .int8: .integer(bytes.bigEndian(at: 0))
    case .int4: .integer(Int64(bytes.bigEndian(at: 0) as Int32))
    case .int2: .integer(Int64(bytes.bigEndian(at: 0) as Int16))
    case .bool: .integer(bytes[0] == 0 ? 0 : 1)
    case .numeric: Numeric.read(bytes).map { .integer($0) }
    case .text, .varchar, .bpchar, .name, .unknown: .text(String(decoding: bytes, as: UTF8.self))
    case .bytea: .blob([UInt8](bytes))
    // What a function answers that has nothing to say, such as `pg_notify`.
    case .void: .null
    }
  }
}

/// A decimal number of PostgreSQL, in which it adds up integers: digits of base 10,000.
private enum Numeric {
  private static let base: Int64 = 10_000
  private static let negative: UInt16 = 0x4000

  static func write(_ value: Int64, to bytes: inout [UInt8]) {
    var digits: [Int16] = []
    var rest = value.magnitude
    while rest > 0 {
      digits.append(Int16(rest % UInt64(base)))
      rest /= UInt64(base)
    }
    bytes.append(bigEndian: Int16(digits.count))
    bytes.append(bigEndian: Int16(digits.count - 1))
    bytes.append(bigEndian: value < 0 ? negative : 0)
    bytes.append(bigEndian: Int16(0))
    for digit in digits.reversed() { bytes.append(bigEndian: digit) }
  }

  /// Nil if it has a fraction, is no number, or is beyond Int64.
  static func read(_ bytes: UnsafeRawBufferPointer) -> Int64? {
    let count = Int(bytes.bigEndian(at: 0) as Int16)
    let weight = Int(bytes.bigEndian(at: 2) as Int16)
    let sign: UInt16 = bytes.bigEndian(at: 4)
    guard sign == 0 || sign == negative else { return nil }
    if count == 0 { return 0 }
    guard weight >= 0 else { return nil }
    // Below zero there is one number more than above.
    var value: Int64 = 0
    for place in 0...max(weight, count - 1) {
      let digit = place < count ? Int64(bytes.bigEndian(at: 8 + 2 * place) as Int16) : 0
      if place > weight {
        guard digit == 0 else { return nil }
        continue
      }
      let (moved, isTooMuch) = value.multipliedReportingOverflow(by: base)
      let (next, isBeyond) = moved.subtractingReportingOverflow(digit)
      guard !isTooMuch, !isBeyond else { return nil }
      value = next
    }
    if sign == negative { return value }
    return value == .min ? nil : -value
  }
}

extension [UInt8] {
  mutating func append(bigEndian value: some FixedWidthInteger) {
    Swift.withUnsafeBytes(of: value.bigEndian) { append(contentsOf: $0) }
  }
}

extension UnsafeRawBufferPointer {
  func bigEndian<Number: FixedWidthInteger & BitwiseCopyable>(at offset: Int) -> Number {
    Number(bigEndian: loadUnaligned(fromByteOffset: offset, as: Number.self))
  }
}
