import AgentCore
import AgentIO
import Chain
import Curl
import Loyalty
import ServerStorage
import SyncProtocol
import Testing
import TestKit

/// What the mall sets aside for nothing 预约, and who may order first 优先购.
@Suite struct SetAsideAtTheTill {
  private static func chain(_ items: JSONValue) throws -> TestChain {
    var rulebook = DemoChain.rulebook.members
    rulebook["mall"] = items
    // Points are spent with the line up only: what costs none does not ask for it.
    rulebook["offline"] = ["points": "online"]
    return try TestChain(stores: 2, rulebook: .object(rulebook))
  }

  private static func refusal(_ work: () throws -> Void) throws -> TillFault {
    try #require(#expect(throws: TillFault.self) { try work() })
  }

  @Test func `a cut-off store sets places aside for nothing, and no two give out more than there are`()
    async throws
  {
    try await onItsOwnThread {
      let chain = try Self.chain([
        [
          "id": "tasting", "name": ["zh": "周六品鉴会", "en": "Saturday's tasting"], "sku": "tasting",
          "points": 0, "stock": 4, "perMember": 2,
        ]
      ])
      let members = try (0..<3).map {
        try chain[1].agent.enrol(.of("李雷", phone: "1380013800\($0)")).memberId
      }
      #expect(try chain.settle())
      for store in chain.stores { store.line.cut() }
      for store in chain.stores { _ = store.sync() }
      func place(_ store: Int, _ member: Int, _ quantity: Int64 = 1) throws -> OrderResponse {
        try chain[store].agent.order(
          OrderRequest(memberId: members[member], item: "tasting", quantity: quantity))
      }
      let till = try chain[1].serve()
      let told = try till.post(
        "/v1/orders",
        body: ["memberId": .string(members[0].description), "item": "tasting", "quantity": 2]
      ).body
      #expect(told.points == 0 && told["money"] == 0 && told.state == "placed")
      #expect(told["text"] == ["zh": "已预约", "en": "Set aside"])
      #expect(try Self.refusal { _ = try place(1, 1) }.code == "mall_out_of_stock", "two were granted ahead")
      #expect(try place(2, 1).state == .placed)
      #expect(try Self.refusal { _ = try place(2, 2) }.code == "mall_out_of_stock")
      #expect(try chain.settle())
      // The last one is where places are taken, and there is no more.
      let last = try place(2, 2)
      #expect(try Self.refusal { _ = try place(1, 1) }.code == "mall_out_of_stock")
      #expect(try chain.settle())
      let limit = try Self.refusal { _ = try place(2, 0) }
      #expect(limit.code == "mall_limit_reached")
      for _ in 0..<2 { #expect(try chain[2].agent.cancel(last.orderId).text.en == "The order is cancelled") }
      let first = try #require(MallOrderID(told.orderId.stringValue ?? ""))
      #expect(try chain[1].agent.fulfil(first).state == .fulfilled)
      #expect(try chain.settle())
      #expect(try chain.hub.store.allowances().first { $0.name == "mall/tasting" }?.used == 3)
      #expect(try place(2, 2).state == .placed)
      #expect(try chain.settle())
      // Nobody's points have moved, and nothing says so.
      for member in members {
        #expect(try chain.hub.store.statement(of: member).lines.isEmpty)
        #expect(try chain.hub.member(member).points == .zero)
      }
      #expect(try chain.hub.store.exceptions().map(\.detail) == [])
      #expect(try chain.differences() == [])
    }
  }

  @Test func `whoever owes points has what costs none, at the till and at headquarters`() async throws {
    try await onItsOwnThread {
      let chain = try Self.chain([
        [
          "id": "fitting", "name": ["zh": "试衣预约", "en": "A fitting"], "sku": "fitting", "points": 0,
          "perMember": 2,
        ]
      ])
      let member = try chain[1].agent.enrol(.of("李雷", phone: "13800138001")).memberId
      let sale = try chain[1].agent.sell(.of(100_000, to: member))
      #expect(try chain.settle())
      _ = try chain[1].agent.sell(.of(2_000, to: member, points: 1_000))
      _ = try chain[1].agent.takeBack(ReturnRequest(saleId: sale.saleId))
      #expect(try chain.settle())
      let path = "/admin/v1/members/\(member)"
      let balance = try chain.hub.member(member).points
      #expect(balance < .zero)
      let lines = try chain.hub.store.statement(of: member).lines.count
      #expect(try chain[1].agent.order(OrderRequest(memberId: member, item: "fitting")).points == .zero)
      #expect(try chain.settle())
      let checked = try chain.hub.admin.post(path + "/orders/check", body: ["item": "fitting"]).body
      #expect(checked.points == 0 && checked.balance == .integer(balance.count))
      let order = try chain.hub.admin.post(path + "/orders", body: ["item": "fitting"]).body
      #expect(order.points == 0 && order["text"].en == "Set aside")
      let id = order.orderId.stringValue ?? ""
      let closed = try chain.hub.admin.post("/admin/v1/orders/\(id)/cancel", body: .null).body
      #expect(closed.state == "cancelled" && closed["text"].zh == "已取消")
      #expect(try chain.hub.store.statement(of: member).lines.count == lines)
      #expect(try chain.hub.member(member).points == balance)
      #expect(try chain.differences() == [])
    }
  }

  @Test func `members with priority order first, also without a line, and the others are told from when`()
    async throws
  {
    try await onItsOwnThread {
      // It is 22 November, ten in the morning.
      let chain = try Self.chain([
        [
          "id": "box", "name": ["zh": "新品礼盒", "en": "Gift box"], "sku": "box", "points": 0, "stock": 9,
          "perMember": 1, "when": ["from": "2026-11-24T09:30:00+08:00"],
          "priority": ["tiers": ["silver"], "from": "2026-11-23T00:00:00+08:00"],
        ]
      ])
      let silver = try chain[1].agent.enrol(.of("李雷", phone: "13800138001")).memberId
      let other = try chain[1].agent.enrol(.of("韩梅梅", phone: "13800138002")).memberId
      #expect(try chain.settle())
      _ = try chain.hub.admin.post(
        "/admin/v1/members/\(silver)/tier-overrides",
        body: ["level": "silver", "until": "2099-01-01", "reason": "礼遇"])
      #expect(try chain.settle())
      for store in chain.stores { store.line.cut() }
      func told(_ member: MemberID) throws -> String? {
        do {
          _ = try chain[2].agent.order(OrderRequest(memberId: member, item: "box"))
          return nil
        } catch TillFault.refused(let outcome) {
          #expect(outcome.code == "mall_not_yet")
          return outcome.words(currency: "CNY").zh
        }
      }
      #expect(try told(silver) == "2026-11-23 起可兑换")
      #expect(try told(other) == "2026-11-24 09:30 起可兑换")
      let body: JSONValue = ["item": "box"]
      let atHub = #expect(throws: APIError.self) {
        try chain.hub.admin.post("/admin/v1/members/\(other)/orders/check", body: body)
      }
      #expect("\(try #require(atHub))".contains("mall_not_yet"))
      chain.advance(minutes: 24 * 60)
      #expect(try told(silver) == nil)
      #expect(try told(other) == "2026-11-24 09:30 起可兑换")
      chain.advance(minutes: 24 * 60)
      #expect(try told(other) == nil)
      #expect(try chain.settle())
      #expect(try chain.hub.store.exceptions().map(\.detail) == [])
      #expect(try chain.differences() == [])
    }
  }
}
