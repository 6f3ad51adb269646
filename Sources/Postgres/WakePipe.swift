import Foundation

/// Lets one thread wait for a socket, or for another thread that wants it to look up.
final class WakePipe: Sendable {
  private let ends: (read: Int32, write: Int32)

  init() throws {
    var ends: [Int32] = [-1, -1]
    // A pipe cannot be made so in one step from Swift.
    let flags = [SOCK_STREAM, SOCK_CLOEXEC, SOCK_NONBLOCK].reduce(0) { $0 | Int32($1.rawValue) }
    guard socketpair(AF_UNIX, flags, 0, &ends) == 0 else {
      throw PostgresUnavailable(message: "no pipe: \(String(cString: strerror(errno)))")
    }
    self.ends = (ends[0], ends[1])
  }

  deinit {
    close(ends.read)
    close(ends.write)
  }

  /// Ends the wait that is, or the next one.
  func wake() {
    var byte: UInt8 = 1
    // A full pipe wakes as well.
    _ = write(ends.write, &byte, 1)
  }

  /// Waits until there is something to read on `socket`, until the time is over, or for a `wake`.
  func wait(for socket: Int32 = -1, ms: Int32 = -1) {
    var both = [
      pollfd(fd: ends.read, events: Int16(POLLIN), revents: 0),
      pollfd(fd: socket, events: Int16(POLLIN), revents: 0),
    ]
    _ = poll(&both, 2, ms)
    var bytes = [UInt8](repeating: 0, count: 64)
    while read(ends.read, &bytes, bytes.count) > 0 {}
  }
}
