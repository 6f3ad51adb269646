import Curl
import GRDB
import Storage
import SyncProtocol
import TestKit
import Testing

@testable import ServerStorage

@Suite struct UnfinishedWorkTests {
  @Test func `a fault that follows for one member keeps nobody's records out, and the night makes it up`()
    async throws
  {
    try await onItsOwnThread {
      let hub = try TestHub()
      _ = try hub.admin.post(
        "/admin/v1/coupon-templates", body: ["template": "welcome", "terms": DemoChain.tenOff])
      var rulebook = DemoChain.rulebook.members
      rulebook["gifts"] = ["signUp": ["template": "welcome"]]
      try hub.publish(.object(rulebook))
      // A file that was damaged: its terms can be read no more.
      let terms = try hub.store.pool.write { db in
        let kept: [UInt8] = try db.rows("SELECT terms FROM coupon_templates")[0][0]
        try db.run("UPDATE coupon_templates SET terms = ?", [Array("{".utf8)])
        return kept
      }
      var store = try WireStore(hub, "S001")
      for number in 1...3 { store.write(Write.enrolment(Write.id(number), [:])) }
      try store.push()
      #expect(try hub.store.totals().members == 3)
      #expect(try hub.store.exceptions().map(\.kind) == ["unfinished", "unfinished", "unfinished"])
      _ = try hub.admin.post("/admin/v1/nightly", body: .null)
      #expect(try hub.store.exceptions().count == 3, "the night could not do it either, and said so")

      try hub.store.pool.write { try $0.run("UPDATE coupon_templates SET terms = ?", [terms]) }
      hub.clock.advance(minutes: 24 * 60)
      _ = try hub.admin.post("/admin/v1/nightly", body: .null)
      #expect(try hub.store.exceptions().map(\.kind) == [])
      let given: Int64 = try hub.store.pool.read { try $0.rows("SELECT count(*) FROM coupons")[0][0] }
      #expect(given == 3)
    }
  }

  @Test func `an issue that fails keeps none waiting that stand behind it, and is tried again`() async throws
  {
    try await onItsOwnThread {
      let hub = try TestHub()
      for name in ["broken", "whole"] as [JSONValue] {
        _ = try hub.admin.post(
          "/admin/v1/coupon-templates", body: ["template": name, "terms": DemoChain.tenOff])
      }
      func begin(_ template: JSONValue) throws -> String {
        try hub.admin.post("/admin/v1/coupon-issues", body: ["template": template, "count": 3])
          .body.issueId.stringValue ?? ""
      }
      let broken = try begin("broken")
      #expect(try hub.finished(issue: broken).done == 3)
      // A file that was damaged with half of the issue still to do.
      let terms = try hub.store.pool.write { db in
        let kept: [UInt8] = try db.rows("SELECT terms FROM coupon_templates WHERE template = 'broken'")[0][0]
        try db.run("UPDATE coupon_templates SET terms = ? WHERE template = 'broken'", [Array("{".utf8)])
        try db.run("UPDATE coupon_issues SET state = 'running', total = 6")
        return kept
      }
      let whole = try begin("whole")
      let finished = try hub.finished(issue: whole)
      #expect(finished.state == "done" && finished.done == 3)
      #expect(try hub.admin.get("/admin/v1/coupon-issues/\(broken)").body.state == "running")
      try hub.store.pool.write {
        try $0.run("UPDATE coupon_templates SET terms = ? WHERE template = 'broken'", [terms])
      }
      let again = try hub.finished(issue: broken)
      #expect(again.state == "done" && again.done == 6)
    }
  }
}
