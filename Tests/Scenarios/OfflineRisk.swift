import AgentCore
import AgentIO
import Chain
import Curl
import Loyalty
import ServerStorage
import SyncProtocol
import Testing
import TestKit

/// Stores that are cut off and may risk something: what it costs, and what headquarters makes of it.
@Suite struct OfflineRisk {
  static func rulebook(_ offline: JSONValue) -> JSONValue {
    .object(DemoChain.rulebook.members.merging(["offline": offline]) { $1 })
  }

  static let capped = rulebook(["points": "floorLimit", "perMemberDay": 1_500, "perStoreOutage": 1_600])

  static let floorTen: JSONValue = [
    "kind": "amountOff", "name": ["zh": "减十元", "en": "Ten off"], "value": 1_000, "minimumSpend": 0,
    "policy": "floorLimit",
  ]

  /// A member of the first store with 1000 points, of which it holds 750, and a coupon that it holds.
  static func chain(rulebook: JSONValue = capped) throws -> (TestChain, MemberID, coupon: String) {
    let (chain, member) = try CouponsAtTheTill.chain(rulebook: rulebook)
    _ = try chain[1].agent.sell(.of(100_000, to: member))
    #expect(try chain.settle())
    let code = try CouponsAtTheTill.issue(chain.hub, "ten", floorTen, to: member)[0]
    #expect(try chain.settle())
    return (chain, member, code)
  }

  static func taken(_ store: TestStore) throws -> Int64? { try store.agent.status().offlineRisk?.taken.minor }

  @Test(arguments: [1, 2])
  func `two cut-off stores redeem one coupon and spend the same points within caps, and the books agree`(
    first: Int
  ) async throws {
    try await onItsOwnThread {
      let (chain, member, code) = try Self.chain()
      CouponsAtTheTill.cut(chain, 1, 2)

      // The holder risks nothing with the coupon, the other store all of it.
      let coupon = SaleRequest.of(5_000, to: member, coupons: [code])
      #expect(try chain[1].agent.sell(coupon).outcomes.contains { $0.code == "coupon_applied" })
      #expect(try Self.taken(chain[1]) == 0)
      #expect(try chain[2].agent.quote(coupon).outcomes.contains { $0.code == "coupon_risked" })
      #expect(try Self.taken(chain[2]) == 0, "a quote risks nothing")
      let risked = try chain[2].agent.sell(coupon)
      #expect(risked.toPay == Money(4_000) && risked.offline)
      #expect(risked.outcomes.first { $0.code == "coupon_risked" }?.amount == 1_000)
      #expect(try CouponsAtTheTill.refusal { _ = try chain[2].agent.sell(coupon) } == "coupon_used")

      // Of 1000 points the first store holds 750, and 40 that the sale earned; the other holds 40.
      _ = try chain[1].agent.sell(.of(2_000, to: member, points: 1_000))
      #expect(try Self.taken(chain[1]) == 210)
      _ = try chain[2].agent.sell(.of(1_000, to: member, points: 500))
      #expect(try Self.taken(chain[2]) == 1_000 + 460)
      let third = SaleRequest.of(1_000, to: member, points: 100)
      #expect(try CouponsAtTheTill.refusal { _ = try chain[2].agent.sell(third) } == "points_over_risk")
      let told = try chain[2].agent.quote(third).outcomes.first { $0.code == "points_over_risk" }
      // What it has earned since counts against what it overspent: forty fen are left of the cap.
      #expect(told?.amount == 40 && told?.distance == 60)

      // Whichever comes first is the redemption.
      chain[first].line.restore()
      #expect(chain[first].sync())
      #expect(try chain.settle())
      let exceptions = try chain.hub.store.exceptions()
      let doubles = exceptions.filter { $0.kind == "doubleRedemption" }
      #expect(doubles.map(\.detail) == ["worth 1000"])
      #expect(doubles.map(\.node) == [Int64(chain[3 - first].node.number)])
      let overspends = exceptions.filter { $0.kind == "overspentPoints" }
      #expect(
        Set(overspends.map(\.detail)) == [
          "spent 210 points more than the store held; they are owed",
          "spent 460 points more than the store held; they are owed",
        ])
      #expect(overspends.allSatisfy { $0.subject == "\(member)" } && exceptions.count == 3)
      // 1095 earned, 1500 spent; what was free has paid its part of the debt.
      let owing = try chain.hub.member(member)
      #expect((owing.points, owing.debt) == (Points(-405), Points(405)))
      for store in chain.stores { #expect(try store.agent.member(member).points == Points(-405)) }
      #expect(try chain.differences() == [])

      _ = try chain[1].agent.sell(.of(100_000, to: member))
      #expect(try chain.settle())
      let paid = try chain.hub.member(member)
      #expect((paid.points, paid.debt) == (Points(595), .zero))
      #expect(try chain[2].agent.member(member).points == Points(595))
      #expect(try chain.hub.store.exceptions() == exceptions && chain.differences() == [])
    }
  }

  @Test func `a coupon that only a store redeems that did not hold it is no exception`() async throws {
    try await onItsOwnThread {
      let (chain, member, code) = try Self.chain()
      // The line has just been cut, and the store finds out by the sale itself.
      chain[2].line.cut()
      let sale = try chain[2].agent.sell(.of(5_000, to: member, coupons: [code]))
      #expect(sale.toPay == Money(4_000) && sale.offline)
      #expect(try chain.settle())
      #expect(try chain.hub.store.exceptions() == [])
      #expect(try chain.hub.store.totals().couponsRedeemed == 1)
      #expect(try chain[1].agent.coupons(of: member).map(\.state) == [.redeemed])
      _ = try chain[2].agent.takeBack(ReturnRequest(saleId: sale.saleId))
      #expect(try chain.settle())
      #expect(try chain[1].agent.coupons(of: member).map(\.state) == [.issued])
      #expect(try chain.differences() == [])
    }
  }

  @Test func `what was risked is counted again after a crash, and until headquarters has heard of it`()
    async throws
  {
    try await onItsOwnThread {
      let (chain, member, code) = try Self.chain()
      let other = try chain[2].agent.enrol(.of("韩梅梅", phone: "13800138009")).memberId
      #expect(try chain.settle())
      _ = try chain[1].agent.sell(.of(50_000, to: other))
      #expect(try chain.settle())
      CouponsAtTheTill.cut(chain, 2)
      _ = try chain[2].agent.sell(.of(5_000, to: member, coupons: [code]))
      _ = try chain[2].agent.sell(.of(1_000, to: member, points: 500))
      let more = SaleRequest.of(1_000, to: member, points: 100)
      #expect(try CouponsAtTheTill.refusal { _ = try chain[2].agent.sell(more) } == "points_over_risk")

      let copy = try chain[2].crashCopy()
      let again = try chain[2].anotherAgent(folder: copy.path)
      #expect(try again.status().offlineRisk?.taken == Money(1_460))
      #expect(try again.status().offlineRisk?.cap == Money(1_600))
      #expect(try CouponsAtTheTill.refusal { _ = try again.sell(more) } == "points_over_risk")

      // Heard of, the outage is over; the member's day is not.
      #expect(try chain.settle())
      #expect(try Self.taken(chain[2]) == 0)
      CouponsAtTheTill.cut(chain, 2)
      let much = SaleRequest.of(1_000, to: member, points: 500)
      #expect(try CouponsAtTheTill.refusal { _ = try chain[2].agent.sell(much) } == "points_over_risk")
      #expect(try chain[2].agent.sell(.of(1_000, to: other, points: 500)).points.spent == Points(500))
      #expect(try Self.taken(chain[2]) ?? 0 > 0, "another member's day has just begun")
    }
  }

  @Test func `without caps a store risks nothing, whatever the coupon says`() async throws {
    try await onItsOwnThread {
      let (chain, member, code) = try Self.chain(rulebook: DemoChain.rulebook)
      CouponsAtTheTill.cut(chain, 2)
      let sale = SaleRequest.of(5_000, to: member, coupons: [code])
      #expect(try CouponsAtTheTill.refusal { _ = try chain[2].agent.sell(sale) } == "coupon_held_elsewhere")
      let points = SaleRequest.of(5_000, to: member, points: 100)
      #expect(try CouponsAtTheTill.refusal { _ = try chain[2].agent.sell(points) } == "points_held_elsewhere")
      #expect(try chain[2].agent.status().offlineRisk == nil)
    }
  }

  @Test func `points that need the line are refused without one, at the till, in the mall and in draws`()
    async throws
  {
    try await onItsOwnThread {
      let (chain, member, _) = try Self.chain(rulebook: Self.rulebook(["points": "online"]))
      let sale = SaleRequest.of(5_000, to: member, points: 100)
      #expect(try chain[1].agent.sell(sale).points.spent == Points(100), "the line is up")
      CouponsAtTheTill.cut(chain, 1)
      #expect(try CouponsAtTheTill.refusal { _ = try chain[1].agent.sell(sale) } == "points_need_line")
      #expect(
        try CouponsAtTheTill.refusal {
          _ = try chain[1].agent.order(OrderRequest(memberId: member, item: "mug"))
        } == "points_need_line")
      #expect(
        try CouponsAtTheTill.refusal {
          _ = try chain[1].agent.draw(member, ProgramRequest(program: "wheel"))
        } == "points_need_line")
      #expect(try chain[1].agent.sell(.of(5_000, to: member)).offline)
    }
  }
}
