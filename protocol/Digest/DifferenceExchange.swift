/// A step of a store's search, as it travels. All steps of one search speak of one position of the feed, so
/// that it makes no difference what happens meanwhile.
public struct DifferenceQuestion: Hashable, Sendable {
  public let logEpoch: Int64
  /// Nil asks about the hub's present state; the answer says where that is.
  public let position: HubSeq?
  public let partition: Partition
  public let request: DifferenceRequest

  public init(logEpoch: Int64, position: HubSeq?, partition: Partition, request: DifferenceRequest) {
    self.logEpoch = logEpoch
    self.position = position
    self.partition = partition
    self.request = request
  }
}

public struct DifferenceReply: Hashable, Sendable {
  public let position: HubSeq
  /// Of the whole partition, as it was there.
  public let digest: PartitionDigest
  public let answer: DifferenceAnswer

  public init(position: HubSeq, digest: PartitionDigest, answer: DifferenceAnswer) {
    self.position = position
    self.digest = digest
    self.answer = answer
  }
}

/// A store asks for what it was found to lack or to have otherwise.
public struct RowsRequest: Hashable, Sendable {
  public let logEpoch: Int64
  /// Where the search was; marks are those of rows there.
  public let position: HubSeq
  public let partition: Partition
  /// Ascending, each once.
  public let marks: [Mark]
  /// Rows that only the store has, or has otherwise.
  public let keys: [RowKey]

  public init(logEpoch: Int64, position: HubSeq, partition: Partition, marks: [Mark], keys: [RowKey]) {
    self.logEpoch = logEpoch
    self.position = position
    self.partition = partition
    self.marks = marks
    self.keys = keys
  }
}

/// Rows as they are at a position, each replaced or removed. A mark whose row is gone by then gives none.
public struct RowsReply: Hashable, Sendable {
  public let position: HubSeq
  public let changes: [RowChange]

  public init(position: HubSeq, changes: [RowChange]) {
    self.position = position
    self.changes = changes
  }
}
