import Foundation
import Synchronization

/// Ctrl-C and SIGTERM: whenever they come, the programs that were started end and their folder goes.
final class Interruption: Sendable {
  private struct State {
    var cleanUp: (@Sendable () -> Void)?
    var isStoryOver = false
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
      let (cleanUp, isOver) = state.withLock { ($0.cleanUp, $0.isStoryOver) }
      cleanUp?()
      _exit(isOver ? 0 : 128 + number)
    }
  }

  /// What to do before the program ends.
  func atEnd(_ cleanUp: @escaping @Sendable () -> Void) { state.withLock { $0.cleanUp = cleanUp } }

  /// Stays until a signal ends the program.
  func wait(_ narrator: Narrator) -> Never {
    state.withLock { $0.isStoryOver = true }
    narrator.line("\n按 Ctrl-C 结束 · Ctrl-C ends it")
    while true { sleep(3_600) }
  }
}
