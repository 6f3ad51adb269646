// How two sides speak of their differences (SPEC §14). Symbols and marks are as good as random, so there is
// nothing in a column's neighbours to compress: each prefix's are one blob.

extension DifferenceRequest {
  func encode(to sink: inout some FieldSink) {
    switch self {
    case .digests(let depth):
      sink.flag(false, .flag)
      sink.uint(UInt64(depth), .prefix)
    case .prefixes(let depth, let asked):
      sink.flag(true, .flag)
      sink.uint(UInt64(depth), .prefix)
      sink.list(asked, .count) { sink, one in
        sink.uint(one.value, .prefix)
        sink.optional(one.symbols, .flag) { sink, range in
          sink.uint(UInt64(range.lowerBound), .symbol)
          sink.uint(UInt64(range.count), .symbol)
        }
      }
    }
  }

  init(from source: inout some FieldSource) throws(WireError) {
    let isAboutSome = try source.flag(.flag)
    let depth = try source.uint(.prefix)
    guard depth <= UInt64(Limits.digestDepth) else { throw .overLimit("digits of a prefix: \(depth)") }
    guard isAboutSome else {
      self = .digests(depth: Int(depth))
      return
    }
    let asked = try source.list(.count, limit: Limits.sketchPrefixes) { source throws(WireError) in
      let value = try source.uint(.prefix)
      guard MarkPrefix(depth: Int(depth), value: value) != nil else {
        throw WireError.badValue("a prefix of \(depth) digits")
      }
      return PrefixRequest(
        value: value,
        symbols: try source.optional(.flag) { source throws(WireError) in try source.symbolRange() })
    }
    self = .prefixes(depth: Int(depth), asked)
  }
}

extension FieldSource {
  fileprivate mutating func symbolRange() throws(WireError) -> Range<Int> {
    let (first, count) = (try uint(.symbol), try uint(.symbol))
    let limit = UInt64(Limits.sketchSymbols)
    guard first <= limit, count <= limit - first else { throw .overLimit("symbols of a prefix") }
    return Int(first)..<Int(first + count)
  }
}

extension DifferenceAnswer {
  func encode(to sink: inout some FieldSink) {
    switch self {
    case .digests(let digests):
      sink.flag(false, .flag)
      sink.blob(digests.bytes, .payload)
    case .prefixes(let parts):
      sink.flag(true, .flag)
      sink.list(parts, .count) { sink, part in
        switch part {
        case .marks(let marks):
          sink.flag(false, .flag)
          sink.blob(MarkList.bytes(marks), .payload)
        case .symbols(let symbols):
          sink.flag(true, .flag)
          sink.blob(symbols.bytes, .payload)
        }
      }
    }
  }

  init(from source: inout some FieldSource) throws(WireError) {
    guard try source.flag(.flag) else {
      self = .digests(try PrefixDigests(bytes: try source.blob(.payload)))
      return
    }
    self = .prefixes(
      try source.list(.count, limit: Limits.sketchPrefixes) { source throws(WireError) in
        try source.flag(.flag)
          ? .symbols(try SketchSymbols(bytes: try source.blob(.payload)))
          : .marks(try MarkList.marks(try source.blob(.payload)))
      })
  }
}

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
  fileprivate mutating func append(fixed number: some FixedWidthInteger) {
    Swift.withUnsafeBytes(of: number.bigEndian) { append(contentsOf: $0) }
  }
}

extension ByteCursor {
  fileprivate mutating func fixed<T: FixedWidthInteger>() throws(WireError) -> T {
    var number: T = 0
    for byte in try take(T.bitWidth / 8) { number = number << 8 | T(byte) }
    return number
  }
}
