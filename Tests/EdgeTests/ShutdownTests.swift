import Curl
import Foundation
import Logging
import Synchronization
import Testing
import Web

@Suite struct ShutdownTests {
  private static func wait(for asked: DispatchSemaphore) { _ = asked.wait(timeout: .now() + 5) }

  @Test func `a server told to stop finishes the request it has begun`() async {
    await #expect(processExitsWith: .exitCode(42)) {
      let status = Mutex(0)
      let asked = DispatchSemaphore(value: 0)
      try await serve(
        RunningServer.router(), on: Listener(port: 0), logger: Logger(label: "test"), name: "test",
        onReady: { port in
          Thread.detachNewThread {
            // The route takes 700 ms; the signal arrives in the middle of it.
            Thread.detachNewThread {
              usleep(250_000)
              kill(getpid(), SIGTERM)
            }
            let answer = try? APIClient(baseURL: "http://127.0.0.1:\(port)").get("/slow")
            status.withLock { $0 = answer?.status ?? -1 }
            asked.signal()
          }
        })
      Self.wait(for: asked)
      exit(status.withLock { $0 } == 200 ? 42 : 1)
    }
  }
}
