/// Gathers each column of a message by itself: numbers as differences, texts and ids through a dictionary
/// that both sides build as they go. Before compression it is a third of the row form; after it, a fifth.
struct ColumnSink: FieldSink {
  private var columns = [[UInt8]](repeating: [], count: Column.allCases.count)
  private var previous = [Int64](repeating: 0, count: Column.allCases.count)
  private var texts = [[ExactText: UInt64]](repeating: [:], count: Column.allCases.count)
  private var ids = [[WideKey: UInt64]](repeating: [:], count: Column.allCases.count)

  mutating func uint(_ value: UInt64, _ column: Column) { Varint.append(value, to: &columns[column.index]) }

  mutating func delta(_ value: Int64, _ column: Column) {
    Varint.append(Varint.zigzag(value &- previous[column.index]), to: &columns[column.index])
    previous[column.index] = value
  }

  mutating func blob(_ value: [UInt8], _ column: Column) {
    Varint.append(UInt64(value.count), to: &columns[column.index])
    columns[column.index].append(contentsOf: value)
  }

  mutating func text(_ value: String, _ column: Column) {
    let key = ExactText(value)
    if let known = texts[column.index][key] { return Varint.append(known, to: &columns[column.index]) }
    if texts[column.index].count < Limits.columnDictionary {
      texts[column.index][key] = UInt64(texts[column.index].count + 1)
    }
    columns[column.index].append(0)
    Varint.append(UInt64(value.utf8.count), to: &columns[column.index])
    columns[column.index].append(contentsOf: value.utf8)
  }

  mutating func id(high: UInt64, low: UInt64, _ column: Column) {
    let key = WideKey(high: high, low: low)
    if let known = ids[column.index][key] { return Varint.append(known, to: &columns[column.index]) }
    if ids[column.index].count < Limits.columnDictionary {
      ids[column.index][key] = UInt64(ids[column.index].count + 1)
    }
    columns[column.index].append(0)
    for shift in stride(from: 56, through: 0, by: -8) {
      columns[column.index].append(UInt8(truncatingIfNeeded: high >> shift))
    }
    for shift in stride(from: 56, through: 0, by: -8) {
      columns[column.index].append(UInt8(truncatingIfNeeded: low >> shift))
    }
  }

  /// Number of columns used, then for each its number, its length and its bytes.
  func finish() -> [UInt8] {
    var out: [UInt8] = []
    out.reserveCapacity(columns.reduce(64) { $0 + $1.count + 4 })
    Varint.append(UInt64(columns.count { !$0.isEmpty }), to: &out)
    for (index, bytes) in columns.enumerated() where !bytes.isEmpty {
      Varint.append(UInt64(index), to: &out)
      Varint.append(UInt64(bytes.count), to: &out)
      out.append(contentsOf: bytes)
    }
    return out
  }
}

struct WideKey: Hashable {
  let high: UInt64
  let low: UInt64
}

struct ColumnSource: FieldSource {
  private var cursors: [ByteCursor]
  private var previous = [Int64](repeating: 0, count: Column.allCases.count)
  private var texts = [[String]](repeating: [], count: Column.allCases.count)
  private var ids = [[WideKey]](repeating: [], count: Column.allCases.count)
  private var expandedBytes = 0

  init(_ bytes: [UInt8]) throws(WireError) {
    var whole = ByteCursor(bytes)
    cursors = [ByteCursor](repeating: ByteCursor(bytes, 0..<0), count: Column.allCases.count)
    let count = try whole.varint()
    var lowest = 0
    for _ in 0..<count {
      let index = try whole.varint()
      guard index >= UInt64(lowest) else { throw .badValue("columns out of order") }
      let length = try whole.varint()
      guard length <= UInt64(whole.remaining) else { throw .truncated }
      // A column that this version does not know belongs to a later one; what it says is skipped.
      if index < UInt64(cursors.count) {
        cursors[Int(index)] = ByteCursor(bytes, whole.position..<whole.position + Int(length))
        lowest = Int(index) + 1
      }
      _ = try whole.take(Int(length))
    }
    guard whole.remaining == 0 else { throw .trailingBytes }
  }

  var remaining: Int { cursors.reduce(0) { $0 + $1.remaining } }

  mutating func uint(_ column: Column) throws(WireError) -> UInt64 { try cursors[column.index].varint() }

  mutating func delta(_ column: Column) throws(WireError) -> Int64 {
    previous[column.index] &+= Varint.unzigzag(try cursors[column.index].varint())
    return previous[column.index]
  }

  mutating func blob(_ column: Column) throws(WireError) -> [UInt8] {
    Array(try cursors[column.index].takeCounted())
  }

  mutating func text(_ column: Column) throws(WireError) -> String {
    let token = try cursors[column.index].varint()
    if token == 0 {
      let text = try cursors[column.index].takeText()
      if texts[column.index].count < Limits.columnDictionary { texts[column.index].append(text) }
      return text
    }
    guard token <= UInt64(texts[column.index].count) else { throw .badValue("unknown dictionary entry") }
    let text = texts[column.index][Int(token) - 1]
    // A byte can stand for a long text; written out again, a small message must not become a huge one.
    expandedBytes += text.utf8.count
    guard expandedBytes <= Limits.expandedBytes else { throw .overLimit("repeated texts") }
    return text
  }

  mutating func id(_ column: Column) throws(WireError) -> (high: UInt64, low: UInt64) {
    let token = try cursors[column.index].varint()
    if token == 0 {
      let (high, low) = try cursors[column.index].takeID()
      if ids[column.index].count < Limits.columnDictionary {
        ids[column.index].append(WideKey(high: high, low: low))
      }
      return (high, low)
    }
    guard token <= UInt64(ids[column.index].count) else { throw .badValue("unknown dictionary entry") }
    let key = ids[column.index][Int(token) - 1]
    return (key.high, key.low)
  }

  func finish() throws(WireError) {
    guard remaining == 0 else { throw .trailingBytes }
  }
}
