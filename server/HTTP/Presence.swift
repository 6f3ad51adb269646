import ServerStorage
import Synchronization
import SyncProtocol

/// When each store was last heard from, and how far it has read. Kept in memory and written down now and
/// then: what is lost with the process is news of a minute.
final class Presence: Sendable {
  private struct State {
    var seen: [NodeID: SeenStore] = [:]
    var unwritten: Set<NodeID> = []
  }

  private let state: Mutex<State>

  init(_ known: [SeenStore]) {
    state = Mutex(
      State(seen: Dictionary(known.map { ($0.node, $0) }, uniquingKeysWith: { first, _ in first })))
  }

  func note(_ node: NodeID, atMs: Int64, version: String? = nil, position: HubSeq? = nil) {
    state.withLock { state in
      let before = state.seen[node]
      state.seen[node] = SeenStore(
        node: node, atMs: atMs, position: position ?? before?.position ?? .none,
        version: version ?? before?.version ?? "")
      state.unwritten.insert(node)
    }
  }

  subscript(node: NodeID) -> SeenStore? { state.withLock { $0.seen[node] } }

  /// What has not been written down.
  func news() -> [SeenStore] {
    state.withLock { state in
      defer { state.unwritten = [] }
      return state.unwritten.sorted().compactMap { state.seen[$0] }
    }
  }
}
