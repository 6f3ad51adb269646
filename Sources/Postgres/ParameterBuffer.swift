import CPostgres
import Storage

/// The arguments of one statement as libpq wants them: one stretch of bytes, and where each begins in it.
/// Kept from statement to statement, so that sending one asks for no memory.
struct ParameterBuffer {
  private var bytes: [UInt8] = []
  private var starts: [Int] = []
  private var lengths: [Int32] = []
  private var pointers: [UnsafePointer<CChar>?] = []
  private var formats: [Int32] = []

  var byteCount: Int { bytes.count }

  mutating func clear() {
    bytes.removeAll(keepingCapacity: true)
    starts.removeAll(keepingCapacity: true)
    lengths.removeAll(keepingCapacity: true)
    // A byte that is never sent, so that an empty text has an address as well: none would mean NULL.
    bytes.append(0)
  }

  /// Adds the next argument; false if it is none of this type.
  mutating func add(_ cell: SQLRow.Cell?, _ type: WireType) -> Bool {
    switch cell {
    case nil, .null:
      starts.append(-1)
      lengths.append(0)
    case .some(let cell):
      let start = bytes.count
      guard type.write(cell, to: &bytes) else { return false }
      starts.append(start)
      lengths.append(Int32(bytes.count - start))
    }
    return true
  }

  /// Adds one column of many rows as an array; answers the first row whose value is none of this type.
  mutating func add(column: Int, of rows: ArraySlice<[(any SQLBindable)?]>, _ type: WireType) -> Int? {
    starts.append(bytes.count)
    bytes.append(bigEndian: Int32(1))  // one dimension
    bytes.append(bigEndian: Int32(1))  // there may be NULLs
    bytes.append(bigEndian: type.rawValue)
    bytes.append(bigEndian: Int32(rows.count))
    bytes.append(bigEndian: Int32(1))  // counted from 1
    for index in rows.indices {
      guard bytes.append(field: rows[index][column]?.cell, type) else { return index }
    }
    lengths.append(Int32(bytes.count - (starts.last ?? 0)))
    return nil
  }

  /// Hands the arguments to libpq, which copies them: values, lengths, formats.
  mutating func withPointers<Value>(
    _ use: (Int32, UnsafePointer<UnsafePointer<CChar>?>?, UnsafePointer<Int32>?, UnsafePointer<Int32>?) ->
      Value
  ) -> Value {
    while formats.count < starts.count { formats.append(1) }
    return bytes.withUnsafeBytes { buffer in
      let characters = buffer.assumingMemoryBound(to: CChar.self)
      pointers.removeAll(keepingCapacity: true)
      for start in starts { pointers.append(start < 0 ? nil : characters.baseAddress.map { $0 + start }) }
      return use(Int32(starts.count), pointers, lengths, formats)
    }
  }
}

extension [UInt8] {
  /// A value with its length before it, as in arrays and COPY; false if it is none of this type.
  mutating func append(field cell: SQLRow.Cell?, _ type: WireType) -> Bool {
    guard let cell, !cell.isNull else {
      append(bigEndian: Int32(-1))
      return true
    }
    let place = count
    append(bigEndian: Int32(0))
    guard type.write(cell, to: &self) else { return false }
    let length = Int32(count - place - 4).bigEndian
    Swift.withUnsafeBytes(of: length) { replaceSubrange(place..<place + 4, with: $0) }
    return true
  }
}

extension SQLRow.Cell {
  var isNull: Bool { if case .null = self { true } else { false } }

  /// What it takes up on the wire, about.
  var byteCount: Int {
    switch self {
    case .null: 0
    case .integer: 8
    case .text(let value): value.utf8.count
    case .blob(let value): value.count
    }
  }
}
