import AgentIO
import Curl
import SyncProtocol
import Testing
import TestKit

/// The till's API against its file, agent/IO/openapi.yaml: all that is in it is there, and nothing else.
@Suite struct TillAPITests {
  /// Every operation, in an order in which the file's examples tell a shop's morning.
  static let story = [
    "health", "metrics", "enrol", "findMembers", "member", "changeMember", "checkIn", "quote", "wallet",
    "lockCoupon", "unlockCoupon", "sell", "sale",
    "explainQuote", "explainSale", "participate", "draw", "order", "orderState", "fulfil", "cancelOrder",
    "points", "coupons", "history", "takeBack", "quoteExchange", "exchange",
    "void", "status",
  ]

  @Test func `the file has exactly the routes that the agent serves`() async throws {
    try await onItsOwnThread {
      let file = try OpenAPIFile("agent/IO/openapi.yaml")
      let chain = try TestChain(stores: 1)
      let routes = POSRoutes(chain[1].agent, tillToken: "t").router()
      #expect(file.routes == OpenAPIFile.routes(of: routes))
      #expect(Set(file.operations.map(\.id)) == Set(Self.story))
    }
  }

  @Test func `every example of the file works, and every answer is as the file says`() async throws {
    try await onItsOwnThread {
      let file = try OpenAPIFile("agent/IO/openapi.yaml")
      let chain = try TestChain(stores: 1)
      let till = try chain[1].serve()
      var (quote, code) = ("", "")
      for id in Self.story {
        let operation = try #require(file.operation(id))
        var (path, body) = file.example(operation)
        if id == "explainQuote" { path = "/v1/quotes/\(quote)/explain" }
        if id == "cancelOrder" { try Self.order(path, till) }
        if id == "lockCoupon" { code = try Self.coupon(chain) }
        path = path.replacing("MCCCC7WV6QH3R", with: code)
        let response = try send(till, operation.method, path, body: try body?.encoded())
        let text = String(decoding: response.body.prefix(300), as: UTF8.self)
        #expect(response.status == operation.successStatus, "\(id): \(text)")
        #expect(file.complaints(operation, sent: body, got: response) == [])
        if id == "enrol" { #expect(chain[1].sync()) }
        if id == "quote" { quote = try JSONValue(parsing: response.body).quoteId.stringValue ?? "" }
      }
    }
  }

  /// A coupon of the member whom the file's examples enrol.
  private static func coupon(_ chain: TestChain) throws -> String {
    let member = try #require(MemberID("01990000-0000-7000-8000-000000000001"))
    let code = try chain.hub.issue("ten", DemoChain.tenOff, to: member)
    #expect(try chain.settle())
    return code
  }

  /// The order that the file's example cancels.
  private static func order(_ path: String, _ till: APIClient) throws {
    let id = path.split(separator: "/")[2]
    _ = try till.post(
      "/v1/orders",
      body: [
        "orderId": .string(String(id)), "memberId": "01990000-0000-7000-8000-000000000001", "item": "mug",
      ])
  }

  @Test func `a rich receipt, a merged member and a used coupon are as the file says`() async throws {
    try await onItsOwnThread {
      let file = try OpenAPIFile("agent/IO/openapi.yaml")
      let chain = try TestChain(stores: 1)
      let till = try chain[1].serve()
      let shop = RichShop(file: file, till: till)
      let member = try shop.call("enrol", "/v1/members", ["phone": "13800000001", "name": "李雷"])
      let id = try #require(member.memberId.stringValue)
      _ = try shop.call("sell", "/v1/sales", ["memberId": .string(id), "lines": [Self.line(1_200_000)]])
      #expect(chain[1].sync())
      let code = try chain.hub.issue("ten", DemoChain.tenOff, to: try #require(MemberID(id)))
      #expect(chain[1].sync())
      let receipt = try shop.call(
        "sell", "/v1/sales",
        [
          "memberId": .string(id), "coupons": [.string(code)], "points": 200, "lines": [Self.line(20_000)],
          "tenders": [["type": "card", "amount": 10_000], ["type": "cash", "amount": 20_000, "line": 0]],
        ])
      #expect(receipt.points.spent == 200)
      #expect(
        receipt.outcomes.elements.map(\.code) == [
          "tier_price", "coupon_applied", "points_paid", "earned_rule",
        ])
      #expect(receipt.lines[0].discounts.elements.map(\.kind) == ["tier", "coupon", "points"])
      #expect(try shop.call("coupons", "/v1/members/\(id)/coupons").coupons[0].state == "redeemed")
      #expect(try shop.call("member", "/v1/members/\(id)").tier == "silver")
      _ = try shop.call("points", "/v1/members/\(id)/points")
      _ = try shop.call("history", "/v1/members/\(id)/history")
      let back = try shop.call("takeBack", "/v1/returns", ["saleId": receipt.saleId])
      #expect(back.coupons == receipt.coupons)
      #expect(back.pointsRestored == 200)
      _ = try shop.call("status", "/v1/status")
    }
  }

  static func line(_ minor: Int64) -> JSONValue {
    ["sku": "690100", "quantity": 1, "unitPrice": .integer(minor)]
  }

  /// Calls and holds each answer against the file.
  struct RichShop {
    let file: OpenAPIFile
    let till: APIClient

    func call(_ id: String, _ path: String, _ body: JSONValue? = nil) throws -> JSONValue {
      let operation = try #require(file.operation(id))
      let response = try send(till, operation.method, path, body: try body?.encoded())
      #expect(response.status == operation.successStatus)
      #expect(file.complaints(operation, sent: body, got: response) == [])
      return try JSONValue(parsing: response.body)
    }
  }
}
