/// A mark's way through a sketch: the symbols it falls on, in order, from symbol 0.
struct SketchWalk: Sendable {
  let mark: Mark
  private(set) var index: UInt32 = 0
  private var step: UInt32 = 1

  init(_ mark: Mark) { self.mark = mark }

  /// On to the next. A mark that is on symbol i falls on none of i + 1 … k with probability
  /// (i + 1)(i + 2) / ((k + 1)(k + 2)); so the next is the k that an even chance in (0, 1] comes to, in IEEE
  /// doubles, which every language computes alike.
  @inline(__always)
  mutating func advance() {
    step &+= 1
    let chance = Double((mark.word(step) >> 11) + 1) / 0x1p53
    let here = Double(index)
    let next = ((here + 1) * (here + 2) / chance + 0.25).squareRoot() - 1.5
    // Beyond 32 bits is beyond every sketch.
    index = next < 0xFFFF_FFFF ? max(index + 1, UInt32(next.rounded(.up))) : .max
  }

  /// Walks on to `end`, putting the mark into the symbols on the way.
  @inline(__always)
  mutating func add(_ times: Int32 = 1, to symbols: inout [SketchSymbol]) {
    let end = UInt32(symbols.count)
    guard index < end else { return }
    let check = mark.check
    repeat {
      symbols[Int(index)].add(mark, check: check, times)
      advance()
    } while index < end
  }
}
