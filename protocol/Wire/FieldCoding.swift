/// One description of a message, two layouts. Types write their parts to a `FieldSink`, naming the column
/// each belongs to. `RowSink` puts them one after another: the canonical form that is journalled and hashed.
/// `ColumnSink` gathers each column: the form that travels, because like beside like compresses best.
protocol FieldSink {
  mutating func uint(_ value: UInt64, _ column: Column)
  /// A number near the previous one of its column (times, prices in a list).
  mutating func delta(_ value: Int64, _ column: Column)
  mutating func blob(_ value: [UInt8], _ column: Column)
  /// A text likely to occur again in the message.
  mutating func text(_ value: String, _ column: Column)
  /// A 128-bit id likely to occur again in the message.
  mutating func id(high: UInt64, low: UInt64, _ column: Column)
}

protocol FieldSource {
  mutating func uint(_ column: Column) throws(WireError) -> UInt64
  mutating func delta(_ column: Column) throws(WireError) -> Int64
  mutating func blob(_ column: Column) throws(WireError) -> [UInt8]
  mutating func text(_ column: Column) throws(WireError) -> String
  mutating func id(_ column: Column) throws(WireError) -> (high: UInt64, low: UInt64)
  /// Bytes not yet read: no list can have more elements than that.
  var remaining: Int { get }
}

extension FieldSink {
  mutating func int(_ value: Int64, _ column: Column) { uint(Varint.zigzag(value), column) }
  mutating func flag(_ value: Bool, _ column: Column) { uint(value ? 1 : 0, column) }
  mutating func id<Kind>(_ value: ID<Kind>, _ column: Column) { id(high: value.high, low: value.low, column) }

  mutating func optional<T>(_ value: T?, _ column: Column, _ write: (inout Self, T) -> Void) {
    flag(value != nil, column)
    if let value { write(&self, value) }
  }

  mutating func list<T>(_ values: [T], _ column: Column, _ write: (inout Self, T) -> Void) {
    uint(UInt64(values.count), column)
    for value in values { write(&self, value) }
  }
}

extension FieldSource {
  mutating func int(_ column: Column) throws(WireError) -> Int64 { Varint.unzigzag(try uint(column)) }

  mutating func position(_ column: Column) throws(WireError) -> UInt64 {
    let number = try uint(column)
    guard Position.isValid(number) else { throw .badValue("a position is under 2^63 - 1") }
    return number
  }

  /// A number of a closed list.
  mutating func code(_ column: Column) throws(WireError) -> UInt8 {
    guard let code = UInt8(exactly: try uint(column)) else { throw .badValue("\(column) over 8 bits") }
    return code
  }

  mutating func flag(_ column: Column) throws(WireError) -> Bool {
    switch try uint(column) {
    case 0: return false
    case 1: return true
    default: throw .badValue("a flag is 0 or 1")
    }
  }

  mutating func id<Kind>(_ column: Column, of kind: Kind.Type = Kind.self) throws(WireError) -> ID<Kind> {
    let (high, low) = try id(column)
    return ID(high: high, low: low)
  }

  mutating func optional<T>(
    _ column: Column, _ read: (inout Self) throws(WireError) -> T
  ) throws(WireError) -> T? {
    try flag(column) ? try read(&self) : nil
  }

  /// Every element takes at least a byte, so a count beyond the bytes left is a lie and nothing is allocated;
  /// room beyond the first elements is made as they arrive.
  mutating func list<T>(
    _ column: Column, limit: Int, _ read: (inout Self) throws(WireError) -> T
  ) throws(WireError) -> [T] {
    let count = try uint(column)
    guard count <= UInt64(limit) else { throw .overLimit("\(column): \(count) of at most \(limit)") }
    guard count <= UInt64(remaining) else { throw .truncated }
    var values: [T] = []
    values.reserveCapacity(min(Int(count), 1_024))
    for _ in 0..<count { values.append(try read(&self)) }
    return values
  }
}
