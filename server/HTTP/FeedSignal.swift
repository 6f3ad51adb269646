import Foundation
import Synchronization
import SyncProtocol

/// Wakes stores that wait for news of their partitions.
final class FeedSignal: Sendable {
  private struct Waiter {
    let partitions: Set<String>
    let continuation: CheckedContinuation<Void, Never>
  }

  private struct State {
    var waiters: [UUID: Waiter] = [:]
    var head = HubSeq.none
    var lastChange: [String: HubSeq] = [:]
  }

  private let state: Mutex<State>

  init(head: HubSeq) { state = Mutex(State(head: head)) }

  func committed(_ head: HubSeq, _ partitions: Set<String>) {
    let woken = state.withLock { state -> [Waiter] in
      state.head = max(state.head, head)
      for partition in partitions { state.lastChange[partition] = head }
      let hit = state.waiters.filter { !$0.value.partitions.isDisjoint(with: partitions) }
      for id in hit.keys { state.waiters[id] = nil }
      return Array(hit.values)
    }
    for waiter in woken { waiter.continuation.resume() }
  }

  /// Returns when one of the partitions has changed after `position`, or when the time is up.
  func wait(for partitions: Set<String>, after position: HubSeq, ms: Int64) async {
    let id = UUID()
    let timer = Task { [self] in
      try? await Task.sleep(for: .milliseconds(ms))
      release(id)
    }
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let isNews = state.withLock { state -> Bool in
          if Task.isCancelled || partitions.contains(where: { (state.lastChange[$0] ?? .none) > position }) {
            return true
          }
          state.waiters[id] = Waiter(partitions: partitions, continuation: continuation)
          return false
        }
        if isNews { continuation.resume() }
      }
    } onCancel: {
      release(id)
    }
    timer.cancel()
  }

  private func release(_ id: UUID) {
    state.withLock { $0.waiters.removeValue(forKey: id) }?.continuation.resume()
  }

  /// Lets everybody go, when the hub stops.
  func releaseAll() {
    let all = state.withLock { state -> [Waiter] in
      defer { state.waiters = [:] }
      return Array(state.waiters.values)
    }
    for waiter in all { waiter.continuation.resume() }
  }
}
