import SyncProtocol

/// The order in which lines stand by what they are, and not by when they were scanned, so that the order of
/// the lines changes no total where shares tie (law Q2). Worked out once for a cart.
struct LineRanks {
  /// By line; lines of one article and category have one rank.
  private let ranks: [Int]
  /// The same for lines that are alike in quantity and price, too: what a stage takes off the one or the
  /// other of two that merely weigh the same, a later stage may count by pieces.
  private let fullRanks: [Int]

  init(_ lines: [SaleLine]) {
    func article(_ line: Int) -> (String, String) { (lines[line].sku, lines[line].category ?? "") }
    func rest(_ line: Int) -> (Int64, Int64, Int64) {
      (lines[line].quantity.milli, lines[line].gross.minor, lines[line].net.minor)
    }
    let order = lines.indices.sorted { a, b in
      article(a) == article(b) ? rest(a) < rest(b) : article(a) < article(b)
    }
    var ranks = [Int](repeating: 0, count: lines.count)
    var fullRanks = ranks
    for (before, line) in zip(order, order.dropFirst()) {
      let isSame = article(before) == article(line)
      ranks[line] = ranks[before] + (isSame ? 0 : 1)
      fullRanks[line] = fullRanks[before] + (isSame && rest(before) == rest(line) ? 0 : 1)
    }
    (self.ranks, self.fullRanks) = (ranks, fullRanks)
  }

  /// Shares an amount over lines by their weights. What ties goes by article, category, weight, quantity and
  /// price; lines alike in all of them tie in their order.
  func shares(of amount: Int64, over lines: [Int], _ weights: [Int64]) -> [Int64] {
    let order = lines.indices.sorted { a, b in
      let (first, second) = (ranks[lines[a]], ranks[lines[b]])
      return (first, weights[a], fullRanks[lines[a]], a) < (second, weights[b], fullRanks[lines[b]], b)
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
      return (keys[a].0, keys[a].1, keys[a].2, fullRanks[a], a)
        < (keys[b].0, keys[b].1, keys[b].2, fullRanks[b], b)
    }
  }
}
