import Foundation
import Loyalty
import ServerCore
import ServerStorage
import ServiceLifecycle
import Synchronization
import SyncProtocol

/// Headquarters in one process: the store, its one writer, the feed and those who wait for it.
public final class Hub: Sendable {
  public let store: HubStore
  public let writer: HubWriter
  let feed: FeedReader
  let signal: FeedSignal
  let presence: Presence
  let issuer: CouponIssuer
  let guesses = Mutex(ClaimThrottle())
  let snapshots: SnapshotShelf
  let previews = PreviewJobs()

  public init(
    folder: String, database: String? = nil, environment: HubEnvironment, policy: HubPolicy = HubPolicy()
  ) throws {
    store = try HubStore(folder: folder, database: database, environment: environment, policy: policy)
    feed = FeedReader(store)
    snapshots = try SnapshotShelf(store, folder: folder + "/snapshots")
    presence = Presence(try store.seenStores())
    let signal = FeedSignal(head: store.committedHead)
    self.signal = signal
    writer = try HubWriter(store) { head, partitions in signal.committed(head, partitions) }
    issuer = CouponIssuer(store, writer)
    // What a hub that stopped had begun goes on.
    issuer.wake()
  }

  /// Writes a first user's token to `admin.token` in the folder, readable by its owner only.
  public func makeFirstUser(folder: String) async throws {
    let path = folder + "/admin.token"
    if FileManager.default.fileExists(atPath: path) { return }
    let token = try await writer.write { try $0.setUser("admin", role: "owner") }
    let created = FileManager.default.createFile(
      atPath: path, contents: Data((token + "\n").utf8), attributes: [.posixPermissions: 0o600])
    guard created else { throw CocoaError(.fileWriteUnknown) }
  }

  public func stop() {
    previews.cancelAll()
    signal.releaseAll()
    issuer.stop()
    writer.stop()
  }
}

/// Stops the hub's writer after the server has finished its requests.
public struct HubService: Service {
  let hub: Hub

  public init(_ hub: Hub) { self.hub = hub }

  public func run() async throws {
    try await gracefulShutdown()
    hub.signal.releaseAll()
  }
}
