import AgentCore
import AgentIO
import Curl
import ServerStorage
import SyncProtocol
import Testing
import TestKit

/// Coupons that a till or an order keeps for itself for a while, over the till's API.
@Suite struct CouponLockTests {
  private struct Shop {
    let chain: TestChain
    let file: OpenAPIFile
    let till: APIClient
    let member: JSONValue
    let code: String

    init() throws {
      file = try OpenAPIFile("agent/IO/openapi.yaml")
      chain = try TestChain(stores: 2)
      till = try chain[1].serve()
      let rich = TillAPITests.RichShop(file: file, till: till)
      member = try rich.call("enrol", "/v1/members", ["phone": "13800000001"]).memberId
      #expect(try chain.settle())
      let id = try #require(member.stringValue.flatMap { MemberID($0) })
      code = try chain.hub.issue("ten", DemoChain.tenOff, to: id)
      #expect(try chain.settle())
    }

    /// What an operation of the file answers: its code where it refuses, else nothing.
    @discardableResult
    func call(_ id: String, _ path: String, _ body: JSONValue? = nil) throws -> (
      answer: JSONValue, refusal: String?
    ) {
      let operation = try #require(file.operation(id))
      let response = try send(till, operation.method, path, body: try body?.encoded())
      #expect(file.complaints(operation, sent: body, got: response) == [])
      let answer = try JSONValue(parsing: response.body)
      return (answer, response.status < 300 ? nil : answer.code.stringValue ?? "")
    }

    func lock(_ holder: String, seconds: Int64 = 120) throws -> String? {
      try call(
        "lockCoupon", "/v1/coupons/\(code)/lock",
        ["holder": .string(holder), "ttlSeconds": .integer(seconds)]
      ).refusal
    }

    func unlock(_ holder: String) throws -> String? {
      try call("unlockCoupon", "/v1/coupons/\(code)/lock?holder=\(holder)").refusal
    }

    func cart(_ holder: String?) -> JSONValue {
      var cart: [String: JSONValue] = [
        "memberId": member, "lines": [TillAPITests.line(5_000)], "coupons": [.string(code)],
      ]
      if let holder { cart["lock"] = .string(holder) }
      return .object(cart)
    }

    func quoted(_ holder: String?) throws -> JSONValue {
      let outcomes = try call("quote", "/v1/quotes", cart(holder)).answer.outcomes
      return outcomes.elements.first { $0.rule == .string(code) }?.code ?? .null
    }

    func sell(_ holder: String?) throws -> String? { try call("sell", "/v1/sales", cart(holder)).refusal }
  }

  @Test func `a locked coupon is whoever's locked it, until their sale, once`() async throws {
    try await onItsOwnThread {
      let shop = try Shop()
      #expect(try shop.lock("till-2") == nil)
      #expect(try shop.lock("till-1") == "coupon_locked")
      #expect(try shop.unlock("till-1") == "coupon_locked")
      #expect(try shop.quoted("till-1") == "coupon_locked" && shop.quoted(nil) == "coupon_locked")
      let wallet = try shop.call("wallet", "/v1/wallet", shop.cart(nil)).answer.coupons[0]
      #expect(wallet.usable == false && wallet.outcome.code == "coupon_locked")
      #expect(wallet.outcome.text.zh == "此券已被其他收银台或订单锁定")
      #expect(try shop.sell(nil) == "coupon_locked" && shop.sell("till-1") == "coupon_locked")
      #expect(try shop.quoted("till-2") == "coupon_applied")
      #expect(try shop.sell("till-2") == nil)
      // Used, it is nobody's to lock or to let go.
      #expect(try shop.unlock("till-2") == "coupon_not_locked")
      #expect(try shop.lock("till-1") == "coupon_used")
      #expect(try shop.sell("till-2") == "coupon_used")
      #expect(try shop.chain.settle() && shop.chain.hub.store.exceptions() == [])
    }
  }

  @Test func `a lock ends by its holder, by its time or by a restart, and then it is anybody's`() async throws
  {
    try await onItsOwnThread {
      let shop = try Shop()
      #expect(try shop.lock("order-17", seconds: 60) == nil)
      #expect(try shop.unlock("order-17") == nil)
      #expect(try shop.unlock("order-17") == "coupon_not_locked")
      #expect(try shop.quoted(nil) == "coupon_applied")

      #expect(try shop.lock("order-17", seconds: 60) == nil)
      shop.chain[1].clock.advance(ms: 59_999)
      #expect(try shop.quoted(nil) == "coupon_locked")
      #expect(try shop.lock("order-17", seconds: 60) == nil, "anew")
      shop.chain[1].clock.advance(ms: 59_999)
      #expect(try shop.quoted(nil) == "coupon_locked")
      shop.chain[1].clock.advance(ms: 1)
      #expect(try shop.unlock("order-17") == "coupon_not_locked")
      #expect(try shop.quoted(nil) == "coupon_applied")

      #expect(try shop.lock("order-18", seconds: 3_600) == nil)
      #expect(try shop.chain[1].agent.find(.phone("13800000001")).count == 1)
      try shop.chain[1].reopen()
      #expect(shop.chain[1].sync())
      let member = try #require(MemberID(shop.member.stringValue ?? ""))
      let sale = try shop.chain[1].agent.sell(.of(5_000, to: member, coupons: [shop.code]))
      #expect(sale.toPay == Money(4_000))
    }
  }

  @Test func `a lock brings a coupon from headquarters, and keeps it here while it lasts`() async throws {
    try await onItsOwnThread {
      let shop = try Shop()
      let hub = shop.chain.hub
      _ = try hub.admin.post(
        "/admin/v1/coupon-templates",
        body: ["template": "free", "terms": DemoChain.tenOff, "transferable": true])
      let code = try #require(
        try hub.admin.post("/admin/v1/coupons", body: ["template": "free", "memberIds": [shop.member]])
          .body.coupons[0].code.stringValue)
      #expect(try shop.chain.settle() && hub.store.coupon(called: code).heldBy == nil)
      let other = shop.chain[2].agent
      _ = try other.lock(code, CouponLockRequest(holder: "till-9", ttlSeconds: 3_600))
      #expect(try hub.store.coupon(called: code).heldBy == "S002")
      // A claim alone would have been given back by now.
      shop.chain.advance(minutes: 6)
      #expect(try shop.chain.settle() && hub.store.coupon(called: code).heldBy == "S002")
      #expect(try other.unlock(code, by: "till-9").lockedUntil == nil)
      #expect(try shop.chain.settle() && hub.store.coupon(called: code).heldBy == nil)
    }
  }

  @Test func `a coupon is locked where it can be redeemed, for no longer than an hour, by somebody`()
    async throws
  {
    try await onItsOwnThread {
      let shop = try Shop()
      #expect(try shop.lock("t", seconds: 0) == "invalid_field")
      #expect(try shop.lock("t", seconds: 3_601) == "invalid_field")
      #expect(try shop.lock("") == "invalid_field")
      #expect(try shop.unlock("") == "invalid_field")
      #expect(
        try shop.call("lockCoupon", "/v1/coupons/NOSUCH/lock", ["holder": "t", "ttlSeconds": 1]).refusal
          == "unknown_coupon")
      let other = shop.chain[2].agent
      let request = CouponLockRequest(holder: "till-9", ttlSeconds: 60)
      #expect(throws: TillFault.self, "the first store holds it") { try other.lock(shop.code, request) }
      #expect(try shop.lock("till-2") == nil)
      _ = try shop.chain.hub.admin.post("/admin/v1/coupons/\(shop.code)/void", body: ["reason": "印错"])
      #expect(try shop.chain.settle())
      #expect(try shop.sell("till-2") == "coupon_voided")
    }
  }
}
