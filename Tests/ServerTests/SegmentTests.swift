import AgentCore
import AgentIO
import Curl
import Loyalty
import ServerStorage
import SyncProtocol
import Testing
import TestKit

@Suite struct SegmentTests {
  private static var rulebook: JSONValue {
    var members = DemoChain.rulebook.members
    members["classes"] = ["newDays": 30, "dormantDays": 180, "loyalPurchases": 4, "loyalDays": 90]
    return .object(members)
  }

  private static func add(_ ids: [JSONValue], to segment: String, _ hub: TestHub) throws -> JSONValue {
    try hub.admin.post("/admin/v1/segments/\(segment)/members", body: ["add": .array(ids)]).body
  }

  @Test func `a member is in no more segments than a till takes, and is named twice for nothing`()
    async throws
  {
    try await onItsOwnThread {
      let chain = try TestChain(stores: 1, rulebook: Self.rulebook)
      let member = try chain[1].agent.enrol(.of("李雷", phone: "13800138001")).memberId
      #expect(chain[1].sync())
      let named: JSONValue = .string(member.description)
      func add(_ segment: String, _ ids: [JSONValue]) throws -> JSONValue {
        try Self.add(ids, to: segment, chain.hub)
      }
      let twice = try add("s0", [named, named])
      #expect(twice.added == 1 && twice.unchanged == 1)
      for number in 1..<Limits.namedSegments { #expect(try add("s\(number)", [named]).added == 1) }
      #expect(try add("beyond", [named]).full == [named])
      #expect(try chain.settle())
      #expect(try chain.differences() == [], "the row that stores get has room for all of them")
      #expect(try chain.hub.member(member).memberClass?.class == .new, "and for the class")
      let segments = try chain.hub.admin.get("/admin/v1/segments").body.segments.elements
      #expect(segments.count == Limits.namedSegments)
      let page = try chain.hub.admin.get("/admin/v1/segments/s0/members").body
      #expect(page.memberIds == [named] && page.next.isNull)
    }
  }
}
