import AgentCore
import AgentIO
import Chain
import Foundation
import Loyalty
import ServerStorage
import SyncProtocol
import Testing
import TestKit

@Suite struct ReplicaTests {
  /// Two stores, a member of each, points on both, everything synced.
  struct Shops {
    let chain: TestChain
    let here: MemberID
    let there: MemberID

    init() throws {
      chain = try TestChain(stores: 2)
      here = try chain[1].agent.enrol(.of("甲", phone: DemoChain.phone(1))).memberId
      there = try chain[2].agent.enrol(.of("乙", phone: DemoChain.phone(2))).memberId
      _ = try chain[1].agent.sell(.of(50_000, to: here))
      _ = try chain[2].agent.sell(.of(70_000, to: there))
      #expect(try chain.settle())
    }
  }

  static func removeReplica(_ store: TestStore) throws {
    for suffix in ["", "-wal", "-shm"] {
      try? FileManager.default.removeItem(atPath: store.folder.file("replica.db" + suffix))
    }
  }

  @Test(arguments: ["deleted", "text", "zeroes", "half"])
  func `a lost or damaged replica is set aside and filled again from the hub`(_ how: String) async throws {
    try await onItsOwnThread {
      let shops = try Shops()
      let store = shops.chain[1]
      _ = try store.agent.sell(.of(3_000, to: shops.here))
      let seq = try store.journalSeq()
      let points = try [shops.here, shops.there].map { try store.agent.member($0).points }
      store.close()
      let path = store.folder.file("replica.db")
      let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
      let journal = try JournalTests.entries(store.folder.file("journal.db"))
      try Self.removeReplica(store)
      switch how {
      case "text": try Data("this is no database".utf8).write(to: URL(fileURLWithPath: path))
      case "zeroes": try Data(count: 16_384).write(to: URL(fileURLWithPath: path))
      case "half": try bytes.prefix(bytes.count / 2).write(to: URL(fileURLWithPath: path))
      default: break
      }
      try store.open()
      #expect(try store.journalSeq() == seq)
      #expect(try JournalTests.entries(store.folder.file("journal.db")) == journal)
      #expect(store.sync())
      #expect(try [shops.here, shops.there].map { try store.agent.member($0).points } == points)
      #expect(try shops.chain.settle())
      #expect(try shops.chain.differences() == [])
      if how == "half" || how == "text" {
        #expect(FileManager.default.fileExists(atPath: path + ".damaged"))
      }
    }
  }

  @Test func `without a replica and without a line the till still sells and enrols`() async throws {
    try await onItsOwnThread {
      let shops = try Shops()
      let store = shops.chain[1]
      store.close()
      try Self.removeReplica(store)
      store.line.cut()
      try store.open()
      #expect(!store.sync())
      let sale = try store.agent.sell(.of(2_000, to: shops.here))
      #expect(sale.offline)
      #expect(sale.points.earned == Points(20))
      let new = try store.agent.enrol(.of("丙", phone: DemoChain.phone(3)))
      _ = try store.agent.sell(.of(1_000, to: new.memberId))
      let unknown = try store.agent.sell(.of(1_000, phone: DemoChain.phone(2)))
      #expect(unknown.memberId == nil)
      #expect(try shops.chain.settle())
      #expect(try shops.chain.differences() == [])
      #expect(try shops.chain.hub.member(shops.here).points == Points(520))
      #expect(try shops.chain.hub.member(shops.there).points == Points(710))
      #expect(try shops.chain.hub.member(new.memberId).points == Points(10))
    }
  }

  @Test func `points this store holds can be spent while the replica is gone only as far as it earned them`()
    async throws
  {
    try await onItsOwnThread {
      let shops = try Shops()
      let store = shops.chain[1]
      store.close()
      try Self.removeReplica(store)
      store.line.cut()
      try store.open()
      let held = try store.agent.member(shops.here).pointsHeldHere
      #expect(held <= Points(500))
      #expect(throws: TillFault.self) { try store.agent.sell(.of(90_000, to: shops.here, points: 600)) }
      #expect(try shops.chain.settle())
      #expect(try shops.chain.hub.store.exceptions() == [])
    }
  }

  @Test func `a replica whose rows were changed by somebody is noticed by its digest and filled again`()
    async throws
  {
    try await onItsOwnThread {
      let shops = try Shops()
      let store = shops.chain[1]
      store.close()
      let file = try Foreign.open(store.folder.file("replica.db"))
      try file.deleteSomeRow()
      try store.open()
      // The next change of the partition brings the hub's digest with it.
      _ = try shops.chain[2].agent.sell(.of(1_000, to: shops.there))
      #expect(try shops.chain.settle())
      #expect(try shops.chain.settle())
      #expect(try shops.chain.differences() == [])
    }
  }
}
