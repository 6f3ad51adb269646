/// A message's outer form: two magic bytes, the version, the type, then its columns (SPEC §3).
public enum Frame {
  public static let version: UInt8 = 1
  static let magic: [UInt8] = [0x50, 0x54]

  enum Kind: UInt8 {
    case push = 1
    case pushResponse = 2
    case claim = 3
    case page = 4
    case section = 5
    case identify = 6
    case differenceQuestion = 7
    case differenceReply = 8
    case rowsRequest = 9
    case rowsReply = 10
  }

  static func wrap(_ kind: Kind, _ sink: ColumnSink) -> [UInt8] {
    magic + [version, kind.rawValue] + sink.finish()
  }

  static func open(_ bytes: [UInt8], as kind: Kind) throws(WireError) -> ColumnSource {
    guard bytes.count <= Limits.messageBytes else { throw .overLimit("message of \(bytes.count) bytes") }
    guard bytes.count >= 4, Array(bytes.prefix(2)) == magic else { throw .notAMessage }
    guard bytes[2] == version else { throw .unsupportedVersion(bytes[2]) }
    guard bytes[3] == kind.rawValue else { throw .unexpectedType(bytes[3]) }
    return try ColumnSource(Array(bytes.dropFirst(4)))
  }
}

extension PushRequest {
  public var wireBytes: [UInt8] {
    var sink = ColumnSink()
    sink.int(epoch, .epoch)
    sink.uint(firstSeq.number, .seq)
    sink.blob(previousHash.bytes, .hash)
    sink.blob(chainHash.bytes, .hash)
    sink.list(entries, .count) { $1.encodeContent(to: &$0) }
    return Frame.wrap(.push, sink)
  }

  public init(wireBytes: [UInt8]) throws(WireError) {
    var source = try Frame.open(wireBytes, as: .push)
    let epoch = try source.int(.epoch)
    let first = try source.position(.seq)
    guard first > 0 else { throw .badValue("journal positions begin at 1") }
    let previous = try source.hash()
    let chain = try source.hash()
    var seq = first
    let entries = try source.list(.count, limit: Limits.pushEntries) { source throws(WireError) in
      defer { seq += 1 }
      return try Entry(seq: JournalSeq(seq), contentFrom: &source)
    }
    try source.finish()
    self.init(
      epoch: epoch, firstSeq: JournalSeq(first), previousHash: previous, entries: entries, chainHash: chain)
  }
}

extension PushResponse {
  public var wireBytes: [UInt8] {
    var sink = ColumnSink()
    sink.uint(receivedThrough.number, .seq)
    sink.blob(chainHash.bytes, .hash)
    sink.delta(hubTime.ms, .hubTime)
    sink.list(results, .count) { sink, result in
      sink.uint(result.seq.number, .seq)
      sink.uint(UInt64(result.outcome.rawValue), .outcome)
      sink.text(result.reason, .reason)
    }
    return Frame.wrap(.pushResponse, sink)
  }

  public init(wireBytes: [UInt8]) throws(WireError) {
    var source = try Frame.open(wireBytes, as: .pushResponse)
    self.init(
      receivedThrough: JournalSeq(try source.position(.seq)), chainHash: try source.hash(),
      hubTime: Timestamp(ms: try source.delta(.hubTime)),
      results: try source.list(.count, limit: Limits.pushEntries) { source throws(WireError) in
        let seq = JournalSeq(try source.position(.seq))
        guard let outcome = EntryOutcome(rawValue: try source.code(.outcome)) else {
          throw .badValue("unknown outcome")
        }
        return EntryResult(seq: seq, outcome: outcome, reason: try source.text(.reason))
      })
    try source.finish()
  }
}

extension ClaimRequest {
  public var wireBytes: [UInt8] {
    var sink = ColumnSink()
    sink.text(cursor.description, .key)
    sink.list(points, .count) { sink, claim in
      sink.id(claim.member, .member)
      sink.int(claim.points.count, .lotPoints)
    }
    sink.list(coupons, .count) { $0.id($1, .coupon) }
    sink.allowances(allowances)
    return Frame.wrap(.claim, sink)
  }

  public init(wireBytes: [UInt8]) throws(WireError) {
    var source = try Frame.open(wireBytes, as: .claim)
    guard let cursor = Cursor(try source.text(.key)) else { throw .badValue("cursor") }
    self.init(
      cursor: cursor,
      points: try source.list(.count, limit: Limits.releaseItems) { source throws(WireError) in
        let member: MemberID = try source.id(.member)
        let points = try source.int(.lotPoints)
        guard (0...Limits.movementPoints).contains(points) else {
          throw WireError.overLimit("points claimed")
        }
        return PointsClaim(member: member, points: Points(points))
      },
      coupons: try source.list(.count, limit: Limits.releaseItems) { source throws(WireError) in
        try source.id(.coupon)
      },
      allowances: try source.allowances())
    try source.finish()
  }
}

extension IdentifyRequest {
  public var wireBytes: [UInt8] {
    var sink = ColumnSink()
    sink.text(cursor.description, .key)
    sink.uint(UInt64(kind.rawValue), .kind)
    sink.blob(value, .payload)
    return Frame.wrap(.identify, sink)
  }

  public init(wireBytes: [UInt8]) throws(WireError) {
    var source = try Frame.open(wireBytes, as: .identify)
    guard let cursor = Cursor(try source.text(.key)) else { throw .badValue("cursor") }
    guard let kind = Kind(rawValue: try source.code(.kind)) else { throw .badValue("unknown kind") }
    self.init(cursor: cursor, kind: kind, value: try source.blob(.payload))
    try source.finish()
  }
}

extension PullPage {
  public var wireBytes: [UInt8] {
    var sink = ColumnSink()
    sink.int(logEpoch, .epoch)
    for seq in [from, to, head] { sink.uint(seq.number, .hubSeq) }
    sink.delta(hubTime.ms, .hubTime)
    sink.list(sections, .count) { sink, section in
      sink.text(section.partition.name, .partition)
      sink.blob(section.payload, .payload)
    }
    return Frame.wrap(.page, sink)
  }

  public init(wireBytes: [UInt8]) throws(WireError) {
    var source = try Frame.open(wireBytes, as: .page)
    self.init(
      logEpoch: try source.int(.epoch), from: HubSeq(try source.position(.hubSeq)),
      to: HubSeq(try source.position(.hubSeq)),
      head: HubSeq(try source.position(.hubSeq)), hubTime: Timestamp(ms: try source.delta(.hubTime)),
      sections: try source.list(.count, limit: 1_024) { source throws(WireError) in
        PageSection(partition: Partition(try source.text(.partition)), payload: try source.blob(.payload))
      })
    try source.finish()
    guard from <= to, to <= head else { throw .badValue("a page runs forward") }
  }
}

extension SectionBody {
  public var wireBytes: [UInt8] {
    var sink = ColumnSink()
    sink.digest(digest)
    sink.list(changes, .count) { $1.encode(to: &$0) }
    return Frame.wrap(.section, sink)
  }

  public init(wireBytes: [UInt8]) throws(WireError) {
    var source = try Frame.open(wireBytes, as: .section)
    let digest = try source.digest()
    let changes = try source.list(.count, limit: Int(Int32.max)) { source throws(WireError) in
      try RowChange(from: &source)
    }
    try source.finish()
    self.init(changes: changes, digest: digest)
  }
}

extension ColumnSource {
  mutating func hash() throws(WireError) -> ChainHash {
    guard let hash = ChainHash(bytes: try blob(.hash)) else { throw .badValue("a hash has 32 bytes") }
    return hash
  }
}
