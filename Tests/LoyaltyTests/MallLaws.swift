import Loyalty
import Seeds
import SyncProtocol
import Testing

struct MallLaws {
  /// A chain with one item: what each node may spend and give out, and the orders it took. Node 0 is the hub.
  private struct Chain {
    let programs: Programs
    let member: MemberID
    let allPoints: [LotKey: Int64]
    let allStock: Int64
    var points: [[LotKey: Int64]]
    var stock: [Int64]
    var orders: [[MallOrder]]

    init(_ samples: inout Samples) {
      let stock = samples.number(0...12)
      var programs = Programs()
      programs.mall = [
        MallItem(
          id: "cup", name: Samples.words, sku: "cup", points: Points(samples.number(0...30)),
          money: Money(samples.number(0...9)), stock: stock)
      ]
      let member: MemberID = samples.id()
      let nodes = Int(samples.number(2...4))
      var lots: [LotKey: Int64] = [:]
      for _ in 0..<samples.number(0...4) {
        lots[samples.lot(), default: 0] += samples.number(0...100)
      }
      self.programs = programs
      self.member = member
      (allPoints, allStock) = (lots, stock)
      points = [[LotKey: Int64]](repeating: [:], count: nodes)
      points[0] = lots
      self.stock = [Int64](repeating: 0, count: nodes)
      self.stock[0] = stock
      orders = [[MallOrder]](repeating: [], count: nodes)
    }

    /// A grant or a release: only who holds it gives it away.
    mutating func move(_ samples: inout Samples) {
      let (from, to) = (node(&samples), node(&samples))
      let pieces = samples.number(0...stock[from])
      stock[from] -= pieces
      stock[to] += pieces
      for (lot, held) in points[from].sorted(by: { $0.key < $1.key }) {
        let part = samples.number(0...held)
        points[from][lot, default: 0] -= part
        points[to][lot, default: 0] += part
      }
    }

    mutating func order(_ samples: inout Samples) -> MallDecision {
      let at = node(&samples)
      let held = points[at].map { LotAmount(owner: member, lot: $0, points: Points($1)) }
      let standing = MallStanding(
        occasion: Occasion(time: Samples.noon, utcOffsetMinutes: 480), available: Points(left),
        held: held, stock: stock[at])
      let request = MallRequest(
        order: samples.id(), member: member, item: "cup", quantity: samples.number(1...4))
      let decision = programs.place(request, given: standing)
      if case .placed(let order) = decision {
        orders[at].append(order)
        apply(order.taken, at: at, sign: -1)
      }
      return decision
    }

    /// Fulfils or cancels some order, perhaps one that is closed.
    mutating func close(_ samples: inout Samples, cancels: Bool) {
      let at = node(&samples)
      guard !orders[at].isEmpty else { return }
      let index = Int(samples.number(0...Int64(orders[at].count - 1)))
      if !cancels {
        _ = orders[at][index].fulfil()
      } else if let back = orders[at][index].cancel().givesBack {
        apply(back, at: at, sign: 1)
      }
    }

    private mutating func apply(_ taking: MallTaking, at node: Int, sign: Int64) {
      stock[node] += sign * taking.stock
      for part in taking.points { points[node][part.lot, default: 0] += sign * part.points.count }
    }

    private func node(_ samples: inout Samples) -> Int { Int(samples.number(0...Int64(stock.count - 1))) }

    var left: Int64 {
      points.reduce(0) { $0 + $1.filter { $0.key.isActive(on: Samples.today) }.values.reduce(0, +) }
    }

    /// Nothing is below zero, and what is held and what open orders took is all there ever was.
    var isWhole: Bool {
      let open = orders.joined().filter { $0.state != .cancelled }
      var lots = points.reduce(into: [LotKey: Int64]()) { $0.merge($1, uniquingKeysWith: +) }
      for part in open.flatMap(\.taken.points) { lots[part.lot, default: 0] += part.points.count }
      let pieces = stock.reduce(0, +) + open.reduce(0) { $0 + $1.taken.stock }
      return pieces == allStock && lots.filter { $0.value > 0 } == allPoints.filter { $0.value > 0 }
        && stock.allSatisfy { $0 >= 0 } && points.allSatisfy { $0.values.allSatisfy { $0 >= 0 } }
        && open.reduce(0) { $0 + $1.quantity } <= allStock
    }
  }

  @Test func `orders take stock and points together or neither, and cancelling gives both back once (C6)`() {
    forAll { (samples: inout Samples) in
      var chain = Chain(&samples)
      for _ in 0..<samples.number(1...40) {
        switch samples.number(0...4) {
        case 0: chain.move(&samples)
        case 1: chain.close(&samples, cancels: true)
        case 2: chain.close(&samples, cancels: false)
        default:
          let before = chain
          if case .refused = chain.order(&samples) {
            guard chain.points == before.points, chain.stock == before.stock else { return false }
          }
        }
        guard chain.isWhole else { return false }
      }
      // In the end everything that was not handed over comes back.
      for node in chain.orders.indices {
        for index in chain.orders[node].indices {
          for _ in 0..<2 {
            guard let back = chain.orders[node][index].cancel().givesBack else { continue }
            chain.stock[node] += back.stock
            for part in back.points { chain.points[node][part.lot, default: 0] += part.points.count }
          }
        }
      }
      let handedOver = chain.orders.joined().filter { $0.state == .fulfilled }.reduce(0) { $0 + $1.quantity }
      return chain.isWhole && chain.stock.reduce(0, +) == chain.allStock - handedOver
    }
  }

  @Test func `an order costs exactly its pieces, drawn in spend order (P4), or says what is missing`() {
    forAll { (samples: inout Samples) in
      var programs = Programs()
      programs.mall = [samples.mallItem("a")]
      let item = programs.mall[0]
      let member = samples.standing()
      let standing = MallStanding(
        occasion: Occasion(
          time: Samples.noon, utcOffsetMinutes: 480, store: samples.oneOf(["S1", nil]),
          customer: Customer(tier: samples.oneOf(["max", nil]))),
        available: samples.oneOf([member.available, member.available, Points(-3)]), held: member.held,
        stock: samples.number(-1...5),
        ordered: samples.number(0...3), isHub: samples.flag())
      let quantity = samples.oneOf([1, 1, 2, samples.number(-1...5), .max, .min])
      let request = MallRequest(order: samples.id(), member: samples.id(), item: "a", quantity: quantity)
      let need = item.points.count.multipliedReportingOverflow(by: quantity).partialValue
      switch programs.place(request, given: standing) {
      case .placed(let order):
        let active = SpendPlan.spendable(member.held, on: Samples.today)
        return order.taken.points.reduce(0) { $0 + $1.points.count } == need
          && order.taken.points == SpendPlan.draw(Points(need), from: active)
          && order.taken.money.minor == item.money.minor * quantity
          && order.taken.stock == (item.stock == nil ? 0 : quantity)
          && (item.stock == nil || quantity <= standing.stock) && need <= max(0, standing.available.count)
          && standing.ordered + quantity <= Int64(item.perMember ?? .max)
          && (item.policy == .held || standing.isHub)
          && item.isOpen(on: standing.occasion)
      case .refused(let outcome):
        return switch outcome.code {
        case "mall_points_insufficient": need - outcome.distance == standing.available.count
        case "mall_out_of_stock": quantity - outcome.distance == max(0, standing.stock)
        case "mall_limit_reached":
          quantity - outcome.distance == max(0, Int64(item.perMember ?? 0) - standing.ordered)
        case "mall_points_held_elsewhere": outcome.distance > 0 && outcome.amount + outcome.distance == need
        case "mall_nothing": quantity <= 0
        case "mall_too_many": quantity > outcome.amount
        default:
          !item.isOpen(on: standing.occasion) || item.policy == .online && !standing.isHub
        }
      }
    }
  }

  private func order() -> MallOrder {
    MallOrder(
      id: MallOrderID(high: 1, low: 1), member: MemberID(high: 1, low: 2), item: "cup", quantity: 1,
      taken: MallTaking(points: [], stock: 1, money: .zero))
  }

  @Test func `what was handed over is not cancelled, and what was cancelled is not handed over`() {
    var first = order()
    #expect(first.outcome.code == "mall_placed")
    #expect(first.fulfil().code == "mall_fulfilled")
    #expect(first.fulfil().code == "mall_fulfilled")
    #expect(first.cancel().outcome.code == "mall_already_fulfilled")
    #expect(first.state == .fulfilled)
    var second = order()
    #expect(second.cancel().givesBack == second.taken)
    #expect(second.cancel().givesBack == nil)
    #expect(second.fulfil().code == "mall_already_cancelled")
    #expect(second.outcome.code == "mall_cancelled")
  }

  @Test func `an item that is not for now, not there or only online says so`() {
    func code(_ item: MallItem, _ wanted: String = "cup") -> String? {
      var programs = Programs()
      programs.mall = [item]
      let standing = MallStanding(
        occasion: Occasion(time: Samples.noon, utcOffsetMinutes: 480), available: Points(9), held: [],
        stock: 1)
      let request = MallRequest(
        order: MallOrderID(high: 1, low: 1), member: MemberID(high: 1, low: 1), item: wanted, quantity: 1)
      guard case .refused(let outcome) = programs.place(request, given: standing) else { return nil }
      return outcome.code
    }
    func item(_ when: Condition = .always, _ policy: MallItem.Policy = .held) -> MallItem {
      MallItem(id: "cup", name: Samples.words, sku: "cup", points: Points(1), when: when, policy: policy)
    }
    #expect(code(item(), "plate") == "mall_unknown_item")
    #expect(code(item(Condition(until: Timestamp(ms: 0)))) == "mall_not_now")
    #expect(code(item(Condition(from: Timestamp(ms: Samples.noon.ms + 1)))) == "mall_not_yet")
    #expect(code(item(Condition(stores: ["S9"]))) == "rule_other_store")
    #expect(code(item(.always, .online)) == "mall_online_only")
    #expect(code(item()) == "mall_points_held_elsewhere")
  }
}
