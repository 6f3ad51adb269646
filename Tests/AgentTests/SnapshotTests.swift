import AgentCore
import Chain
import Curl
import Foundation
import ServerStorage
import SyncProtocol
import Testing
import TestKit

@testable import AgentIO

/// A store that begins loads what the hub has made ready, and goes on with the feed from there.
@Suite struct SnapshotTests {
  /// A hub with so many members, all of one store.
  private func chain(members: Int) throws -> TestChain {
    let chain = try TestChain(stores: 1)
    for number in 0..<members {
      let member = try chain[1].agent.enrol(.of("会员\(number)", phone: "138\(10_000_000 + number)"))
      if number % 3 == 0 { _ = try chain[1].agent.sell(.of(10_000, to: member.memberId)) }
    }
    #expect(try chain.settle())
    return chain
  }

  /// Another store of the chain that loads a snapshot however short the feed is.
  private func newcomer(_ chain: TestChain) throws -> (TestStore, StoreAgent) {
    let store = try TestStore(chain.hub, "S009")
    store.close()
    var configuration = store.configuration()
    configuration.snapshotRows = 0
    let agent = try StoreAgent(
      configuration, environment: store.environment, transport: CurlPool(keptHandles: 4))
    return (store, agent)
  }

  private func isEqual(_ agent: StoreAgent, _ chain: TestChain) throws -> Bool {
    try agent.compare().0.allSatisfy { $0.isEqual && !$0.isSumWrong }
  }

  @Test func `a store that begins has the hub's rows, finds members, and sells`() async throws {
    try await onItsOwnThread {
      let chain = try chain(members: 200)
      let (_, agent) = try newcomer(chain)
      #expect(agent.hello() && agent.pull())
      #expect(try isEqual(agent, chain))
      #expect(try agent.status().members == 200)
      for number in [0, 77, 199] {
        let found = try agent.find(.phone("138\(10_000_000 + number)"))
        #expect(found.count == 1 && found[0].points == (number % 3 == 0 ? Points(100) : .zero))
        let sale = try agent.sell(.of(5_000, to: found[0].memberId))
        #expect(sale.points.earned == Points(50))
      }
      #expect(agent.push() && agent.pull())
      #expect(try isEqual(agent, chain))
    }
  }

  @Test func `tills go on while another file is loaded in place of theirs, and what they sold stays`()
    async throws
  {
    try await onItsOwnThread {
      let chain = try chain(members: 100)
      let store = chain[1]
      let member = try #require(try store.agent.find(.phone("13810000050")).first?.memberId)
      _ = try store.agent.sell(.of(5_000, to: member))
      #expect(try store.agent.member(member).points == Points(50))
      #expect(try store.agent.loadSnapshots())
      // Not sent yet: the new file does not include it, the journal does.
      #expect(try store.agent.member(member).points == Points(50))
      #expect(try chain.settle())
      #expect(try store.agent.member(member).points == Points(50))
      #expect(try isEqual(store.agent, chain))
      try store.reopen()
      #expect(store.sync())
      #expect(try store.agent.member(member).points == Points(50))
    }
  }

  @Test func `chunks that came before the line broke need not come again, damaged ones do`() async throws {
    try await onItsOwnThread {
      let chain = try chain(members: 50)
      let (store, agent) = try newcomer(chain)
      #expect(agent.hello())
      let manifest = try #require(try agent.link.manifest(of: .region("main")))
      #expect(manifest.rows == 100 && manifest.chunks.map(\.rows) == [100])
      let shelf = try ChunkShelf(store.folder.file("chunks"))
      let hash = manifest.chunks[0].hash
      _ = try shelf.bytes(hash) { try agent.link.chunk(hash) }
      var asked = 0
      _ = try shelf.bytes(hash) {
        asked += 1
        return []
      }
      #expect(asked == 0)
      try Data([1, 2, 3]).write(to: URL(fileURLWithPath: store.folder.file("chunks/" + hash)))
      _ = try shelf.bytes(hash) {
        asked += 1
        return try agent.link.chunk(hash)
      }
      #expect(asked == 1)
      #expect(throws: (any Error).self) { try agent.link.chunk(String(repeating: "0", count: 64)) }
      store.line.cut()
      #expect(!agent.pull())
      store.line.restore()
      #expect(agent.pull())
      #expect(try isEqual(agent, chain))
      #expect(!FileManager.default.fileExists(atPath: store.folder.file("chunks")))
    }
  }

  @Test func `what happens while a snapshot is loaded comes through the feed`() async throws {
    try await onItsOwnThread {
      let chain = try chain(members: 60)
      let (_, agent) = try newcomer(chain)
      #expect(agent.hello())
      // The snapshot of the region is of now, that of the store's own partition is of later.
      _ = try agent.link.manifest(of: .region("main"))
      let member = try #require(try chain[1].agent.find(.phone("13810000003")).first?.memberId)
      _ = try chain[1].agent.sell(.of(20_000, to: member))
      _ = try chain[1].agent.enrol(.of("新", phone: "13910000000"))
      #expect(chain[1].sync())
      #expect(agent.pull())
      #expect(try agent.member(member).points == Points(300))
      #expect(try agent.status().members == 61)
      #expect(try isEqual(agent, chain))
    }
  }
}
