import Curl
import Foundation
import ServerStorage
import SyncProtocol
import Testing
import TestKit

/// Merging by hand, and undoing it.
@Suite struct MergeDeskTests {
  static let (first, second, third): (MemberID, MemberID, MemberID) = (Write.id(1), Write.id(2), Write.id(3))
  static let phone = "+8613800000001"

  private func post(_ hub: TestHub, _ member: MemberID, _ path: String, _ body: JSONValue) throws -> JSONValue
  {
    try hub.admin.post("/admin/v1/members/\(member)/\(path)", body: body).body
  }

  private func merge(_ hub: TestHub, _ one: MemberID, _ other: MemberID, check: Bool = false) throws
    -> JSONValue
  {
    try post(
      hub, one, check ? "merge/check" : "merge", ["with": .string("\(other)"), "reason": "同一人"])
  }

  private func unmerge(_ hub: TestHub, _ loser: MemberID, check: Bool = false) throws -> JSONValue {
    try post(hub, loser, check ? "unmerge/check" : "unmerge", ["reason": "弄错了"])
  }

  private func refusal(_ hub: TestHub, _ member: MemberID, _ path: String, _ body: String) throws -> JSONValue
  {
    let answer = try send(
      hub.admin, "POST", "/admin/v1/members/\(member)/\(path)", body: Array(body.utf8))
    #expect(answer.status == 409)
    return try JSONValue(parsing: answer.body).code
  }

  /// Three people with 100, 200 and 400 points.
  private func three() throws -> (TestHub, WireStore) {
    let hub = try TestHub()
    var store = try WireStore(hub, "S001")
    for (index, member) in [Self.first, Self.second, Self.third].enumerated() {
      store.write(Write.enrolment(member, ["phone": "+861380000000\(index + 1)", "name": "王\(index)"]))
      store.write(Write.sale(Write.id(11 + index), 10_000 << index, to: member))
    }
    try store.push()
    return (hub, store)
  }

  @Test func `a merge by hand sums points and is tried before it is made`() async throws {
    try await onItsOwnThread {
      let (hub, _) = try three()
      let head = hub.store.committedHead
      let plan = try merge(hub, Self.second, Self.first, check: true)
      #expect(plan.dryRun == true && plan.together.points == 300 && plan.together.records == 2)
      #expect(plan.winner.memberId == .string("\(Self.first)") && plan.loser.points == 200)
      #expect(plan.because.zh == "较早登记者优先")
      #expect(hub.store.committedHead == head)
      #expect(try hub.member(Self.first).points == Points(100))
      let done = try merge(hub, Self.second, Self.first)
      #expect(done.together == plan.together && done.dryRun == false)
      #expect(try hub.member(Self.second).memberId == Self.first)
      #expect(try hub.member(Self.first).points == Points(300))
      let again = #"{"with":"\#(Self.first)","reason":"x"}"#
      #expect(try refusal(hub, Self.second, "merge", again) == "same_person")
      #expect(
        try refusal(hub, Self.first, "merge", #"{"with":"\#(Self.first)","reason":"x"}"#) == "same_person")
      #expect(try refusal(hub, Self.first, "unmerge", #"{"reason":"x"}"#) == "not_merged")
    }
  }

  @Test func `undone in any order, a chain of merges gives each their own, and tells what was spent`()
    async throws
  {
    try await onItsOwnThread {
      for order in [[Self.second, Self.third], [Self.third, Self.second]] {
        var (hub, store) = try three()
        // The third into the second, and both into the first.
        _ = try merge(hub, Self.third, Self.second)
        _ = try merge(hub, Self.second, Self.first)
        #expect(try hub.member(Self.third).memberId == Self.first)
        #expect(try hub.member(Self.first).points == Points(700))
        // A late entry of the third's, and goods paid with the third's points by the first.
        store.write(Write.sale(Write.id(21), 5_000, to: Self.third))
        store.write(
          Write.sale(
            Write.id(22), 100, to: Self.first,
            spent: [LotAmount(owner: Self.third, lot: Write.lot, points: Points(300))]))
        #expect(try store.push(from: 7).results == [])
        #expect(try hub.member(Self.first).points == Points(451))
        let plan = try unmerge(hub, order[0], check: true)
        let report = try unmerge(hub, order[0])
        #expect(report.winner == plan.winner && report.loser == plan.loser && plan.dryRun == true)
        #expect(report.spentOfLoser == 300)
        #expect(report.together.points == 451)
        _ = try unmerge(hub, order[1])
        let points = try [Self.first, Self.second, Self.third].map { try hub.member($0).points }
        #expect(points == [Points(101), Points(200), Points(150)])
        // What still comes for them is their own again.
        store.write(Write.sale(Write.id(23), 1_000, to: Self.third))
        try store.push(from: 9)
        #expect(try hub.member(Self.third).points == Points(160))
        #expect(try hub.store.totals().aliases == 0)
        let log = try hub.admin.get("/admin/v1/audit", query: [("action", "member.unmerge")]).body.rows
        #expect(log.elements.map(\.reason) == ["弄错了", "弄错了"])
        #expect(log.elements.map { $0.subject.stringValue } == order.reversed().map { "\($0)" })
      }
    }
  }

  @Test func `two who were taken apart are not made one by the phone they share`() async throws {
    try await onItsOwnThread {
      let hub = try TestHub()
      var (store, other) = (try WireStore(hub, "S001"), try WireStore(hub, "S002"))
      store.write(Write.enrolment(Self.first, ["phone": Self.phone]))
      try store.push()
      other.write(Write.enrolment(Self.second, ["phone": Self.phone, "card": "C-2"]))
      #expect(try other.push().results.map(\.reason) == ["same_phone"])
      #expect(try unmerge(hub, Self.second).because.zh == "手机号相同")
      // The phone stays with the first, and the next sync changes nothing.
      other.write(Write.profile(Self.second, "phone", nil))
      other.write(Write.profile(Self.second, "phone", Self.phone))
      store.write(Write.sale(Write.id(11), 10_000, phone: Self.phone))
      #expect(try other.push(from: 2).results == [])
      try store.push(from: 2)
      #expect(try hub.member(Self.second).memberId == Self.second)
      #expect(try hub.member(Self.first).points == Points(100))
      #expect(try hub.store.exceptions().filter { $0.kind == "possibleDuplicate" }.isEmpty)
      // Somebody who knows better may still merge them.
      _ = try merge(hub, Self.first, Self.second)
      #expect(try hub.member(Self.second).memberId == Self.first)
    }
  }

  @Test func `what came by a merged record's phone goes with that record`() async throws {
    try await onItsOwnThread {
      var (hub, store) = try three()
      _ = try merge(hub, Self.first, Self.second)
      store.write(Write.sale(Write.id(21), 5_000, phone: "+8613800000002"))
      try store.push(from: 7)
      #expect(try hub.member(Self.first).points == Points(350))
      _ = try unmerge(hub, Self.second)
      #expect(try hub.member(Self.first).points == Points(100))
      #expect(try hub.member(Self.second).points == Points(250))
      #expect(try hub.store.findMembers(phone: "+8613800000002").map(\.memberId) == [Self.second])
    }
  }

  @Test func `a phone that was given up while they were one is the other's again`() async throws {
    try await onItsOwnThread {
      let hub = try TestHub()
      var store = try WireStore(hub, "S001")
      store.write(Write.enrolment(Self.first, ["phone": Self.phone]))
      store.write(Write.enrolment(Self.second, ["phone": Self.phone]))
      store.write(Write.profile(Self.first, "phone", "+8613900000009"))
      store.write(Write.sale(Write.id(11), 10_000, phone: Self.phone))
      try store.push()
      _ = try unmerge(hub, Self.second)
      #expect(try hub.store.findMembers(phone: Self.phone).map(\.memberId) == [Self.second])
      #expect(try hub.member(Self.second).points == Points(100))
    }
  }

  @Test func `more merges behind each other than stores follow are refused`() async throws {
    try await onItsOwnThread {
      let hub = try TestHub()
      var store = try WireStore(hub, "S001")
      for number in 1...18 { store.write(Write.enrolment(Write.id(number), [:])) }
      try store.push()
      for number in stride(from: 17, through: 2, by: -1) {
        _ = try merge(hub, Write.id(number), Write.id(number + 1))
      }
      let body = #"{"with":"\#(Write.id(2) as MemberID)","reason":"x"}"#
      #expect(try refusal(hub, Write.id(1), "merge", body) == "merges_too_deep")
      // Undoing one makes room.
      _ = try unmerge(hub, Write.id(10))
      _ = try merge(hub, Write.id(1), Write.id(2))
    }
  }
}
