import AgentCore
import AgentIO
import Chain
import Curl
import Loyalty
import ServerStorage
import SyncProtocol
import Testing
import TestKit

/// What headquarters' coupon desk does, seen from stores whose lines go down.
@Suite struct CouponsFromTheDesk {
  private static func claim(_ chain: TestChain, _ code: String, _ member: MemberID) throws {
    _ = try chain.hub.admin.post(
      "/admin/v1/members/\(member)/coupon-claims", body: ["code": .string(code)])
  }

  private static func chain() throws -> (chain: TestChain, member: MemberID, codes: [String]) {
    let chain = try TestChain(stores: 2)
    let member = try chain[1].agent.enrol(.of("丁一", phone: "13800138003")).memberId
    #expect(try chain.settle())
    _ = try chain.hub.admin.post(
      "/admin/v1/coupon-templates",
      body: ["template": "ten", "terms": DemoChain.tenOff, "stock": 10, "validDays": 30])
    return (chain, member, try chain.hub.codes("ten", 3))
  }

  @Test
  func `a claimed coupon reaches a cut-off store when its line is back, and is redeemed there without one`()
    async throws
  {
    try await onItsOwnThread {
      let (chain, member, codes) = try Self.chain()
      chain[1].line.cut()
      try Self.claim(chain, codes[0], member)
      let unknown = #expect(throws: TillFault.self) {
        try chain[1].agent.sell(.of(5_000, to: member, coupons: [codes[0]]))
      }
      #expect(unknown?.code == "unknown_coupon")
      #expect(try chain.settle())
      chain[1].line.cut()
      _ = chain[1].sync()
      let sale = try chain[1].agent.sell(.of(5_000, to: member, coupons: [codes[0]]))
      #expect(sale.net == Money(4_000) && sale.offline)
      #expect(try chain.settle())
      let story = try chain.hub.store.coupon(called: codes[0])
      #expect(story.state == .redeemed && story.saleId == sale.saleId)
      #expect(story.history.map(\.kind) == [.issued, .claimed, .granted, .redeemed])
      #expect(story.why == Words(zh: "已在门店 S001 核销", en: "Redeemed at S001"))
      #expect(try chain.hub.store.exceptions() == [] && chain.differences() == [])
    }
  }

  @Test
  func `a void reaches the store that holds the coupon; what it redeemed before that is kept to be seen`()
    async throws
  {
    try await onItsOwnThread {
      let (chain, member, codes) = try Self.chain()
      for code in codes { try Self.claim(chain, code, member) }
      #expect(try chain.settle())
      chain[1].line.cut()
      _ = chain[1].sync()
      for code in codes.prefix(2) {
        _ = try chain.hub.admin.post("/admin/v1/coupons/\(code)/void", body: ["reason": "印错"])
      }
      // The store has not heard: its receipt stands, and somebody looks at it later.
      let sale = try chain[1].agent.sell(.of(5_000, to: member, coupons: [codes[0]]))
      #expect(sale.net == Money(4_000))
      #expect(try chain.settle())
      let twice = try chain.hub.store.exceptions().filter { $0.kind == "doubleRedemption" }
      #expect(twice.map(\.detail) == ["worth 1000"])
      let story = try chain.hub.store.coupon(called: codes[0])
      #expect(story.state == .voided && story.history.last?.kind == .redeemedAgain)
      for store in chain.stores {
        let refused = #expect(throws: TillFault.self) {
          try store.agent.sell(.of(5_000, to: member, coupons: [codes[1]]))
        }
        #expect(refused?.code == "coupon_voided")
        #expect(try store.agent.quote(.of(5_000, to: member, coupons: [codes[1]])).toPay == Money(5_000))
      }
      let states = try chain[2].agent.coupons(of: member).map { ($0.code, $0.state) }
      #expect(
        Dictionary(uniqueKeysWithValues: states) == [codes[0]: .voided, codes[1]: .voided, codes[2]: .issued])
      let good = try chain[1].agent.sell(.of(5_000, to: member, coupons: [codes[2]]))
      #expect(good.net == Money(4_000))
      #expect(try chain.settle())
      #expect(try chain.differences() == [])
    }
  }

  @Test func `whoever joins gets the coupon of the lowest level, once, at the store where they joined`()
    async throws
  {
    try await onItsOwnThread {
      let chain = try TestChain(stores: 2)
      _ = try chain.hub.admin.post(
        "/admin/v1/coupon-templates",
        body: ["template": "welcome", "terms": DemoChain.tenOff, "perMember": 1])
      var rulebook = DemoChain.rulebook.members
      var tiers = rulebook["tiers"]?.members ?? [:]
      tiers["levels"] = [
        [
          "id": "basic", "name": ["zh": "普通", "en": "Basic"], "threshold": 0,
          "benefits": [["kind": "upgradeGift", "template": "welcome"]],
        ]
      ]
      rulebook["tiers"] = .object(tiers)
      try chain.hub.republish(.object(rulebook))
      #expect(try chain.settle())
      let member = try chain[1].agent.enrol(.of("新人", phone: "13800138009")).memberId
      _ = try chain[1].agent.sell(.of(2_000, to: member))
      #expect(try chain.settle())
      for store in chain.stores { store.line.cut() }
      for store in chain.stores { _ = store.sync() }
      let coupons = try chain[1].agent.coupons(of: member)
      #expect(coupons.map(\.heldHere) == [true])
      let code = try #require(coupons.first?.code)
      let sale = try chain[1].agent.sell(.of(5_000, to: member, coupons: [code]))
      #expect(sale.net == Money(4_000))
    }
  }
}
