import Foundation
import Dispatch
import Hummingbird
import Logging
import Synchronization
import Web

/// Routes served on a free port of this machine until `stop`. Calls block.
public final class ServedRouter: Sendable {
  public let port: Int
  private let task: Task<Void, Never>
  private let ended: DispatchSemaphore

  public init<Context>(_ router: @escaping @Sendable () -> Router<Context>) throws
  where Context: InitializableFromSource<ApplicationRequestContextSource> {
    let ready = DispatchSemaphore(value: 0)
    let ended = DispatchSemaphore(value: 0)
    let heard = Heard()
    self.ended = ended
    task = Task.detached {
      var logger = Logger(label: "test")
      logger.logLevel = ProcessInfo.processInfo.environment["PATRON_TEST_LOG"] == nil ? .critical : .error
      do {
        try await serve(
          router(), on: Listener(port: 0), logger: logger, name: "test",
          onReady: {
            heard.port.store($0, ordering: .releasing)
            ready.signal()
          })
      } catch {
        ready.signal()
      }
      ended.signal()
    }
    ready.wait()
    port = heard.port.load(ordering: .acquiring)
    if port == 0 { throw NotServing() }
  }

  public var url: String { "http://127.0.0.1:\(port)" }

  public func stop() {
    task.cancel()
    ended.wait()
    ended.signal()
  }

  deinit { task.cancel() }

  private final class Heard: Sendable { let port = Atomic<Int>(0) }
  private struct NotServing: Error {}
}
