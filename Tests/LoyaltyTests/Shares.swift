import Loyalty
import Seeds
import SyncProtocol
import Testing

struct Shares {
  /// The definition, slowly: whole parts first, then one unit at a time to the largest remainder.
  private func slowShares(_ amount: Int64, _ weights: [Int64]) -> [Int64] {
    let total = weights.reduce(Int128(0)) { $0 + Int128($1) }
    guard total > 0 else { return weights.map { _ in 0 } }
    var shares = weights.map { Int64(Int128(amount) * Int128($0) / total) }
    var remainders = weights.map { Int128(amount) * Int128($0) % total }
    for _ in 0..<(amount - shares.reduce(0, +)) {
      var best = 0
      for index in remainders.indices where remainders[index] > remainders[best] { best = index }
      shares[best] += 1
      remainders[best] = -1
    }
    return shares
  }

  @Test func `shares follow the largest remainder, as counted out one unit at a time`() {
    forAll { (samples: inout Samples) in
      let weights = samples.list(0...12) { $0.gross() }
      let amount = samples.amount(upTo: samples.flag() ? 1_000 : Limits.lineMinorUnits * 500)
      return allocate(amount, over: weights) == slowShares(amount, weights)
    }
  }

  @Test func `shares add up to the amount, and none is more than its weight`() {
    forAll { (samples: inout Samples) in
      let weights = samples.list(1...30) { $0.gross() }
      let total = weights.reduce(0, +)
      let amount = samples.number(0...total)
      let shares = allocate(amount, over: weights)
      return shares.reduce(0, +) == amount && zip(shares, weights).allSatisfy { $0 >= 0 && $0 <= $1 }
    }
  }

  @Test func `an amount beyond the weights still adds up`() {
    forAll { (samples: inout Samples) in
      let weights = samples.list(1...10) { 1 + $0.amount(upTo: 1_000) }
      let amount = weights.reduce(0, +) + samples.amount(upTo: Limits.lineMinorUnits * 500)
      return allocate(amount, over: weights).reduce(0, +) == amount
    }
  }

  @Test func `ties go to the first, and nothing goes to a weight of nothing`() {
    #expect(allocate(1, over: [5, 5]) == [1, 0])
    #expect(allocate(2, over: [1, 1, 1]) == [1, 1, 0])
    #expect(allocate(5, over: [0, 3, 0, 3]) == [0, 3, 0, 2])
    #expect(allocate(7, over: [0, 0]) == [0, 0])
    #expect(allocate(7, over: []) == [])
    #expect(allocate(0, over: [1, 2]) == [0, 0])
  }

  @Test func `a 500-line cart at the limit of every line can be shared over`() {
    let weights = [Int64](repeating: Limits.lineMinorUnits, count: Limits.saleLines)
    let total = Limits.lineMinorUnits * Int64(Limits.saleLines)
    #expect(allocate(total, over: weights) == weights)
    #expect(allocate(total - 1, over: weights).reduce(0, +) == total - 1)
    #expect(allocate(Limits.movementPoints, over: weights).reduce(0, +) == Limits.movementPoints)
    #expect(allocate(.max, over: [.max / 2, .max / 2]).reduce(0, +) == .max)
  }
}
