import SyncProtocol

/// The order in which lines stand by what they are, and not by when they were scanned, so that the order of
/// the lines changes no total where shares tie (law Q2). Worked out once for a cart.
struct LineRanks {
  /// By line; lines of one article and category have one rank.
  private let ranks: [Int]

  init(_ lines: [SaleLine]) {
    func key(_ line: Int) -> (String, String) { (lines[line].sku, lines[line].category ?? "") }
    let order = lines.indices.sorted { key($0) < key($1) }
    var ranks = [Int](repeating: 0, count: lines.count)
    for (before, line) in zip(order, order.dropFirst()) {
      ranks[line] = ranks[before] + (key(before) < key(line) ? 1 : 0)
    }
    self.ranks = ranks
  }

  /// Shares an amount over lines by their weights. What ties goes by article, category and weight; lines
  /// alike in all three tie in their order.
  func shares(of amount: Int64, over lines: [Int], _ weights: [Int64]) -> [Int64] {
    let order = lines.indices.sorted { a, b in
      let (first, second) = (ranks[lines[a]], ranks[lines[b]])
      return (first, weights[a], a) < (second, weights[b], b)
    }
    var shares = weights
    for (place, share) in zip(order, allocate(amount, over: order.map { weights[$0] })) {
      shares[place] = share
    }
    return shares
  }

  /// The lines in order, what else ties them apart coming from `further`.
  func sorted(_ further: (Int) -> (Int64, Int64, Int64)) -> [Int] {
    let keys = ranks.indices.map(further)
    return ranks.indices.sorted { a, b in
      if ranks[a] != ranks[b] { return ranks[a] < ranks[b] }
      return (keys[a].0, keys[a].1, keys[a].2, a) < (keys[b].0, keys[b].1, keys[b].2, b)
    }
  }
}
