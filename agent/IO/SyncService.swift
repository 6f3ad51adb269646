import Foundation
import Logging
import ServiceLifecycle
import SyncProtocol

/// Keeps a store in step with its hub: one loop sends what happened here, the other listens for what
/// happened elsewhere. Neither waits for the other, and no till waits for either.
public struct SyncService: Service {
  let agent: StoreAgent
  let logger: Logger
  /// How long the sender sleeps when there is nothing to send.
  let idleMs: Int64 = 20

  public init(_ agent: StoreAgent, logger: Logger) {
    self.agent = agent
    self.logger = logger
  }

  public func run() async throws {
    try await cancelWhenGracefulShutdown {
      while !Task.isCancelled, await !off({ agent.hello() }) { try await pause() }
      try await withThrowingTaskGroup { group in
        group.addTask { try await send() }
        group.addTask { try await listen() }
        try await group.waitForAll()
      }
    }
  }

  private func send() async throws {
    while !Task.isCancelled, !agent.isHalted {
      if agent.hasUnsent, await !off({ agent.push() }) {
        try await pause()
      } else {
        try await Task.sleep(for: .milliseconds(idleMs))
      }
    }
  }

  private func listen() async throws {
    while !Task.isCancelled, !agent.isHalted {
      if await !off({ agent.pull(waitMs: Limits.longPollMs / 2) }) { try await pause() }
    }
  }

  /// libcurl and SQLite block their thread, so they get one of their own, not one of the cooperative few.
  private func off(_ work: @escaping @Sendable () -> Bool) async -> Bool {
    await withCheckedContinuation { continuation in
      Thread.detachNewThread { continuation.resume(returning: work()) }
    }
  }

  private func pause() async throws {
    let ms = agent.nextPauseMs()
    logger.warning("hub not reached", metadata: ["pauseMs": "\(ms)", "fault": "\(agent.lastFault ?? "")"])
    try await Task.sleep(for: .milliseconds(ms))
  }
}
