import Curl
import Foundation
import ServerStorage
import SyncProtocol
import Testing
import TestKit

/// Values that lost, and what a person does about them.
@Suite struct ConflictTests {
  static let member: MemberID = Write.id(1)

  /// The second store's name stands over the first's.
  private func twoNames() throws -> (TestHub, WireStore, WireStore) {
    let hub = try TestHub()
    var (first, second) = (try WireStore(hub, "S001"), try WireStore(hub, "S002"))
    first.write(Write.enrolment(Self.member, ["name": "王小明"]))
    try first.push()
    hub.clock.advance(minutes: 1)
    second.write(Write.profile(Self.member, "name", "王晓明"))
    try second.push()
    return (hub, first, second)
  }

  private func name(_ hub: TestHub) throws -> String? { try hub.member(Self.member).registers["name"] }

  private func putBack(_ hub: TestHub, _ number: Int) throws -> JSONValue {
    try hub.admin.post("/admin/v1/conflicts/\(number)/put-back", body: ["reason": "看过证件"]).body
  }

  @Test func `lists mask what names a person, and the page of one shows both values in full`() async throws {
    try await onItsOwnThread {
      let (hub, _, _) = try twoNames()
      let row = try hub.admin.get("/admin/v1/conflicts").body.rows[0]
      #expect(row.lost.value == "王*明" && row.kept.value == "王*明" && row.member.maskedName == "王*明")
      #expect(row.lost.store == "S001" && row.kept.store == "S002")
      let one = try hub.admin.get("/admin/v1/conflicts/1").body
      #expect(one.lost.value == "王小明" && one.kept.value == "王晓明" && one.stands == "王晓明")
      for store in ["S001", "S002"] {
        #expect(try hub.admin.get("/admin/v1/conflicts", query: [("store", store)]).body.rows[0] == row)
      }
    }
  }

  @Test func `a value put back stands, what it replaced is kept, and either can be put back again`()
    async throws
  {
    try await onItsOwnThread {
      var (hub, first, second) = try twoNames()
      #expect(try putBack(hub, 1).stands == "王小明")
      #expect(try name(hub) == "王小明")
      // Back and forth, without end and without a loss.
      for (number, value) in [(2, "王晓明"), (3, "王小明"), (4, "王晓明")] {
        #expect(try putBack(hub, number).stands == .string(value))
        #expect(try name(hub) == value)
      }
      let open = try hub.admin.get("/admin/v1/conflicts").body.rows
      #expect(open.elements.map(\.number) == [5])
      #expect(throws: APIError.self) { try putBack(hub, 1) }
      // A store that writes later wins again, by the law of registers.
      hub.clock.advance(minutes: 1)
      second.write(Write.profile(Self.member, "name", "王老明"))
      try second.push(from: 2)
      #expect(try name(hub) == "王老明")
      first.write(Write.profile(Self.member, "birthday", "1990-05-20"))
      try first.push(from: 2)
      let log = try hub.admin.get("/admin/v1/audit").body.rows
      #expect(log.elements.count == 4)
      #expect(log.elements.allSatisfy { $0.action == "conflict.putBack" && $0.reason == "看过证件" })
      // Erasing somebody must leave the log whole: it has no names.
      #expect(log.elements.allSatisfy { $0.before.text.contains("王") == false })
    }
  }

  @Test func `headquarters wins also over a store whose clock is minutes ahead`() async throws {
    try await onItsOwnThread {
      let hub = try TestHub()
      var (first, second) = (try WireStore(hub, "S001"), try WireStore(hub, "S002"))
      first.write(Write.enrolment(Self.member, ["name": "王小明"]))
      try first.push()
      second.write(
        Write.profile(Self.member, "name", "王晓明"),
        at: HybridTime(ms: hub.clock.nowMs + Limits.clockLeadMs))
      try second.push()
      #expect(try putBack(hub, 1).stands == "王小明")
    }
  }

  @Test func `a dismissed conflict is listed no more, and what stands is not put back`() async throws {
    try await onItsOwnThread {
      var (hub, first, _) = try twoNames()
      hub.clock.advance(minutes: 1)
      first.write(Write.profile(Self.member, "name", "王小明"))
      try first.push(from: 2)
      let refused = try send(
        hub.admin, "POST", "/admin/v1/conflicts/1/put-back", body: Array(#"{"reason":"x"}"#.utf8))
      #expect(try JSONValue(parsing: refused.body).code == "value_stands")
      let dismissed = try hub.admin.post("/admin/v1/conflicts/1/dismiss", body: [:]).body
      #expect(dismissed.state == "dismissed" && dismissed.actor == "admin")
      let left = try hub.store.exceptions().filter { $0.kind == "conflict" }
      #expect(left.map(\.command) == ["patron conflicts show 2"])
      #expect(try hub.store.exceptions(all: true).filter { $0.kind == "conflict" }.count == 2)
    }
  }
}

extension JSONValue {
  fileprivate var text: String { stringValue ?? "" }
}
