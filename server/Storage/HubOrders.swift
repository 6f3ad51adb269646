import Foundation
import Loyalty
import ServerCore
import Storage
import SyncProtocol

/// What headquarters is asked to order for a member.
public struct HubOrderRequest: Hashable, Sendable, Codable {
  /// The item's id.
  public let item: String
  /// Pieces; one without it.
  public let quantity: Int64?
  /// Where the member orders, for items that are for some channels only.
  public let channel: String?

  public init(item: String, quantity: Int64? = nil, channel: String? = nil) {
    self.item = item
    self.quantity = quantity
    self.channel = channel
  }
}

/// What an order would take; nothing is taken.
public struct OrderPreview: Hashable, Sendable, Codable {
  public let memberId: MemberID
  public let item: String
  public let quantity: Int64
  public let points: Points
  public let money: Money
  /// What the member could spend after it.
  public let balance: Points
}

/// Orders that headquarters takes itself 总部兑换: for items that no till may order, and at the service desk.
/// Points and stock are those that no store holds (law C6).
extension HubTransaction {
  public func placeOrder(
    _ member: MemberID, _ request: HubOrderRequest, by actor: String, key: String
  ) throws -> HubOrder {
    let root = try root(of: member)
    try requireKnown(root)
    let id = MallOrderID(derivedFrom: "hub order/\(member)/\(key)")
    if let known = try order(id) {
      guard known.item == request.item, known.quantity == request.quantity ?? 1 else {
        throw HubFault.conflictingRepeat
      }
      return known
    }
    let now = Timestamp(ms: nowMs)
    let rulebook = try rulebook(at: now)
    let order = try decide(id, for: root, request, rulebook).order
    try db.run(
      """
      INSERT INTO mall_orders (mall_order, member, node, item, quantity, points, money, business_ms, rulebook,
        state, stock, actor) VALUES (?, ?, 0, ?, ?, ?, ?, ?, ?, 'placed', ?, ?)
      """,
      [
        id.bytes, root.bytes, order.item, order.quantity, order.outcome.amount, order.taken.money.minor,
        nowMs,
        rulebook.version, order.taken.stock, actor,
      ])
    try book(order.taken.points, .spend, because: id, at: now, rulebook)
    try takeFree(order.taken.stock, of: allowance(of: order.item))
    try use(UseCount.mall(order.item), order.quantity, by: root, at: now)
    return try placed(id)
  }

  func previewOrder(_ member: MemberID, _ request: HubOrderRequest) throws -> OrderPreview {
    let root = try root(of: member)
    try requireKnown(root)
    let rulebook = try rulebook(at: Timestamp(ms: nowMs))
    let (order, available) = try decide(MallOrderID(high: 0, low: 0), for: root, request, rulebook)
    let points = Points(order.outcome.amount)
    return OrderPreview(
      memberId: root, item: order.item, quantity: order.quantity, points: points, money: order.taken.money,
      balance: available - points)
  }

  /// The goods are handed over, or everything goes back, once. Told again it is as it was.
  public func closeOrder(_ id: MallOrderID, isCancelled: Bool, by actor: String) throws -> HubOrder {
    let known = try placed(id)
    guard known.node == .hub else { throw HubFault.orderOfStore }
    if known.state == (isCancelled ? .cancelled : .fulfilled) { return known }
    var order = MallOrder(
      id: id, member: known.memberId, item: known.item, quantity: known.quantity,
      taken: MallTaking(
        points: try spent(on: id, by: known.memberId), stock: try stock(of: id), money: known.money))
    if known.state == .fulfilled {
      _ = order.fulfil()
    } else if known.state == .cancelled {
      _ = order.cancel()
    }
    let (outcome, givesBack) = isCancelled ? order.cancel() : (order.fulfil(), nil)
    guard order.state != known.state else { throw HubFault.orderRefused(outcome) }
    let now = Timestamp(ms: nowMs)
    try db.run(
      "UPDATE mall_orders SET state = ?, closed_ms = ?, closed_by = ? WHERE mall_order = ?",
      [order.state.rawValue, nowMs, actor, id.bytes])
    if let givesBack {
      try book(givesBack.points, .restore, because: id, at: now, try rulebook(at: now))
      try noteReturned(givesBack.stock, of: allowance(of: order.item))
      try use(UseCount.mall(order.item), -order.quantity, by: order.member, at: now)
    }
    return try placed(id)
  }

  /// The library's decision, on what headquarters knows and what no store holds.
  private func decide(
    _ id: MallOrderID, for root: MemberID, _ request: HubOrderRequest, _ rulebook: Rulebook
  ) throws -> (order: MallOrder, available: Points) {
    if let channel = request.channel, !(1...Limits.tokenLength).contains(channel.utf8.count) {
      throw HubFault.invalid(field: "channel", reason: "has 1 to \(Limits.tokenLength) bytes")
    }
    let now = Timestamp(ms: nowMs)
    let day = rulebook.businessDay(now)
    let facts = try tierFacts(of: root)
    let available = try ledger(of: root).available(on: day)
    let held = try free(of: root)
    let birthday = try registers(of: root)[Register.birthdayField]?.value
    let cart = Cart(
      businessTime: now, lines: [],
      member: MemberStanding(
        tierFacts: facts, available: available, held: held,
        birthday: birthday.flatMap { MonthDay(String($0.suffix(5))) },
        segments: Set(try group(of: root).flatMap { try segments(of: $0) }),
        hasBought: facts.history.months.contains { $0.count > 0 }), channel: request.channel)
    let decision = rulebook.programs.place(
      MallRequest(order: id, member: root, item: request.item, quantity: request.quantity ?? 1),
      given: MallStanding(
        occasion: rulebook.occasion(of: cart, tier: rulebook.tier(of: facts, on: day)), available: available,
        held: held, stock: try allowance(allowance(of: request.item)).free,
        ordered: try ordered(request.item, by: root), isHub: true))
    switch decision {
    case .refused(let outcome): throw HubFault.orderRefused(outcome)
    case .placed(let order): return (order, available)
    }
  }

  private func allowance(of item: String) -> String { UseCount.mall(item) }

  /// Pieces over all records that were merged.
  private func ordered(_ item: String, by root: MemberID) throws -> Int64 {
    try group(of: root).reduce(0) { sum, record in
      let row = try db.rows(
        "SELECT coalesce(sum(count), 0) FROM member_uses WHERE member = ? AND name = ?",
        [record.bytes, UseCount.mall(item)]
      ).first
      return sum + (row?[0] ?? 0)
    }
  }

  private func book(
    _ amounts: [LotAmount], _ kind: MovementKind, because order: MallOrderID, at time: Timestamp,
    _ rulebook: Rulebook
  ) throws {
    if amounts.isEmpty { return }
    var origin = MovementOrigin(
      node: .hub, epoch: 0, seq: JournalSeq(try nextHubCause()), businessTime: time,
      rulebook: rulebook.version, cause: order.bytes)
    try book(
      amounts.map {
        origin.movement(
          kind, of: $0.owner, lot: $0.lot, points: kind == .spend ? .zero - $0.points : $0.points)
      })
  }

  /// Of all records, because a movement stays with the one whose lot it drew on.
  private func spent(on order: MallOrderID, by member: MemberID) throws -> [LotAmount] {
    try group(of: try root(of: member)).flatMap { record in
      try db.rows(
        """
        SELECT available_from, expires_on, -points FROM movements
        WHERE member = ? AND node = 0 AND cause = ? AND kind = ? ORDER BY seq, part
        """, [record.bytes, order.bytes, MovementKind.spend.rawValue]
      ).map { LotAmount(owner: record, lot: LotKey(row: $0), points: Points($0[2])) }
    }
  }

  private func stock(of order: MallOrderID) throws -> Int64 {
    try db.rows("SELECT stock FROM mall_orders WHERE mall_order = ?", [order.bytes]).first?[0] ?? 0
  }
}
