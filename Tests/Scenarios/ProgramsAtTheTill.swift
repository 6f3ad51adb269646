import AgentCore
import AgentIO
import Chain
import Curl
import Foundation
import Loyalty
import ServerStorage
import SyncProtocol
import Testing
import TestKit

/// Offers and programs at tills that are cut off: nothing is given twice, nothing beyond what there is.
@Suite struct ProgramsAtTheTill {
  private static func rulebook(_ parts: [String: JSONValue]) -> JSONValue {
    let basics: [String: JSONValue] = [
      "effectiveFrom": "2026-01-01T00:00:00Z",
      "name": ["zh": "活动", "en": "Programs"], "currency": "CNY", "utcOffsetMinutes": 480,
      "earning": [["id": "base", "per": 100, "points": 1]], "checkInPoints": 0,
      "expiry": ["policy": "rollingMonths", "months": 12],
      "holding": ["homePermille": 500, "lastStorePermille": 250],
    ]
    return .object(basics.merging(parts) { $1 })
  }

  private func agree(_ chain: TestChain) throws {
    #expect(try chain.settle())
    #expect(try chain.hub.store.totals().priceDifferences == 0, "headquarters comes to the same")
    #expect(try chain.hub.store.exceptions().map(\.detail) == [])
    #expect(try chain.differences() == [])
  }

  @Test func `a budget is not overspent by stores that cannot speak to each other (Q7)`() async throws {
    try await onItsOwnThread {
      let chain = try TestChain(
        stores: 2,
        rulebook: Self.rulebook([
          "promotions": [
            [
              "id": "off20", "name": ["zh": "满100减20", "en": "20 off 100"], "budget": 8_000,
              "effect": ["type": "amountOff", "steps": [["spend": 10_000, "off": 2_000]]],
            ]
          ]
        ]))
      for store in chain.stores { store.line.cut() }
      for store in chain.stores { _ = store.sync() }
      var given = 0
      for store in chain.stores {
        for _ in 0..<4 {
          let sale = try store.agent.sell(.of(10_000))
          given += Int(10_000 - sale.toPay.minor)
          #expect(
            sale.toPay == Money(8_000) || sale.outcomes.contains { $0.code == "promotion_budget_spent" })
        }
      }
      #expect(given == 6_000, "half to the first store alone, and half of what is left to the second")
      try agree(chain)
      // What was left moves to where it is used.
      for _ in 0..<3 {
        given += Int(10_000 - (try chain[2].agent.sell(.of(10_000)).toPay.minor))
        #expect(try chain.settle())
      }
      #expect(given == 8_000, "the last of it was asked for, and there is no more")
      try agree(chain)
    }
  }

  @Test func `a rule for a segment is for its members at every till, also after a merge`() async throws {
    try await onItsOwnThread {
      let chain = try TestChain(
        stores: 2,
        rulebook: Self.rulebook([
          "promotions": [
            [
              "id": "vip20", "name": ["zh": "贵宾满100减20", "en": "20 off 100 for guests of honour"],
              "when": ["segments": ["高价值/vip"]],
              "effect": ["type": "amountOff", "steps": [["spend": 10_000, "off": 2_000]]],
            ]
          ]
        ]))
      let member = try chain[1].agent.enrol(.of("李雷", phone: "13800138001")).memberId
      let other = try chain[1].agent.enrol(.of("韩梅梅", phone: "13800138002")).memberId
      #expect(try chain.settle())
      let path = "/admin/v1/segments/%E9%AB%98%E4%BB%B7%E5%80%BC%2Fvip"
      let stranger = "01990000-0000-7000-8000-00000000dead"
      let change: JSONValue = ["add": [.string(member.description), .string(stranger)]]
      let tried = try chain.hub.admin.post(path + "/check", body: change).body
      #expect(tried.added == 1 && tried.unknown == [.string(stranger)])
      #expect(try chain.hub.admin.get("/admin/v1/segments").body.segments == [])
      #expect(try chain.hub.admin.post(path + "/members", body: change).body == tried)
      #expect(try chain.hub.admin.post(path + "/members", body: change).body.unchanged == 1)
      #expect(
        try chain.hub.admin.get("/admin/v1/segments").body.segments
          == [["segment": "高价值/vip", "members": 1]])
      #expect(try chain.settle())
      for store in chain.stores { store.line.cut() }
      for store in chain.stores {
        #expect(try store.agent.sell(.of(10_000, to: member)).toPay == Money(8_000))
        let plain = try store.agent.sell(.of(10_000, to: other))
        #expect(plain.toPay == Money(10_000))
        #expect(plain.outcomes.contains { $0.code == "rule_other_segment" })
      }
      try agree(chain)

      // Of two records of one person, either may be the one that headquarters named.
      let twin = try chain[2].agent.enrol(.of("王芳")).memberId
      #expect(try chain.settle())
      _ = try chain.hub.admin.post(path + "/members", body: ["add": [.string(twin.description)]])
      #expect(try chain.settle())
      for store in chain.stores { store.line.cut() }
      _ = try chain[1].agent.enrol(.of("王芳", phone: "13800138003"))
      let phone = try JSONDecoder().decode(
        ProfileRequest.self, from: Data(#"{"phone":"13800138003"}"#.utf8))
      _ = try chain[2].agent.change(twin, phone)
      #expect(try chain.settle())
      for store in chain.stores {
        #expect(try store.agent.sell(.of(10_000, phone: "13800138003")).toPay == Money(8_000))
      }
      try agree(chain)

      let both: JSONValue = ["remove": [.string(member.description), .string(twin.description)]]
      #expect(try chain.hub.admin.post(path + "/members", body: both).body.removed == 2)
      #expect(try chain.hub.admin.get(path + "/members").body.memberIds == [])
      #expect(try chain.settle())
      #expect(try chain[2].agent.sell(.of(10_000, to: member)).toPay == Money(10_000))
      try agree(chain)
    }
  }

  @Test func `gifts are handed out while the store has them, and limits count what other stores saw`()
    async throws
  {
    try await onItsOwnThread {
      let chain = try TestChain(
        stores: 2,
        rulebook: Self.rulebook([
          "promotions": [
            [
              "id": "cup", "name": ["zh": "满50送杯", "en": "A cup from 50"],
              "effect": ["type": "gift", "steps": [["spend": 5_000, "sku": "cup"]]],
            ],
            [
              "id": "first", "name": ["zh": "限一次", "en": "Once"], "limits": ["perMember": 1],
              "effect": ["type": "amountOff", "steps": [["spend": 1_000, "off": 500]]],
            ],
            [
              "id": "two", "name": ["zh": "每店每日两次", "en": "Twice a day"], "limits": ["perStoreDay": 2],
              "effect": ["type": "amountOff", "steps": [["spend": 1_000, "off": 100]]],
            ],
          ], "cashRounding": ["step": 100],
        ]))
      _ = try chain.hub.admin.post("/admin/v1/allowances", body: ["name": "gift/cup", "total": 4])
      let member = try chain[1].agent.enrol(.of("李雷", phone: "13800138001")).memberId
      #expect(try chain.settle())
      for store in chain.stores { store.line.cut() }
      for store in chain.stores { _ = store.sync() }
      let first = try chain[1].agent.sell(.of(5_050, to: member))
      #expect(first.toPay == Money(4_450) && first.gifts.map(\.sku) == ["cup"])
      let second = try chain[1].agent.sell(.of(5_050, to: member))
      #expect(second.toPay == Money(4_950) && second.gifts.isEmpty, "one cup was granted, one use is over")
      #expect(second.outcomes.contains { $0.code == "gift_out_of_stock" })
      var cash = SaleRequest.of(5_050, to: member)
      cash.cash = true
      #expect(
        try chain[1].agent.sell(cash).toPay == Money(5_000), "the store's day is used up; cash is rounded")
      try agree(chain)
      #expect(try chain[2].agent.sell(.of(5_050, to: member)).toPay == Money(4_950))
      try agree(chain)
      // After a restart the day's count is read from the journal again.
      try chain[1].reopen()
      #expect(try chain[1].agent.sell(.of(5_050)).toPay == Money(5_050))
      try agree(chain)
    }
  }

  @Test func `the points mall takes points and stock together, and gives both back once (C6)`() async throws {
    try await onItsOwnThread {
      let chain = try TestChain(
        stores: 2,
        rulebook: Self.rulebook([
          "mall": [
            [
              "id": "mug", "name": ["zh": "马克杯", "en": "Mug"], "sku": "mug", "points": 100, "money": 500,
              "stock": 4, "perMember": 3,
            ]
          ]
        ]))
      let member = try chain[1].agent.enrol(.of("李雷", phone: "13800138001")).memberId
      _ = try chain[1].agent.sell(.of(100_000, to: member))
      #expect(try chain.settle())
      for store in chain.stores { store.line.cut() }
      for store in chain.stores { _ = store.sync() }
      let wish = OrderRequest(memberId: member, item: "mug", quantity: 2)
      let order = try chain[1].agent.order(wish, key: "o1")
      #expect(order.points == Points(200) && order.money == Money(1_000) && order.state == .placed)
      #expect(try chain[1].agent.order(wish, key: "o1") == order)
      #expect(try chain[1].agent.member(member).points == Points(800))
      let none = #expect(throws: TillFault.self) {
        try chain[1].agent.order(OrderRequest(memberId: member, item: "mug"), key: "o2")
      }
      #expect(none?.code == "mall_out_of_stock", "two of the four were granted ahead")
      #expect(try chain[1].agent.cancel(order.orderId).state == .cancelled)
      #expect(try chain[1].agent.cancel(order.orderId).state == .cancelled, "told again it is as it was")
      #expect(throws: TillFault.self) { try chain[1].agent.fulfil(order.orderId) }
      #expect(try chain[1].agent.member(member).points == Points(1_000))
      try agree(chain)
      #expect(try chain.hub.member(member).points == Points(1_000))
      let stock = try chain.hub.store.allowances().first { $0.name == "mall/mug" }
      #expect(stock?.total == 4 && stock?.used == 0, "what came back is not used, and no more than there was")
      // With the line up the store asks for what it lacks.
      let two = try chain[2].agent.order(OrderRequest(memberId: member, item: "mug", quantity: 2))
      #expect(try chain[2].agent.fulfil(two.orderId).state == .fulfilled)
      try agree(chain)
      #expect(try chain.hub.member(member).points == Points(800))
      let refused = #expect(throws: TillFault.self) {
        try chain[1].agent.order(OrderRequest(memberId: member, item: "mug", quantity: 2))
      }
      #expect(refused?.code == "mall_limit_reached")
    }
  }

  @Test func `streaks, activities, draws and paid memberships count everywhere what they came to`()
    async throws
  {
    try await onItsOwnThread {
      let chain = try TestChain(
        stores: 2,
        rulebook: Self.rulebook([
          "checkIns": ["points": 1, "bonuses": [["days": 2, "points": 10]]],
          "activities": [
            [
              "id": "share", "name": ["zh": "分享", "en": "Sharing"], "points": 5, "growth": 2,
              "perMemberDay": 1,
            ]
          ],
          "draws": [
            [
              "id": "wheel", "name": ["zh": "转盘", "en": "Wheel"], "pointsPerDraw": 3, "perMemberDay": 20,
              "prizes": [
                [
                  "id": "ten", "name": ["zh": "十分", "en": "Ten"], "reward": ["points": 10], "weight": 1,
                ]
              ],
            ]
          ],
          "tiers": [
            "id": "vip", "name": ["zh": "付费", "en": "Paid"], "metric": "paid",
            "window": ["kind": "lifetime"], "downgrade": "recompute",
            "levels": [
              [
                "id": "vip", "name": ["zh": "黑卡", "en": "VIP"], "threshold": 0,
                "benefits": [["kind": "discount", "payRatePermille": 800]],
              ]
            ],
          ],
          "memberships": [
            ["sku": "690100", "name": ["zh": "年卡", "en": "A year"], "level": "vip", "months": 12]
          ],
        ]))
      let member = try chain[1].agent.enrol(.of("李雷", phone: "13800138001")).memberId
      #expect(try chain[1].agent.checkIn(member, CheckInRequest()).points == Points(1))
      #expect(try chain[1].agent.checkIn(member, CheckInRequest()).points == Points(1), "once a day")
      #expect(try chain.settle())
      chain.advance(minutes: 24 * 60)
      let second = try chain[2].agent.checkIn(member, CheckInRequest())
      #expect(second.points == Points(12), "the second day in a row")
      #expect(second.outcomes?.contains { $0.code == "check_in_streak" } == true)
      let shared = try chain[2].agent.participate(member, ProgramRequest(program: "share"), key: "s1")
      #expect(shared.pointsEarned == Points(5) && shared.growth == 2)
      #expect(try chain[2].agent.participate(member, ProgramRequest(program: "share"), key: "s1") == shared)
      #expect(throws: TillFault.self) {
        try chain[2].agent.participate(member, ProgramRequest(program: "share"))
      }
      let drawn = try chain[2].agent.draw(member, ProgramRequest(program: "wheel"))
      #expect(drawn.prize == "ten" && drawn.pointsSpent == Points(3))
      #expect(try chain[2].agent.member(member).points == Points(24))
      let card = try chain[2].agent.sell(.of(10_000, to: member))
      #expect(try chain[2].agent.member(member).tier == "vip")
      #expect(try chain[2].agent.sell(.of(10_000, to: member)).toPay == Money(8_000))
      try agree(chain)
      #expect(try chain[1].agent.member(member).tier == "vip")
      #expect(try chain.hub.member(member).tier == "vip")
      _ = try chain[2].agent.takeBack(ReturnRequest(saleId: card.saleId))
      try agree(chain)
      let texts = try chain.hub.store.statement(of: member).lines.map(\.text.zh)
      #expect(texts.contains { $0.contains("分享") } && texts.contains { $0.contains("转盘") })
    }
  }

  @Test func `joining, birthdays and recommendations are rewarded once, and taken back with the goods`()
    async throws
  {
    try await onItsOwnThread {
      let chain = try TestChain(
        stores: 1,
        rulebook: Self.rulebook([
          "gifts": [
            "signUp": ["points": 50], "birthday": ["reward": ["points": 88], "daysBefore": 3],
          ],
          "referral": [
            "referrerReward": ["points": 200], "refereeReward": ["points": 100], "minimum": 5_000,
            "withinDays": 30, "holdDays": 7,
          ],
        ]))
      let old = try chain[1].agent.enrol(.of("李雷", phone: "13800138001"))
      chain.advance(minutes: 60)
      #expect(try chain.settle())
      #expect(try chain[1].agent.member(old.memberId).points == Points(50))
      var request = EnrolmentRequest(name: "韩梅梅", phone: "13800138002", birthday: "1990-11-30")
      request.referrer = old.code
      let new = try chain[1].agent.enrol(request).memberId
      let sale = try chain[1].agent.sell(.of(10_000, to: new))
      #expect(try chain.settle())
      func night() throws { _ = try chain.hub.admin.post("/admin/v1/nightly", body: .null) }
      try night()
      #expect(try chain.hub.store.referrals().referrals.map(\.code) == ["referral_qualified"])
      chain.advance(minutes: 24 * 60 * 7)
      try night()
      try night()
      #expect(try chain.settle())
      #expect(try chain.hub.member(old.memberId).points == Points(250))
      #expect(try chain.hub.member(new).points == Points(50 + 100 + 100 + 88))
      _ = try chain[1].agent.takeBack(ReturnRequest(saleId: sale.saleId))
      #expect(try chain.settle())
      chain.advance(minutes: 24 * 60)
      try night()
      #expect(try chain.settle())
      #expect(try chain.hub.member(old.memberId).points == Points(50))
      #expect(try chain.hub.member(new).points == Points(50 + 88))
      let texts = try chain.hub.store.statement(of: old.memberId).lines.map(\.text.zh)
      #expect(texts.contains { $0.contains("推荐奖励，获得") } && texts.contains { $0.contains("开卡礼") })
      let taken = texts.filter { $0.contains("被推荐的新会员退货，推荐奖励收回，") }
      #expect(taken.contains { $0.contains("扣回") } && !texts.contains { $0.hasPrefix("退货") })
      #expect(!texts.contains { $0.contains("欠 ") }, "a store holds the rest: it is taken there, not owed")
      try agree(chain)
    }
  }
}
