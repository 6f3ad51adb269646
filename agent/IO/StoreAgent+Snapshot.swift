import AgentCore
import Foundation
import SyncProtocol
import Synchronization

/// A store that has nothing yet, or too little, loads what the hub has made ready. The tills go on with the
/// old replica until the new one has caught up.
extension StoreAgent {
  /// Loads snapshots of all partitions into a new file, reads the feed from there, and goes on with that
  /// file. An interrupted load finds its chunks again. False while the hub is still making a snapshot.
  func loadSnapshots() throws -> Bool {
    let (identity, hasher) = try introduced()
    var manifests: [SnapshotManifest] = []
    for partition in ReplicaLoader.inOrder(identity.shape) {
      guard let manifest = try link.manifest(of: partition) else { return false }
      manifests.append(manifest)
    }
    guard let first = manifests.map(\.position).min(), let last = manifests.map(\.position).max() else {
      return false
    }
    let path = configuration.folder + "/replica.db.loading"
    let shelf = try ChunkShelf(configuration.folder + "/chunks")
    let loader = try ReplicaLoader(path: path, hasher: hasher)
    for manifest in manifests {
      try loader.load(manifest) { part in try shelf.bytes(part.hash) { try link.chunk(part.hash) } }
    }
    let cursor = SyncProtocol.Cursor(logEpoch: identity.logEpoch, position: first, shape: identity.shape)
    try loader.finish(at: cursor)
    try catchUp(path, through: last, hasher)
    try applying.withLock { _ in
      try state.withLock { state in
        try replica.replace(by: path)
        state.touched = nil
        state.differing = []
        try rebuildOverlay(&state)
      }
      try takeRulebooks()
    }
    shelf.clear()
    return true
  }

  /// A feed that is not long yet is read from its beginning.
  func isSnapshotWorthwhile() throws -> Bool {
    try introduced().0.head.number >= configuration.snapshotRows
  }

  /// Asks until the hub has made the snapshots.
  func awaitSnapshots() throws {
    while try !loadSnapshots() { Thread.sleep(forTimeInterval: Self.snapshotLookSeconds) }
  }

  private static let snapshotLookSeconds = 0.5

  /// Snapshots of several partitions are of several positions: from the last of them on they go together.
  private func catchUp(_ path: String, through last: HubSeq, _ hasher: RowHasher) throws {
    let fresh = try Replica(path: path, readers: 0, cachePages: configuration.cachePages)
    defer { try? fresh.close() }
    while true {
      guard let cursor = try fresh.read({ try $0.cursor() }) else { return }
      if cursor.position >= last { return }
      let page = try OpenedPage(try link.pull(cursor, waitMs: 0))
      guard page.page.from == cursor.position, page.page.to > page.page.from else {
        throw HubFault.notUnderstood("a page that does not follow the cursor")
      }
      let next = SyncProtocol.Cursor(
        logEpoch: page.page.logEpoch, position: page.page.to, shape: cursor.shape)
      let applied = try fresh.apply(ReplicaNews(pages: [page], cursor: next), hasher: hasher)
      if next.position >= last, !applied.differing.isEmpty {
        throw HubFault.notUnderstood("snapshots that do not lead to the feed's rows")
      }
    }
  }
}

/// Chunks that have come, by the hash of their bytes: what an interrupted load need not fetch again.
struct ChunkShelf {
  private let folder: String

  init(_ folder: String) throws {
    self.folder = folder
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  }

  func bytes(_ hash: String, fetch: () throws -> [UInt8]) throws -> [UInt8] {
    guard SnapshotChunk.isHash(hash) else { throw HubFault.notUnderstood("a chunk without a hash") }
    let path = folder + "/" + hash
    if let kept = FileManager.default.contents(atPath: path), SnapshotChunk.hash(of: [UInt8](kept)) == hash {
      return [UInt8](kept)
    }
    let fetched = try fetch()
    try Data(fetched).write(to: URL(fileURLWithPath: path), options: .atomic)
    return fetched
  }

  func clear() { try? FileManager.default.removeItem(atPath: folder) }
}
