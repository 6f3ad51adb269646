import Chain
import Curl
import Foundation
import GRDB
import Loyalty
import Seeds
import Storage
import SyncProtocol
import TestKit
import Testing

@testable import ServerCore
@testable import ServerStorage

/// Codes that no member has yet, and who claims them.
@Suite struct CouponCodeTests {
  private static func claim(_ hub: TestHub, _ code: String, _ member: Int) throws -> String? {
    try CouponDeskTests.refusal {
      _ = try hub.admin.post(
        "/admin/v1/members/\(CouponDeskTests.member(member))/coupon-claims", body: ["code": .string(code)])
    }
  }

  @Test func `a code is claimed once, by whoever brings it first, and counts as theirs`() async throws {
    try await onItsOwnThread {
      let hub = try CouponDeskTests.hub(members: 3)
      try CouponDeskTests.add(hub, ["stock": 5, "perMember": 2, "validDays": 3])
      let codes = try hub.codes("ten", 4)
      #expect(Set(codes).count == 4 && codes.allSatisfy { ShortCode($0) != nil })
      var counts = try CouponDeskTests.counts(hub)
      #expect((counts.issued, counts.unclaimed, counts.left) == (4, 4, 1))
      let tooMany = try CouponDeskTests.refusal { _ = try hub.codes("ten", 2) }
      #expect(tooMany == "coupon_out_of_stock")
      let typed = codes[0].lowercased().prefix(5) + "-" + codes[0].dropFirst(5)
      let unclaimed = try hub.admin.get("/admin/v1/coupons/\(codes[0])").body
      #expect(unclaimed.state == "unclaimed" && unclaimed.usable == false)
      hub.clock.advance(days: 30)
      #expect(try Self.claim(hub, String(typed), 0) == nil)
      #expect(try Self.claim(hub, codes[0], 0) == nil, "the same member again")
      #expect(try Self.claim(hub, codes[0], 1) == "coupon_claimed")
      #expect(try Self.claim(hub, codes[1], 0) == nil)
      #expect(try Self.claim(hub, codes[2], 0) == "coupon_member_limit")
      #expect(try Self.claim(hub, codes[2], 1) == nil)
      let claimed = try hub.admin.get("/admin/v1/coupons/\(codes[0])").body
      #expect(claimed.history.elements.map(\.kind) == ["issued", "claimed"])
      // Days count from the claim, not from the print.
      #expect(claimed.terms.expiresAt == "2026-12-25T16:00:00Z" && claimed.usable == true)
      counts = try CouponDeskTests.counts(hub)
      #expect((counts.issued, counts.unclaimed, counts.left) == (4, 1, 1))
      _ = try hub.admin.post("/admin/v1/coupon-templates/ten/state", body: ["state": "paused"])
      #expect(try Self.claim(hub, codes[3], 2) == "template_not_active")
      _ = try hub.admin.post("/admin/v1/coupon-templates/ten/state", body: ["state": "ended"])
      #expect(try Self.claim(hub, codes[3], 2) == nil, "what is out stays as it is")
    }
  }

  @Test func `of many who bring one code at once, one gets it`() async throws {
    try await onItsOwnThread {
      let hub = try CouponDeskTests.hub(members: 12)
      try CouponDeskTests.add(hub)
      let code = try hub.codes("ten", 1)[0]
      let admin = hub.admin
      let outcomes = try inParallel(12) { member in
        try CouponDeskTests.refusal {
          _ = try admin.post(
            "/admin/v1/members/\(CouponDeskTests.member(member))/coupon-claims",
            body: ["code": .string(code)])
        }
      }
      #expect(outcomes.count { $0 == nil } == 1)
      #expect(outcomes.count { $0 == "coupon_claimed" } == 11)
    }
  }

  @Test func `who guesses codes is held back, each member and each caller, until time has passed (C4)`()
    async throws
  {
    try await onItsOwnThread {
      let hub = try CouponDeskTests.hub(members: 40)
      try CouponDeskTests.add(hub)
      let codes = try hub.codes("ten", 3)
      func guess(_ member: Int) throws -> String? {
        try Self.claim(hub, ShortCode(bits: UInt64.random(in: 1...1 << 60)).description, member)
      }
      for _ in 0..<CouponLimits.memberGuesses { #expect(try guess(0) == "unknown_coupon") }
      #expect(try guess(0) == "too_many_guesses")
      #expect(try Self.claim(hub, codes[0], 0) == "too_many_guesses", "even a right one")
      #expect(try Self.claim(hub, codes[0], 1) == nil, "others are not held back")
      let answer = try send(
        hub.admin, "POST", "/admin/v1/members/\(CouponDeskTests.member(0))/coupon-claims",
        body: Array(#"{"code":"x"}"#.utf8))
      #expect(answer.status == 429 && answer.header("retry-after") == "60")
      hub.clock.advance(ms: CouponLimits.memberGuessMs)
      #expect(
        try Self.claim(hub, codes[1], 0) == nil, "one more after a minute, which a right code gives back")
      #expect(try guess(0) == "unknown_coupon")
      #expect(try guess(0) == "too_many_guesses")
      var member = 2
      var wrong = 0
      while try guess(member) == "unknown_coupon" {
        wrong += 1
        if wrong % Int(CouponLimits.memberGuesses) == 0 { member += 1 }
      }
      #expect((90...100).contains(wrong), "the caller is one, whomever they guess for: \(wrong)")
      #expect(try Self.claim(hub, codes[2], 39) == "too_many_guesses")
      hub.clock.advance(ms: CouponLimits.callerGuessMs)
      #expect(try Self.claim(hub, codes[2], 39) == nil)
    }
  }

  @Test func `an issue of codes goes on over a restart, and none is there twice`() async throws {
    try await onItsOwnThread {
      let hub = try CouponDeskTests.hub(members: 0)
      try CouponDeskTests.add(hub, ["stock": 40_000])
      let begun = try hub.admin.post(
        "/admin/v1/coupon-issues", body: ["template": "ten", "count": 40_000]
      ).body
      try hub.restart()
      let done = try hub.finished(issue: begun.issueId.stringValue ?? "")
      #expect((done.state, done.done) == ("done", 40_000))
      let codes = try hub.store.pool.read { db in
        try db.rows("SELECT count(*), min(code) >= 0, max(code) < 1 << 60 FROM coupon_codes")[0]
      }
      #expect((codes[0] as Int64, codes[1] as Int64, codes[2] as Int64) == (40_000, 1, 1))
      #expect(try CouponDeskTests.counts(hub).left == 0)
    }
  }

  @Test func `codes drawn ahead come in order, and the same ones when a transaction is done again`() {
    let drawn = DrawnCodes([5, 3, 9, 7], of: 2, after: 10)
    #expect(drawn.next(2, of: 2, after: 10) == [3, 5] && drawn.next(2, of: 2, after: 10) == [3, 5])
    #expect(drawn.next(9, of: 2, after: 12) == [7, 9])
    for (issue, done) in [(2, 14), (2, 9), (3, 10)] as [(Int64, Int64)] {
      #expect(drawn.next(1, of: issue, after: done) == [])
    }
  }

  @Test func `right codes are never held back, however many come (C4)`() {
    var throttle = ClaimThrottle()
    for number in 0..<1_000 {
      let member: MemberID = Write.id(number % 3)
      #expect(throttle.begin(member, by: "app", nowMs: 1_000) == nil)
      throttle.succeeded(member, by: "app")
    }
  }

  /// Prints how fast they are written, against the same rows in a bare table; a debug build beside other
  /// tests says little. `PATRON_CODES=1000000` for a large issue.
  @Test func `the codes of an issue are all different and exported whole`()
    async throws
  {
    let count = ProcessInfo.processInfo.environment["PATRON_CODES"].flatMap { Int64($0) } ?? 20_000
    try await onItsOwnThread {
      let hub = try CouponDeskTests.hub(members: 0)
      try CouponDeskTests.add(hub)
      let began = ContinuousClock.now
      let begun = try hub.admin.post(
        "/admin/v1/coupon-issues", body: ["template": "ten", "count": .integer(count)]
      ).body
      let id = begun.issueId.stringValue ?? ""
      let done = try hub.finished(issue: id)
      let took = ContinuousClock.now - began
      #expect(done.state == "done" && done.codes.unclaimed == .integer(count))
      let answer = try hub.admin.pool.send(
        HTTPRequest(
          url: hub.url + "/admin/v1/coupon-issues/\(id)/codes",
          headers: [("Authorization", "Bearer \(hub.admin.token ?? "")")],
          maximumResponseBytes: 256 << 20))
      let lines = String(decoding: answer.body, as: UTF8.self).split(separator: "\n")
      #expect(lines.first == "code,state")
      let codes = lines.dropFirst().compactMap { ShortCode(String($0.prefix { $0 != "," })) }
      #expect(Set(codes).count == Int(count))
      let bare = try Self.bareInsert(codes.map(\.bits).shuffled())
      func rate(_ time: Duration) -> Int64 { Int64(Double(count) / (time / .seconds(1))) }
      let share = Double(rate(took)) / Double(rate(bare))
      print("codes: \(rate(took)) rows/s, bare bulk insert \(rate(bare)) rows/s, share \(share)")
    }
  }

  /// The same rows into the same table of an empty file, in one transaction.
  private static func bareInsert(_ codes: [UInt64]) throws -> Duration {
    let folder = try TemporaryFolder("bare")
    let pool = try SQLiteFile.openPool(folder.file("bare.db"), durability: .acknowledged, cachePages: 8_000)
    let began = ContinuousClock.now
    try pool.write { db in
      try db.execute(
        sql: "CREATE TABLE coupon_codes (code INTEGER PRIMARY KEY, issue INTEGER, state INTEGER DEFAULT 0)")
      let insert = try HeldStatement(db, "INSERT INTO coupon_codes (code, issue) VALUES (?, ?)")
      for code in codes {
        insert.bind(1, Int(code))
        insert.bind(2, 1)
        try insert.run()
      }
    }
    return ContinuousClock.now - began
  }
}
