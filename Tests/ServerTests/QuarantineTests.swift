import Curl
import Foundation
import ServerStorage
import SyncProtocol
import Testing
import TestKit

/// What a person does about entries that could not be applied.
@Suite struct QuarantineTests {
  static let member: MemberID = Write.id(1)
  static let stranger: MemberID = Write.id(2)

  /// A store whose sale to a stranger waits, with two entries of the same stranger behind it.
  private func trouble() throws -> (TestHub, WireStore, WireStore) {
    let hub = try TestHub()
    var (store, other) = (try WireStore(hub, "S001"), try WireStore(hub, "S002"))
    store.write(Write.sale(Write.id(11), 10_000, to: Self.stranger))
    store.write(Write.profile(Self.stranger, "name", "乙"))
    store.write(Write.sale(Write.id(12), 20_000, to: Self.stranger))
    try store.push()
    other.write(Write.enrolment(Self.stranger, ["phone": "+8613800000002"]))
    return (hub, store, other)
  }

  private func post(_ hub: TestHub, _ path: String, _ body: JSONValue = [:]) throws -> JSONValue {
    try hub.admin.post("/admin/v1/quarantine/\(path)", body: body).body
  }

  @Test func `an entry is told in plain words, with what waits behind it`() async throws {
    try await onItsOwnThread {
      let (hub, _, _) = try trouble()
      let list = try hub.admin.get("/admin/v1/quarantine", query: [("store", "S001")]).body
      #expect(list.rows.elements.map(\.number) == [3, 2, 1])
      #expect(try hub.admin.get("/admin/v1/quarantine", query: [("from", "2099-01-01")]).body.rows == [])
      _ = try WireStore(hub, "S009")
      #expect(try hub.admin.get("/admin/v1/quarantine", query: [("store", "S009")]).body.rows == [])
      let shown = try hub.admin.get("/admin/v1/quarantine/1").body
      #expect(shown.entry.why.zh == .string("总部没有会员 \(Self.stranger)"))
      #expect(shown.entry.what.zh.stringValue?.contains("得 100 积分") == true)
      #expect(shown.behind.elements.map(\.number) == [2, 3])
      #expect(shown.content.body.sale.earned == 100)
      let lines = try send(hub.admin, "GET", "/admin/v1/quarantine/export").body
      let told = try String(decoding: lines, as: UTF8.self).split(separator: "\n")
        .map { try JSONValue(parsing: Array($0.utf8)) }
      #expect(told.map(\.entry.number) == [1, 2, 3] && told.allSatisfy { !$0.content.isNull })
    }
  }

  @Test func `what is tried again in vain stays, and what works leaves, in the order of the journal`()
    async throws
  {
    try await onItsOwnThread {
      let (hub, store, other) = try trouble()
      let vain = try post(hub, "3/retry")
      #expect(vain.entries.elements.map(\.number) == [1, 2, 3] && vain.left == 3)
      #expect(try hub.store.totals().quarantined == 3)
      try other.push()
      let head = hub.store.committedHead
      let plan = try post(hub, "2/retry/check")
      #expect(plan.dryRun == true && plan.left == 0)
      #expect(plan.entries.elements.allSatisfy { $0.state == "applied" })
      #expect(hub.store.committedHead == head)
      #expect(try hub.store.totals().quarantined == 3)
      let done = try post(hub, "2/retry", ["reason": "登记已到"])
      #expect(done.entries == plan.entries && done.dryRun == false)
      let member = try hub.member(Self.stranger)
      #expect(member.points == Points(300) && member.registers["name"] == "乙")
      #expect(try hub.store.totals().quarantined == 0)
      #expect(try hub.store.exceptions().filter { $0.kind == "quarantine" }.isEmpty)
      #expect(try hub.store.exceptions(all: true).filter { $0.kind == "quarantine" }.count == 3)
      // Pushed again, the entries are plainly accepted; and the store hears of each.
      #expect(try store.push().results == [])
      let told = try Rows(try store.pull()).rows.values.flatMap { $0 }.filter { $0.key.kind == .result }
      #expect(told.map { ResultRow($0.value).outcome } == [0, 0, 0])
      #expect(throws: APIError.self) { try post(hub, "2/retry") }
      let log = try hub.admin.get("/admin/v1/audit", query: [("action", "quarantine.retry")]).body.rows
      #expect(log.elements.map(\.reason) == ["登记已到", ""])
      #expect(log[0].after == #"{"applied":"1 2 3"}"# && log[0].actor == "admin")
    }
  }

  @Test func `a discarded entry frees those behind it, stays readable, and waits again when restored`()
    async throws
  {
    try await onItsOwnThread {
      var (hub, store, other) = try trouble()
      try other.push()
      let plan = try post(hub, "1/discard/check", ["reason": "重复录入"])
      #expect(plan.entries.elements.map { $0.state.stringValue } == ["discarded", "applied", "applied"])
      #expect(try hub.store.totals().quarantined == 3)
      #expect(try post(hub, "1/discard", ["reason": "重复录入"]).entries == plan.entries)
      #expect(try hub.member(Self.stranger).points == Points(200))
      let kept = try hub.admin.get("/admin/v1/quarantine", query: [("state", "discarded")]).body.rows[0]
      #expect(kept.reason == "重复录入" && kept.actor == "admin" && kept.number == 1)
      #expect(try store.push().results.map(\.reason) == ["discarded by headquarters"])
      // A sale is a fact: it is as good later.
      #expect(try post(hub, "1/restore", ["reason": "并非重复"]).entry.state == "waiting")
      store.write(Write.sale(Write.id(13), 100, to: Self.stranger))
      #expect(try store.push(from: 4).results.map(\.outcome) == [.quarantined])
      #expect(
        try post(hub, "1/retry").entries.elements.map { $0.state.stringValue } == ["applied", "applied"])
      #expect(try hub.member(Self.stranger).points == Points(301))
    }
  }

  @Test func `a discarded name is not restored over a later one of the same store`() async throws {
    try await onItsOwnThread {
      var (hub, store, other) = try trouble()
      _ = try post(hub, "1/discard", ["reason": "x"])
      _ = try post(hub, "2/discard", ["reason": "x"])
      try other.push()
      _ = try post(hub, "3/retry")
      #expect(try post(hub, "2/restore", ["reason": "x"]).entry.state == "waiting")
      _ = try post(hub, "2/discard", ["reason": "x"])
      hub.clock.advance(minutes: 1)
      store.write(Write.profile(Self.stranger, "name", "丙"))
      #expect(try store.push(from: 4).results == [])
      let refused = try send(
        hub.admin, "POST", "/admin/v1/quarantine/2/restore", body: Array(#"{"reason":"x"}"#.utf8))
      #expect(refused.status == 409)
      #expect(try JSONValue(parsing: refused.body).code == "entry_contradicted")
      #expect(try hub.member(Self.stranger).registers["name"] == "丙")
    }
  }

  @Test func `an entry of nobody is tried by itself`() async throws {
    try await onItsOwnThread {
      let hub = try TestHub()
      var (store, other) = (try WireStore(hub, "S001"), try WireStore(hub, "S002"))
      store.write(Write.takeBack(Write.id(21), of: Write.id(11), 100))
      store.write(Write.takeBack(Write.id(22), of: Write.id(12), 100))
      try store.push()
      other.write(Write.sale(Write.id(12), 100))
      try other.push()
      let report = try post(hub, "2/retry")
      #expect(report.entries.elements.map(\.number) == [2] && report.left == 0)
      #expect(try hub.store.totals().quarantined == 1)
    }
  }
}
