/// How many households shop in both of two stores.
struct SharedMembers {
  struct Pair: Equatable {
    var first: Int
    var second: Int
    var members: Int
  }

  private let pairs: [Pair]

  init(_ data: ChainData) {
    var visited = [Set<Int32>](repeating: [], count: data.members.count)
    for (member, store) in zip(data.baskets.members, data.baskets.stores) {
      visited[Int(member)].insert(store)
    }
    let stores = data.stores.count
    var counts: [Int: Int] = [:]
    for set in visited {
      let list = set.sorted()
      for (index, first) in list.enumerated() {
        for second in list[(index + 1)...] { counts[Int(first) * stores + Int(second), default: 0] += 1 }
      }
    }
    pairs = counts.map { Pair(first: $0.key / stores, second: $0.key % stores, members: $0.value) }
      .sorted { (-$0.members, $0.first, $0.second) < (-$1.members, $1.first, $1.second) }
  }

  /// The `count` pairs with most in common in which no store stands twice.
  func largestPairs(_ count: Int) -> [Pair] {
    var used: Set<Int> = []
    var result: [Pair] = []
    for pair in pairs where result.count < count && !used.contains(pair.first) && !used.contains(pair.second)
    {
      used.formUnion([pair.first, pair.second])
      result.append(pair)
    }
    return result
  }
}
