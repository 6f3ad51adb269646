import AgentCore
import AgentIO
import Chain
import Curl
import Loyalty
import ServerStorage
import SyncProtocol
import Testing
import TestKit

/// A chain divided into regions: who carries whom, and what happens when somebody is elsewhere.
@Suite struct Visitors {
  /// S001 in the east, S002 in the west, S003 carries everybody.
  private func divided() throws -> TestChain {
    let hub = try TestHub()
    try hub.publish()
    let chain = TestChain(
      hub,
      [
        try TestStore(hub, "S001", region: "east"), try TestStore(hub, "S002", region: "west"),
        try TestStore(hub, "S003", region: "west", regions: ["*"]),
      ])
    #expect(try chain.settle())
    return chain
  }

  private func members(_ store: TestStore) throws -> Int64 { try store.agent.status().members }

  @Test func `a store carries its own region's members, one that carries all has all`() async throws {
    try await onItsOwnThread {
      let chain = try divided()
      _ = try chain[1].agent.enrol(.of("李雷", phone: "13800138001"))
      _ = try chain[2].agent.enrol(.of("韩梅梅", phone: "13800138002"))
      #expect(try chain.settle())
      #expect(try chain.stores.map { try members($0) } == [1, 1, 2])
      #expect(try chain.differences() == [])
      let regions = try chain.hub.store.regions()
      #expect(regions.map(\.region) == ["east", "west"] && regions.map(\.members) == [1, 1])
      #expect(regions.map(\.stores) == [1, 2] && regions.map(\.carriers) == [2, 2])
    }
  }

  @Test func `a visitor is known on identification, sells like any member, and is forgotten after a while`()
    async throws
  {
    try await onItsOwnThread {
      let chain = try divided()
      let member = try chain[1].agent.enrol(.of("李雷", phone: "13800138001", card: "C-1")).memberId
      _ = try chain[1].agent.sell(.of(10_000, to: member))
      #expect(try chain.settle())
      #expect(try members(chain[2]) == 0)
      // By phone, card, code or id, in a find or straight in a sale.
      #expect(try chain[2].agent.find(.card("C-1")).map(\.memberId) == [member])
      #expect(try chain[2].agent.find(.phone("13800138001")).map(\.points) == [Points(100)])
      let sale = try chain[2].agent.sell(.of(5_000, phone: "13800138001"))
      #expect(sale.memberId == member)
      #expect(try chain.settle())
      #expect(try chain.hub.member(member).points == Points(150))
      #expect(try chain[2].agent.member(member).points == Points(150))
      #expect(try chain.differences() == [])
      // A month without a visit, and the night's work.
      chain.advance(minutes: 31 * 24 * 60)
      _ = try chain.hub.admin.post("/admin/v1/nightly", body: [:])
      let isQuiet = try chain.settle()
      let unrest = try chain.unrest()
      #expect(isQuiet, "\(unrest)")
      #expect(try members(chain[2]) == 0 && members(chain[1]) == 1)
      #expect(try chain.differences() == [])
    }
  }

  @Test func `without a line a visitor is a phone, whose points come to them later`() async throws {
    try await onItsOwnThread {
      let chain = try divided()
      let member = try chain[1].agent.enrol(.of("李雷", phone: "13800138001")).memberId
      #expect(try chain.settle())
      chain[2].line.cut()
      #expect(try chain[2].agent.find(.phone("13800138001")).isEmpty)
      let sale = try chain[2].agent.sell(.of(5_000, phone: "13800138001"))
      #expect(sale.memberId == nil)
      #expect(try chain.settle())
      #expect(try chain.hub.member(member).points == Points(50))
      // Having bought there, they are known there.
      #expect(try members(chain[2]) == 1)
      #expect(try chain.differences() == [])
    }
  }

  @Test func `a member who moves leaves one region's stores and joins the other's, with their coupons`()
    async throws
  {
    try await onItsOwnThread {
      let chain = try divided()
      let member = try chain[1].agent.enrol(.of("李雷", phone: "13800138001")).memberId
      #expect(try chain.settle())
      let terms: JSONValue = [
        "kind": "amountOff", "name": ["zh": "减五元", "en": "5 off"], "value": 500, "minimumSpend": 0,
        "policy": "held",
      ]
      let code = try chain.hub.issue("five", terms, to: member)
      #expect(try chain.settle())
      #expect(try members(chain[1]) == 1 && members(chain[2]) == 0)
      let moved = try chain.hub.admin.post(
        "/admin/v1/members/\(member)/region", body: ["region": "west"]
      ).body
      #expect(moved.region == "west")
      #expect(try chain.settle())
      #expect(try members(chain[1]) == 0 && members(chain[2]) == 1)
      #expect(try chain[2].agent.coupons(of: member).map(\.code) == [code])
      #expect(try chain.differences() == [])
      let answer = try chain.hub.admin.post(
        "/admin/v1/stores/S001/members/region", body: ["region": "east"]
      ).body
      #expect(answer.moved == 1 && answer.left == 0)
      #expect(try chain.settle())
      #expect(try members(chain[1]) == 1 && members(chain[2]) == 0)
      #expect(try chain.differences() == [])
    }
  }

  @Test func `one person with cards of two regions stands in one of them, and is a visitor in the other`()
    async throws
  {
    try await onItsOwnThread {
      let chain = try divided()
      let one = try chain[1].agent.enrol(.of("李雷", phone: "13800138001")).memberId
      _ = try chain[1].agent.sell(.of(10_000, to: one))
      chain.advance(minutes: 1)
      chain[2].line.cut()
      let other = try chain[2].agent.enrol(.of("李雷", phone: "13800138001")).memberId
      _ = try chain[2].agent.sell(.of(20_000, to: other))
      #expect(try chain.settle())
      #expect(try chain.hub.member(other).memberId == one)
      for store in chain.stores {
        #expect(try store.agent.member(other).points == Points(300), "\(store.code)")
        #expect(try store.agent.member(one).points == Points(300), "\(store.code)")
      }
      #expect(try chain.differences() == [])
    }
  }

  @Test func `a store that is told to carry more hears of it and has it, less and it is gone`() async throws {
    try await onItsOwnThread {
      let chain = try divided()
      _ = try chain[1].agent.enrol(.of("李雷", phone: "13800138001"))
      _ = try chain[2].agent.enrol(.of("韩梅梅", phone: "13800138002"))
      #expect(try chain.settle())
      for (regions, count) in [(["east", "west"], Int64(2)), (["west"], 1), (["east"], 1)] {
        _ = try chain.hub.admin.send(
          "PATCH", "/admin/v1/stores/S001", body: ["regions": .array(regions.map { .string($0) })])
        #expect(try chain.settle())
        #expect(try members(chain[1]) == count, "\(regions)")
        #expect(try chain.differences() == [])
      }
    }
  }
}
