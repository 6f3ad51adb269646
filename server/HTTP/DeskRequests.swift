import HTTPTypes
import Hummingbird
import ServerStorage
import SyncProtocol
import Web

/// What the lists of the desk are asked for, the same for each.
extension AdminRoutes {
  /// Store, days, state and page from a request's query. `states` are those of the list; the first is meant
  /// where nothing is said, and `all` is every one.
  func deskFilter(_ request: Request, states: [String] = []) async throws -> DeskFilter {
    let query = request.uri.queryParameters
    var filter = DeskFilter(
      from: try Self.day("from", of: request), to: try Self.day("to", of: request), state: states.first)
    if let state = query["state"].map({ String($0) }) {
      guard state == "all" || states.contains(state) else {
        throw HubFault.invalid(field: "state", reason: "is none of the values that there are")
      }
      filter.state = state == "all" ? nil : state
    }
    if let cursor = query["cursor"] {
      guard let number = Int64(cursor) else {
        throw HubFault.invalid(field: "cursor", reason: "is the nextCursor of a page")
      }
      filter.before = number
    }
    if let store = query["store"].map({ String($0) }) {
      let known = try await onBlockingThread { [hub] in
        try hub.store.stores().first { $0.store.text == store }
      }
      guard let known else { throw HubFault.unknownStore }
      filter.node = known.node
    }
    return filter
  }

  func reason(in request: Request) async throws -> DeskReason {
    try await request.decodeJSON(DeskReason.self, limit: Self.requestBytes)
  }
}

/// A reason that need not be given.
struct DeskNote: Codable { let reason: String? }

extension RequestContext {
  /// The number of a row in the path.
  func rowNumber() throws -> Int64 {
    guard let text = parameters.get("number"), let number = Int64(text), number > 0 else {
      throw HubFault.invalid(field: "number", reason: "is not a number")
    }
    return number
  }
}
