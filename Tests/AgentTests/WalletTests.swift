import AgentIO
import Chain
import Curl
import ServerStorage
import SyncProtocol
import Testing
import TestKit

/// The till asks which of a member's coupons to present.
@Suite struct WalletTests {
  /// Templates by name, with their terms beside kind, name and value.
  private static func terms(_ kind: String, _ value: Int64, _ more: [String: JSONValue] = [:]) -> JSONValue {
    let name: JSONValue = ["zh": "券", "en": "A coupon"]
    let terms: [String: JSONValue] = [
      "kind": .string(kind), "name": name, "value": .integer(value), "minimumSpend": 0,
    ]
    return .object(terms.merging(more) { $1 })
  }

  @Test func `a wallet has the best coupon first, the best together, and why the others are of no use`()
    async throws
  {
    try await onItsOwnThread {
      let file = try OpenAPIFile("agent/IO/openapi.yaml")
      let chain = try TestChain(stores: 2)
      let shop = TillAPITests.RichShop(file: file, till: try chain[1].serve())
      let enrolled = try shop.call("enrol", "/v1/members", ["phone": "13800000001"]).memberId
      let member = try #require(enrolled.stringValue.flatMap { MemberID($0) })
      #expect(try chain.settle())
      let hub = chain.hub
      _ = try hub.admin.post("/admin/v1/allowances", body: ["name": "gift/cup", "total": 0])
      let fifth = try hub.issue("fifth", Self.terms("percentOff", 800), to: member)
      let ten = try hub.issue("ten", DemoChain.tenOff, to: member)
      let app = try hub.issue("app", Self.terms("amountOff", 500, ["policy": "online"]), to: member)
      let far = try hub.issue(
        "far", Self.terms("amountOff", 5_000, ["minimumSpend": 100_000]), to: member)
      let cup = try hub.issue("cup", Self.terms("gift", 0, ["giftSku": "cup"]), to: member)
      let void = try hub.issue("void", DemoChain.tenOff, to: member)
      _ = try hub.admin.post("/admin/v1/coupons/\(void)/void", body: ["reason": "印错"])
      _ = try hub.admin.post(
        "/admin/v1/coupon-templates", body: ["template": "there", "terms": DemoChain.tenOff])
      let bound = try hub.admin.post(
        "/admin/v1/coupons", body: ["template": "there", "memberIds": [enrolled], "store": "S002"]
      ).body.coupons[0].code.stringValue
      let there = try #require(bound)
      let used = try hub.issue("used", DemoChain.tenOff, to: member)
      #expect(try chain.settle())
      _ = try chain[1].agent.sell(.of(5_000, to: member, coupons: [used]))

      let cart: JSONValue = ["memberId": enrolled, "lines": [TillAPITests.line(20_000)]]
      var wallet = try shop.call("wallet", "/v1/wallet", cart)
      var whys: [String: String] {
        Dictionary(
          uniqueKeysWithValues: wallet.coupons.elements.map {
            ($0.code.stringValue ?? "", $0.outcome.code.stringValue ?? "")
          })
      }
      #expect(wallet.coupons.elements.prefix(3).map(\.code.stringValue) == [fifth, ten, app])
      #expect(wallet.coupons.elements.prefix(3).map(\.saving) == [4_000, 1_000, 500])
      #expect(
        whys == [
          fifth: "coupon_applied", ten: "coupon_applied", app: "coupon_applied", far: "coupon_below_minimum",
          cup: "gift_out_of_stock", void: "coupon_voided", there: "coupon_held_elsewhere",
        ])
      let short = try #require(wallet.coupons.elements.first { $0.code == .string(far) })
      #expect(short.usable == false && short.outcome.distance == 80_000)
      #expect(wallet.bestTogether.elements.map(\.stringValue) == [fifth, ten, app])
      #expect(wallet.saving == 5_500 && wallet.exhaustive == true)

      // Presented as it says, they come to what it says; the wallet itself took nothing.
      var sale = cart.members
      sale["coupons"] = wallet.bestTogether
      #expect(try shop.call("quote", "/v1/quotes", .object(sale)).toPay == 14_500)
      #expect(try hub.store.coupon(called: app).heldBy == nil)

      chain[1].line.cut()
      #expect(!chain[1].sync())
      wallet = try shop.call("wallet", "/v1/wallet", cart)
      #expect(whys[app] == "coupon_needs_line" && wallet.offline == true)
      #expect(wallet.bestTogether.elements.map(\.stringValue) == [fifth, ten])
      #expect(try shop.call("quote", "/v1/quotes", .object(sale)).toPay == 15_000)

      _ = try hub.admin.post("/admin/v1/allowances", body: ["name": "gift/cup", "total": 2])
      chain[1].line.restore()
      #expect(chain[1].sync())
      wallet = try shop.call("wallet", "/v1/wallet", cart)
      #expect(whys[cup] == "coupon_gift")
      sale["coupons"] = wallet.bestTogether
      #expect(try shop.call("sell", "/v1/sales", .object(sale)).toPay == 14_500)
    }
  }
}
