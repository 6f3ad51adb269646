import Curl
import Foundation
import GRDB
import Loyalty
import Seeds
import ServerHTTP
import Storage
import SyncProtocol
import TestKit
import Testing

@testable import ServerStorage

/// The coupon desk of headquarters, over its API.
@Suite struct CouponDeskTests {
  /// A hub with members who belong to no store, so that their coupons stay at headquarters.
  static func hub(members count: Int, seed: UInt64 = Seed.ofThisRun) throws -> TestHub {
    let hub = try TestHub(seed: seed)
    try hub.publish()
    for first in stride(from: 0, to: count, by: 500) {
      let numbers = first..<min(count, first + 500)
      let writer = hub.hub.writer
      try waiting {
        try await writer.write { transaction in
          for number in numbers {
            let enrolment = Enrolment(
              member: Write.id(number + 1), businessTime: Timestamp(ms: TestClock.start), channel: "web",
              registers: [], requestDigest: 1)
            _ = try transaction.enrol(enrolment, at: HybridTime(ms: TestClock.start), from: .hub)
          }
        }
      }
    }
    return hub
  }

  static func member(_ number: Int) -> MemberID { Write.id(number + 1) }

  static func add(_ hub: TestHub, _ more: [String: JSONValue] = [:], terms: JSONValue = DemoChain.tenOff)
    throws
  {
    let body: [String: JSONValue] = ["template": "ten", "terms": terms]
    _ = try hub.admin.post("/admin/v1/coupon-templates", body: .object(body.merging(more) { $1 }))
  }

  static func issue(_ hub: TestHub, to members: [MemberID], key: String? = nil) throws -> [String] {
    let answer = try hub.admin.post(
      "/admin/v1/coupons",
      body: ["template": "ten", "memberIds": .array(members.map { .string("\($0)") })],
      idempotencyKey: key)
    return answer.body.coupons.elements.map { $0.code.stringValue ?? "" }
  }

  /// The code with which something is refused; nil when it is not.
  static func refusal(_ body: () throws -> Void) throws -> String? {
    do {
      try body()
      return nil
    } catch APIError.problem(_, let code, _, _) {
      return code
    }
  }

  static func counts(_ hub: TestHub) throws -> JSONValue {
    try hub.admin.get("/admin/v1/coupon-templates").body.templates[0].counts
  }

  @Test(arguments: 0..<8)
  func `requests that race issue no more than there are, and to nobody more than is theirs (C2)`(
    round: Int
  ) async throws {
    try await onItsOwnThread {
      var random = SplitMix64(seed: Seed.ofThisRun &+ UInt64(round))
      let members = Int(random.number(1...4))
      let (stock, perMember) = (random.number(1...12), random.number(1...5))
      let hub = try Self.hub(members: members)
      try Self.add(hub, ["stock": .integer(stock), "perMember": .integer(perMember)])
      let wishes = (0..<16).map { _ in random.list(1...3) { Int($0.number(0...Int64(members - 1))) } }
      let admin = hub.admin
      let given = try inParallel(wishes.count) { index -> [Int] in
        do {
          _ = try admin.post(
            "/admin/v1/coupons",
            body: [
              "template": "ten", "memberIds": .array(wishes[index].map { .string("\(Self.member($0))") }),
            ])
          return wishes[index]
        } catch APIError.problem(409, let code, _, _)
          where ["coupon_out_of_stock", "coupon_member_limit"].contains(code)
        {
          return []
        }
      }.flatMap { $0 }
      let ofEach = (0..<members).map { member in Int64(given.count { $0 == member }) }
      #expect(given.count <= stock && ofEach.allSatisfy { $0 <= perMember }, "seed \(Seed.ofThisRun)")
      let counts = try Self.counts(hub)
      #expect(counts.issued == .integer(Int64(given.count)))
      #expect(counts.left == .integer(stock - Int64(given.count)))
      // What is left can still be had, one by one, and not one more.
      for member in 0..<members {
        for had in ofEach[member]...perMember {
          let left = try Self.counts(hub).left.integerValue ?? 0
          let refused = try Self.refusal { _ = try Self.issue(hub, to: [Self.member(member)]) }
          let wanted = left == 0 ? "coupon_out_of_stock" : had == perMember ? "coupon_member_limit" : nil
          #expect(refused == wanted, "seed \(Seed.ofThisRun)")
        }
      }
    }
  }

  @Test func `only an active template issues, and its states follow each other as they may`() async throws {
    try await onItsOwnThread {
      let hub = try Self.hub(members: 1)
      try Self.add(hub, ["state": "draft", "validDays": 7, "perMember": 2])
      func change(_ state: JSONValue) throws -> String? {
        try Self.refusal {
          _ = try hub.admin.post("/admin/v1/coupon-templates/ten/state", body: ["state": state])
        }
      }
      func issue() throws -> String? { try Self.refusal { _ = try Self.issue(hub, to: [Self.member(0)]) } }
      #expect(try issue() == "template_not_active")
      #expect(try change("active") == "template_state_change")
      #expect(try change("approved") == nil && change("active") == nil && change("active") == nil)
      #expect(try issue() == nil)
      #expect(try change("paused") == nil && issue() == "template_not_active")
      // The same template again: nothing changes, not even its state.
      try Self.add(hub, ["validDays": 7, "perMember": 2])
      #expect(try issue() == "template_not_active")
      #expect(try Self.refusal { try Self.add(hub, ["validDays": 8]) } == "template_exists")
      #expect(try change("ended") == nil && change("active") == "template_state_change")
      let template = try hub.admin.get("/admin/v1/coupon-templates").body.templates[0]
      #expect(template.state == "ended" && template.counts.issued == 1)
    }
  }

  @Test func `days after issue are frozen in the coupon, and expire in the night after the last`()
    async throws
  {
    try await onItsOwnThread {
      let hub = try Self.hub(members: 1)
      try Self.add(hub, ["validDays": 1])
      let code = try Self.issue(hub, to: [Self.member(0)])[0]
      func coupon() throws -> JSONValue { try hub.admin.get("/admin/v1/coupons/\(code)").body }
      // Issued on 22 November in China, usable until the end of the 23rd.
      #expect(try coupon().terms.expiresAt == "2026-11-23T16:00:00Z")
      #expect(try coupon()["words"].zh == "立减 10，11 月 23 日前有效" && coupon().usable == true)
      func night() throws { _ = try hub.admin.post("/admin/v1/nightly", body: .null) }
      hub.clock.advance(days: 1)
      try night()
      #expect(try Self.counts(hub).expired == 0)
      hub.clock.advance(days: 1)
      #expect(try coupon().state == "expired", "also before the night has written it down")
      try night()
      try night()
      #expect(try Self.counts(hub).expired == 1)
      #expect(try coupon().history.elements.map(\.kind) == ["issued", "expired"])
      let refused = try Self.refusal {
        _ = try hub.admin.post("/admin/v1/coupons/\(code)/void", body: ["reason": "x"])
      }
      #expect(refused == "coupon_expired")
    }
  }

  @Test func `an issue to all goes on over a restart, gives each member one, and is itself when repeated`()
    async throws
  {
    try await onItsOwnThread {
      let hub = try Self.hub(members: 2_300)
      try Self.add(hub, ["perMember": 1, "stock": 2_300])
      _ = try Self.issue(hub, to: [Self.member(7), Self.member(9)])
      let order: JSONValue = ["template": "ten", "all": true]
      let preview = try hub.admin.post("/admin/v1/coupon-issues/check", body: order).body
      #expect(preview == ["total": 2_300, "eligible": 2_298, "left": 2_298])
      let begun = try hub.admin.post("/admin/v1/coupon-issues", body: order, idempotencyKey: "all").body
      try hub.restart()
      let id = begun.issueId.stringValue ?? ""
      let done = try hub.finished(issue: id)
      #expect((done.state, done.done, done.failed) == ("done", 2_300, 2))
      #expect(Set(done.failures.elements.map(\.code)) == ["coupon_member_limit"])
      #expect(try Self.counts(hub).issued == 2_300 && Self.counts(hub).left == 0)
      let again = try hub.admin.post("/admin/v1/coupon-issues", body: order, idempotencyKey: "all").body
      #expect(again == done)
      let other = try Self.refusal {
        _ = try hub.admin.post(
          "/admin/v1/coupon-issues", body: ["template": "ten", "count": 1], idempotencyKey: "all")
      }
      #expect(other == "conflicting_repeat")
      let each = try hub.store.pool.read { db in
        try db.rows("SELECT count(*), count(DISTINCT member) FROM coupons")[0]
      }
      #expect((each[0] as Int64, each[1] as Int64) == (2_300, 2_300))
      let more = try Self.refusal { _ = try hub.admin.post("/admin/v1/coupon-issues", body: order) }
      #expect(more == "coupon_out_of_stock")
    }
  }

  @Test func `an issue to members of a tier, and to named ones, meets those and no others`() async throws {
    try await onItsOwnThread {
      let hub = try Self.hub(members: 6)
      try Self.add(hub)
      for number in [1, 4] {
        _ = try hub.admin.post(
          "/admin/v1/members/\(Self.member(number))/tier-overrides",
          body: ["level": "silver", "until": "2027-06-30", "reason": "x"])
      }
      func run(_ order: JSONValue) throws -> JSONValue {
        let begun = try hub.admin.post("/admin/v1/coupon-issues", body: order).body
        return try hub.finished(issue: begun.issueId.stringValue ?? "")
      }
      let silver = try run(["template": "ten", "tier": "silver"])
      #expect((silver.total, silver.done, silver.state) == (2, 2, "done"))
      let stranger: MemberID = Write.id(99)
      let named = try run([
        "template": "ten", "memberIds": [.string("\(Self.member(1))"), .string("\(stranger)")],
      ])
      #expect((named.done, named.failed) == (2, 1))
      #expect(named.failures[0] == ["memberId": .string("\(stranger)"), "code": "unknown_member"])
      let owners = try hub.store.pool.read { db in
        try db.rows("SELECT member, count(*) FROM coupons GROUP BY member ORDER BY member").map {
          (MemberID(bytes: $0[0] as [UInt8]), $0[1] as Int64)
        }
      }
      #expect(owners.map(\.0) == [Self.member(1), Self.member(4)] && owners.map(\.1) == [2, 1])
      let refused = try Self.refusal { _ = try run(["template": "ten", "tier": "gold"]) }
      #expect(refused == "invalid_field")
    }
  }
}
