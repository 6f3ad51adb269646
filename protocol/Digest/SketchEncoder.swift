/// Makes the symbols of a set of marks, as many as are asked for, each once.
public struct SketchEncoder: Sendable {
  private var walks: [SketchWalk]
  private var symbols: [SketchSymbol] = []

  /// No mark twice: it would be as if it were not there.
  public init(marks: some Sequence<Mark>) { walks = marks.map(SketchWalk.init) }

  var count: Int { walks.count }
  var marks: some Sequence<Mark> { walks.lazy.map(\.mark) }

  /// The range ends by `Limits.sketchSymbols`.
  public mutating func symbols(_ range: Range<Int>) -> ArraySlice<SketchSymbol> {
    precondition(range.lowerBound >= 0 && range.upperBound <= Limits.sketchSymbols)
    if range.upperBound > symbols.count {
      symbols += [SketchSymbol](repeating: .empty, count: range.upperBound - symbols.count)
      for position in walks.indices { walks[position].add(to: &symbols) }
    }
    return symbols[range]
  }
}
