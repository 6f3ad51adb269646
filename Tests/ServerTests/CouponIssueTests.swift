import Curl
import Foundation
import ServerStorage
import SyncProtocol
import TestKit
import Testing

@Suite struct CouponIssueTests {
  @Test func `a key used again for other members is refused instead of naming coupons that are not there`()
    async throws
  {
    try await onItsOwnThread {
      let hub = try TestHub()
      var store = try WireStore(hub, "S001")
      let members: [MemberID] = [Write.id(1), Write.id(2)]
      for member in members { store.write(Write.enrolment(member, [:])) }
      try store.push()
      _ = try hub.admin.post(
        "/admin/v1/coupon-templates",
        body: [
          "template": "ten",
          "terms": [
            "kind": "amountOff", "name": ["zh": "十元", "en": "Ten"], "value": 1000,
            "minimumSpend": 0,
          ],
        ])
      func issue(_ member: MemberID) throws -> JSONValue {
        try hub.admin.post(
          "/admin/v1/coupons", body: ["template": "ten", "memberIds": [.string(member.description)]],
          idempotencyKey: "november"
        ).body
      }
      let first = try issue(members[0])
      #expect(try issue(members[0]) == first)
      let refusal = #expect(throws: APIError.self) { _ = try issue(members[1]) }
      guard case .problem(409, "conflicting_repeat", _, _) = refusal else {
        Issue.record("refused otherwise: \(String(describing: refusal))")
        return
      }
    }
  }
}
