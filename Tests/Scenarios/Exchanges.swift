import AgentCore
import AgentIO
import Chain
import Loyalty
import ServerStorage
import SyncProtocol
import Testing
import TestKit

/// Goods for other goods, where they were bought and elsewhere.
@Suite struct Exchanges {
  @Test func `points that an exchange takes back are asked for as well as those that pay`() async throws {
    try await onItsOwnThread {
      let chain = try TestChain(stores: 1)
      let agent = chain[1].agent
      let member = try agent.enrol(.of("李雷", phone: "13800138001")).memberId
      _ = try agent.sell(.of(100_000, to: member))
      let sale = try agent.sell(.of(20_000, to: member))
      #expect(try chain.settle())
      // All that is left once the goods are back; a quarter of it lies at headquarters.
      let points = try agent.member(member).points.count - sale.points.earned.count
      let rest = points / 100 * 100
      let wish = SaleRequest.of(100_000, to: member, points: rest)
      let done = try agent.exchange(
        ExchangeRequest(return: ReturnRequest(saleId: sale.saleId), sale: wish), key: "x1")
      #expect(done.sale.points.spent == Points(rest))
      #expect(try chain.settle())
      #expect(try chain.differences() == [] && chain.hub.store.exceptions().isEmpty)
    }
  }

  @Test func `headquarters' books say of an exchange what both receipts say, also of goods bought elsewhere`()
    async throws
  {
    try await onItsOwnThread {
      let chain = try TestChain(stores: 2)
      let member = try chain[1].agent.enrol(.of("李雷", phone: "13800138001")).memberId
      let sale = try chain[1].agent.sell(.of(20_000, to: member))
      #expect(try chain.settle())
      let done = try chain[2].agent.exchange(
        ExchangeRequest(return: ReturnRequest(saleId: sale.saleId), sale: .of(30_000, to: member)), key: "x1")
      #expect(
        done.toPay == Money(10_000) && done.return.pointsClawedBack + done.return.pointsDebt == Points(200))
      #expect(try chain.settle())
      #expect(try chain.hub.member(member).points == Points(300))
      let totals = try chain.hub.store.totals()
      #expect(totals.sales == 2 && totals.net == Money(50_000) && totals.priceDifferences == 0)
      #expect(totals.tenders == ["cash": Money(30_000), "exchange": Money(20_000)])
      // The store of the sale hears of it.
      #expect(throws: TillFault.self) { try chain[1].agent.takeBack(ReturnRequest(saleId: sale.saleId)) }
      // Returned in its turn, it gives back what both steps took in.
      let back = try chain[1].agent.takeBack(ReturnRequest(saleId: done.sale.saleId))
      #expect(back.refund == Money(30_000))
      #expect(try chain.settle())
      #expect(try chain.hub.member(member).points == .zero)
      #expect(try chain.hub.store.exceptions().map(\.detail) == [])
      #expect(try chain.differences() == [])
    }
  }

  @Test func `without a line goods of another store are exchanged for what their receipt says`() async throws
  {
    try await onItsOwnThread {
      let chain = try TestChain(stores: 2)
      let member = try chain[1].agent.enrol(.of("韩梅梅", phone: "13800138002")).memberId
      let sale = try chain[1].agent.sell(.of(20_000, to: member))
      #expect(try chain.settle())
      for store in chain.stores { store.line.cut() }
      for store in chain.stores { _ = store.sync() }
      let blind = ExchangeRequest(return: ReturnRequest(saleId: sale.saleId), sale: .of(30_000, to: member))
      let refused = #expect(throws: TillFault.self) { try chain[2].agent.exchange(blind) }
      #expect(refused?.code == "unknown_sale")
      let whole = ReturnedLine(line: 0, quantity: Quantity(milli: 1_000))
      let done = try chain[2].agent.exchange(
        ExchangeRequest(
          return: ReturnRequest(saleId: sale.saleId, lines: [whole], refund: Money(20_000)),
          sale: .of(30_000, to: member)))
      #expect(done.toPay == Money(10_000) && done.sale.points.earned == Points(300))
      #expect(try chain.settle())
      #expect(try chain.hub.member(member).points == Points(300))
      #expect(try chain.hub.store.exceptions().map(\.detail) == [])
      #expect(try chain.differences() == [])
    }
  }
}
