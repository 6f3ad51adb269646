import AgentCore
import Chain
import Foundation
import ServerStorage
import SyncProtocol
import Synchronization
import Testing
import TestKit

@testable import AgentIO

/// A replica that is not as it should be is mended row by row; nothing else travels, and the journal stays.
@Suite struct ReconcileTests {
  /// Two stores that know so many members.
  private func chain(members: Int) throws -> TestChain {
    let chain = try TestChain(stores: 2)
    for number in 0..<members {
      _ = try chain[1].agent.enrol(.of("会员\(number)", phone: "138\(10_000_000 + number)"))
    }
    #expect(try chain.settle())
    return chain
  }

  private func damaged(_ store: TestStore, _ count: Int) throws {
    store.close()
    try Foreign.open(store.folder.file("replica.db")).scramble(count)
    try store.open()
    #expect(store.agent.hello())
  }

  @Test func `rows that somebody changed, deleted or invented are found behind right sums, and mended`()
    async throws
  {
    try await onItsOwnThread {
      let chain = try chain(members: 60)
      let store = chain[2]
      try damaged(store, 10)
      // The sums do not tell.
      #expect(try chain.differences() == [])
      let found = try store.agent.compare().0.filter { !$0.isEqual }
      #expect(found.map(\.partition) == [.region("main")] && found[0].isSumWrong)
      #expect(found[0].onlyHub.count == 20 && found[0].onlyOwn.count == 20)
      let before = try store.journalSeq()
      try store.agent.reconcile()
      #expect(try store.agent.compare().0.allSatisfy { $0.isEqual && !$0.isSumWrong })
      #expect(try store.journalSeq() == before)
      #expect(try chain.differences() == [])
      #expect(try store.agent.reconcile().allSatisfy(\.isEqual))
    }
  }

  @Test func `what the hub changes while a store compares and mends is neither lost nor undone`() async throws
  {
    try await onItsOwnThread {
      let chain = try chain(members: 30)
      let store = chain[2]
      let member = try #require(try chain[1].agent.find(.phone("13810000000")).first?.memberId)
      // Another store sells; this one hears of it, or not, before it mends.
      for hears in [false, true] {
        try damaged(store, 10)
        // Not by itself, as soon as a page tells that something is wrong.
        store.agent.state.withLock { $0.reconciledMs = chain.hub.clock.nowMs }
        let (found, search) = try store.agent.compare()
        _ = try chain[1].agent.sell(.of(10_000, to: member))
        _ = try chain[1].agent.enrol(.of("新会员", phone: hears ? "13910000001" : "13910000000"))
        #expect(chain[1].sync())
        if hears { #expect(store.agent.pull()) }
        for difference in found where !difference.isEqual { try store.agent.mend(difference, search) }
      }
      #expect(try chain.settle())
      #expect(try store.agent.compare().0.allSatisfy { $0.isEqual && !$0.isSumWrong })
      #expect(try store.agent.member(member).points == Points(200))
      #expect(try chain.differences() == [])
    }
  }

  @Test func `a line that breaks in between leaves less to mend`() async throws {
    try await onItsOwnThread {
      let chain = try chain(members: 20)
      let store = chain[2]
      try damaged(store, 5)
      store.line.cut()
      #expect(throws: (any Error).self) { try store.agent.reconcile() }
      store.line.restore()
      #expect(store.agent.hello())
      try store.agent.reconcile()
      #expect(try store.agent.compare().0.allSatisfy(\.isEqual))
    }
  }

  @Test func `a store that was away longer than the feed remembers reconciles, and its own entries are kept`()
    async throws
  {
    try await onItsOwnThread {
      let chain = try chain(members: 20)
      let (busy, away) = (chain[1], chain[2])
      let member = try #require(try busy.agent.find(.phone("13810000001")).first?.memberId)
      away.line.cut()
      let lone = try away.agent.enrol(.of("离线", phone: "13710000000")).memberId
      _ = try away.agent.sell(.of(5_000, to: member))
      for _ in 0..<3 {
        chain.advance(minutes: 20 * 24 * 60)
        _ = try busy.agent.sell(.of(10_000, to: member))
        #expect(busy.sync())
        try chain.hub.keepFeed()
      }
      #expect(try chain.settle())
      #expect(try away.agent.compare().0.allSatisfy { $0.isEqual && !$0.isSumWrong })
      #expect(try chain.differences() == [])
      #expect(try busy.agent.member(lone).memberId == lone)
      #expect(try chain.hub.member(member).points == (try away.agent.member(member).points))
    }
  }
}
