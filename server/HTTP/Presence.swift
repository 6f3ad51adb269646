import Synchronization
import SyncProtocol

/// When each store was last heard from, and how far it has read; kept in memory, it is only news.
final class Presence: Sendable {
  struct Seen: Sendable {
    var atMs: Int64
    var version: String
    var position: HubSeq
  }

  private let seen = Mutex<[NodeID: Seen]>([:])

  func note(_ node: NodeID, atMs: Int64, version: String, position: HubSeq? = nil) {
    seen.withLock { seen in
      let before = seen[node]?.position ?? .none
      seen[node] = Seen(atMs: atMs, version: version, position: position ?? before)
    }
  }

  subscript(node: NodeID) -> Seen? { seen.withLock { $0[node] } }
}
