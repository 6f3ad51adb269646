import Dispatch
import Synchronization

/// Lets so many in at a time, and the others in the order in which they came.
final class FairGate: Sendable {
  private struct State {
    var free: Int
    var waiting: [Waiting] = []
  }

  private final class Waiting: Sendable {
    let semaphore = DispatchSemaphore(value: 0)
  }

  let places: Int
  private let state: Mutex<State>

  init(_ places: Int) {
    self.places = places
    state = Mutex(State(free: places))
  }

  /// How many wait for a place.
  var waitingCount: Int { state.withLock { $0.waiting.count } }

  /// Waits for a place, or throws after the time.
  func enter(waitMs: Int) throws(PostgresPoolExhausted) {
    let waiting = state.withLock { state -> Waiting? in
      if state.free > 0 {
        state.free -= 1
        return nil
      }
      let waiting = Waiting()
      state.waiting.append(waiting)
      return waiting
    }
    guard let waiting, waiting.semaphore.wait(timeout: .now() + .milliseconds(waitMs)) == .timedOut else {
      return
    }
    // A place may have been given between the end of the time and here: then it is ours.
    let gaveUp = state.withLock { state in
      guard let index = state.waiting.firstIndex(where: { $0 === waiting }) else { return false }
      state.waiting.remove(at: index)
      return true
    }
    if gaveUp { throw PostgresPoolExhausted(connections: places, waitedMs: waitMs) }
  }

  /// Gives the place to whoever has waited longest.
  func leave() {
    state.withLock { state in
      if state.waiting.isEmpty { state.free += 1 } else { state.waiting.removeFirst().semaphore.signal() }
    }
  }
}
