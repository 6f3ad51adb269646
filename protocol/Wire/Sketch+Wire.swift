// What stands in the blobs of an answer about differences (SPEC §14). Numbers of fixed size have their most
// significant byte first.

extension PrefixDigests {
  /// `depth: uint`, then for each prefix `count: uint` and the sum in 8 bytes.
  var bytes: [UInt8] {
    var out: [UInt8] = []
    out.reserveCapacity(digests.count * 12 + 1)
    Varint.append(UInt64(depth), to: &out)
    for digest in digests {
      Varint.append(digest.count, to: &out)
      out.append(fixed: digest.sum)
    }
    return out
  }

  init(bytes: [UInt8]) throws(WireError) {
    var cursor = ByteCursor(bytes)
    let depth = try cursor.varint()
    guard depth <= UInt64(Limits.digestDepth) else { throw .overLimit("digits of a prefix: \(depth)") }
    // A digest takes nine bytes at least.
    guard cursor.remaining >= 9 << (4 * Int(depth)) else { throw .truncated }
    var digests: [PrefixDigest] = []
    for _ in 0..<1 << (4 * Int(depth)) {
      digests.append(PrefixDigest(count: try cursor.varint(), sum: try cursor.fixed()))
    }
    guard cursor.remaining == 0 else { throw .trailingBytes }
    guard let all = PrefixDigests(depth: Int(depth), digests: digests) else { throw .truncated }
    self = all
  }
}

extension SketchSymbols {
  /// `size: uint`, `state` in 4 bytes, `first: uint`, the number of symbols, then all their sums (8 bytes
  /// each), all their checks (4 bytes each), and all their counts, each as the `int` by which it exceeds
  /// what is expected.
  public var bytes: [UInt8] {
    var out: [UInt8] = []
    out.reserveCapacity(symbols.count * 14 + 24)
    Varint.append(UInt64(size), to: &out)
    out.append(fixed: state)
    Varint.append(UInt64(first), to: &out)
    Varint.append(UInt64(symbols.count), to: &out)
    for symbol in symbols { out.append(fixed: symbol.sum) }
    for symbol in symbols { out.append(fixed: symbol.check) }
    for (offset, symbol) in symbols.enumerated() {
      let expected = SketchSymbol.expected(first + offset, of: size)
      Varint.append(Varint.zigzag(Int64(symbol.count) - expected), to: &out)
    }
    return out
  }

  public init(bytes: [UInt8]) throws(WireError) {
    var cursor = ByteCursor(bytes)
    let size = try cursor.varint()
    guard size <= UInt64(Limits.prefixMarks) else { throw .overLimit("\(size) marks of a prefix") }
    let state: UInt32 = try cursor.fixed()
    let (first, count) = (try cursor.varint(), try cursor.varint())
    let limit = UInt64(Limits.sketchSymbols)
    guard first <= limit, count <= limit - first else { throw .overLimit("symbols of a prefix") }
    // A symbol takes thirteen bytes at least.
    guard cursor.remaining >= 13 * Int(count) else { throw .truncated }
    var symbols = [SketchSymbol](repeating: .empty, count: Int(count))
    for index in symbols.indices { symbols[index].sum = try cursor.fixed() }
    for index in symbols.indices { symbols[index].check = try cursor.fixed() }
    for index in symbols.indices {
      let more = Varint.unzigzag(try cursor.varint())
      let (marks, isTooMuch) = SketchSymbol.expected(Int(first) + index, of: Int(size))
        .addingReportingOverflow(more)
      guard !isTooMuch, (0...Int64(size)).contains(marks) else { throw .badValue("marks of a symbol") }
      symbols[index].count = Int32(marks)
    }
    guard cursor.remaining == 0 else { throw .trailingBytes }
    self.init(size: Int(size), state: state, first: Int(first), symbols: symbols)
  }
}

/// All marks of a prefix.
public enum MarkList {
  /// How many, the first as a `uint`, then each as the `uint` of its distance from the previous one, less 1.
  /// The marks ascend, each once.
  public static func bytes(_ marks: [Mark]) -> [UInt8] {
    var out: [UInt8] = []
    out.reserveCapacity(marks.count * 8 + 4)
    Varint.append(UInt64(marks.count), to: &out)
    var lowest: UInt64 = 0
    for mark in marks {
      Varint.append(mark.number - lowest, to: &out)
      lowest = mark.number &+ 1
    }
    return out
  }

  public static func marks(_ bytes: [UInt8]) throws(WireError) -> [Mark] {
    var cursor = ByteCursor(bytes)
    let count = try cursor.varint()
    guard count <= UInt64(Limits.prefixMarks) else { throw .overLimit("\(count) marks of a prefix") }
    guard count <= UInt64(cursor.remaining) else { throw .truncated }
    var marks: [Mark] = []
    marks.reserveCapacity(Int(count))
    for _ in 0..<count {
      let distance = try cursor.varint()
      guard let last = marks.last else {
        marks.append(Mark(distance))
        continue
      }
      let (number, isTooMuch) = last.number.addingReportingOverflow(distance)
      guard !isTooMuch, number < .max else { throw .badValue("marks beyond 64 bits") }
      marks.append(Mark(number + 1))
    }
    guard cursor.remaining == 0 else { throw .trailingBytes }
    return marks
  }
}

extension [UInt8] {
  /// All bytes of the number, most significant first.
  mutating func append(fixed number: some FixedWidthInteger) {
    Swift.withUnsafeBytes(of: number.bigEndian) { append(contentsOf: $0) }
  }
}

extension ByteCursor {
  mutating func fixed<T: FixedWidthInteger>() throws(WireError) -> T {
    var number: T = 0
    for byte in try take(T.bitWidth / 8) { number = number << 8 | T(byte) }
    return number
  }
}
