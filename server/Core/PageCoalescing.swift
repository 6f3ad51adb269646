import SyncProtocol

/// Folds a run of the feed so that each row appears once, with the effect of all its changes in order.
public func coalesced(_ changes: some Sequence<RowChange>) -> [RowChange] {
  var positions: [RowKey: Int] = [:]
  var folded: [RowChange] = []
  for change in changes {
    if let position = positions[change.key] {
      folded[position] = folded[position].followed(by: change)
    } else {
      positions[change.key] = folded.count
      folded.append(change)
    }
  }
  return folded.sorted { $0.key < $1.key }
}
