import Seeds
import Testing

@testable import SyncProtocol

/// What the tests need of each message that travels as a frame.
protocol Message: Hashable, Sendable {
  init(wireBytes: [UInt8]) throws(WireError)
  var wireBytes: [UInt8] { get }
  /// Every byte of content: `==` on texts overlooks how an accent is spelled.
  var exact: [[UInt8]] { get }
  static func sample(_ samples: inout Samples) -> Self
}

extension PushRequest: Message {
  var exact: [[UInt8]] { entries.map(\.canonicalBytes) + [previousHash.bytes, chainHash.bytes] }
  static func sample(_ samples: inout Samples) -> PushRequest { samples.push() }
}
extension PushResponse: Message {
  var exact: [[UInt8]] { results.map { Array($0.reason.utf8) } }
  static func sample(_ samples: inout Samples) -> PushResponse { samples.pushResponse() }
}
extension ClaimRequest: Message {
  var exact: [[UInt8]] { [Array(cursor.description.utf8)] }
  static func sample(_ samples: inout Samples) -> ClaimRequest { samples.claim() }
}
extension PullPage: Message {
  var exact: [[UInt8]] { sections.map { Array($0.partition.name.utf8) } }
  static func sample(_ samples: inout Samples) -> PullPage { samples.page() }
}
extension SectionBody: Message {
  var exact: [[UInt8]] { changes.map(\.canonicalBytes) }
  static func sample(_ samples: inout Samples) -> SectionBody { samples.section() }
}

/// The bytes of a message, damaged in a way that lines and disks damage them, or by somebody who means it.
func damaged(_ bytes: [UInt8], _ samples: inout Samples) -> [UInt8] {
  var bytes = bytes
  for _ in 0...samples.number(0...3) {
    let place = samples.number(4...max(4, bytes.count - 1))
    guard place < bytes.count else { continue }
    switch samples.number(0...4) {
    case 0: bytes.remove(at: place)
    case 1: bytes.insert(UInt8(samples.number(0...255)), at: place)
    case 2: bytes[place] = [0, 1, 0x7F, 0x80, 0xFF].randomElement(using: &samples.random)!
    default: bytes[place] ^= 1 << UInt8(samples.number(0...7))
    }
  }
  return bytes
}

/// Reads bytes from anywhere: either it refuses them, or what it read is a message like any other.
func readsOrRefuses<M: Message>(_ kind: M.Type, _ bytes: [UInt8]) -> Bool {
  guard let message = try? M(wireBytes: bytes) else { return true }
  let again = message.wireBytes
  guard let reread = try? M(wireBytes: again) else { return false }
  return reread == message && reread.exact == message.exact && reread.wireBytes == again
}

struct MessageCoding {
  static let kinds: [any Message.Type] = [
    PushRequest.self, PushResponse.self, ClaimRequest.self, PullPage.self, SectionBody.self,
  ]

  @Test(arguments: kinds.indices)
  func `a message decodes to what was encoded`(_ kind: Int) {
    func check<M: Message>(_ kind: M.Type) {
      forAll(2_000, test: "\(#function) \(kind)") { (samples: inout Samples) in
        let message = M.sample(&samples)
        let decoded = try M(wireBytes: message.wireBytes)
        return decoded == message && decoded.exact == message.exact
          && decoded.wireBytes == message.wireBytes
      }
    }
    check(Self.kinds[kind])
  }

  @Test(arguments: kinds.indices)
  func `a message cut short anywhere is refused`(_ kind: Int) {
    func check<M: Message>(_ kind: M.Type) {
      forAll(30, test: "\(#function) \(kind)") { (samples: inout Samples) in
        let bytes = M.sample(&samples).wireBytes
        return (0..<bytes.count).allSatisfy { (try? M(wireBytes: Array(bytes.prefix($0)))) == nil }
      }
    }
    check(Self.kinds[kind])
  }

  @Test(arguments: kinds.indices)
  func `a damaged message is refused or is another message, and never traps`(_ kind: Int) {
    func check<M: Message>(_ kind: M.Type) {
      forAll(4_000, test: "\(#function) \(kind)") { (samples: inout Samples) in
        let bytes = M.sample(&samples).wireBytes
        return readsOrRefuses(kind, damaged(bytes, &samples))
      }
    }
    check(Self.kinds[kind])
  }

  @Test(arguments: kinds.indices)
  func `random bytes after a good header never trap`(_ kind: Int) {
    func check<M: Message>(_ kind: M.Type) {
      forAll(4_000, test: "\(#function) \(kind)") { (samples: inout Samples) in
        let header = Array(M.sample(&samples).wireBytes.prefix(4))
        return readsOrRefuses(kind, header + samples.bytes(upTo: 120))
      }
    }
    check(Self.kinds[kind])
  }

  @Test(arguments: kinds.indices)
  func `a column of a later version is skipped`(_ kind: Int) {
    func check<M: Message>(_ kind: M.Type) {
      forAll(200, test: "\(#function) \(kind)") { (samples: inout Samples) in
        let message = M.sample(&samples)
        var bytes = message.wireBytes
        bytes[4] += 2
        bytes += [0xC8, 0x01, 0x03, 1, 2, 3] + [0xF4, 0x03, 0x00]
        let decoded = try M(wireBytes: bytes)
        return decoded == message && decoded.exact == message.exact
      }
    }
    check(Self.kinds[kind])
  }
}

struct MessageRefusal {
  @Test func `a header that is not ours says what is wrong with it`() {
    var samples = Samples(SplitMix64(seed: 3))
    let bytes = samples.page().wireBytes
    func changed(_ index: Int, to value: UInt8) -> [UInt8] {
      var out = bytes
      out[index] = value
      return out
    }
    #expect(throws: WireError.notAMessage) { try PullPage(wireBytes: []) }
    #expect(throws: WireError.notAMessage) { try PullPage(wireBytes: changed(0, to: 0x51)) }
    #expect(throws: WireError.unsupportedVersion(2)) { try PullPage(wireBytes: changed(2, to: 2)) }
    #expect(throws: WireError.unexpectedType(1)) { try PullPage(wireBytes: changed(3, to: 1)) }
    #expect(throws: WireError.trailingBytes) { try PullPage(wireBytes: bytes + [0]) }
  }

  @Test func `a message beyond the limit is refused before it is read`() {
    let bytes = [UInt8](repeating: 0, count: Limits.messageBytes + 1)
    #expect(throws: WireError.overLimit("message of 16777217 bytes")) { try PullPage(wireBytes: bytes) }
  }

  @Test func `columns out of order, or twice, are refused`() {
    let header: [UInt8] = [0x50, 0x54, 1, 5]
    for columns in [[2, 1, 1, 0, 0, 1, 0], [2, 0, 1, 0, 0, 1, 0]] as [[UInt8]] {
      #expect(throws: WireError.badValue("columns out of order")) {
        try SectionBody(wireBytes: header + columns)
      }
    }
    #expect(throws: WireError.truncated) { try SectionBody(wireBytes: header + [0xFF, 0xFF, 0x03]) }
  }

  @Test func `a count that lies is refused, however much it promises`() {
    for promised in [1, 1_000, 1 << 20, 1 << 31 - 1] as [UInt64] {
      var sink = ColumnSink()
      for value in [0, promised] as [UInt64] { sink.uint(value, .count) }
      for _ in 0..<2 { sink.uint(0, .digest) }
      #expect(throws: WireError.truncated) { try SectionBody(wireBytes: Frame.wrap(.section, sink)) }
    }
    for promised in [501, 1 << 40, .max] as [UInt64] {
      var sink = ColumnSink()
      sink.int(1, .epoch)
      sink.uint(1, .seq)
      for _ in 0..<2 { sink.blob(ChainHash.empty.bytes, .hash) }
      sink.uint(promised, .count)
      #expect(throws: WireError.overLimit("count: \(promised) of at most 500")) {
        try PushRequest(wireBytes: Frame.wrap(.push, sink))
      }
    }
  }

  @Test func `a million promised rows with nothing in them take no room`() {
    // Enough bytes in another column to make the count plausible.
    var sink = ColumnSink()
    for value in [0, 8 << 20] as [UInt64] { sink.uint(value, .count) }
    for _ in 0..<2 { sink.uint(0, .digest) }
    sink.blob([UInt8](repeating: 0, count: 9 << 20), .payload)
    let bytes = Frame.wrap(.section, sink)
    let took = ContinuousClock().measure {
      #expect(throws: WireError.truncated) { try SectionBody(wireBytes: bytes) }
    }
    #expect(took < .seconds(2))
  }

  @Test func `a small push that unfolds into gigabytes of one repeated text is refused`() {
    let text = String(repeating: "大", count: 100_000)
    let lines = [SaleLine](
      repeating: SaleLine(sku: text, quantity: Quantity(milli: 1000), gross: Money(1)),
      count: Limits.saleLines)
    var samples = Samples(SplitMix64(seed: 1))
    let sale = samples.sale().with(lines: lines)
    let push = PushRequest(
      epoch: 1, firstSeq: JournalSeq(1), previousHash: .empty,
      entries: [Entry(seq: JournalSeq(1), time: .zero, body: .sale(sale))], chainHash: .empty)
    #expect(push.wireBytes.count < 310_000)
    #expect(throws: WireError.overLimit("repeated texts")) { try PushRequest(wireBytes: push.wireBytes) }
  }

  @Test func `a name spelled with a loose accent survives beside its twin with a fixed one`() throws {
    let spellings = ["caf\u{E9}", "cafe\u{301}", "caf\u{E9}"]
    let entries = spellings.enumerated().map { index, name in
      Entry(
        seq: JournalSeq(UInt64(index + 1)), time: HybridTime(ms: 1),
        body: .profile(
          ProfileChange(member: ID(high: 1, low: 1), registers: [Register(name: "name", value: name)])))
    }
    let push = PushRequest(
      epoch: 1, firstSeq: JournalSeq(1), previousHash: .empty, entries: entries, chainHash: .empty)
    let arrived = try PushRequest(wireBytes: push.wireBytes)
    #expect(arrived.entries.map(\.canonicalBytes) == entries.map(\.canonicalBytes))
  }

  @Test func `an outcome of a later version is not taken for accepted`() {
    var sink = ColumnSink()
    sink.uint(1, .seq)
    sink.blob(ChainHash.empty.bytes, .hash)
    sink.delta(0, .hubTime)
    sink.uint(1, .count)
    sink.uint(1, .seq)
    sink.uint(256, .outcome)
    sink.text("", .reason)
    #expect(throws: WireError.self) { try PushResponse(wireBytes: Frame.wrap(.pushResponse, sink)) }
  }

  @Test func `an effect of a later version is not taken for another`() {
    var sink = RowSink()
    sink.uint(2, .rowKind)
    sink.flag(false, .flag)
    sink.blob([1], .key)
    sink.uint(257, .effect)
    sink.uint(0, .fieldCount)
    #expect(throws: WireError.self) { try RowChange(canonicalBytes: sink.bytes) }
  }

  @Test func `positions that no database could hold are refused wherever they enter`() {
    let push = PushRequest(
      epoch: 1, firstSeq: JournalSeq(UInt64(Int64.max)), previousHash: .empty, entries: [], chainHash: .empty)
    #expect(throws: WireError.self) { try PushRequest(wireBytes: push.wireBytes) }
    let answer = PushResponse(
      receivedThrough: JournalSeq(.max), chainHash: .empty, hubTime: Timestamp(ms: 0), results: [])
    #expect(throws: WireError.self) { try PushResponse(wireBytes: answer.wireBytes) }
    let page = PullPage(
      logEpoch: 1, from: .none, to: HubSeq(.max), head: HubSeq(.max), hubTime: Timestamp(ms: 0), sections: [])
    #expect(throws: WireError.self) { try PullPage(wireBytes: page.wireBytes) }
    #expect(Cursor("1.9223372036854775807.rulebook") == nil)
    #expect(Cursor("1.9223372036854775806.rulebook")?.position.next == HubSeq(UInt64(Int64.max)))
    #expect(PositionRow(Fields([Field(tag: 2, value: .int(-1))])).includedThrough == .none)
  }

  @Test func `a page that runs backward is refused`() {
    for (from, to, head) in [(2, 1, 3), (1, 3, 2)] as [(UInt64, UInt64, UInt64)] {
      let page = PullPage(
        logEpoch: 1, from: HubSeq(from), to: HubSeq(to), head: HubSeq(head), hubTime: Timestamp(ms: 0),
        sections: [])
      #expect(throws: WireError.badValue("a page runs forward")) { try PullPage(wireBytes: page.wireBytes) }
    }
  }

  @Test func `a column remembers so many texts and ids, and both sides stop at the same one`() throws {
    let count = Limits.columnDictionary + 3
    let changes = (0..<count * 2).map { index in
      RowChange(
        key: RowKey(kind: .member, bytes: MemberID(high: 1, low: UInt64(index % count)).bytes),
        fields: [FieldChange(tag: 1, value: .text(String(index % count)))])
    }
    let section = SectionBody(changes: changes, digest: PartitionDigest())
    let decoded = try SectionBody(wireBytes: section.wireBytes)
    #expect(decoded == section)
  }
}
