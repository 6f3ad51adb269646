import Foundation

/// A plain socket server that waits for the end of its client's input and only then answers: what a
/// connection closed in one direction must still carry.
final class OneShotServer: Sendable {
  let port: Int
  private let socketNumber: Int32

  struct SocketError: Error { let call: String }

  init(bytes: Int) throws {
    let listening = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = Self.loopback(port: 0)
    guard Self.with(&address, { bind(listening, $0, $1) }) == 0, listen(listening, 8) == 0 else {
      throw SocketError(call: "listen")
    }
    guard
      Self.with(
        &address,
        { pointer, _ in
          var length = socklen_t(MemoryLayout<sockaddr_in>.size)
          return getsockname(listening, pointer, &length)
        }) == 0
    else { throw SocketError(call: "getsockname") }
    port = Int(UInt16(bigEndian: address.sin_port))
    socketNumber = listening
    Thread.detachNewThread {
      let client = accept(listening, nil, nil)
      var buffer = [UInt8](repeating: 0, count: 4_096)
      while read(client, &buffer, buffer.count) > 0 {}
      let answer = [UInt8](repeating: 7, count: bytes)
      var sent = 0
      while sent < bytes {
        let count = answer.withUnsafeBytes { write(client, $0.baseAddress! + sent, bytes - sent) }
        if count <= 0 { break }
        sent += count
      }
      close(client)
    }
  }

  deinit { close(socketNumber) }

  /// Connects to `port`, ends its own direction, and counts what comes back.
  func bytesReceived(through port: Int, pausing: Bool) throws -> Int {
    let client = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(client) }
    var address = Self.loopback(port: port)
    guard Self.with(&address, { connect(client, $0, $1) }) == 0 else { throw SocketError(call: "connect") }
    _ = write(client, "question", 8)
    shutdown(client, Int32(SHUT_WR))
    // The writer must wait for a reader that does not read.
    if pausing { usleep(300_000) }
    var buffer = [UInt8](repeating: 0, count: 64 << 10)
    var total = 0
    while true {
      let count = read(client, &buffer, buffer.count)
      if count <= 0 { return total }
      total += count
    }
  }

  private static func loopback(port: Int) -> sockaddr_in {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = UInt16(port).bigEndian
    address.sin_addr = in_addr(s_addr: UInt32(0x7F00_0001).bigEndian)
    return address
  }

  private static func with<Value>(
    _ address: inout sockaddr_in, _ use: (UnsafeMutablePointer<sockaddr>, socklen_t) -> Value
  ) -> Value {
    withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        use($0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
  }
}
