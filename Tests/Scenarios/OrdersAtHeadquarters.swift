import AgentCore
import AgentIO
import Chain
import Curl
import Loyalty
import ServerStorage
import SyncProtocol
import Testing
import TestKit

/// The points mall where headquarters takes the order.
@Suite struct OrdersAtHeadquarters {
  @Test
  func `what no till may order headquarters orders, of points that no store holds, and all tills see it`()
    async throws
  {
    try await onItsOwnThread {
      var rulebook = DemoChain.rulebook.members
      rulebook["mall"] = [
        [
          "id": "trip", "name": ["zh": "旅行", "en": "Trip"], "sku": "trip", "points": 200, "stock": 4,
          "perMember": 2, "policy": "online",
        ],
        ["id": "mug", "name": ["zh": "马克杯", "en": "Mug"], "sku": "mug", "points": 2],
      ]
      let chain = try TestChain(stores: 2, rulebook: .object(rulebook))
      let member = try chain[1].agent.enrol(.of("李雷", phone: "13800138001")).memberId
      _ = try chain[1].agent.sell(.of(100_000, to: member))
      #expect(try chain.settle())
      let refused = #expect(throws: TillFault.self) {
        try chain[1].agent.order(OrderRequest(memberId: member, item: "trip"))
      }
      #expect(refused?.code == "mall_online_only")
      let path = "/admin/v1/members/\(member)/orders"
      let elsewhere = #expect(throws: APIError.self) {
        try chain.hub.admin.post(path, body: ["item": "trip", "quantity": 2])
      }
      #expect("\(try #require(elsewhere))".contains("mall_points_held_elsewhere"), "the store keeps its part")
      let order = try chain.hub.admin.post(path, body: ["item": "trip"], idempotencyKey: "o1").body
      #expect(order.points == 200 && order.state == "placed")
      #expect(try chain.settle())
      for store in chain.stores { #expect(try store.agent.member(member).points == Points(800)) }
      #expect(throws: TillFault.self) {
        try chain[1].agent.fulfil(try #require(MallOrderID(order.orderId.stringValue ?? "")))
      }
      // What a store took a store closes.
      let mug = try chain[1].agent.order(OrderRequest(memberId: member, item: "mug"))
      #expect(try chain.settle())
      let foreign = #expect(throws: APIError.self) {
        try chain.hub.admin.post("/admin/v1/orders/\(mug.orderId)/cancel", body: .null)
      }
      #expect("\(try #require(foreign))".contains("order_of_store"))
      let id = order.orderId.stringValue ?? ""
      for _ in 0..<2 {
        let closed = try chain.hub.admin.post("/admin/v1/orders/\(id)/cancel", body: .null).body
        #expect(closed.state == "cancelled" && closed.closedBy == "admin")
      }
      #expect(try chain.settle())
      for store in chain.stores { #expect(try store.agent.member(member).points == Points(998)) }
      let stock = try chain.hub.store.allowances().first { $0.name == "mall/trip" }
      #expect(stock?.used == 0 && stock?.total == 4)
      let lines = try chain.hub.store.statement(of: member).lines
      #expect(lines.contains { $0.kind == "spend" && $0.points == Points(-200) })
      #expect(try chain.hub.store.orders(of: member, in: nil, after: nil, limit: 9).orders.count == 2)
      #expect(try chain.differences() == [])
    }
  }
}
