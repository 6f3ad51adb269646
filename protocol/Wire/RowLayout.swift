/// Parts one after another. Canonical: one value has exactly one encoding.
struct RowSink: FieldSink {
  private(set) var bytes: [UInt8] = []

  /// Most rows fit without the array growing on the way.
  init(capacity: Int = 128) { bytes.reserveCapacity(capacity) }

  /// Bytes that are encoded already.
  mutating func copy(_ encoded: some Collection<UInt8>) { bytes.append(contentsOf: encoded) }

  mutating func uint(_ value: UInt64, _ column: Column) { Varint.append(value, to: &bytes) }
  mutating func delta(_ value: Int64, _ column: Column) { Varint.append(Varint.zigzag(value), to: &bytes) }

  mutating func blob(_ value: [UInt8], _ column: Column) {
    Varint.append(UInt64(value.count), to: &bytes)
    bytes.append(contentsOf: value)
  }

  mutating func text(_ value: String, _ column: Column) {
    Varint.append(UInt64(value.utf8.count), to: &bytes)
    bytes.append(contentsOf: value.utf8)
  }

  mutating func id(high: UInt64, low: UInt64, _ column: Column) {
    for shift in stride(from: 56, through: 0, by: -8) {
      bytes.append(UInt8(truncatingIfNeeded: high >> shift))
    }
    for shift in stride(from: 56, through: 0, by: -8) {
      bytes.append(UInt8(truncatingIfNeeded: low >> shift))
    }
  }
}

struct RowSource: FieldSource {
  private var cursor: ByteCursor

  init(_ bytes: [UInt8]) { cursor = ByteCursor(bytes) }

  var remaining: Int { cursor.remaining }

  mutating func uint(_ column: Column) throws(WireError) -> UInt64 { try cursor.varint() }
  mutating func delta(_ column: Column) throws(WireError) -> Int64 { Varint.unzigzag(try cursor.varint()) }
  mutating func blob(_ column: Column) throws(WireError) -> [UInt8] { Array(try cursor.takeCounted()) }
  mutating func text(_ column: Column) throws(WireError) -> String { try cursor.takeText() }
  mutating func id(_ column: Column) throws(WireError) -> (high: UInt64, low: UInt64) { try cursor.takeID() }

  func finish() throws(WireError) {
    guard remaining == 0 else { throw .trailingBytes }
  }
}

extension ByteCursor {
  mutating func takeCounted() throws(WireError) -> ArraySlice<UInt8> {
    let count = try varint()
    guard count <= UInt64(remaining) else { throw .truncated }
    return try take(Int(count))
  }

  mutating func takeText() throws(WireError) -> String {
    guard let text = String(validating: try takeCounted(), as: UTF8.self) else {
      throw .badValue("text is not UTF-8")
    }
    return text
  }

  mutating func takeID() throws(WireError) -> (high: UInt64, low: UInt64) {
    let bytes = try take(16)
    var (high, low): (UInt64, UInt64) = (0, 0)
    for byte in bytes.prefix(8) { high = high << 8 | UInt64(byte) }
    for byte in bytes.dropFirst(8) { low = low << 8 | UInt64(byte) }
    return (high, low)
  }
}
