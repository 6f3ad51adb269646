import HTTPTypes
import Hummingbird
import Loyalty
import ServerStorage
import SyncProtocol
import Web

struct HubOrderList: Codable {
  let orders: [HubOrder]
  /// Send it back as `cursor` for the next page; nil at the end.
  let nextCursor: String?
}

/// Orders of the points mall that headquarters takes, and all there are 积分商城订单.
extension AdminRoutes {
  func addOrders(to admin: RouterGroup<HubContext>) {
    admin.post("members/:id/orders") { request, context in
      let id: MemberID = try context.hubID("id")
      let body = try await request.decodeJSON(HubOrderRequest.self, limit: Self.requestBytes)
      let (key, user) = (hub.key(of: request), context.userName)
      return try Response.json(
        try await hub.writer.write { try $0.placeOrder(id, body, by: user, key: key) }, status: 201)
    }
    admin.post("members/:id/orders/check") { request, context in
      let id: MemberID = try context.hubID("id")
      let body = try await request.decodeJSON(HubOrderRequest.self, limit: Self.requestBytes)
      return try await answer { try hub.store.previewOrder(id, body) }
    }
    admin.get("orders") { request, _ in
      let query = request.uri.queryParameters
      /// Nil where the parameter is not given.
      func value<T>(_ name: Substring, _ reason: String, _ read: (String) -> T?) throws -> T? {
        guard let text = query[name] else { return nil }
        guard let value = read(String(text)) else {
          throw HubFault.invalid(field: String(name), reason: reason)
        }
        return value
      }
      let member = try value("member", "is not a UUID") { MemberID($0) }
      let state = try value("state", "is placed, fulfilled or cancelled") { MallOrder.State(rawValue: $0) }
      let cursor = try value("cursor", "is the nextCursor of a page") { HubOrderCursor($0) }
      return try await answer {
        let (orders, next) = try hub.store.orders(of: member, in: state, after: cursor, limit: 100)
        return HubOrderList(orders: orders, nextCursor: next?.description)
      }
    }
    admin.get("orders/:id") { _, context in
      let id: MallOrderID = try context.hubID("id")
      return try await answer { try hub.store.order(id) }
    }
    for (action, isCancelled) in [("fulfil", false), ("cancel", true)] {
      admin.post("orders/:id/\(action)") { _, context in
        let id: MallOrderID = try context.hubID("id")
        let user = context.userName
        return try Response.json(
          try await hub.writer.write { try $0.closeOrder(id, isCancelled: isCancelled, by: user) },
          status: 201)
      }
    }
  }
}
