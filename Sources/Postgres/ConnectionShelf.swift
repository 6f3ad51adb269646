import Dispatch
import Synchronization

/// Connections of one kind: opened when they are needed, lent to one thread at a time, closed when nobody has
/// needed them for a while.
final class ConnectionShelf: Sendable {
  /// A connection that nobody uses, and so may be handed to another thread.
  private struct Idle: @unchecked Sendable {
    let connection: PostgresConnection
    let since: DispatchTime
  }

  private let options: PostgresOptions
  private let gate: FairGate
  private let waitMs: Int
  private let idleMs: Int
  private let idle = Mutex<[Idle]>([])

  init(_ options: PostgresOptions, places: Int, waitMs: Int, idleMs: Int) {
    self.options = options
    gate = FairGate(places)
    self.waitMs = waitMs
    self.idleMs = idleMs
  }

  /// How many connections are open and not in use.
  var idleCount: Int { idle.withLock { $0.count } }

  /// How many threads wait for one.
  var waitingCount: Int { gate.waitingCount }

  func lend<Value>(_ body: (PostgresConnection) throws -> Value) throws -> Value {
    try gate.enter(waitMs: waitMs)
    defer { gate.leave() }
    let connection = try take()
    defer { give(connection) }
    return try body(connection)
  }

  /// Closes what has not been used for long.
  func closeIdle() {
    let deadline = DispatchTime.now().uptimeNanoseconds
    let limit = UInt64(idleMs) * 1_000_000
    let old = idle.withLock { idle -> [Idle] in
      // The last used stands at the end.
      let count = idle.prefix { deadline - $0.since.uptimeNanoseconds > limit }.count
      defer { idle.removeFirst(count) }
      return Array(idle.prefix(count))
    }
    // The connections end here, outside of the lock.
    _ = old
  }

  private func take() throws -> PostgresConnection {
    while let kept = idle.withLock({ $0.popLast() }) {
      if kept.connection.isReady { return kept.connection }
    }
    return try PostgresConnection(options)
  }

  private func give(_ connection: PostgresConnection) {
    if connection.lost == nil {
      let kept = Idle(connection: connection, since: .now())
      idle.withLock { $0.append(kept) }
    }
    closeIdle()
  }
}

extension PostgresConnection {
  /// Whether it can be used again: what its last user left behind is answered, and it is still there.
  fileprivate var isReady: Bool {
    do { try settle() } catch { return false }
    return isAlive && !isInside
  }
}
