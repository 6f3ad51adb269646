import AgentCore
import AgentIO
import Chain
import Curl
import Loyalty
import ServerStorage
import SyncProtocol
import Testing
import TestKit

/// Goods come back where they were not bought.
@Suite struct ReturnsElsewhere {
  private func twoLines(to member: MemberID) -> SaleRequest {
    SaleRequest(
      memberId: member,
      lines: ["690100", "690200"].map {
        LineRequest(sku: $0, quantity: Quantity(milli: 2_000), unitPrice: Money(5_000))
      })
  }

  private func back(_ sale: SaleID, line: Int, pieces: Int64, refund: Money? = nil) -> ReturnRequest {
    ReturnRequest(
      saleId: sale, lines: [ReturnedLine(line: line, quantity: Quantity(milli: pieces * 1_000))],
      refund: refund)
  }

  @Test func `goods returned in parts at two stores come to what was paid and earned (P6, Q5)`() async throws
  {
    try await onItsOwnThread {
      let chain = try TestChain(stores: 2)
      let member = try chain[1].agent.enrol(.of("李雷", phone: "13800138001")).memberId
      let sale = try chain[1].agent.sell(twoLines(to: member))
      #expect(sale.net == Money(20_000) && sale.points.earned == Points(200))
      #expect(try chain.settle())
      let first = try chain[2].agent.takeBack(back(sale.saleId, line: 0, pieces: 1))
      #expect(first.refund == Money(5_000))
      #expect(try chain.settle())
      // The store of the sale hears of it before it takes back the rest.
      let refused = #expect(throws: TillFault.self) {
        try chain[1].agent.takeBack(back(sale.saleId, line: 0, pieces: 2))
      }
      #expect(refused?.code == "too_much_returned")
      let rest = try chain[1].agent.takeBack(ReturnRequest(saleId: sale.saleId))
      #expect(rest.refund == Money(15_000))
      #expect(try chain.settle())
      #expect(try chain.hub.member(member).points == .zero)
      #expect(throws: TillFault.self) { try chain[2].agent.takeBack(ReturnRequest(saleId: sale.saleId)) }
      #expect(try chain.hub.store.exceptions().map(\.detail) == [])
      #expect(try chain.differences() == [])
      let stranger = try chain[1].agent.sell(.of(5_000, phone: "13800138009"))
      #expect(try chain.settle())
      let known = try chain.hub.store.knownSale(stranger.saleId).sale
      #expect(known.phone == "8009", "another store sees no phone")
    }
  }

  @Test func `a store without a line pays back, and headquarters works out the rest when the sale is known`()
    async throws
  {
    try await onItsOwnThread {
      let chain = try TestChain(stores: 2)
      let member = try chain[1].agent.enrol(.of("李雷", phone: "13800138001")).memberId
      #expect(try chain.settle())
      for store in chain.stores { store.line.cut() }
      for store in chain.stores { _ = store.sync() }
      let sale = try chain[1].agent.sell(twoLines(to: member))
      #expect(throws: TillFault.self) { try chain[2].agent.takeBack(back(sale.saleId, line: 0, pieces: 1)) }
      let paid = try chain[2].agent.takeBack(back(sale.saleId, line: 0, pieces: 1, refund: Money(5_000)))
      #expect(paid.refund == Money(5_000))
      // The return arrives first, and waits for its sale.
      chain[2].line.restore()
      #expect(chain[2].sync())
      #expect(try chain.hub.member(member).points == .zero)
      #expect(try chain.settle())
      #expect(try chain.hub.member(member).points == Points(150))
      #expect(try chain.hub.store.exceptions().map(\.detail) == [])
      // One that the sale does not bear out is kept for a person to see.
      for store in chain.stores { store.line.cut() }
      for store in chain.stores { _ = store.sync() }
      _ = try chain[2].agent.takeBack(back(sale.saleId, line: 0, pieces: 1, refund: Money(9_000)))
      _ = try chain[1].agent.takeBack(back(sale.saleId, line: 0, pieces: 1))
      #expect(try chain.settle())
      let told = try chain.hub.store.exceptions().filter { $0.kind == "return" || $0.kind == "quarantine" }
      #expect(!told.isEmpty)
      #expect(try chain.differences() == [])
    }
  }

  /// Debts of up to 100 points; the rest is written off.
  private static func forgiving(_ changes: [String: JSONValue] = [:]) -> JSONValue {
    let points: JSONValue = [
      "restore": ["policy": "stayExpired"], "shortage": ["policy": "debtUpTo", "limit": 100],
    ]
    let changed = changes.merging(["points": points]) { $1 }
    return .object(DemoChain.rulebook.members.merging(changed) { $1 })
  }

  @Test(arguments: [1, 2])
  func `points that a return cannot reach are taken back where they are, and nothing is written off (P7)`(
    _ store: Int
  ) async throws {
    try await onItsOwnThread {
      let chain = try TestChain(stores: 2, rulebook: Self.forgiving())
      let member = try chain[1].agent.enrol(.of("李雷", phone: "13800138001")).memberId
      let sale = try chain[1].agent.sell(.of(500_000, to: member))
      #expect(sale.points.earned == Points(5_000))
      #expect(try chain.settle())
      let back = try chain[store].agent.takeBack(ReturnRequest(saleId: sale.saleId))
      #expect(back.refund == Money(500_000) && back.pointsLoss == .zero)
      #expect(try chain.settle())
      let after = try chain.hub.member(member)
      #expect(after.points == .zero && after.debt == .zero)
      #expect(try chain.differences() == [])
    }
  }

  @Test(arguments: [1, 2])
  func `points that are still pending, or wait for their member, go back with the goods (P7)`(
    _ store: Int
  ) async throws {
    try await onItsOwnThread {
      let chain = try TestChain(stores: 2, rulebook: Self.forgiving(["pendingDays": 7]))
      let member = try chain[1].agent.enrol(.of("李雷", phone: "13800138001")).memberId
      let pending = try chain[1].agent.sell(.of(500_000, to: member))
      #expect(try chain.settle())
      _ = try chain[store].agent.takeBack(ReturnRequest(saleId: pending.saleId))
      // Nobody knows this phone yet.
      let waiting = try chain[1].agent.sell(.of(500_000, phone: "13800138002"))
      #expect(try chain.settle())
      #expect(try chain[store].agent.takeBack(ReturnRequest(saleId: waiting.saleId)).pointsLoss == .zero)
      #expect(try chain.settle())
      let later = try chain[2].agent.enrol(.of("韩梅梅", phone: "13800138002")).memberId
      #expect(try chain.settle())
      chain.advance(minutes: 10 * 1_440)
      for person in [member, later] {
        _ = try chain[1].agent.sell(.of(100_000, to: person))
      }
      #expect(try chain.settle())
      chain.advance(minutes: 10 * 1_440)
      _ = try chain.hub.admin.post("/admin/v1/nightly", body: .null)
      #expect(try chain.settle())
      for person in [member, later] { #expect(try chain.hub.member(person).points == Points(1_000)) }
      #expect(try chain.differences() == [])
    }
  }

  @Test func `goods that two stores take back without a line cost the points they earned, once (P6)`()
    async throws
  {
    try await onItsOwnThread {
      for order in [[1, 2], [2, 1]] {
        let chain = try TestChain(stores: 2, rulebook: Self.forgiving())
        let member = try chain[1].agent.enrol(.of("李雷", phone: "13800138001")).memberId
        _ = try chain[1].agent.sell(.of(10_000, to: member))
        #expect(try chain.settle())
        for store in chain.stores { store.line.cut() }
        for store in chain.stores { _ = store.sync() }
        let sale = try chain[1].agent.sell(.of(20_000, to: member))
        let whole = [ReturnedLine(line: 0, quantity: Quantity(milli: 1_000))]
        _ = try chain[2].agent.takeBack(
          ReturnRequest(saleId: sale.saleId, lines: whole, refund: Money(20_000)))
        _ = try chain[1].agent.takeBack(ReturnRequest(saleId: sale.saleId))
        for number in order {
          chain[number].line.restore()
          #expect(chain[number].sync())
        }
        #expect(try chain.settle())
        #expect(try chain.hub.member(member).points == Points(100), "the line that is back first: \(order)")
        let kinds = try chain.hub.store.exceptions().map(\.kind)
        #expect(kinds.contains("return") || kinds.contains("quarantine"))
        #expect(try chain.differences() == [])
      }
    }
  }
}
