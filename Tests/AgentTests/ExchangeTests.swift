import AgentCore
import AgentIO
import Chain
import Curl
import Foundation
import Seeds
import ServerStorage
import SyncProtocol
import Testing
import TestKit

/// Goods come back and others go out in one step, as a till asks for it.
@Suite struct ExchangeTests {
  private static func goods(_ minor: Int64) -> JSONValue {
    ["sku": "690100", "quantity": 1, "amount": .integer(minor)]
  }

  private static func exchange(_ sale: JSONValue, for minor: Int64, _ member: MemberID) -> JSONValue {
    [
      "return": ["saleId": sale],
      "sale": ["memberId": .string("\(member)"), "lines": [goods(minor)]],
    ]
  }

  /// The store keeps what it earned: nothing has to be asked for while a busy machine makes the line slow.
  private static let allAtHome: JSONValue = {
    var rulebook = DemoChain.rulebook.members
    rulebook["holding"] = ["homePermille": 1_000, "lastStorePermille": 0]
    return .object(rulebook)
  }()

  @Test func `what came back pays, and the difference is paid or given back`() async throws {
    try await onItsOwnThread {
      let chain = try TestChain(stores: 1)
      let till = try chain[1].serve()
      let member = try chain[1].agent.enrol(.of("李雷", phone: "13800138001")).memberId
      let first = try chain[1].agent.sell(.of(20_000, to: member))
      let sold = JSONValue.string("\(first.saleId)")
      let dearer = Self.exchange(sold, for: 30_000, member)
      let quoted = try till.post("/v1/exchanges/quote", body: dearer).body
      #expect(quoted.toPay == 10_000 && quoted["return"].refund == 20_000 && quoted.sale.toPay == 30_000)
      #expect(try chain[1].journalSeq() == 2, "a quote writes nothing")
      let paid = try till.post("/v1/exchanges", body: dearer, idempotencyKey: "x1").body
      #expect(paid.toPay == 10_000 && paid["return"].pointsClawedBack == 200)
      #expect(paid.sale.points.earned == 300 && paid.sale.points.balance == 300)
      #expect(
        paid.sale.tenders == [
          ["type": "exchange", "amount": 20_000], ["type": "cash", "amount": 10_000],
        ])
      let cheaper = try till.post(
        "/v1/exchanges", body: Self.exchange(paid.sale.saleId, for: 25_000, member)
      ).body
      #expect(cheaper.toPay == -5_000 && cheaper.sale.change == 0)
      #expect(cheaper.sale.tenders == [["type": "exchange", "amount": 25_000]])
      #expect(cheaper.sale.points.balance == 250)
      let even = try till.post(
        "/v1/exchanges", body: Self.exchange(cheaper.sale.saleId, for: 25_000, member)
      ).body
      #expect(even.toPay == 0)
      #expect(try chain[1].journalSeq() == 8)
      let again = #expect(throws: APIError.self) {
        try till.post("/v1/exchanges", body: Self.exchange(sold, for: 1_000, member))
      }
      #expect("\(try #require(again))".contains("already_returned"))
    }
  }

  @Test func `points and a coupon that come back pay for what goes out, and a refusal takes nothing back`()
    async throws
  {
    try await onItsOwnThread {
      let chain = try TestChain(stores: 1, rulebook: Self.allAtHome)
      let agent = chain[1].agent
      let member = try agent.enrol(.of("韩梅梅", phone: "13800138002")).memberId
      _ = try agent.sell(.of(30_000, to: member))
      #expect(chain[1].sync())
      let code = try chain.hub.issue("ten", DemoChain.tenOff, to: member)
      #expect(chain[1].sync())
      let sale = try agent.sell(.of(20_000, to: member, points: 300, coupons: [code]))
      #expect(sale.net == Money(18_700) && sale.points.balance == Points(187))
      let wish = SaleRequest.of(20_000, to: member, points: 300, coupons: [code])
      #expect(throws: TillFault.self) { try agent.sell(wish) }
      let beyond = SaleRequest.of(20_000, to: member, points: 500, coupons: [code])
      let seq = try chain[1].journalSeq()
      #expect(throws: TillFault.self) {
        try agent.exchange(ExchangeRequest(return: ReturnRequest(saleId: sale.saleId), sale: beyond))
      }
      #expect(try chain[1].journalSeq() == seq)
      #expect(try agent.member(member).points == Points(187))
      let both = ExchangeRequest(return: ReturnRequest(saleId: sale.saleId), sale: wish, toPay: .zero)
      let done = try agent.exchange(both, key: "x1")
      #expect(done.return.pointsRestored == Points(300) && done.return.coupons == sale.coupons)
      #expect(done.sale.coupons == sale.coupons && done.sale.points == sale.points)
      #expect(chain[1].sync())
      #expect(try agent.exchange(both, key: "x1") == done)
      #expect(try agent.coupons(of: member).map(\.state) == [.redeemed])
      // Of what headquarters has heard as well, with what the store still holds.
      let fewer = SaleRequest.of(20_000, to: member, points: 200, coupons: [code])
      let next = ExchangeRequest(return: ReturnRequest(saleId: done.sale.saleId), sale: fewer)
      #expect(try agent.exchange(next).toPay == Money(100))
      #expect(chain[1].sync())
      #expect(try chain.hub.member(member).points == Points(288))
      #expect(try chain.hub.store.exceptions().map(\.detail) == [])
    }
  }

  @Test func `a process killed in the middle of an exchange leaves all of it or nothing`() async throws {
    try await onItsOwnThread {
      let chain = try TestChain(stores: 1)
      let store = chain[1]
      for amount in 1...3 {
        let sale = try store.agent.sell(.of(Int64(amount) * 10_000))
        _ = try store.agent.exchange(
          ExchangeRequest(return: ReturnRequest(saleId: sale.saleId), sale: .of(Int64(amount) * 12_000)))
      }
      let intact = try store.crashCopy()
      let whole = try JournalTests.entries(intact.file("journal.db"))
      #expect(whole.count == 9)
      let wal = try FileManager.default.attributesOfItem(atPath: store.folder.file("journal.db-wal"))
      let size = try #require(wal[.size] as? Int)
      var lengths: Set<Int> = []
      // Every cut of the log half a page further.
      for kept in stride(from: Int(Seed.ofThisRun % 2_048), to: size, by: 2_048) {
        let copy = try store.crashCopy()
        truncate(copy.file("journal.db-wal"), kept)
        let agent = try store.anotherAgent(folder: copy.path)
        #expect(agent.hello())
        let entries = try JournalTests.entries(copy.file("journal.db"))
        #expect(entries == Array(whole.prefix(entries.count)))
        if case .saleReturn? = entries.last?.body { Issue.record("a return without its sale at \(kept)") }
        lengths.insert(entries.count)
      }
      #expect(lengths.isSuperset(of: [1, 3, 4, 6]), "the cuts should fall in different places")
    }
  }

  @Test func `a receipt says that the sale lifted the tier, once, and the same when it is asked again`()
    async throws
  {
    try await onItsOwnThread {
      let chain = try TestChain(stores: 1)
      let till = try chain[1].serve()
      let member = try chain[1].agent.enrol(.of("王芳", phone: "13800138003")).memberId
      func sell(_ minor: Int64, _ key: String) throws -> JSONValue {
        try till.post(
          "/v1/sales", body: ["memberId": .string("\(member)"), "lines": [Self.goods(minor)]],
          idempotencyKey: key
        ).body
      }
      func reached(_ receipt: JSONValue) -> [JSONValue] {
        receipt.outcomes.elements.filter { $0.code == "tier_reached" }
      }
      #expect(reached(try sell(999_999, "a")) == [])
      let lifted = try sell(1, "b")
      let told = try #require(reached(lifted).first)
      #expect(told.rule == "silver")
      #expect(told["text"] == ["zh": "恭喜升级为银卡会员", "en": "You are now Silver"])
      #expect(try sell(1, "b") == lifted)
      #expect(reached(try sell(100, "c")) == [])
      let path = "/v1/sales/\(lifted.saleId.stringValue ?? "")/explain"
      #expect(try till.get(path).body.rules.elements.contains { $0["text"].en == "You are now Silver" })
      // What comes back and goes out again in one step has reached nothing.
      let again = try till.post("/v1/exchanges", body: Self.exchange(lifted.saleId, for: 50_000, member)).body
      #expect(reached(again.sale) == [])
      // Headquarters and the store are told nothing by a customer whom nobody knows.
      #expect(reached(try till.post("/v1/sales", body: ["lines": [Self.goods(2_000_000)]]).body) == [])
    }
  }
}
