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
