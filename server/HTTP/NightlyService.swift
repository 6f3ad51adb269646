import Logging
import ServerStorage
import ServiceLifecycle
import Web

/// Does each business day's work once, soon after it has begun: pending points, tiers, notices (law P8).
public struct NightlyService: Service {
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
        do {
          try await hub.runNight()
        } catch is CancellationError {
          return
        } catch {
          logger.error("the night's work stopped and is tried again: \(error)")
        }
        do { try await Task.sleep(for: Self.pause) } catch { return }
      }
    }
  }
}

extension Hub {
  /// Goes on until the present business day's work is done; nil when it was done before.
  @discardableResult
  func runNight() async throws -> NightlyProgress? {
    guard try await onBlockingThread({ [store] in try store.isNightlyDue() }) else { return nil }
    // First, so that a night which is cut short looks at them again. They are worked out beside the writer.
    let referrals = try await onBlockingThread { [store] in try store.dueReferrals() }
    for start in stride(from: 0, to: referrals.count, by: HubStore.nightlyMembers) {
      let part = Array(referrals[start...].prefix(HubStore.nightlyMembers))
      try await writer.write(weight: part.count) { try $0.settle(part) }
    }
    while try await writer.write(
      weight: ShapeLimits.movesAtATime, { try $0.endVisits(limit: ShapeLimits.movesAtATime) })
      == ShapeLimits.movesAtATime
    { try Task.checkCancellation() }
    var progress: NightlyProgress?
    while try await onBlockingThread({ [store] in try store.isNightlyDue() }) {
      try Task.checkCancellation()
      progress = try await writer.write(weight: HubStore.nightlyMembers) {
        try $0.runNight(members: HubStore.nightlyMembers)
      }
    }
    try await searchDuplicatesOfTheNight()
    return progress
  }
}
