import AgentCore
import Loyalty
import Seeds
import ServerCore
import SyncProtocol
import Testing

struct Allowances {
  private let stores = [NodeID(1), NodeID(2), NodeID(3)]

  private func policy(_ samples: inout Samples) -> HoldingPolicy {
    let home = samples.number(0...1000)
    return HoldingPolicy(homePermille: home, lastStorePermille: samples.number(0...1000 - home))
  }

  /// A lot of which the stores together hold at most what there is.
  private func lot(_ samples: inout Samples) -> LotState {
    var (held, left): ([NodeID: Points], Int64) = ([:], samples.number(0...1_000))
    let remainder = Points(left)
    for store in stores where samples.flag() {
      let part = samples.number(0...left)
      held[store] = Points(part)
      left -= part
    }
    return LotState(lot: samples.oneOf(Samples.lots), remainder: remainder, held: held)
  }

  private func with(_ lot: LotState, _ node: NodeID, more: Points) -> LotState {
    var held = lot.held
    held[node, default: .zero] += more
    return LotState(lot: lot.lot, remainder: lot.remainder, held: held)
  }

  @Test func `granting ahead never gives more than is free, and only to home and the last store`() {
    forAll { (samples: inout Samples) in
      let (policy, lot) = (policy(&samples), lot(&samples))
      let (home, last) = (samples.oneOf(stores + [.hub]), samples.oneOf(stores + [.hub]))
      let grants = GrantRule.ahead(lot, home: home, lastStore: last, policy: policy)
      let all = grants.reduce(Points.zero) { $0 + $1.points }
      return all <= max(.zero, lot.free)
        && grants.allSatisfy { grant in
          let target = policy.target(of: lot.remainder, for: grant.node, home: home, lastStore: last)
          return grant.points > .zero && grant.node != .hub && [home, last].contains(grant.node)
            && (lot.held[grant.node] ?? .zero) + grant.points <= target
        } && Set(grants.map(\.node)).count == grants.count
    }
  }

  @Test func `a lot that is overdrawn grants nothing`() {
    let lot = LotState(lot: Samples.lots[0], remainder: Points(5), held: [stores[1]: Points(9)])
    let policy = HoldingPolicy(homePermille: 1000, lastStorePermille: 0)
    #expect(lot.free == Points(-4))
    #expect(GrantRule.ahead(lot, home: stores[0], lastStore: .hub, policy: policy).isEmpty)
    #expect(GrantRule.claim(Points(3), by: stores[0], lots: [lot], on: Samples.today).isEmpty)
  }

  @Test func `one round of releases and one of grants, and everybody rests`() {
    forAll { (samples: inout Samples) in
      let (policy, member) = (policy(&samples), MemberID(high: 0, low: 1))
      let (home, last) = (samples.oneOf(stores), samples.oneOf(stores + [.hub]))
      var lot = lot(&samples)
      func excess(_ store: NodeID) -> [LotAmount] {
        let held = lot.held[store].map { [lot.lot: Holding(granted: $0 + Points(7), used: Points(7))] } ?? [:]
        let record = MemberRecord(
          id: member, member: nil,
          account: AccountRow(lots: [LotBalance(lot: lot.lot, remainder: lot.remainder)]),
          holding: HoldingRow(lots: held))
        return ReleaseRule.excess(
          of: record, home: home, lastStore: last, node: store, policy: policy, on: Samples.today)
      }
      for store in stores {
        for amount in excess(store) { lot = with(lot, store, more: .zero - amount.points) }
      }
      guard stores.allSatisfy({ excess($0).isEmpty }) else { return false }
      for grant in GrantRule.ahead(lot, home: home, lastStore: last, policy: policy) {
        lot = with(lot, grant.node, more: grant.points)
      }
      return stores.allSatisfy { excess($0).isEmpty } && lot.free >= .zero
        && GrantRule.ahead(lot, home: home, lastStore: last, policy: policy).isEmpty
    }
  }

  @Test func `a store hands back all of a lot that is spent elsewhere or belongs to other stores`() {
    let (mine, member) = (stores[0], MemberID(high: 0, low: 1))
    let policy = HoldingPolicy(homePermille: 500, lastStorePermille: 250)
    func excess(_ remainder: Int64?, held: Int64, home: NodeID) -> [Points] {
      let lots = remainder.map { [LotBalance(lot: Samples.lots[0], remainder: Points($0))] } ?? []
      let record = MemberRecord(
        id: member, member: nil, account: AccountRow(lots: lots),
        holding: HoldingRow(lots: [Samples.lots[0]: Holding(granted: Points(held + 3), used: Points(3))]))
      return ReleaseRule.excess(
        of: record, home: home, lastStore: .hub, node: mine, policy: policy, on: Samples.today
      )
      .map(\.points)
    }
    #expect(excess(100, held: 50, home: mine) == [])
    #expect(excess(100, held: 62, home: mine) == [])
    #expect(excess(100, held: 63, home: mine) == [Points(13)])
    #expect(excess(100, held: 63, home: stores[1]) == [Points(63)])
    #expect(excess(nil, held: 5, home: mine) == [Points(5)])
    let most = Limits.movementPoints
    #expect(excess(2 * most, held: 2 * most, home: stores[1]) == [Points(most)], "as much as fits")
    #expect(excess(100, held: 0, home: stores[1]) == [])
    let stranger = MemberRecord(id: member, member: nil, account: nil, holding: nil)
    #expect(
      ReleaseRule.excess(
        of: stranger, home: mine, lastStore: mine, node: mine, policy: policy, on: Samples.today
      ).isEmpty)
  }

  @Test func `a claim takes only what is free, in spend order, and reaches what is wanted when it can`() {
    forAll { (samples: inout Samples) in
      var states: [LotKey: LotState] = [:]
      for _ in 0..<samples.number(0...5) {
        let state = lot(&samples)
        states[state.lot] = state
      }
      let day = Day(Samples.today.number + Int32(samples.number(-400...800)))
      let (store, wanted) = (samples.oneOf(stores), samples.points(0...1_500))
      let grants = GrantRule.claim(wanted, by: store, lots: Array(states.values), on: day)
      let active = states.values.filter { $0.lot.isActive(on: day) }
      let held = active.reduce(Points.zero) { $0 + ($1.held[store] ?? .zero) }
      let free = active.reduce(Points.zero) { $0 + max(.zero, $1.free) }
      let given = grants.reduce(Points.zero) { $0 + $1.points }
      guard given == min(free, max(.zero, wanted - held)) else { return false }
      // A later lot is touched only once every earlier one is used up.
      for (index, grant) in grants.enumerated() {
        let isLast = index == grants.count - 1
        guard grant.points > .zero, grant.points <= grant.lot.free, grant.lot.lot.isActive(on: day),
          isLast || grant.points == grant.lot.free
        else { return false }
      }
      let lastLot = grants.last?.lot.lot
      let passedOver = active.filter { $0.free > .zero && $0.lot < lastLot ?? $0.lot }
      return passedOver.count == max(0, grants.count - 1)
        && zip(grants, grants.dropFirst()).allSatisfy { $0.lot.lot < $1.lot.lot }
    }
  }
}
