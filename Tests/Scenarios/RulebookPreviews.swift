import AgentCore
import AgentIO
import Curl
import Foundation
import ServerStorage
import SyncProtocol
import Testing
import TestKit

/// A draft tried on what a real hub has recorded.
@Suite struct RulebookPreviews {
  private static func draft(_ offer: JSONValue? = nil, silverFrom: Int64 = 1_000_000) throws -> JSONValue {
    var members = DemoChain.rulebook.members
    members["effectiveFrom"] = nil
    if let offer { members["promotions"] = [offer] }
    members["tiers"] = [
      "id": "main", "name": ["zh": "等级", "en": "Tiers"], "metric": "spend",
      "window": ["kind": "calendarYear"], "downgrade": "recompute",
      "levels": [
        [
          "id": "silver", "name": ["zh": "银卡", "en": "Silver"], "threshold": .integer(silverFrom),
          "benefits": [["kind": "discount", "payRatePermille": 950]],
        ]
      ],
    ]
    return .object(members)
  }

  /// 满200减20.
  private static let off20: JSONValue = [
    "id": "off20", "name": ["zh": "满200减20", "en": "20 off 200"], "budget": 3_000,
    "effect": ["type": "amountOff", "steps": [["spend": 20_000, "off": 2_000]]],
  ]

  static func preview(_ draft: JSONValue, at hub: TestHub, weeks: Int64 = 8) throws -> JSONValue {
    let path = "/admin/v1/rulebooks/preview"
    var answer = try hub.admin.post(path, body: ["rulebook": draft, "weeks": .integer(weeks)]).body
    let id = answer.previewId.stringValue ?? ""
    for _ in 0..<1_000 where answer.state == "running" {
      usleep(10_000)
      answer = try hub.admin.get("\(path)/\(id)").body
    }
    #expect(answer.state == "done")
    return answer
  }

  @Test func `a better promotion costs what is counted by hand, and nothing is published`() async throws {
    try await onItsOwnThread {
      let chain = try TestChain(stores: 2)
      let member = try chain[1].agent.enrol(.of("李雷", phone: "13800138001")).memberId
      let friend = try chain[2].agent.enrol(.of("韩梅梅", phone: "13800138002")).memberId
      #expect(try chain.settle())
      let coupon = try chain.hub.issue("ten", DemoChain.tenOff, to: member)
      #expect(try chain.settle())
      // ¥300.00 less the coupon's ten; ¥50.00; ¥250.00 undone; ¥400.00 of nobody; ¥220.00 by phone.
      _ = try chain[1].agent.sell(.of(30_000, to: member, coupons: [coupon]))
      #expect(try chain.settle())
      chain.advance(minutes: 60 * 24 * 3)
      _ = try chain[2].agent.sell(.of(5_000, to: member))
      let undone = try chain[2].agent.sell(.of(25_000, to: friend))
      _ = try chain[2].agent.void(undone.saleId)
      _ = try chain[1].agent.sell(.of(40_000))
      _ = try chain[1].agent.sell(.of(22_000, to: friend))
      #expect(try chain.settle())
      chain.advance(minutes: 60)

      let answer = try Self.preview(Self.draft(Self.off20), at: chain.hub)
      let report = answer.report
      #expect(answer.done == answer.total && answer.total == 5)
      #expect(report.sales == 5 && report.compared == 4)
      #expect(report.notCompared == [["code": "sale_voided", "sales": 1]])
      #expect(report.before.paid == 96_000, "290 + 50 + 400 + 220")
      #expect(report.after.paid == 90_000, "270 + 50 + 380 + 200")
      #expect(report.cost == 6_000)
      #expect(report.before.earned == 560, "290 + 50 + 220; nobody earns nothing")
      #expect(report.after.earned == 520)
      #expect(report.before.earnedWorth == 560, "100 points pay one yuan")
      #expect(report.all.sales == ["less": 3, "more": 0, "same": 1])
      #expect(report.all["members"] == ["less": 2, "more": 0, "same": 0])
      let offer = report.rules.elements.first { $0.rule == "off20" } ?? .null
      #expect(offer.uses == 3 && offer.cost == 6_000 && offer.usesBefore == 0)
      #expect(offer.overBudget == 3_000)
      let coupons = report.rules.elements.first { $0.kind == "coupon" } ?? .null
      #expect(coupons.uses == 1 && coupons.cost == 1_000 && coupons.costBefore == 1_000)
      let base = report.rules.elements.first { $0.kind == "earning" && $0.rule == "base" } ?? .null
      #expect(base.uses == 3 && base.usesBefore == 3, "what nobody's sale earns is given to nobody")
      #expect(report.gains.elements.count == 3 && report.losses.elements.isEmpty)
      #expect(report.movedMembers == 0)
      #expect(try chain.hub.store.rulebooks().published.count == 1)
    }
  }

  @Test func `the rulebook in force costs nothing, and a lower threshold moves members`() async throws {
    try await onItsOwnThread {
      let chain = try TestChain(stores: 1)
      let member = try chain[1].agent.enrol(.of("李雷", phone: "13800138001")).memberId
      let idle = try chain[1].agent.enrol(.of("韩梅梅", phone: "13800138002")).memberId
      // Before the weeks that are looked at, yet in the same year.
      _ = try chain[1].agent.sell(.of(30_000, to: member))
      _ = try chain[1].agent.sell(.of(30_000, to: idle))
      #expect(try chain.settle())
      chain.advance(minutes: 60 * 24 * 9)
      let second = try chain[1].agent.sell(.of(25_000, to: member))
      let back = try chain[1].agent.takeBack(ReturnRequest(saleId: second.saleId))
      #expect(back.refund == Money(25_000))
      _ = try chain[1].agent.sell(.of(10_000, to: member, points: 100))
      #expect(try chain.settle())
      chain.advance(minutes: 60)

      let same = try Self.preview(Self.draft(), at: chain.hub, weeks: 1).report
      #expect(same.cost == 0 && same.sales == 2 && same.compared == 2 && same.movedMembers == 0)
      #expect(same.before == same.after)

      // From ¥300.00: the member is silver before the weeks begin, pays 95% of both sales, and stays it.
      let lower = try Self.preview(Self.draft(silverFrom: 30_000), at: chain.hub, weeks: 1).report
      #expect(lower.before.paid == 34_900, "250 + 100 less one yuan of points")
      #expect(lower.after.paid == 33_150, "237.50 + 95 less one yuan of points")
      #expect(lower.cost == 1_750)
      #expect(lower["members"] == 2 && lower.movedMembers == 2)
      #expect(lower.moves == [["to": "silver", "members": 2]])
      #expect(lower.tiers[0].isMember == true && lower.tiers[0].tier.isNull)
    }
  }

  @Test func `one preview runs at a time, and a fault is refused`() async throws {
    try await onItsOwnThread {
      let hub = try TestHub()
      try hub.publish()
      let path = "/admin/v1/rulebooks/preview"
      var faulty = try Self.draft().members
      faulty["checkInPoints"] = -1
      #expect(throws: APIError.self) {
        try hub.admin.post(path, body: ["rulebook": .object(faulty), "weeks": 8])
      }
      #expect(throws: APIError.self) {
        try hub.admin.post(path, body: ["rulebook": Self.draft(), "weeks": 0])
      }
      #expect(throws: APIError.self) {
        try hub.admin.get(path + "/01990000-0000-7000-8000-00000000000a")
      }
      #expect(try Self.preview(Self.draft(), at: hub).report.sales == 0)
    }
  }
}
