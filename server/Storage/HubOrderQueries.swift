import Foundation
import Loyalty
import Storage
import SyncProtocol

/// An order of the points mall as headquarters has it, whoever took it.
public struct HubOrder: Hashable, Sendable, Codable {
  public let orderId: MallOrderID
  public let memberId: MemberID
  /// Who took it; 0 is headquarters, and only the taker closes it.
  public let node: NodeID
  public let item: String
  public let quantity: Int64
  public let points: Points
  /// To be paid besides the points.
  public let money: Money
  public let state: MallOrder.State
  public let placedAt: Timestamp
  public let closedAt: Timestamp?
  /// Who decided at headquarters.
  public let actor: String?
  public let closedBy: String?
  public let text: Words
}

extension HubTransaction {
  private static let columns = """
    SELECT mall_order, member, node, item, quantity, points, money, state, business_ms, closed_ms, actor,
      closed_by FROM mall_orders
    """

  func order(_ id: MallOrderID) throws -> HubOrder? {
    try db.rows("\(Self.columns) WHERE mall_order = ?", [id.bytes]).first.flatMap { HubOrder($0) }
  }

  func placed(_ id: MallOrderID) throws -> HubOrder {
    guard let order = try order(id) else { throw HubFault.unknownOrder }
    return order
  }

  /// The newest first, behind `after`.
  func orders(
    of member: MemberID?, in state: MallOrder.State?, after: HubOrderCursor?, limit: Int
  ) throws -> [HubOrder] {
    var (conditions, arguments): ([String], [(any SQLBindable)?]) = ([], [])
    if let member {
      let records = try group(of: try root(of: member))
      conditions.append("member IN (\(records.map { _ in "?" }.joined(separator: ", ")))")
      arguments += records.map(\.bytes)
    }
    if let state {
      conditions.append("state = ?")
      arguments.append(state.rawValue)
    }
    if let after {
      conditions.append("(business_ms, mall_order) < (?, ?)")
      arguments += [after.placedAt.ms, after.order.bytes]
    }
    let filter = conditions.isEmpty ? "" : "WHERE " + conditions.joined(separator: " AND ")
    return try db.rows(
      "\(Self.columns) \(filter) ORDER BY business_ms DESC, mall_order DESC LIMIT ?", arguments + [limit]
    ).compactMap { HubOrder($0) }
  }
}

/// Where a page of orders ended, written `1790000000000.ID`.
public struct HubOrderCursor: Hashable, Sendable, LosslessStringConvertible {
  let placedAt: Timestamp
  let order: MallOrderID

  init(_ order: HubOrder) { (placedAt, self.order) = (order.placedAt, order.orderId) }

  public init?(_ text: String) {
    let parts = text.split(separator: ".", maxSplits: 1)
    guard parts.count == 2, let ms = Int64(parts[0]), let order = MallOrderID(String(parts[1])) else {
      return nil
    }
    (placedAt, self.order) = (Timestamp(ms: ms), order)
  }

  public var description: String { "\(placedAt.ms).\(order)" }
}

extension HubOrder {
  init?(_ row: SQLRow) {
    guard let id = MallOrderID(bytes: row[0] as [UInt8]), let member = MemberID(bytes: row[1] as [UInt8]),
      let state = MallOrder.State(rawValue: row[7])
    else { return nil }
    let item: String = row[3]
    let points = Points(row[5])
    self.init(
      orderId: id, memberId: member, node: NodeID(UInt32(row[2] as Int64)), item: item, quantity: row[4],
      points: points, money: Money(row[6]), state: state, placedAt: Timestamp(ms: row[8]),
      closedAt: (row[9] as Int64?).map { Timestamp(ms: $0) }, actor: row[10], closedBy: row[11],
      text: RuleOutcome(rule: item, code: "mall_\(state.rawValue)", amount: points.count).words(currency: ""))
  }
}

extension HubStore {
  public func order(_ id: MallOrderID) throws -> HubOrder { try reading { try $0.placed(id) } }

  public func previewOrder(_ member: MemberID, _ request: HubOrderRequest) throws -> OrderPreview {
    try reading { try $0.previewOrder(member, request) }
  }

  /// A page, and where the next begins.
  public func orders(
    of member: MemberID?, in state: MallOrder.State?, after: HubOrderCursor?, limit: Int
  ) throws -> (orders: [HubOrder], next: HubOrderCursor?) {
    let page = try reading { try $0.orders(of: member, in: state, after: after, limit: limit) }
    return (page, page.count == limit ? page.last.map { HubOrderCursor($0) } : nil)
  }
}
