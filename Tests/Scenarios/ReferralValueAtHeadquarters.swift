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

/// What recommending brings 推荐价值, asked over headquarters' API.
@Suite struct ReferralValueAtHeadquarters {
  private static func chain() throws -> TestChain {
    var rulebook = DemoChain.rulebook.members
    rulebook["referral"] = [
      "referrerReward": ["points": 200], "refereeReward": ["points": 150], "minimum": 5_000,
      "withinDays": 30, "holdDays": 7,
    ]
    return try TestChain(stores: 2, rulebook: .object(rulebook))
  }

  private static func figures(_ one: JSONValue) -> [Int64?] {
    [
      "members", "pending", "qualified", "paid", "clawedBack", "expired", "cancelled", "net",
      "netPerMember", "points", "pointsValue", "coupons",
    ].map { one[$0].integerValue }
  }

  @Test func `what recommending brings is counted by person, beside those whom nobody brought`() async throws
  {
    try await onItsOwnThread {
      let chain = try Self.chain()
      let (first, second) = (chain[1].agent, chain[2].agent)
      let old = try first.enrol(.of("李雷", phone: "13800138001"))
      _ = try first.sell(.of(7_000, to: old.memberId))
      // More people than are read at a time.
      for number in 0..<300 { _ = try first.enrol(.of(phone: "1390000\(1_000 + number)")) }
      chain.advance(minutes: 60)
      #expect(try chain.settle())
      func bring(_ name: String, _ phone: String) throws -> MemberID {
        var request = EnrolmentRequest(name: name, phone: phone)
        request.referrer = old.code
        return try first.enrol(request).memberId
      }
      let friend = try bring("韩梅梅", "13800138002")
      _ = try bring("王芳", "13800138003")
      let sale = try first.sell(.of(10_000, to: friend))
      let back = try first.sell(.of(6_000, to: friend))
      _ = try first.takeBack(ReturnRequest(saleId: back.saleId))
      // The friend's second record, a minute later, of a store that did not know the first.
      chain.advance(minutes: 1)
      let twin = try second.enrol(.of("韩梅梅", phone: "13800138002")).memberId
      _ = try second.sell(.of(3_000, to: twin))
      // Somebody recommends themselves under a new number, and is found out.
      let own = try second.enrol(.of("李雷")).memberId
      #expect(try chain.settle())
      let (path, today) = ("/admin/v1/referral-value", "2026-11-22")
      func ask(_ query: String) throws -> JSONValue { try chain.hub.admin.get("\(path)?\(query)").body }
      func night() throws { _ = try chain.hub.admin.post("/admin/v1/nightly", body: .null) }
      var answer = try ask("from=\(today)&to=\(today)")
      #expect(Self.figures(answer.total) == [2, 1, 1, 0, 0, 0, 0, 13_000, 6_500, 0, 0, 0])
      #expect(answer.others == ["members": 302, "net": 7_000, "netPerMember": 23])
      #expect(answer.referrers[0].referrerId == .string(old.memberId.description))
      #expect(Self.figures(answer.referrers[0]) == Self.figures(answer.total))

      chain.advance(minutes: 24 * 60 * 7)
      _ = try second.sell(.of(1_001, to: own))
      #expect(try chain.settle())
      try night()
      answer = try ask("to=\(today)&limit=1")
      #expect(Self.figures(answer.total) == [2, 1, 0, 1, 0, 0, 0, 13_000, 6_500, 350, 350, 0])
      #expect(answer.others == ["members": 302, "net": 8_001, "netPerMember": 26])
      #expect(answer.referrerCount == 1 && answer.day == "2026-11-29")

      // Goods come back, and a merge shows two of the others to be one.
      chain.advance(minutes: 24 * 60)
      _ = try first.takeBack(ReturnRequest(saleId: sale.saleId))
      let phone = try JSONDecoder().decode(
        ProfileRequest.self, from: Data(#"{"phone":"13800138001"}"#.utf8))
      _ = try second.change(own, phone)
      #expect(try chain.settle())
      chain.advance(minutes: 24 * 60)
      try night()
      answer = try ask("from=\(today)&to=\(today)")
      #expect(Self.figures(answer.total) == [2, 1, 0, 0, 1, 0, 0, 3_000, 1_500, 0, 0, 0])
      #expect(answer.others == ["members": 301, "net": 8_001, "netPerMember": 26])

      let none = try ask("from=2026-11-23")
      #expect(Self.figures(none.total) == [0, 0, 0, 0, 0, 0, 0, 0, nil, 0, 0, 0])
      #expect(none.others == ["members": 0, "net": 0] && none.referrers == [] && none.referrerCount == 0)
    }
  }
}
