import AgentCore
import AgentIO
import Chain
import Curl
import Loyalty
import ServerStorage
import SyncProtocol
import Testing
import TestKit

/// What headquarters does with points: by hand, every night, and for its books.
@Suite struct PointsByHand {
  private static func rulebook(shortage: JSONValue) -> JSONValue {
    [
      "effectiveFrom": "2026-01-01T00:00:00Z",
      "name": ["zh": "积分", "en": "Points"], "currency": "CNY", "utcOffsetMinutes": 480,
      "earning": [["id": "base", "per": 100, "points": 1]],
      "expiry": ["policy": "days", "days": 40], "expiryNoticeDays": [30, 7],
      "pointsPayment": ["points": 100, "worth": 100, "minimum": 100, "step": 100, "maxSharePermille": 500],
      "points": ["restore": ["policy": "grace", "days": 10], "shortage": shortage],
      "checkInPoints": 5, "holding": ["homePermille": 500, "lastStorePermille": 250],
    ]
  }

  @Test func `what is given, taken and passed on by hand reaches every till, once, with its reason`()
    async throws
  {
    try await onItsOwnThread {
      let chain = try TestChain(stores: 2, rulebook: Self.rulebook(shortage: ["policy": "debt"]))
      let one = try chain[1].agent.enrol(.of("李雷", phone: "13800138001")).memberId
      let other = try chain[2].agent.enrol(.of("韩梅梅", phone: "13800138002")).memberId
      _ = try chain[1].agent.sell(.of(50_000, to: one))
      #expect(try chain.settle())
      let adjust = "/admin/v1/members/\(one)/adjustments"
      let gift: JSONValue = ["points": 300, "reason": "补录小票"]
      for _ in 0..<2 { _ = try chain.hub.admin.post(adjust, body: gift, idempotencyKey: "slip-7") }
      #expect(throws: (any Error).self) {
        try chain.hub.admin.post(adjust, body: ["points": 1, "reason": "补录小票"], idempotencyKey: "slip-7")
      }
      // Stores hold three quarters of what they have heard of; what was given a moment ago is still free.
      let transfer: JSONValue = [
        "from": .string("\(one)"), "to": .string("\(other)"), "points": 60, "reason": "家人共用",
      ]
      _ = try chain.hub.admin.post("/admin/v1/transfers", body: transfer, idempotencyKey: "t-1")
      for (body, code) in [
        (["points": -90_000, "reason": "x"] as JSONValue, "insufficient_points"),
        (["points": 5, "reason": " "], "no_reason"), (["points": 0, "reason": "x"], "no_points"),
      ] {
        let refused = #expect(throws: APIError.self) { try chain.hub.admin.post(adjust, body: body) }
        #expect("\(refused.map { "\($0)" } ?? "")".contains(code))
      }
      #expect(try chain.settle())
      for store in chain.stores {
        #expect(try store.agent.member(one).points == Points(740))
        #expect(try store.agent.member(other).points == Points(60))
      }
      let lines = try chain.hub.store.statement(of: one).lines
      #expect(lines.map(\.kind).filter { $0 == "adjust" }.count == 1)
      #expect(lines.last?.balance == Points(740))
      #expect(lines.contains { $0.text.zh == "人工增加 300 积分：补录小票（经办人 admin）" })
      let liability = try chain.hub.store.liability(on: nil, breakagePermille: 0)
      #expect(liability.total.outstanding == Points(800) && liability.total.value == Money(800))
      #expect(liability.total.transferredIn == liability.total.transferredOut)
      #expect(try chain.differences() == [])
    }
  }

  @Test func `a night is done once, and tells of points that expire once (P8)`() async throws {
    try await onItsOwnThread {
      let chain = try TestChain(stores: 1, rulebook: Self.rulebook(shortage: ["policy": "debt"]))
      let member = try chain[1].agent.enrol(.of("李雷", phone: "13800138001")).memberId
      _ = try chain[1].agent.sell(.of(50_000, to: member))
      #expect(try chain.settle())
      func night() throws -> JSONValue { try chain.hub.admin.post("/admin/v1/nightly", body: .null).body }
      #expect(try night().notices == 0)
      chain.advance(minutes: 24 * 60 * 12)
      #expect(try night().notices == 1, "thirty days before, and two nights late")
      let done = try night()
      #expect(done.notices == 1 && done.isDone == true, "the same night again adds nothing")
      #expect(done.done == 1 && done.total == 1)
      let asked = try chain.hub.admin.get("/admin/v1/nightly").body
      #expect(asked == done, "how far it is can be asked at any time")
      chain.advance(minutes: 24 * 60)
      #expect(try night().notices == 0)
      try chain.hub.restart()
      chain.advance(minutes: 24 * 60 * 21)
      #expect(try night().notices == 1, "seven days before")
      chain.advance(minutes: 24 * 60 * 10)
      #expect(try night().notices == 0)
      #expect(try chain.hub.store.statement(of: member).lines.last?.kind == "expired")
      let liability = try chain.hub.store.liability(on: nil, breakagePermille: 0)
      #expect(liability.total.outstanding == .zero && liability.breakagePermille == 1_000)
    }
  }

  @Test func `what a return cannot take back is owed up to the limit, the rest is written off (P7)`()
    async throws
  {
    try await onItsOwnThread {
      let chain = try TestChain(
        stores: 1, rulebook: Self.rulebook(shortage: ["policy": "debtUpTo", "limit": 150]))
      let member = try chain[1].agent.enrol(.of("李雷", phone: "13800138001")).memberId
      let sale = try chain[1].agent.sell(.of(50_000, to: member))
      let spent = try chain[1].agent.sell(.of(40_000, to: member, points: 500))
      #expect(spent.points.earned == Points(395))
      let back = try chain[1].agent.takeBack(ReturnRequest(saleId: sale.saleId))
      #expect(
        back.pointsClawedBack == Points(395) && back.pointsDebt == Points(105) && back.pointsLoss == .zero)
      let more = try chain[1].agent.sell(.of(30_000, to: member))
      #expect(try chain.settle())
      // The debt is paid from what was earned, as soon as headquarters has it free.
      #expect(try chain.hub.member(member).points == Points(195))
      let whole = try chain[1].agent.takeBack(ReturnRequest(saleId: spent.saleId))
      #expect(whole.pointsRestored == Points(500))
      _ = try chain[1].agent.takeBack(ReturnRequest(saleId: more.saleId))
      #expect(try chain.settle())
      #expect(try chain.hub.member(member).points == .zero)
      #expect(try chain.differences() == [])
    }
  }
}
