/// How far the counts of a difference stray from what its first count makes one expect. With d marks in the
/// difference, the count of symbol i varies by d·p·(1 − p), p = 1/(1 + i/2): so d shows before it is decoded.
struct SketchSpread: Sendable {
  private var first: Double = 0
  private var squares: Double = 0
  private var weight: Double = 0

  init() {}

  /// Expects so many marks before there are symbols to tell, and holds it against the first few of them.
  init(marks: Double) { (squares, weight) = (marks, 1) }

  mutating func add(_ count: Int32, at index: Int) {
    guard index > 0 else { return first = Double(count) }
    let share = 1 / (1 + Double(index) / 2)
    let stray = Double(count) - first * share
    squares += stray * stray
    weight += share * (1 - share)
  }

  mutating func add(_ other: SketchSpread) {
    squares += other.squares
    weight += other.weight
  }

  /// How many marks are likely to be in the difference; nil before there is anything to tell from.
  var marks: Double? { weight > 0 ? squares / weight : nil }

  /// The same where others were found to have `expected`; about a dozen symbols weigh as much as that.
  func marks(beside expected: Double?) -> Double? {
    guard let expected else { return marks }
    return (squares + 3 * expected) / (weight + 3)
  }
}
