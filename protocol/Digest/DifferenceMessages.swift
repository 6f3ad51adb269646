/// What a store asks of the hub while it looks for the rows in which they differ.
public enum DifferenceRequest: Hashable, Sendable {
  /// The digests of all prefixes of a depth, at most `Limits.digestDepth`.
  case digests(depth: Int)
  /// What there is under some prefixes of a depth, at most `Limits.sketchPrefixes` of them.
  case prefixes(depth: Int, [PrefixRequest])
}

/// The symbols of one prefix, or all its marks.
public struct PrefixRequest: Hashable, Sendable {
  /// Of the prefix.
  public let value: UInt64
  /// Ends by `Limits.sketchSymbols`. None asks for the marks.
  public let symbols: Range<Int>?

  public init(value: UInt64, symbols: Range<Int>?) {
    self.value = value
    self.symbols = symbols
  }
}

/// The answer, prefix by prefix in the order of the request. It may stop early; then the store asks again.
public enum DifferenceAnswer: Hashable, Sendable {
  case digests(PrefixDigests)
  case prefixes([PrefixAnswer])
}

public enum PrefixAnswer: Hashable, Sendable {
  case symbols(SketchSymbols)
  /// Each once, ascending.
  case marks([Mark])
}

/// Symbols of a sketch from `first` on, and of what marks they were made: symbols of other marks do not go
/// with them.
public struct SketchSymbols: Hashable, Sendable {
  /// How many marks.
  public let size: Int
  /// The low 32 bits of the marks' sum: enough to notice that they are no longer the same.
  public let state: UInt32
  public let first: Int
  public let symbols: [SketchSymbol]

  public init(size: Int, state: UInt32, first: Int, symbols: [SketchSymbol]) {
    self.size = size
    self.state = state
    self.first = first
    self.symbols = symbols
  }

  /// At most `Limits.prefixMarks` marks, each once.
  public init(of marks: [Mark], _ range: Range<Int>) {
    var encoder = SketchEncoder(marks: marks)
    self.init(
      size: marks.count, state: UInt32(truncatingIfNeeded: PrefixDigest(of: marks).sum),
      first: range.lowerBound, symbols: Array(encoder.symbols(range)))
  }
}

/// Why a search cannot go on.
public enum DifferenceFault: Error, Hashable, Sendable {
  /// A prefix of so many marks is too wide; a greater depth has narrower ones.
  case tooManyMarks(MarkPrefix)
  /// The answer is to another request.
  case answerDoesNotFit
}

extension DifferenceAnswer {
  /// The hub's side: what it answers from its marks.
  public init(to request: DifferenceRequest, from source: some MarkSource) throws {
    switch request {
    case .digests(let depth): self = .digests(try source.digests(depth: depth))
    case .prefixes(let depth, let asked):
      self = .prefixes(
        try asked.map { one in
          guard let prefix = MarkPrefix(depth: depth, value: one.value) else {
            throw DifferenceFault.answerDoesNotFit
          }
          let marks = try source.allMarks(under: prefix)
          guard let range = one.symbols else { return .marks(marks.sorted()) }
          return .symbols(SketchSymbols(of: marks, range))
        })
    }
  }
}

extension MarkSource {
  /// Throws where there are more than `Limits.prefixMarks`.
  func allMarks(under prefix: MarkPrefix) throws -> [Mark] {
    let marks = try marks(under: prefix, limit: Limits.prefixMarks + 1)
    guard marks.count <= Limits.prefixMarks else { throw DifferenceFault.tooManyMarks(prefix) }
    return marks
  }
}
