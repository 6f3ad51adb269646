/// The search under one prefix: how many symbols to ask for next, when to ask for all its marks instead, and
/// what came of it.
struct PrefixSearch: Sendable {
  enum Step {
    /// Ask as `wanted` says.
    case goOn
    case found(onlyHub: [Mark], onlyOwn: [Mark])
  }

  private enum Plan {
    case symbols
    /// From the first on, because the hub's rows changed.
    case again(Int)
    case marks
  }

  let prefix: MarkPrefix
  private let ownCount: Int
  private var hubCount: Int
  /// Of the hub's marks that the symbols so far were made of.
  private var state: UInt32 = 0
  private var decoder: SketchDecoder
  private var plan = Plan.symbols
  private var attempts = 1
  /// The symbols to have next; none asks for all marks.
  private(set) var wanted: Range<Int>?

  init(_ prefix: MarkPrefix, own marks: [Mark], hubCount: UInt64) {
    self.prefix = prefix
    ownCount = marks.count
    self.hubCount = Int(min(hubCount, UInt64(Limits.prefixMarks)))
    decoder = SketchDecoder(own: marks)
  }

  /// What the symbols so far tell of the number of differences.
  var spread: SketchSpread { decoder.spread }

  // Bytes of an answer.
  private static let symbolBytes = 14
  private static let markBytes = 8
  private static let headBytes = 20

  private var listBytes: Int { hubCount * Self.markBytes }
  /// Bytes that the answer is likely to have.
  var answerBytes: Int { Self.headBytes + (wanted.map { $0.count * Self.symbolBytes } ?? listBytes) }

  mutating func take(_ answer: PrefixAnswer) throws(DifferenceFault) -> Step {
    switch answer {
    case .marks(let marks):
      guard wanted == nil else { throw .answerDoesNotFit }
      return try take(list: marks)
    case .symbols(let symbols):
      guard let wanted, symbols.first == wanted.lowerBound, symbols.symbols.count == wanted.count else {
        throw .answerDoesNotFit
      }
      return take(symbols)
    }
  }

  private func take(list: [Mark]) throws(DifferenceFault) -> Step {
    guard list.allSatisfy(prefix.contains) else { throw .answerDoesNotFit }
    let (theirs, ours) = (Set(list), Set(decoder.ownMarks))
    return .found(
      onlyHub: theirs.subtracting(ours).sorted(), onlyOwn: ours.subtracting(theirs).sorted())
  }

  private mutating func take(_ answer: SketchSymbols) -> Step {
    guard decoder.count == 0 || (answer.size, answer.state) == (hubCount, state) else {
      restart(answer)
      return .goOn
    }
    (hubCount, state) = (answer.size, answer.state)
    switch decoder.take(answer.symbols) {
    case .decoded(let onlyHub, let onlyOwn) where onlyHub.allSatisfy(prefix.contains):
      return .found(onlyHub: onlyHub, onlyOwn: onlyOwn)
    case .needsMore: plan = .symbols
    case .decoded, .failed: plan = .marks
    }
    return .goOn
  }

  /// Symbols from one answer go together, and a list always does.
  private mutating func restart(_ answer: SketchSymbols) {
    decoder = SketchDecoder(own: decoder.ownMarks)
    attempts += 1
    plan = attempts > Limits.sketchAttempts ? .marks : .again(answer.first + answer.symbols.count)
  }

  /// Decides what to ask. `expected` is how many marks other prefixes differ in, as far as anything is known.
  mutating func ask(expected: Double?) -> PrefixRequest {
    switch plan {
    case .symbols: wanted = next(expected: expected)
    case .again(let end): wanted = 0..<end
    case .marks: wanted = nil
    }
    return PrefixRequest(value: prefix.value, symbols: wanted)
  }

  /// So many symbols that they are likely to be enough all in all, and in any case some more than before.
  /// None where the marks take less room, or where the sides differ in about a quarter.
  private func next(expected: Double?) -> Range<Int>? {
    let most = Double(max(ownCount, hubCount))
    let least = Double(abs(ownCount - hubCount))
    let likely = max(least, decoder.spread.marks(beside: expected) ?? 0)
    let have = decoder.count
    let end = max(Self.symbols(for: likely), have + max(have / 3, Self.fewSymbols))
    let isLong = likely > most / 4 || end * Self.symbolBytes > listBytes || end > Limits.sketchSymbols
    return isLong ? nil : have..<end
  }

  private static let fewSymbols = 3

  /// From how many symbols so many differences can most often be read.
  private static func symbols(for marks: Double) -> Int {
    Int(min(1.35 * marks + marks.squareRoot(), Double(2 * Limits.sketchSymbols)).rounded(.up))
  }
}
