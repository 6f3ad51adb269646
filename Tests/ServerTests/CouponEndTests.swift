import Chain
import Curl
import Foundation
import GRDB
import Loyalty
import Storage
import SyncProtocol
import TestKit
import Testing

@testable import ServerStorage

/// Coupons that are handed on, voided or came from an older hub.
@Suite struct CouponEndTests {
  private static func act(_ hub: TestHub, _ code: String, _ what: String, to member: Int? = nil) throws
    -> String?
  {
    var body: [String: JSONValue] = ["reason": "因故"]
    if let member { body["toMemberId"] = .string("\(CouponDeskTests.member(member))") }
    return try CouponDeskTests.refusal {
      _ = try hub.admin.post("/admin/v1/coupons/\(code)/\(what)", body: .object(body))
    }
  }

  @Test func `a coupon handed on is the other member's under a new code, and the old code is over`()
    async throws
  {
    try await onItsOwnThread {
      let hub = try CouponDeskTests.hub(members: 2)
      try CouponDeskTests.add(hub, ["transferable": true, "stock": 1, "perMember": 1])
      let code = try CouponDeskTests.issue(hub, to: [CouponDeskTests.member(0)])[0]
      #expect(try Self.act(hub, code, "transfer", to: 0) == "invalid_field")
      let new = try hub.admin.post(
        "/admin/v1/coupons/\(code)/transfer",
        body: ["toMemberId": .string("\(CouponDeskTests.member(1))"), "reason": "送给家人"]
      ).body
      #expect(new.memberId == .string("\(CouponDeskTests.member(1))") && new.code != .string(code))
      #expect(try Self.act(hub, code, "transfer", to: 1) == "coupon_transferred")
      #expect(try Self.act(hub, code, "restore") == "coupon_not_voided")
      let old = try hub.admin.get("/admin/v1/coupons/\(code)").body
      #expect(old.state == "transferred" && old.usable == false)
      #expect(old.history[1]["words"].zh == "转赠给其他会员：送给家人（经办人 admin）")
      let story = try hub.admin.get("/admin/v1/coupons/\(new.code.stringValue ?? "")").body
      #expect(story.usable == true && story.history.elements.map(\.kind) == ["received"])
      #expect(try CouponDeskTests.counts(hub).issued == 1, "nothing was issued")
      // Back again: a coupon's third life has its own code, too.
      #expect(try Self.act(hub, new.code.stringValue ?? "", "transfer", to: 0) == nil)
    }
  }

  @Test func `what is not transferable, or a store holds, is not handed on`() async throws {
    try await onItsOwnThread {
      let hub = try CouponDeskTests.hub(members: 1)
      var store = try WireStore(hub, "S001")
      store.write(Write.enrolment(Write.id(500), [:]))
      try store.push()
      try CouponDeskTests.add(hub)
      let held = try CouponDeskTests.issue(hub, to: [Write.id(500)])[0]
      #expect(try hub.admin.get("/admin/v1/coupons/\(held)").body.heldBy == "S001")
      #expect(try Self.act(hub, held, "transfer", to: 0) == "coupon_not_transferable")
      #expect(try Self.act(hub, held, "void") == nil)
      #expect(try Self.act(hub, held, "void") == "coupon_voided")
      #expect(try Self.act(hub, held, "restore") == "coupon_held_by_store")
      _ = try hub.admin.post(
        "/admin/v1/coupon-templates",
        body: ["template": "gift", "terms": DemoChain.tenOff, "transferable": true])
      let code = try hub.admin.post(
        "/admin/v1/coupons",
        body: ["template": "gift", "memberIds": [.string("\(Write.id(500) as MemberID)")]]
      ).body.coupons[0]
      let text = code.code.stringValue ?? ""
      let id = try #require(code.couponId.stringValue.flatMap { CouponID($0) })
      #expect(try hub.admin.get("/admin/v1/coupons/\(text)").body.heldBy.isNull, "it waits at headquarters")
      // A till asks for it with its customer waiting.
      let page = try store.pull()
      _ = try store.claim(ClaimRequest(cursor: store.cursor(page), points: [], coupons: [id]))
      #expect(try Self.act(hub, text, "transfer", to: 0) == "coupon_held_by_store")
    }
  }

  @Test func `a void is undone while no store held the coupon, and all unused are voided together`()
    async throws
  {
    try await onItsOwnThread {
      let hub = try CouponDeskTests.hub(members: 3)
      try CouponDeskTests.add(hub)
      let coupons = try CouponDeskTests.issue(hub, to: (0..<3).map { CouponDeskTests.member($0) })
      #expect(try Self.act(hub, coupons[0], "void") == nil)
      #expect(try Self.act(hub, coupons[0], "restore") == nil)
      #expect(try Self.act(hub, coupons[0], "restore") == "coupon_not_voided")
      let codes = try hub.codes("ten", 4)
      #expect(try Self.act(hub, codes[0], "void") == nil)
      #expect(try hub.admin.get("/admin/v1/coupons/\(codes[0])").body.state == "voided")
      #expect(try Self.act(hub, codes[0], "restore") == nil)
      #expect(try Self.act(hub, codes[1], "void") == nil)
      let order: JSONValue = ["template": "ten", "reason": "活动取消"]
      let wanted: JSONValue = ["coupons": 3, "codes": 3, "heldByStores": 0]
      #expect(try hub.admin.post("/admin/v1/coupon-voids/check", body: order).body == wanted)
      #expect(try CouponDeskTests.counts(hub).voided == 1)
      #expect(try hub.admin.post("/admin/v1/coupon-voids", body: order).body == wanted)
      let none: JSONValue = ["coupons": 0, "codes": 0, "heldByStores": 0]
      #expect(try hub.admin.post("/admin/v1/coupon-voids", body: order).body == none)
      let counts = try CouponDeskTests.counts(hub)
      #expect((counts.voided, counts.unclaimed, counts.issued) == (7, 0, 7))
      #expect(try Self.act(hub, codes[2], "restore") == "coupon_issue_voided")
      let claim = try CouponDeskTests.refusal {
        _ = try hub.admin.post(
          "/admin/v1/members/\(CouponDeskTests.member(0))/coupon-claims", body: ["code": .string(codes[2])])
      }
      #expect(claim == "coupon_voided")
      #expect(try Self.act(hub, coupons[1], "restore") == nil)
    }
  }

  @Test func `a benefit whose template is paused keeps nobody from rising`() async throws {
    try await onItsOwnThread {
      let hub = try CouponDeskTests.hub(members: 1)
      try CouponDeskTests.add(hub, ["state": "paused"])
      var rulebook = DemoChain.rulebook.members
      var tiers = rulebook["tiers"]?.members ?? [:]
      tiers["levels"] = [
        [
          "id": "silver", "name": ["zh": "银卡", "en": "Silver"], "threshold": 1_000_000,
          "benefits": [["kind": "upgradeGift", "template": "ten"]],
        ]
      ]
      rulebook["tiers"] = .object(tiers)
      try hub.republish(.object(rulebook))
      _ = try hub.admin.post(
        "/admin/v1/members/\(CouponDeskTests.member(0))/tier-overrides",
        body: ["level": "silver", "until": "2027-06-30", "reason": "x"])
      #expect(try hub.member(CouponDeskTests.member(0)).tier == "silver")
      #expect(try CouponDeskTests.counts(hub).issued == 0)
    }
  }
}
