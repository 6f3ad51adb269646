import CCurl
import CCurlShim
import Synchronization

/// Sends HTTP requests over connections that stay open between them.
///
/// Calls block their thread. Any number of threads may call at once; each takes the handle that was
/// used last, because its connection is the most likely to be still alive.
public final class CurlPool: Sendable {
  private let idle = Mutex<[EasyHandle]>([])
  private let keptHandles: Int
  private let authorities: String?

  // libcurl must be started once, before any thread uses it.
  private static let started = ccurl_start() == CURLE_OK

  /// A pool that keeps up to `keptHandles` connections; `authorities` is a PEM file to trust instead of
  /// the system's.
  public init(keptHandles: Int = 16, authorities: String? = nil) {
    self.keptHandles = keptHandles
    self.authorities = authorities
    precondition(Self.started, "libcurl does not start")
  }

  /// Sends one request and waits for its complete answer, whatever its status.
  public func send(_ request: HTTPRequest) throws(CurlError) -> HTTPResponse {
    guard let handle = idle.withLock({ $0.popLast() }) ?? EasyHandle() else {
      throw .failed("no memory for a libcurl handle")
    }
    let result = handle.perform(request, authorities: authorities)
    idle.withLock { if $0.count < keptHandles { $0.append(handle) } }
    return try result.get()
  }
}
