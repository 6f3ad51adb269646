import AgentCore
import AgentIO
import Chain
import Curl
import Loyalty
import ServerStorage
import SyncProtocol
import Testing
import TestKit

/// Coupons that are more than money off, as stores redeem them with and without a line.
@Suite struct CouponsAtTheTill {
  /// A chain with one member at the first store.
  static func chain(rulebook: JSONValue = DemoChain.rulebook) throws -> (TestChain, MemberID) {
    let chain = try TestChain(stores: 2, rulebook: rulebook)
    let member = try chain[1].agent.enrol(.of("丁一", phone: "13800138003")).memberId
    #expect(try chain.settle())
    return (chain, member)
  }

  /// A new template and one coupon of it for each of these members.
  static func issue(
    _ hub: TestHub, _ template: String, _ terms: JSONValue, _ more: [String: JSONValue] = [:],
    to members: MemberID...
  ) throws -> [String] {
    var body = more
    (body["template"], body["terms"]) = (.string(template), terms)
    _ = try hub.admin.post("/admin/v1/coupon-templates", body: .object(body))
    let ids = members.map { JSONValue.string("\($0)") }
    let answer = try hub.admin.post(
      "/admin/v1/coupons", body: ["template": .string(template), "memberIds": .array(ids)])
    return answer.body.coupons.elements.compactMap(\.code.stringValue)
  }

  static func cut(_ chain: TestChain, _ numbers: Int...) {
    for number in numbers { chain[number].line.cut() }
    for number in numbers { _ = chain[number].sync() }
  }

  static func refusal(_ body: () throws -> Void) throws -> String? {
    do {
      try body()
      return nil
    } catch let fault as TillFault {
      return fault.code
    }
  }

  @Test func `a coupon handed on is voided at tills for whoever had it, and good for whoever has it`()
    async throws
  {
    try await onItsOwnThread {
      let (chain, member) = try Self.chain()
      let other = try chain[2].agent.enrol(.of("韩梅梅", phone: "13800138002")).memberId
      #expect(try chain.settle())
      let code = try Self.issue(
        chain.hub, "ten", DemoChain.tenOff, ["transferable": true], to: member)[0]
      let new = try chain.hub.admin.post(
        "/admin/v1/coupons/\(code)/transfer",
        body: ["toMemberId": .string("\(other)"), "reason": "送给家人"]
      ).body.code.stringValue
      #expect(try chain.settle())
      let old = SaleRequest.of(5_000, to: member, coupons: [code])
      #expect(try Self.refusal { _ = try chain[1].agent.sell(old) } == "coupon_voided")
      #expect(try chain[1].agent.coupons(of: member).map(\.state) == [.voided])
      let sale = try chain[2].agent.sell(.of(5_000, to: other, coupons: [try #require(new)]))
      #expect(sale.toPay == Money(4_000))
    }
  }

  static let scarf: JSONValue = [
    "kind": "gift", "name": ["zh": "围巾一条", "en": "A scarf"], "value": 0, "minimumSpend": 0,
    "giftSku": "scarf",
  ]

  @Test func `a gift coupon hands out what the store holds, and more only if headquarters has it`()
    async throws
  {
    try await onItsOwnThread {
      let (chain, member) = try Self.chain()
      #expect(throws: APIError.self, "nobody has said how many there are") {
        try Self.issue(chain.hub, "scarf", Self.scarf, to: member)
      }
      _ = try chain.hub.admin.post("/admin/v1/allowances", body: ["name": "gift/scarf", "total": 8])
      let codes = try Self.issue(chain.hub, "scarf", Self.scarf, to: member, member, member, member)
      #expect(try chain.settle())
      Self.cut(chain, 1)
      for code in codes.prefix(2) {
        let sale = try chain[1].agent.sell(.of(5_000, to: member, coupons: [code]))
        #expect(sale.toPay == Money(5_000) && sale.gifts == [Gift(rule: code, sku: "scarf", count: 1)])
        #expect(sale.outcomes.contains { $0.rule == code && $0.code == "coupon_gift" })
        #expect(try chain[1].agent.explain(sale: sale.saleId).gifts.count == 1)
      }
      let third = SaleRequest.of(5_000, to: member, coupons: [codes[2]])
      #expect(try Self.refusal { _ = try chain[1].agent.sell(third) } == "gift_out_of_stock")
      #expect(try chain[1].agent.coupons(of: member).count { $0.state == .issued } == 2, "it is not used up")

      // One was granted anew; for two at once the store asks.
      #expect(try chain.settle())
      let both = try chain[1].agent.sell(.of(5_000, to: member, coupons: Array(codes.suffix(2))))
      #expect(both.gifts.map(\.count) == [1, 1] && !both.offline)
      #expect(try Self.scarves(chain, used: 4))

      // The goods come back, the coupons live on, and the scarves are gone.
      _ = try chain[1].agent.takeBack(ReturnRequest(saleId: both.saleId))
      #expect(try Self.scarves(chain, used: 4))
      _ = try chain[1].agent.sell(third)
      #expect(try Self.scarves(chain, used: 5))
      #expect(try chain.hub.store.exceptions() == [] && chain.differences() == [])
    }
  }

  private static func scarves(_ chain: TestChain, used: Int64) throws -> Bool {
    let isQuiet = try chain.settle()
    let scarves = try chain.hub.store.allowances().first { $0.name == "gift/scarf" }
    return isQuiet && scarves?.total == 8 && scarves?.used == used
  }

  private static let online: JSONValue = [
    "kind": "amountOff", "name": ["zh": "减十元", "en": "Ten off"], "value": 1_000, "minimumSpend": 0,
    "policy": "online",
  ]

  @Test func `a coupon that is redeemed online is used once, at any store, with headquarters' word`()
    async throws
  {
    try await onItsOwnThread {
      let (chain, member) = try Self.chain()
      let codes = try Self.issue(chain.hub, "app", Self.online, to: member, member)
      #expect(try chain.settle())
      #expect(try chain[1].agent.coupons(of: member).allSatisfy { !$0.heldHere })
      #expect(try codes.allSatisfy { try chain.hub.store.coupon(called: $0).heldBy == nil })
      let first = SaleRequest.of(5_000, to: member, coupons: [codes[0]])

      // The line is cut: first the store does not know it yet, then it does.
      chain[1].line.cut()
      #expect(try Self.refusal { _ = try chain[1].agent.sell(first) } == "coupon_needs_line")
      #expect(try chain[1].agent.quote(first).outcomes.contains { $0.code == "coupon_needs_line" })
      #expect(try Self.refusal { _ = try chain[1].agent.sell(first) } == "coupon_needs_line")

      #expect(try chain.settle())
      #expect(try chain[2].agent.quote(first).toPay == Money(4_000), "a sale would ask")
      let sale = try chain[2].agent.sell(first)
      #expect(sale.toPay == Money(4_000) && !sale.offline)
      #expect(try chain.settle())
      #expect(try Self.refusal { _ = try chain[1].agent.sell(first) } == "coupon_used")

      // Goods that come back give it back to headquarters, whose word is good once it has heard of them.
      chain.advance(minutes: 6)
      Self.cut(chain, 2)
      let back = try chain[2].agent.takeBack(ReturnRequest(saleId: sale.saleId))
      #expect(back.coupons.count == 1)
      #expect(try Self.refusal { _ = try chain[2].agent.sell(first) } == "coupon_needs_line")
      #expect(try chain.settle())
      #expect(try chain.hub.store.coupon(called: codes[0]).heldBy == nil)
      #expect(try chain[1].agent.sell(first).toPay == Money(4_000))
      #expect(try chain.settle())
      #expect(try chain.hub.store.exceptions() == [] && chain.differences() == [])
    }
  }

  @Test func `what headquarters granted and nobody used is good for nothing without a line, and goes back`()
    async throws
  {
    try await onItsOwnThread {
      let (chain, member) = try Self.chain()
      let codes = try Self.issue(chain.hub, "app", Self.online, to: member, member)
      #expect(try chain.settle())
      for code in codes {
        var dearer = SaleRequest.of(5_000, to: member, coupons: [code])
        dearer.toPay = Money(5_000)
        #expect(try Self.refusal { _ = try chain[1].agent.sell(dearer) } == "price_differs")
      }
      let story = try chain.hub.store.coupon(called: codes[0])
      #expect(story.heldBy == "S001" && story.usable)
      #expect(story.why.en == "Usable at S001, which has asked for it, while its line is up")
      #expect(try chain.settle())
      let first = SaleRequest.of(5_000, to: member, coupons: [codes[0]])
      #expect(try Self.refusal { _ = try chain[2].agent.sell(first) } == "coupon_held_elsewhere")
      Self.cut(chain, 1)
      #expect(try Self.refusal { _ = try chain[1].agent.sell(first) } == "coupon_needs_line")
      #expect(try chain[1].agent.coupons(of: member).allSatisfy { !$0.heldHere })

      // A customer may still be at the till; after a while they are gone.
      #expect(try chain.settle())
      #expect(try chain.hub.store.coupon(called: codes[0]).heldBy == "S001")
      _ = try chain.hub.admin.post("/admin/v1/coupons/\(codes[1])/void", body: ["reason": "印错"])
      let second = SaleRequest.of(5_000, to: member, coupons: [codes[1]])
      #expect(try Self.refusal { _ = try chain[1].agent.sell(second) } == "coupon_voided", "it asks anew")
      chain.advance(minutes: 6)
      #expect(try chain.settle())
      #expect(try chain.hub.store.coupon(called: codes[0]).heldBy == nil)
      #expect(try chain[2].agent.sell(first).toPay == Money(4_000))
      #expect(try chain.settle())
      #expect(try chain.hub.store.exceptions() == [] && chain.differences() == [])
    }
  }
}
