/// Finds the marks that only one of two sides has, from own marks and the other side's symbols.
/// It takes anything for symbols: what does not come out exactly ends in `failed`, and soon.
public struct SketchDecoder: Sendable {
  public enum Outcome: Hashable, Sendable {
    case needsMore
    /// Each mark once, ascending.
    case decoded(onlyTheirs: [Mark], onlyOurs: [Mark])
    /// These are not the symbols of a set of marks.
    case failed
  }

  /// Peeled marks on their way, with 1 for theirs and −1 for ours.
  private struct Peeled {
    var walk: SketchWalk
    let times: Int32
  }

  private var own: SketchEncoder
  /// Theirs less ours, less what was peeled.
  private var symbols: [SketchSymbol] = []
  private var peeled: [Peeled] = []
  private var known: Set<Mark> = []
  private var hasFailed = false
  /// What the symbols tell of the size of the difference.
  private(set) var spread = SketchSpread()

  public init(own marks: some Sequence<Mark>) { own = SketchEncoder(marks: marks) }

  /// How many symbols it has had.
  public var count: Int { symbols.count }
  var ownMarks: some Sequence<Mark> { own.marks }

  /// The symbols that follow those it has had; beyond `Limits.sketchSymbols` it fails.
  public mutating func take(_ theirs: some Collection<SketchSymbol>) -> Outcome {
    guard !hasFailed, theirs.count <= Limits.sketchSymbols - count else { return fail() }
    let start = count
    for (their, our) in zip(theirs, own.symbols(start..<start + theirs.count)) {
      var symbol = their
      symbol.subtract(our)
      spread.add(symbol.count, at: symbols.count)
      symbols.append(symbol)
    }
    for position in peeled.indices { peeled[position].walk.add(-peeled[position].times, to: &symbols) }
    guard peel(from: start) else { return fail() }
    guard !symbols.isEmpty, symbols.allSatisfy({ $0 == .empty }) else { return .needsMore }
    return difference() ?? fail()
  }

  private mutating func fail() -> Outcome {
    hasFailed = true
    return .failed
  }

  /// Takes out marks that stand alone until none does. False when that cannot end well: a mark comes out
  /// twice, or more come out than symbols went in.
  private mutating func peel(from start: Int) -> Bool {
    var alone = (start..<symbols.count).filter { symbols[$0].onlyMark != nil }
    while let place = alone.popLast() {
      // Since it was noted, its mark may have been taken out through another symbol.
      guard let mark = symbols[place].onlyMark else { continue }
      guard known.insert(mark).inserted, peeled.count < symbols.count else { return false }
      var one = Peeled(walk: SketchWalk(mark), times: symbols[place].count)
      let check = mark.check
      while Int(one.walk.index) < symbols.count {
        let index = Int(one.walk.index)
        symbols[index].add(mark, check: check, -one.times)
        if symbols[index].onlyMark != nil { alone.append(index) }
        one.walk.advance()
      }
      peeled.append(one)
    }
    return true
  }

  /// Nil unless ours are all among the own marks and theirs are not.
  private func difference() -> Outcome? {
    let theirs = peeled.filter { $0.times == 1 }.map(\.walk.mark).sorted()
    let ours = peeled.filter { $0.times == -1 }.map(\.walk.mark).sorted()
    let ourSet = Set(ours)
    var seen = 0
    for mark in own.marks where known.contains(mark) {
      guard ourSet.contains(mark) else { return nil }
      seen += 1
    }
    return seen == ours.count ? .decoded(onlyTheirs: theirs, onlyOurs: ours) : nil
  }
}
