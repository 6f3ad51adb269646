import Foundation
import Storage
import Synchronization
import SyncProtocol

/// The newest snapshot of each partition, as files beside the database. They are made when a store asks and
/// kept for all stores of the partition; whoever loses them makes them anew.
public final class SnapshotShelf: Sendable {
  private struct State {
    var manifests: [Partition: (manifest: SnapshotManifest, builtMs: Int64)] = [:]
    var building: Set<Partition> = []
  }

  private let store: HubStore
  private let folder: String
  private let state = Mutex(State())

  public init(_ store: HubStore, folder: String) throws {
    self.store = store
    self.folder = folder
    // Nothing tells whose the files of an earlier process are.
    try? FileManager.default.removeItem(atPath: folder)
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  }

  /// What a store of this shape may load; nil while the snapshot is being made. A large partition is made in
  /// the background, and the store asks again.
  public func manifest(of partition: Partition, for node: NodeID) throws -> SnapshotManifest? {
    guard try store.shape(of: node).contains(partition) else { throw HubFault.shapeChanged }
    let known = state.withLock { $0.manifests[partition]?.manifest }
    if let known, try isFresh(partition) { return known }
    if try store.rowCount(of: partition) <= Limits.sketchRows { return try build(partition) }
    let isMine = state.withLock { $0.building.insert(partition).inserted }
    if isMine {
      Thread.detachNewThread { [self] in
        defer { state.withLock { _ = $0.building.remove(partition) } }
        _ = try? build(partition)
      }
    }
    // The old one serves as long as the feed goes on from it.
    return try known.flatMap { try store.isInFeed($0.position) ? $0 : nil }
  }

  /// A chunk of a partition that the node carries.
  public func chunk(_ hash: String, for node: NodeID) throws -> [UInt8] {
    let shape = try store.shape(of: node)
    let isKnown = state.withLock { state in
      shape.contains { state.manifests[$0]?.manifest.chunks.contains { $0.hash == hash } ?? false }
    }
    guard isKnown, let bytes = FileManager.default.contents(atPath: path(hash)) else {
      throw HubFault.unknownChunk
    }
    return [UInt8](bytes)
  }

  private func isFresh(_ partition: Partition) throws -> Bool {
    let now = store.environment.nowMs()
    guard let (manifest, built) = state.withLock({ $0.manifests[partition] }) else { return false }
    let behind = store.committedHead.number - min(store.committedHead.number, manifest.position.number)
    return now - built < Limits.snapshotAgeMs && behind <= max(UInt64(Limits.pageRecords), manifest.rows / 4)
  }

  private func build(_ partition: Partition) throws -> SnapshotManifest {
    let manifest = try store.snapshot(of: partition) { [self] hash, bytes in
      if FileManager.default.fileExists(atPath: path(hash)) { return }
      try Data(bytes).write(to: URL(fileURLWithPath: path(hash)), options: .atomic)
    }
    let unused = state.withLock { state -> Set<String> in
      let before = state.manifests.updateValue((manifest, store.environment.nowMs()), forKey: partition)
      let inUse = state.manifests.values.flatMap { $0.manifest.chunks.map(\.hash) }
      return Set(before?.manifest.chunks.map(\.hash) ?? []).subtracting(inUse)
    }
    for hash in unused { try? FileManager.default.removeItem(atPath: path(hash)) }
    return manifest
  }

  private func path(_ hash: String) -> String { folder + "/" + hash }
}

extension HubStore {
  /// Reads a partition in one consistent state.
  func snapshot(of partition: Partition, keep: (String, [UInt8]) throws -> Void) throws -> SnapshotManifest {
    try pool.read { db in
      let head = try db.rows("SELECT max(hub_seq) FROM transactions").first?[0] as Int64? ?? 0
      let position = HubSeq(UInt64(head))
      guard let number = try Partitions.find(partition, db) else {
        return SnapshotManifest(
          logEpoch: keys.logEpoch, position: position, partition: partition, digest: PartitionDigest(),
          chunks: [])
      }
      return try withoutActuallyEscaping(keep) { keep in
        var writer = SnapshotWriter(db: db, hasher: hasher, keep: keep)
        try writer.write(number)
        return SnapshotManifest(
          logEpoch: keys.logEpoch, position: position, partition: partition,
          digest: try Partitions.digest(of: number, at: position, db), chunks: writer.chunks)
      }
    }
  }

  func rowCount(of partition: Partition) throws -> Int64 {
    try pool.read {
      try $0.rows("SELECT count FROM partitions WHERE name = ?", [partition.name]).first?[0] ?? 0
    }
  }

  /// Whether the feed still has what came after a position.
  func isInFeed(_ position: HubSeq) throws -> Bool { try pool.read { try position >= feedFloor($0) } }
}
