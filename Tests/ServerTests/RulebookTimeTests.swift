import Curl
import SyncProtocol
import TestKit
import Testing

@Suite struct RulebookTimeTests {
  /// The demo's rules under another name, effective so many days from now, or at once.
  private func draft(_ name: String, inDays days: Int64?, _ hub: TestHub) -> JSONValue {
    var members = DemoChain.rulebook.members
    members["name"] = ["zh": .string(name), "en": .string(name)]
    members["effectiveFrom"] = days.map {
      .string(Timestamp(ms: hub.clock.nowMs + $0 * 86_400_000).description)
    }
    return .object(members)
  }

  @Test func `only the first rulebook may begin in the past`() async throws {
    try await onItsOwnThread {
      let hub = try TestHub()
      try hub.publish(draft("一", inDays: -30, hub))
      let again = try hub.publish(draft("一", inDays: -30, hub))
      #expect(again.version == 1)
      let refusal = try CouponDeskTests.refusal { try hub.publish(draft("二", inDays: -1, hub)) }
      #expect(refusal == "invalid_field")
      #expect(try hub.publish(draft("二", inDays: 1, hub)).version == 2)
    }
  }

  @Test func `a version at once replaces one that was to come later, and the history says so`() async throws {
    try await onItsOwnThread {
      let hub = try TestHub()
      for (name, days) in [("一", -30), ("二", 10), ("三", nil), ("四", 5)] as [(String, Int64?)] {
        try hub.publish(draft(name, inDays: days, hub))
      }
      let published = try hub.admin.get("/admin/v1/rulebooks").body.published.elements
      #expect(published.map(\.replacedBy) == [.null, 3, .null, .null])
    }
  }
}
