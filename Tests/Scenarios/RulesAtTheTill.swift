import AgentCore
import AgentIO
import Chain
import Curl
import Loyalty
import ServerStorage
import SyncProtocol
import Testing
import TestKit

/// What headquarters decides, at the till of a store without a line.
@Suite struct RulesAtTheTill {
  /// A member price, 满200减20, and double points at the first store.
  private static let rulebook: JSONValue = [
    "effectiveFrom": "2026-01-01T00:00:00Z",
    "name": ["zh": "开业周", "en": "Opening week"], "currency": "CNY", "utcOffsetMinutes": 480,
    "earning": [["id": "base", "per": 100, "points": 1]],
    "multipliers": [["id": "opening", "permille": 2000, "when": ["stores": ["S001"]]]],
    "expiry": ["policy": "rollingMonths", "months": 12], "checkInPoints": 5,
    "holding": ["homePermille": 500, "lastStorePermille": 250],
    "prices": [
      [
        "id": "tea", "name": ["zh": "会员价", "en": "Member price"], "kind": "member",
        "when": ["who": "member"], "unitPrices": ["690100": 900],
      ]
    ],
    "promotions": [
      [
        "id": "off20", "name": ["zh": "满200减20", "en": "20 off 200"],
        "effect": ["type": "amountOff", "steps": [["spend": 20_000, "off": 2_000]]],
      ],
      [
        "id": "app", "name": ["zh": "小程序专享", "en": "App only"], "when": ["channels": ["app"]],
        "effect": ["type": "rateOff", "steps": [["spend": 0, "payRatePermille": 500]]],
      ],
    ],
  ]

  private func tea(_ pieces: Int64, to member: MemberID? = nil) -> SaleRequest {
    SaleRequest(
      memberId: member,
      lines: [
        LineRequest(sku: "690100", quantity: Quantity(milli: 1_000 * pieces), unitPrice: Money(1_000))
      ])
  }

  @Test func `prices, promotions and double points hold without a line, and go back with the goods`()
    async throws
  {
    try await onItsOwnThread {
      let chain = try TestChain(stores: 2, rulebook: Self.rulebook)
      let member = try chain[1].agent.enrol(.of("李雷", phone: "13800138001")).memberId
      #expect(try chain.settle())
      for store in chain.stores { store.line.cut() }
      for store in chain.stores { _ = store.sync() }

      let sale = try chain[1].agent.sell(tea(25, to: member))
      #expect(sale.toPay == Money(20_500), "25 at ¥9.00, less ¥20.00")
      #expect(sale.points.earned == Points(410))
      #expect(
        sale.outcomes.map(\.code) == [
          "member_price", "promotion_applied", "earned_rule", "earned_multiplier",
        ])
      let stranger = try chain[2].agent.sell(tea(25))
      #expect(stranger.toPay == Money(23_000))
      #expect(stranger.outcomes.map(\.code) == ["rule_members_only", "promotion_applied"])
      let short = try chain[2].agent.sell(tea(10, to: member))
      #expect(short.points.earned == Points(90), "another store doubles nothing")
      let hint = try #require(short.outcomes.first { $0.code == "promotion_spend_more" })
      #expect((hint.code, hint.amount, hint.distance) == ("promotion_spend_more", 2_000, 11_000))

      #expect(try chain.settle())
      #expect(try chain.hub.member(member).points == Points(500))
      let back = try chain[1].agent.takeBack(ReturnRequest(saleId: sale.saleId))
      #expect(back.refund == Money(20_500))
      #expect(try chain.settle())
      #expect(try chain.hub.member(member).points == Points(90))
      #expect(try chain.hub.store.totals().priceDifferences == 0, "headquarters comes to the same")
      #expect(try chain.differences() == [])
    }
  }
}
