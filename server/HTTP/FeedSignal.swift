import Foundation
import ServiceLifecycle
import Synchronization
import SyncProtocol

/// Wakes stores that wait for news of their partitions.
final class FeedSignal: Sendable {
  private struct Waiter {
    let partitions: Set<Partition>
    let continuation: CheckedContinuation<Void, Never>
  }

  private struct State {
    var waiters: [UUID: Waiter] = [:]
    var head = HubSeq.none
    var lastChange: [Partition: HubSeq] = [:]
    /// When nobody said which partitions changed.
    var unknownChange = HubSeq.none
    var isStopping = false
  }

  private let state: Mutex<State>

  init(head: HubSeq) { state = Mutex(State(head: head)) }

  /// Without partitions any of them may have changed.
  func committed(_ head: HubSeq, _ partitions: Set<Partition>?) {
    let woken = state.withLock { state -> [Waiter] in
      state.head = max(state.head, head)
      if partitions == nil { state.unknownChange = head }
      for partition in partitions ?? [] { state.lastChange[partition] = head }
      let hit = state.waiters.filter { partitions.map($0.value.partitions.isDisjoint) != true }
      for id in hit.keys { state.waiters[id] = nil }
      return Array(hit.values)
    }
    for waiter in woken { waiter.continuation.resume() }
  }

  /// Returns when one of the partitions has changed after `position`, or when the time is up.
  func wait(for partitions: Set<Partition>, after position: HubSeq, ms: Int64) async {
    let id = UUID()
    let timer = Task { [self] in
      try? await Task.sleep(for: .milliseconds(ms))
      release(id)
    }
    // The server stops before the hub's own service does, and waits for its requests: those that wait here
    // have to hear of the stop by themselves.
    await withGracefulShutdownHandler {
      await withTaskCancellationHandler {
        await waitForRelease(id, partitions, after: position)
      } onCancel: {
        release(id)
      }
    } onGracefulShutdown: {
      self.releaseAll()
    }
    timer.cancel()
  }

  private func waitForRelease(_ id: UUID, _ partitions: Set<Partition>, after position: HubSeq) async {
    await withCheckedContinuation { continuation in
      let isOver = state.withLock { state -> Bool in
        let isNews =
          state.unknownChange > position
          || partitions.contains { (state.lastChange[$0] ?? .none) > position }
        if isNews || state.isStopping || Task.isCancelled { return true }
        state.waiters[id] = Waiter(partitions: partitions, continuation: continuation)
        return false
      }
      if isOver { continuation.resume() }
    }
  }

  private func release(_ id: UUID) {
    state.withLock { $0.waiters.removeValue(forKey: id) }?.continuation.resume()
  }

  /// Lets everybody go and nobody wait any more, when the hub stops.
  func releaseAll() {
    let all = state.withLock { state -> [Waiter] in
      state.isStopping = true
      defer { state.waiters = [:] }
      return Array(state.waiters.values)
    }
    for waiter in all { waiter.continuation.resume() }
  }
}
