import CPostgres
import Foundation
import Storage
import Synchronization

/// Hears what other sessions NOTIFY, on a connection and a thread of its own.
///
/// Each time that it begins to listen, at the start and after a lost connection, it calls back once for each
/// channel without a payload: something may have been said before that nobody told it. Calls come one after
/// another.
public final class PostgresListener: Sendable {
  /// A notice's channel and payload.
  public typealias Hear = @Sendable (_ channel: String, _ payload: String?) -> Void

  private let options: PostgresOptions
  private let channels: [String]
  private let pause: RetryPause
  private let hear: Hear
  private let wakePipe: WakePipe
  private let isStopping = Atomic(false)

  /// Listens until `stop`; after a lost connection it tries again after `pause`, longer each time.
  public init(
    _ options: PostgresOptions, channels: [String], pause: RetryPause = RetryPause(), hear: @escaping Hear
  ) throws {
    self.options = options
    self.channels = channels
    self.pause = pause
    self.hear = hear
    wakePipe = try WakePipe()
    let thread = Thread { [self] in work() }
    thread.name = "postgres-listener"
    thread.start()
  }

  /// Ends the thread once a call that is under way has returned.
  public func stop() {
    isStopping.store(true, ordering: .sequentiallyConsistent)
    wakePipe.wake()
  }

  private var isOver: Bool { isStopping.load(ordering: .sequentiallyConsistent) }

  private func work() {
    var pause = pause
    while !isOver {
      do {
        let connection = try PostgresConnection(options)
        for channel in channels { try connection.run("LISTEN \(SQLText.quoted(channel))") }
        pause.reset()
        for channel in channels where !isOver { hear(channel, nil) }
        while !isOver, connection.isAlive {
          while !isOver, let notice = connection.nextNotice { hear(notice.channel, notice.payload) }
          if !isOver { wakePipe.wait(for: connection.socket) }
        }
      } catch {
        // Why does not matter here: whatever it was, the next attempt meets it again or does not.
      }
      if !isOver { wakePipe.wait(ms: pause.next()) }
    }
  }
}

extension PostgresConnection {
  var socket: Int32 { PQsocket(handle) }

  /// What another session has said on a channel that this one listens on; only what has arrived.
  fileprivate var nextNotice: (channel: String, payload: String)? {
    guard let notice = PQnotifies(handle) else { return nil }
    defer { PQfreemem(notice) }
    return (String(cString: notice.pointee.relname), String(cString: notice.pointee.extra))
  }
}
