import AgentCore
import AgentIO
import Chain
import Curl
import Foundation
import Hummingbird
import Seeds
import ServerStorage
import SyncProtocol
import Synchronization
import Testing
import TestKit

/// Something that listens where the hub should be.
final class FalseHub: Sendable {
  struct Answer: Sendable {
    var status = 200
    var type = "text/html"
    var body: [UInt8] = []
    var after = Duration.zero
  }

  private let asked = Atomic<Int>(0)
  private let answer: Mutex<Answer>

  init(_ answer: Answer) { self.answer = Mutex(answer) }

  var requests: Int { asked.load(ordering: .relaxed) }

  func router() -> Router<BasicRequestContext> {
    let router = Router()
    for path in ["sync/v1/hello", "sync/v1/pull", "sync/v1/push", "sync/v1/claim"] {
      for method in [HTTPRequest.Method.get, .post] {
        router.on(RouterPath(path), method: method) { [self] _, _ in
          asked.add(1, ordering: .relaxed)
          let answer = answer.withLock { $0 }
          try await Task.sleep(for: answer.after)
          return Response(
            status: .init(code: answer.status), headers: [.contentType: answer.type],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: answer.body)))
        }
      }
    }
    return router
  }
}

@Suite struct BadHubTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let name: String
    let answer: FalseHub.Answer
    var testDescription: String { name }
  }

  static let sync = "application/vnd.patron.sync"
  static let problem = "application/problem+json"

  /// A well-formed page from the middle of a feed, such as a proxy might keep.
  static let stale = PullPage(
    logEpoch: 1, from: HubSeq(7), to: HubSeq(9), head: HubSeq(20), hubTime: Timestamp(ms: 0), sections: [])
  static let unreadable = PullPage(
    logEpoch: 1, from: .none, to: HubSeq(9), head: HubSeq(9), hubTime: Timestamp(ms: 0),
    sections: [PageSection(partition: .rulebook, payload: [1, 2, 3])])

  static func gap(_ expected: Int) -> FalseHub.Answer {
    let body = #"{"code":"journal_gap","expectedSeq":\#(expected)}"#
    return .init(status: 409, type: problem, body: Array(body.utf8))
  }

  static let cases = [
    Case(name: "500", answer: .init(status: 500, body: Array("oops".utf8))),
    Case(name: "502 with HTML", answer: .init(status: 502, body: Array("<html>bad gateway</html>".utf8))),
    Case(name: "HTML with 200", answer: .init(body: Array("<html>log in to the wifi</html>".utf8))),
    Case(name: "nothing with 200", answer: .init(type: sync)),
    Case(name: "204", answer: .init(status: 204)),
    Case(name: "a redirect", answer: .init(status: 302)),
    Case(name: "an array", answer: .init(type: "application/json", body: Array("[]".utf8))),
    Case(
      name: "random bytes", answer: .init(type: sync, body: [80, 84, 1, 4, 255, 255, 255, 255, 255, 255])),
    Case(name: "a page of no compression", answer: .init(type: sync, body: unreadable.wireBytes)),
    Case(name: "the same page for ever", answer: .init(type: sync, body: stale.wireBytes)),
    Case(
      name: "a gap at 0",
      answer: gap(0)),
    Case(
      name: "a gap ahead",
      answer: .init(status: 409, type: problem, body: Array(#"{"code":"journal_gap","expectedSeq":99}"#.utf8))
    ),
    Case(
      name: "a gap at the same place",
      answer: gap(3)),
    Case(
      name: "401", answer: .init(status: 401, type: problem, body: Array(#"{"code":"unauthenticated"}"#.utf8))
    ),
  ]

  @Test(arguments: cases) func `a hub that is no hub is named in the status, and the store goes on`(
    _ test: Case
  ) async throws {
    try await onItsOwnThread {
      let chain = try TestChain(stores: 1)
      let store = chain[1]
      let member = try store.agent.enrol(.of("甲", phone: DemoChain.phone(1))).memberId
      _ = try store.agent.sell(.of(30_000, to: member))
      #expect(try chain.settle())
      let points = try store.agent.member(member).points
      store.close()
      let hub = FalseHub(test.answer)
      let server = try ServedRouter { hub.router() }
      try store.open(hubURL: server.url)
      let sale = try store.agent.sell(.of(1_000, to: member))
      #expect(!store.agent.hello())
      #expect(!store.agent.push())
      #expect(!store.agent.pull())
      #expect(hub.requests <= 6)
      let status = try store.agent.status()
      #expect(!status.hubReachable)
      #expect(status.lastFault != nil)
      #expect(status.halted == nil)
      #expect(status.unsentEntries > 0)
      _ = try store.agent.sell(.of(1_000, to: member, points: 100))
      #expect(try store.agent.sale(sale.saleId) == sale)
      #expect(try store.agent.member(member).points == Points(points.count + 10 - 100 + 9))
      store.close()
      server.stop()
      try store.open()
      #expect(try chain.settle())
      #expect(try chain.differences() == [])
      #expect(try chain.hub.member(member).points == Points(points.count + 10 - 100 + 9))
    }
  }

  @Test func `tills that wait for a silent hub do not keep the others from selling`() async throws {
    try await onItsOwnThread {
      let chain = try TestChain(stores: 2)
      let member = try chain[1].agent.enrol(.of("甲", phone: DemoChain.phone(1))).memberId
      _ = try chain[1].agent.sell(.of(30_000, to: member))
      #expect(try chain.settle())
      let till = try chain[2].serve()
      let hub = FalseHub(.init(after: .seconds(6)))
      let server = try ServedRouter { hub.router() }
      // The store still believes that its line is up.
      chain[2].line.cut()
      chain[2].line.retarget(to: server.port)
      chain[2].line.restore()
      let (waiting, lines): (Int, JSONValue) = (8, [["sku": "A", "quantity": 1, "unitPrice": 20_000]])
      let answered = Atomic(0)
      let outcomes = try inParallel(waiting + 1) { number in
        if number < waiting {
          let body: JSONValue = ["memberId": .string(member.description), "points": 300, "lines": lines]
          defer { answered.add(1, ordering: .relaxed) }
          return (try? till.post("/v1/sales", body: body)) == nil ? "refused" : "sold"
        }
        while hub.requests < 1 { usleep(1_000) }
        _ = try till.post("/v1/sales", body: ["lines": lines])
        return "sold after \(answered.load(ordering: .relaxed)) answers"
      }
      #expect(outcomes.dropLast().allSatisfy { $0 == "refused" })
      #expect(outcomes.last == "sold after 0 answers")
      server.stop()
    }
  }

  @Test func `a hub of another chain does not mix with what the store knows`() async throws {
    try await onItsOwnThread {
      let chain = try TestChain(stores: 1)
      let store = chain[1]
      _ = try store.agent.sell(.of(30_000))
      #expect(try chain.settle())
      let other = try TestHub(seed: Seed.ofThisRun &+ 1)
      _ = try TestStore(other, "X001")
      store.close()
      // The store's token means nothing there.
      try store.open(hubURL: other.url)
      #expect(!store.sync())
      #expect(try store.agent.status().lastFault?.contains("unauthenticated") == true)
      #expect(try other.store.totals().sales == 0)
    }
  }
}
