import AgentCore
import AgentIO
import Chain
import Loyalty
import ServerStorage
import SyncProtocol
import Testing
import TestKit

/// What a chain lives through when lines go down, told step by step.
@Suite struct CutOffStores {
  @Test func `one phone enrolled in two cut-off stores becomes one member with both stores' points`()
    async throws
  {
    try await onItsOwnThread {
      let chain = try TestChain(stores: 3)
      for store in [chain[1], chain[2]] { store.line.cut() }
      #expect(!chain[1].sync())

      let first = try chain[1].agent.enrol(.of("王小明", phone: "13800138000")).memberId
      let paid = try chain[1].agent.sell(.of(30_000, to: first))
      chain.advance(minutes: 60)
      let second = try chain[2].agent.enrol(.of("王小明", phone: "138-0013-8000")).memberId
      _ = try chain[2].agent.sell(.of(20_000, to: second))
      #expect(paid.offline)
      #expect(first != second)
      #expect(!chain[1].sync())

      #expect(try chain.settle())
      for store in chain.stores {
        let found = try store.agent.find(.phone("13800138000"))
        #expect(found.map(\.memberId) == [first])
        #expect(found.map(\.points) == [Points(500)])
        #expect(try store.agent.member(second).memberId == first, "the second card works as well")
      }
      #expect(try chain.hub.store.totals().aliases == 1)
      #expect(try chain.differences() == [])
    }
  }

  @Test func `a member spends at a cut-off store what that store holds, and not a point more`() async throws {
    try await onItsOwnThread {
      let chain = try TestChain(stores: 2)
      let member = try chain[1].agent.enrol(.of("李雷", phone: "13800138001")).memberId
      _ = try chain[1].agent.sell(.of(100_000, to: member))
      #expect(try chain.settle())
      for store in chain.stores { store.line.cut() }
      for store in chain.stores { _ = store.sync() }

      #expect(try chain[1].agent.member(member).points == Points(1_000))
      let held = try chain[1].agent.member(member).pointsHeldHere
      #expect(held == Points(750))
      let refusal = #expect(throws: TillFault.self) {
        try chain[1].agent.sell(.of(200_000, to: member, points: 800))
      }
      #expect(refusal?.code == "points_held_elsewhere")
      let sale = try chain[1].agent.sell(.of(200_000, to: member, points: 700))
      #expect(sale.points.spent == Points(700))
      #expect(throws: TillFault.self) { try chain[2].agent.sell(.of(200_000, to: member, points: 100)) }

      #expect(try chain.settle())
      #expect(try chain.hub.member(member).points == sale.points.balance)
      #expect(try chain[2].agent.member(member).points == sale.points.balance)
    }
  }

  @Test func `points that a store asked for and did not use go back when its customer is gone`() async throws
  {
    try await onItsOwnThread {
      let chain = try TestChain(stores: 2)
      let member = try chain[1].agent.enrol(.of("韩梅梅", phone: "13800138002")).memberId
      _ = try chain[1].agent.sell(.of(100_000, to: member))
      #expect(try chain.settle())
      var dearer = SaleRequest.of(200_000, to: member, points: 200)
      dearer.toPay = Money(200_000)
      let refused = #expect(throws: TillFault.self) { try chain[2].agent.sell(dearer) }
      #expect(refused?.code == "price_differs")
      #expect(try chain[2].agent.member(member).pointsHeldHere == Points(200))
      #expect(try chain.settle())
      #expect(
        try chain[2].agent.member(member).pointsHeldHere == Points(200), "they may still be at the till")
      chain.advance(minutes: 6)
      #expect(try chain.settle())
      #expect(try chain[2].agent.member(member).pointsHeldHere == .zero)
      #expect(try chain.differences() == [])
    }
  }

  @Test func `with the line up a store asks for the points that it does not hold`() async throws {
    try await onItsOwnThread {
      let chain = try TestChain(stores: 2)
      let member = try chain[1].agent.enrol(.of("韩梅梅", phone: "13800138002")).memberId
      _ = try chain[1].agent.sell(.of(100_000, to: member))
      #expect(try chain.settle())

      #expect(try chain[2].agent.member(member).pointsHeldHere == .zero)
      let sale = try chain[2].agent.sell(.of(200_000, to: member, points: 200))
      #expect(sale.points.spent == Points(200))
      #expect(!sale.offline)

      #expect(try chain.settle())
      #expect(try chain.differences() == [])
      #expect(try chain.hub.store.exceptions() == [])
    }
  }

  @Test func `a coupon is used once, where its member was seen, also with the line down`() async throws {
    try await onItsOwnThread {
      let chain = try TestChain(stores: 2)
      let member = try chain[1].agent.enrol(.of("丁一", phone: "13800138003")).memberId
      #expect(try chain.settle())
      let code = try chain.hub.issue("ten", DemoChain.tenOff, to: member)
      #expect(try chain.settle())
      for store in chain.stores { store.line.cut() }
      for store in chain.stores { _ = store.sync() }

      let elsewhere = #expect(throws: TillFault.self) {
        try chain[2].agent.sell(.of(5_000, to: member, coupons: [code]))
      }
      #expect(elsewhere?.code == "coupon_held_elsewhere")
      let sale = try chain[1].agent.sell(.of(5_000, to: member, coupons: [code]))
      #expect(sale.net == Money(4_000))
      let again = #expect(throws: TillFault.self) {
        try chain[1].agent.sell(.of(5_000, to: member, coupons: [code]))
      }
      #expect(again?.code == "coupon_used")

      #expect(try chain.settle())
      #expect(try chain[2].agent.coupons(of: member).map(\.state) == [.redeemed])
      _ = try chain[1].agent.takeBack(ReturnRequest(saleId: sale.saleId))
      #expect(try chain.settle())
      #expect(try chain[2].agent.coupons(of: member).map(\.state) == [.issued])
      #expect(try chain.hub.store.exceptions() == [])
    }
  }

  @Test func `a sale to a phone nobody knows finds its member when another store enrols them`() async throws {
    try await onItsOwnThread {
      let chain = try TestChain(stores: 2)
      chain[1].line.cut()
      let sale = try chain[1].agent.sell(.of(40_000, phone: "13800138004"))
      #expect(sale.memberId == nil)
      #expect(sale.points.earned == Points(400))
      let member = try chain[2].agent.enrol(.of("戊", phone: "13800138004")).memberId
      #expect(try chain.settle())
      #expect(try chain[1].agent.member(member).points == Points(400))
      #expect(try chain[2].agent.member(member).points == Points(400))
      #expect(try chain.differences() == [])
    }
  }

  @Test func `a return whose points are gone leaves a debt that the next sale's points pay`() async throws {
    try await onItsOwnThread {
      let chain = try TestChain(stores: 1)
      let member = try chain[1].agent.enrol(.of("己", phone: "13800138005")).memberId
      let sale = try chain[1].agent.sell(.of(100_000, to: member))
      _ = try chain[1].agent.sell(.of(200_000, to: member, points: 1_000))
      _ = try chain[1].agent.takeBack(ReturnRequest(saleId: sale.saleId))
      let after = try chain[1].agent.member(member).points
      #expect(try chain.settle())
      #expect(try chain[1].agent.member(member).points == after)
      _ = try chain[1].agent.sell(.of(300_000, to: member))
      #expect(try chain.settle())
      #expect(try chain[1].agent.member(member).points == Points(after.count + 3_000))
      #expect(try chain.hub.member(member).points == Points(after.count + 3_000))
      #expect(try chain.differences() == [])
    }
  }

  @Test func `points that are owed are paid in a few syncs, not a quarter of what is left at a time`()
    async throws
  {
    try await onItsOwnThread {
      let chain = try TestChain(stores: 2)
      let member = try chain[1].agent.enrol(.of("辛", phone: "13800138007")).memberId
      let sale = try chain[1].agent.sell(.of(1_000_000, to: member))
      #expect(try chain.settle())
      for store in chain.stores { store.line.cut() }
      for store in chain.stores { _ = store.sync() }
      // A quarter of the points is the hub's to grant; what the store cannot take back is owed.
      _ = try chain[1].agent.takeBack(ReturnRequest(saleId: sale.saleId))
      _ = try chain[1].agent.sell(.of(300_000, to: member))
      #expect(try chain.settle(rounds: 5))
      let settled = try chain.hub.member(member)
      #expect((settled.debt, settled.points) == (.zero, Points(3_000)))
      #expect(try chain.differences() == [])
    }
  }

  @Test func `the hub goes away in the middle of the day and nobody at a till notices`() async throws {
    try await onItsOwnThread {
      let chain = try TestChain(stores: 2)
      let member = try chain[1].agent.enrol(.of("庚", phone: "13800138006")).memberId
      #expect(try chain.settle())
      chain.hub.stop()
      for store in chain.stores {
        _ = try store.agent.sell(.of(10_000, to: member))
        #expect(!store.sync())
      }
      try chain.hub.restart()
      #expect(try chain.settle())
      #expect(try chain.hub.member(member).points == Points(200))
      #expect(try chain.differences() == [])
    }
  }
}
