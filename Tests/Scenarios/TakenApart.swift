import AgentCore
import AgentIO
import Chain
import Curl
import Loyalty
import ServerStorage
import SyncProtocol
import TestKit
import Testing

/// What a merge gives two records as one person, and what each has when it is undone.
@Suite struct TakenApart {
  private func unmerge(_ member: MemberID, _ chain: TestChain) throws {
    _ = try chain.hub.admin.post("/admin/v1/members/\(member)/unmerge", body: ["reason": "两个人"])
    #expect(try chain.settle())
  }

  private func night(_ chain: TestChain, days: Int64 = 1) throws {
    chain.advance(minutes: days * 24 * 60)
    _ = try chain.hub.admin.post("/admin/v1/nightly", body: .null)
    #expect(try chain.settle())
  }

  @Test func `each has the level and the class of their own again, and the gift that one missed`()
    async throws
  {
    try await onItsOwnThread {
      var members = ClassesAtTheTill.rulebook().members
      members["gifts"] = ["signUp": ["points": 50]]
      members["promotions"] = nil
      members["effectiveFrom"] = "2026-01-01T00:00:00Z"
      let chain = try TestChain(stores: 2, rulebook: .object(members))
      for store in chain.stores { store.line.cut() }
      let first = try chain[1].agent.enrol(.of("王小明", phone: "13800138000")).memberId
      chain.advance(minutes: 5)
      let second = try chain[2].agent.enrol(.of("王小明", phone: "13800138000")).memberId
      for _ in 0..<2 { _ = try chain[1].agent.sell(.of(300_000, to: first)) }
      _ = try chain[2].agent.sell(.of(600_000, to: second))
      #expect(try chain.settle())
      let together = try chain.hub.member(second)
      #expect(together.memberId == first && together.tier == "silver")
      #expect(together.points == Points(12_050), "one person is welcomed once")
      try unmerge(second, chain)
      let (one, other) = try (chain.hub.member(first), chain.hub.member(second))
      #expect(one.points == Points(6_050) && other.points == Points(6_000))
      #expect(one.tier == nil && other.tier == nil)
      #expect(one.memberClass?.class == .new && other.memberClass?.class == .new)
      let told = try chain.hub.store.memberTier(first).changes
      #expect(told.map(\.isRise) == [true, false])
      // Whoever was not welcomed because they were one is welcomed now, once.
      for _ in 0..<2 { try night(chain) }
      #expect(try chain.hub.member(second).points == Points(6_050))
      #expect(try chain.hub.member(first).points == Points(6_050))
      for store in chain.stores { #expect(try store.agent.member(second).tier == nil) }
      #expect(try chain.differences() == [])
    }
  }

  @Test func `people of two regions are each in their own again`() async throws {
    try await onItsOwnThread {
      let hub = try TestHub()
      try hub.publish()
      let chain = TestChain(
        hub, [try TestStore(hub, "S001", region: "east"), try TestStore(hub, "S002", region: "west")])
      #expect(try chain.settle())
      let first = try chain[1].agent.enrol(.of("李雷", phone: "13800138001")).memberId
      chain.advance(minutes: 5)
      let second = try chain[2].agent.enrol(.of("韩梅梅", phone: "13800138002")).memberId
      _ = try chain[2].agent.sell(.of(20_000, to: second))
      #expect(try chain.settle())
      let code = try chain.hub.issue("ten", DemoChain.tenOff, to: second)
      _ = try hub.admin.post(
        "/admin/v1/members/\(second)/merge", body: ["with": .string("\(first)"), "reason": "同一人"])
      #expect(try chain.settle() && chain.differences() == [])
      #expect(try chain.stores.map { try $0.agent.status().members } == [2, 2])
      #expect(try chain[1].agent.coupons(of: first).map(\.code) == [code])
      try unmerge(second, chain)
      #expect(try chain.differences() == [])
      #expect(try chain[2].agent.member(second).points == Points(200))
      #expect(try chain[2].agent.coupons(of: second).map(\.code) == [code])
      #expect(try hub.member(first).region == "east" && hub.member(second).region == "west")
      #expect(try hub.member(second).lastStore == chain[2].node)
      // What both shared of visits runs out by itself.
      try night(chain, days: 31)
      #expect(try chain.stores.map { try $0.agent.status().members } == [1, 1])
      #expect(try chain.differences() == [])
    }
  }
}
