import Compression
import Foundation
import Seeds
import ServerStorage
import SyncProtocol
import Testing
import TestKit

/// The rows that pages bring, as a replica would keep them.
struct Rows {
  private(set) var rows: [Partition: [RowKey: Fields]] = [:]
  private(set) var digests: [Partition: PartitionDigest] = [:]
  private(set) var changes = 0

  init() {}
  init(_ page: PullPage) throws { try apply(page) }

  mutating func apply(_ page: PullPage) throws {
    for section in page.sections {
      let bytes = try Zstd.decompress(section.payload, limit: Limits.messageBytes)
      let body = try SectionBody(wireBytes: bytes)
      try #require(Set(body.changes.map(\.key)).count == body.changes.count, "each row once")
      for change in body.changes {
        let old = rows[section.partition]?[change.key]
        rows[section.partition, default: [:]][change.key] = Fields.applying(change, to: old)
      }
      changes += body.changes.count
      digests[section.partition] = body.digest
    }
  }

  /// Whether the digests that came are those of the rows that came.
  func agree(key: [UInt8]) -> Bool {
    let hasher = RowHasher(key: key)
    return digests.allSatisfy { partition, told in
      var digest = PartitionDigest()
      for (key, fields) in rows[partition] ?? [:] { digest.add(hasher.hash(key, fields)) }
      return digest == told
    }
  }

  func keys(_ kind: RowKind) -> [[UInt8]] {
    rows.values.flatMap { $0.keys }.filter { $0.kind == kind }.map(\.bytes)
  }
}

@Suite struct FeedTests {
  @Test func `every page ends where a transaction ends, and its digest is that of the rows so far`()
    async throws
  {
    try await onItsOwnThread {
      let hub = try TestHub()
      var store = try WireStore(hub, "S001")
      var ends: Set<UInt64> = [hub.store.committedHead.number]
      var rows = Rows()
      var page = try store.pull()
      try rows.apply(page)
      // Each push is a transaction of a thousand rows; a page holds twenty of them.
      for batch in 0..<23 {
        let first = store.entries.count + 1
        for number in 0..<Limits.pushEntries {
          store.write(Write.enrolment(Write.id(10_000 + batch * Limits.pushEntries + number), [:]))
        }
        try store.push(from: first)
        ends.insert(hub.store.committedHead.number)
      }
      var pages = 0
      repeat {
        page = try store.pull(store.cursor(page))
        try rows.apply(page)
        pages += 1
        #expect(ends.contains(page.to.number))
        #expect(rows.agree(key: hub.store.keys.digest))
      } while page.to != page.head
      #expect(pages >= 2)
      #expect(rows.keys(.member).count == 23 * Limits.pushEntries)
    }
  }

  @Test func `from any position the pages lead to the same rows, each row once a page`() async throws {
    try await onItsOwnThread {
      let hub = try TestHub()
      var random = SplitMix64(seed: Seed.ofThisRun)
      var store = try WireStore(hub, "S001")
      let members = (1...8).map { number -> MemberID in Write.id(number) }
      for member in members { store.write(Write.enrolment(member, [:])) }
      try store.push()
      var replicas: [(rows: Rows, cursor: SyncProtocol.Cursor?)] = Array(repeating: (Rows(), nil), count: 4)
      for round in 0..<60 {
        let first = store.entries.count + 1
        for _ in 0..<Int.random(in: 1...4, using: &random) {
          let member = members.randomElement(using: &random) ?? members[0]
          switch Int.random(in: 0...2, using: &random) {
          case 0: store.write(Write.profile(member, "name", "第\(round)"))
          case 1: store.write(Write.profile(member, "name", nil))
          default: store.write(Write.sale(Write.id(1_000 + store.entries.count), 1_000, to: member))
          }
        }
        try store.push(from: first)
        // One listens all the time, the others now and then.
        for index in replicas.indices where index == 0 || Int.random(in: 0...9, using: &random) == 0 {
          let page = try store.pull(replicas[index].cursor)
          try replicas[index].rows.apply(page)
          replicas[index].cursor = store.cursor(page)
          #expect(replicas[index].rows.agree(key: hub.store.keys.digest))
        }
      }
      for index in replicas.indices {
        let page = try store.pull(replicas[index].cursor)
        try replicas[index].rows.apply(page)
        #expect(page.to == hub.store.committedHead)
      }
      #expect(replicas.allSatisfy { $0.rows.rows == replicas[0].rows.rows })
      // Who hears late hears less: many changes of a row are one.
      let late = try Rows(try store.pull())
      #expect(late.rows == replicas[0].rows.rows)
      #expect(late.changes < replicas[0].rows.changes)
    }
  }

  @Test func `a cursor of another feed or of the future is gone`() async throws {
    try await onItsOwnThread {
      let hub = try TestHub()
      let store = try WireStore(hub, "S001")
      let page = try store.pull()
      let gone = WireStore.Refusal(status: 410, code: "cursor_unknown", expectedSeq: nil)
      for cursor in [
        SyncProtocol.Cursor(logEpoch: page.logEpoch + 1, position: page.to, shape: store.shape),
        SyncProtocol.Cursor(logEpoch: page.logEpoch, position: page.to.next, shape: store.shape),
      ] {
        #expect(throws: gone) { try store.pull(cursor) }
        #expect(throws: gone) { try store.claim(ClaimRequest(cursor: cursor, points: [], coupons: [])) }
      }
      #expect(try store.pull(store.cursor(page)).sections.isEmpty)
    }
  }

  @Test func `a hub that starts again has its head, its digests and its answers`() async throws {
    try await onItsOwnThread {
      let hub = try TestHub()
      var store = try WireStore(hub, "S001")
      store.write(Write.enrolment(Write.id(1), ["phone": "+8613800000001"]))
      store.write(Write.enrolment(Write.id(2), ["phone": "+8613800000001"]))
      let results = try store.push().results
      let page = try store.pull()
      let (head, digests, epoch) = (hub.store.committedHead, try hub.digests(), hub.store.keys.logEpoch)
      try hub.restart()
      #expect(hub.store.committedHead == head)
      #expect(try hub.digests() == digests)
      #expect(hub.store.keys.logEpoch == epoch)
      store = store.reaching(hub)
      #expect(try store.push().results == results)
      #expect(try store.pull(store.cursor(page)).sections.isEmpty)
      store.write(Write.sale(Write.id(3), 1_000, to: Write.id(1)))
      try store.push(from: 3)
      #expect(hub.store.committedHead > head)
      var rows = try Rows(page)
      try rows.apply(try store.pull(store.cursor(page)))
      #expect(rows.agree(key: hub.store.keys.digest))
    }
  }

  @Test func `a store that waits hears of another store's entry at once`() async throws {
    try await onItsOwnThread {
      let hub = try TestHub()
      let (listener, speaker) = (try WireStore(hub, "S001"), try WireStore(hub, "S002"))
      let page = try listener.pull()
      let answers = try inParallel(2) { index -> (Bool, Duration) in
        let start = ContinuousClock.now
        if index == 0 {
          let news = try listener.pull(listener.cursor(page), waitMs: 20_000)
          return (!news.sections.isEmpty, ContinuousClock.now - start)
        }
        usleep(300_000)
        var speaker = speaker
        speaker.write(Write.enrolment(Write.id(1), [:]))
        try speaker.push()
        return (true, ContinuousClock.now - start)
      }
      #expect(answers.map(\.0) == [true, true])
      #expect(answers[0].1 < .seconds(10))
    }
  }
}
