extension DifferenceQuestion {
  public var wireBytes: [UInt8] {
    var sink = ColumnSink()
    sink.int(logEpoch, .epoch)
    sink.optional(position, .flag) { $0.uint($1.number, .hubSeq) }
    sink.text(partition.name, .partition)
    request.encode(to: &sink)
    return Frame.wrap(.differenceQuestion, sink)
  }

  public init(wireBytes: [UInt8]) throws(WireError) {
    var source = try Frame.open(wireBytes, as: .differenceQuestion)
    self.init(
      logEpoch: try source.int(.epoch),
      position: try source.optional(.flag) { source throws(WireError) in
        HubSeq(try source.position(.hubSeq))
      },
      partition: Partition(try source.text(.partition)), request: try DifferenceRequest(from: &source))
    try source.finish()
  }
}

extension DifferenceReply {
  public var wireBytes: [UInt8] {
    var sink = ColumnSink()
    sink.uint(position.number, .hubSeq)
    sink.digest(digest)
    answer.encode(to: &sink)
    return Frame.wrap(.differenceReply, sink)
  }

  public init(wireBytes: [UInt8]) throws(WireError) {
    var source = try Frame.open(wireBytes, as: .differenceReply)
    self.init(
      position: HubSeq(try source.position(.hubSeq)), digest: try source.digest(),
      answer: try DifferenceAnswer(from: &source))
    try source.finish()
  }
}

extension RowsRequest {
  public var wireBytes: [UInt8] {
    var sink = ColumnSink()
    sink.int(logEpoch, .epoch)
    sink.uint(position.number, .hubSeq)
    sink.text(partition.name, .partition)
    sink.blob(MarkList.bytes(marks), .payload)
    sink.list(keys, .count) { $1.encode(to: &$0) }
    return Frame.wrap(.rowsRequest, sink)
  }

  public init(wireBytes: [UInt8]) throws(WireError) {
    var source = try Frame.open(wireBytes, as: .rowsRequest)
    self.init(
      logEpoch: try source.int(.epoch), position: HubSeq(try source.position(.hubSeq)),
      partition: Partition(try source.text(.partition)), marks: try MarkList.marks(try source.blob(.payload)),
      keys: try source.list(.count, limit: Limits.repairRows) { source throws(WireError) in
        try RowKey(from: &source)
      })
    try source.finish()
    guard marks.count <= Limits.repairRows else { throw .overLimit("rows of one request") }
  }
}

extension RowsReply {
  public var wireBytes: [UInt8] {
    var sink = ColumnSink()
    sink.uint(position.number, .hubSeq)
    sink.list(changes, .count) { $1.encode(to: &$0) }
    return Frame.wrap(.rowsReply, sink)
  }

  public init(wireBytes: [UInt8]) throws(WireError) {
    var source = try Frame.open(wireBytes, as: .rowsReply)
    self.init(
      position: HubSeq(try source.position(.hubSeq)),
      changes: try source.list(.count, limit: 2 * Limits.repairRows) { source throws(WireError) in
        try RowChange(from: &source)
      })
    try source.finish()
  }
}

extension ColumnSink {
  mutating func digest(_ digest: PartitionDigest) {
    uint(digest.count, .count)
    uint(UInt64(truncatingIfNeeded: digest.sum >> 64), .digest)
    uint(UInt64(truncatingIfNeeded: digest.sum), .digest)
  }
}

extension ColumnSource {
  mutating func digest() throws(WireError) -> PartitionDigest {
    let count = try uint(.count)
    let sum = UInt128(try uint(.digest)) << 64 | UInt128(try uint(.digest))
    return PartitionDigest(count: count, sum: sum)
  }
}
