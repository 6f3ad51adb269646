import Curl

/// Whether headquarters and all stores have the same: nothing unsent, and equal digests of all that a store
/// carries.
///
/// A store's position says less: it is not woken for changes that are none of its business, so it may stand
/// a little behind headquarters' head and yet have everything.
struct Convergence {
  /// What was true at one and the same position of headquarters' feed.
  struct Agreement {
    let head: Int64
  }

  let headquarters: Headquarters
  let tills: [Till]

  func look() throws -> Waiting.Look<Agreement> {
    let head = try headquarters.status().head.number
    let partitions = try headquarters.partitions()
    for till in tills {
      let status = try till.status()
      let unsent = status.unsentEntries.number
      if status.hubReachable.boolValue != true {
        return .pending("\(till.shop.both) 尚未连上总部 has not reached headquarters yet")
      }
      if unsent > 0 { return .pending("\(till.shop.both) 还有 \(unsent) 条流水未上传 entries to send") }
      if let partition = Self.difference(partitions, status) {
        return .pending("\(till.shop.both) 正在接收 still hears of \(partition)")
      }
    }
    // A store that hears of something may answer with an entry of its own, so all this has to have been
    // true without anything happening meanwhile.
    guard try headquarters.status().head.number == head else { return .pending("总部有新变化 news at the hub") }
    return .done(Agreement(head: head))
  }

  /// The first partition this store carries of which it has not exactly what headquarters has.
  static func difference(_ partitions: [JSONValue], _ status: JSONValue) -> String? {
    let own = "store/\(status.node.number)"
    let carried = partitions.filter { partition in
      let name = partition.partition.text
      return name == own || !name.hasPrefix("store/")
    }
    let theirs = Dictionary(
      status.partitions.elements.map { ($0.partition.text, $0) }, uniquingKeysWith: { first, _ in first })
    return carried.first { partition in
      let mine = theirs[partition.partition.text] ?? ["rows": 0, "digest": "0"]
      return mine.rows != partition.rows || mine.digest != partition.digest
    }?.partition.text
  }
}
