import Logging
import ServerStorage
import ServiceLifecycle
import SyncProtocol
import Web

/// Keeps the feed in bounds: notes how far stores have read, and lets go of what all have.
public struct FeedKeeper: Service {
  let hub: Hub
  let logger: Logger
  static let pause = Duration.seconds(60)

  public init(_ hub: Hub, logger: Logger) {
    self.hub = hub
    self.logger = logger
  }

  public func run() async throws {
    await cancelWhenGracefulShutdown {
      while true {
        do { try await Task.sleep(for: Self.pause) } catch { return }
        do {
          try await hub.keepFeed()
        } catch is CancellationError {
          return
        } catch {
          logger.error("the feed could not be shortened and is tried again: \(error)")
        }
      }
    }
  }
}

extension Hub {
  /// Transactions of the feed that one transaction looks at: a waiting store waits for no more.
  private static let prunedAtATime = 2_000

  public func keepFeed() async throws {
    let seen = presence.news()
    if !seen.isEmpty { try await writer.write(weight: seen.count) { try $0.noteReaders(seen) } }
    while try await writer.write(
      weight: Self.prunedAtATime, { try $0.pruneFeed(transactions: Self.prunedAtATime) })
    { try Task.checkCancellation() }
  }
}
