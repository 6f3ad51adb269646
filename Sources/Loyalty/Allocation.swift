import SyncProtocol

/// Shares an amount over weights by largest remainder, ties in order: the shares add up exactly (law Q1).
/// Each share is at most its weight when the amount is at most their sum.
public func allocate(_ amount: Int64, over weights: [Int64]) -> [Int64] {
  let total = weights.reduce(0, +)
  precondition(amount >= 0 && weights.allSatisfy { $0 >= 0 }, "shares of nothing negative")
  guard total > 0 else { return weights.map { _ in 0 } }
  var shares: [Int64] = []
  var remainders: [(index: Int, remainder: Int64)] = []
  for (index, weight) in weights.enumerated() {
    let (quotient, remainder) = total.dividingFullWidth(amount.multipliedFullWidth(by: weight))
    shares.append(quotient)
    remainders.append((index, remainder))
  }
  let missing = Int(amount - shares.reduce(0, +))
  if missing == 0 { return shares }
  let order = remainders.sorted { ($1.remainder, $0.index) < ($0.remainder, $1.index) }
  for (index, _) in order.prefix(missing) { shares[index] += 1 }
  return shares
}
