import Foundation
import Logging
import ServiceLifecycle
import SyncProtocol
import Synchronization

/// Keeps a store in step with its hub: one loop sends what happened here, the other listens for what
/// happened elsewhere. Neither waits for the other, and no till waits for either.
public struct SyncService: Service {
  let agent: StoreAgent
  let logger: Logger

  /// How often a pausing loop looks whether the other has reached the hub.
  let lookMs: Int64 = 200

  public init(_ agent: StoreAgent, logger: Logger) {
    self.agent = agent
    self.logger = logger
  }

  public func run() async throws {
    do {
      try await cancelWhenGracefulShutdown {
        while await !blocking({ agent.hello() }) { try await pause() }
        try await withThrowingTaskGroup { group in
          group.addTask { try await send() }
          group.addTask { try await listen() }
          try await group.waitForAll()
        }
        // Sync stands still until a person looks; the tills must not stand still with it.
        while true { try await Task.sleep(for: .seconds(3_600)) }
      }
    } catch is CancellationError {
      // Asked to stop, which is how this service ends.
    }
  }

  private func send() async throws {
    while !Task.isCancelled, !agent.isHalted {
      if !agent.hasUnsent {
        _ = await blocking { agent.awaitEntry(ms: 1_000) }
      } else if await !blocking({ agent.push() }) {
        try await pause()
      }
    }
  }

  private func listen() async throws {
    while !Task.isCancelled, !agent.isHalted {
      if await !blocking({ agent.pull(waitMs: Limits.longPollMs / 2) }) { try await pause() }
    }
  }

  /// libcurl and SQLite block their thread, so they get one of their own, not one of the cooperative few.
  /// Cancellation does not wait for it: a long poll may hang for half a minute.
  private func blocking(_ work: @escaping @Sendable () -> Bool) async -> Bool {
    let answer = Answer()
    return await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        answer.expect(continuation)
        Thread.detachNewThread { answer.give(work()) }
      }
    } onCancel: {
      answer.give(false)
    }
  }

  private func pause() async throws {
    let (ms, fault) = agent.pauseAfterFault()
    if Task.isCancelled { return }
    logger.warning("hub not reached", metadata: ["pauseMs": "\(ms)", "fault": "\(fault)"])
    // One loop that finds the line up again ends the other's pause: an outage has one end, not two.
    let end = ContinuousClock.now + .milliseconds(ms)
    repeat {
      try await Task.sleep(until: min(end, .now + .milliseconds(lookMs)), clock: .continuous)
    } while ContinuousClock.now < end && !agent.isOnline
  }
}

/// One answer for one continuation, whoever gives it first.
private final class Answer: Sendable {
  private enum State {
    case open
    case waiting(CheckedContinuation<Bool, Never>)
    case given(Bool)
  }

  private let state = Mutex(State.open)

  func expect(_ continuation: CheckedContinuation<Bool, Never>) {
    let early = state.withLock { state -> Bool? in
      if case .given(let value) = state { return value }
      state = .waiting(continuation)
      return nil
    }
    if let early { continuation.resume(returning: early) }
  }

  func give(_ value: Bool) {
    let waiting = state.withLock { state -> CheckedContinuation<Bool, Never>? in
      defer { state = .given(value) }
      if case .waiting(let continuation) = state { return continuation }
      return nil
    }
    waiting?.resume(returning: value)
  }
}
