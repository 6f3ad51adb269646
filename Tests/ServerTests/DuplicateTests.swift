import Curl
import Foundation
import ServerStorage
import SyncProtocol
import Testing
import TestKit

/// Records that may be one person.
@Suite struct DuplicateTests {
  static let (first, second): (MemberID, MemberID) = (Write.id(1), Write.id(2))
  static let phone = "+8613800000001"

  private func sharedPhone() throws -> (TestHub, WireStore, WireStore) {
    let hub = try TestHub()
    var (store, other) = (try WireStore(hub, "S001"), try WireStore(hub, "S002"))
    store.write(Write.enrolment(Self.first, ["phone": Self.phone, "name": "王小明"]))
    store.write(Write.sale(Write.id(11), 10_000, to: Self.first))
    try store.push()
    other.write(Write.enrolment(Self.second, ["phone": Self.phone, "name": "李四", "card": "C-2"]))
    try other.push()
    return (hub, store, other)
  }

  private func post(_ hub: TestHub, _ path: String, _ body: JSONValue = ["reason": "看过证件"]) throws
    -> JSONValue
  {
    try hub.admin.post("/admin/v1/\(path)", body: body).body
  }

  @Test func `both people stand side by side, with names masked unless they are asked for`() async throws {
    try await onItsOwnThread {
      let (hub, _, _) = try sharedPhone()
      let row = try hub.admin.get("/admin/v1/duplicates", query: [("store", "S002")]).body.rows[0]
      #expect(row.first.maskedName == "王*明" && row.why.zh == "姓名不同")
      let shown = try hub.admin.get("/admin/v1/duplicates/1").body
      #expect(shown.first.name == "王*明" && shown.first.phoneLastDigits == "0001")
      #expect(shown.first.summary.points == 100 && shown.first.store == "S001")
      #expect(shown.second.card == "C-2" && shown.second.store == "S002")
      let full = try hub.admin.get("/admin/v1/duplicates/1", query: [("full", "true")]).body
      #expect(full.first.name == "王小明" && full.second.name == "李四")
    }
  }

  @Test func `two people are not asked about again, and what both claim stays with the first`() async throws {
    try await onItsOwnThread {
      var (hub, store, other) = try sharedPhone()
      #expect(try post(hub, "duplicates/1/not-same").duplicate.state == "notSame")
      other.write(Write.profile(Self.second, "name", "王小明"))
      other.write(Write.profile(Self.second, "phone", nil))
      other.write(Write.profile(Self.second, "phone", Self.phone))
      #expect(try other.push(from: 2).results == [])
      #expect(try hub.member(Self.second).memberId == Self.second)
      #expect(try hub.store.exceptions().filter { $0.kind == "possibleDuplicate" }.isEmpty)
      store.write(Write.sale(Write.id(12), 5_000, phone: Self.phone))
      try store.push(from: 3)
      #expect(try hub.member(Self.first).points == Points(150))
      #expect(try post(hub, "duplicate-scan").found == 0)
      let refused = try send(
        hub.admin, "POST", "/admin/v1/duplicates/1/merge", body: Array(#"{"reason":"x"}"#.utf8))
      #expect(
        refused.status == 409 && String(decoding: refused.body, as: UTF8.self).contains("already_decided"))
    }
  }

  @Test func `one person of two names is merged by hand, and taken apart again`() async throws {
    try await onItsOwnThread {
      let (hub, _, _) = try sharedPhone()
      #expect(try post(hub, "duplicates/1/merge/check").together.records == 2)
      #expect(try hub.store.totals().possibleDuplicates == 1)
      _ = try post(hub, "duplicates/1/merge")
      #expect(try hub.store.totals().possibleDuplicates == 0)
      #expect(try hub.member(Self.second).memberId == Self.first)
      _ = try post(hub, "members/\(Self.second)/unmerge")
      let rows = try hub.admin.get("/admin/v1/duplicates", query: [("state", "all")]).body.rows
      #expect(rows.elements.map(\.state) == ["notSame"])
    }
  }

  @Test func `the night finds people of one name and birthday, or phone digits, once`() async throws {
    try await onItsOwnThread {
      let hub = try TestHub()
      var store = try WireStore(hub, "S001")
      let people: [[String: String]] = [
        ["name": "王芳", "birthday": "1990-05-20"], ["name": "王芳", "birthday": "1990-05-20"],
        ["name": "王芳", "birthday": "1985-01-02"], ["name": "李娜", "phone": "+8613800001234"],
        ["name": "李娜", "phone": "+8615900001234"], ["name": "李娜", "phone": "+8615900005678"],
        ["name": "张伟", "phone": "+8613800009999", "birthday": "1990-01-01"],
        ["name": "张伟", "phone": "+8615900009999", "birthday": "1991-01-01"],
      ]
      for (index, person) in people.enumerated() {
        store.write(Write.enrolment(Write.id(index + 1), person))
      }
      try store.push()
      _ = try post(hub, "nightly", .null)
      let rows = try hub.admin.get("/admin/v1/duplicates").body.rows.elements
      #expect(Set(rows.map { $0.why.zh.stringValue ?? "" }) == ["姓名与生日相同", "姓名与手机尾号相同"])
      #expect(rows.count == 2)
      let scan = try hub.admin.get("/admin/v1/duplicate-scan").body
      #expect(scan.isDone == true && scan.done == 8 && scan.found == 2)
      // Another night asks nobody again.
      hub.clock.advance(days: 1)
      _ = try post(hub, "nightly", .null)
      #expect(try hub.store.totals().possibleDuplicates == 2)
      #expect(try post(hub, "duplicate-scan").found == 0)
    }
  }
}
