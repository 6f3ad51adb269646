/// Draws an index in proportion to its weight.
struct WeightedChoice {
  private let bounds: [Double]

  init(_ weights: [Double]) {
    var sum = 0.0
    bounds = weights.map { weight in
      sum += weight
      return sum
    }
  }

  func draw(_ random: inout SeededRandom) -> Int {
    guard let total = bounds.last else { return 0 }
    let point = random.unit() * total
    return min(bounds.partitionPoint { $0 > point }, bounds.count - 1)
  }
}
