import Foundation
import Synchronization

/// Ctrl-C and SIGTERM: whenever they come, the programs that were started end and their folder goes.
final class Interruption: Sendable {
  private struct State {
    var cleanUp: (@Sendable () -> Void)?
    /// How the story went; nil while it is being told.
    var outcome: Int32?
    var hasCome = false
  }

  private let state = Mutex(State())

  /// Call before any other thread exists: they inherit that these signals are for the waiting thread alone.
  init() {
    var signals = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, SIGINT)
    sigaddset(&signals, SIGTERM)
    pthread_sigmask(SIG_BLOCK, &signals, nil)
    let waited = signals
    Thread.detachNewThread { [self] in
      var waited = waited
      var number: Int32 = 0
      while sigwait(&waited, &number) != 0 {}
      let (cleanUp, outcome) = state.withLock { state in
        state.hasCome = true
        return (state.cleanUp, state.outcome)
      }
      cleanUp?()
      _exit(outcome ?? 128 + number)
    }
  }

  /// What to do before the program ends.
  func atEnd(_ cleanUp: @escaping @Sendable () -> Void) { state.withLock { $0.cleanUp = cleanUp } }

  /// Once a signal has come, calls fail because the programs are gone; nobody needs to hear of it.
  func yieldToSignal() { while state.withLock({ $0.hasCome }) { sleep(3_600) } }

  /// Stays until a signal ends the program, with `status`.
  func wait(_ narrator: Narrator, status: Int32) -> Never {
    state.withLock { $0.outcome = status }
    narrator.line("\n按 Ctrl-C 结束 · Ctrl-C ends it")
    while true { sleep(3_600) }
  }
}
