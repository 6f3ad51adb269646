import NIOCore
import NIOPosix
import Synchronization

/// A cable between a client and a server on this machine that can be cut and mended.
///
/// It listens on a port of 127.0.0.1 that never changes, so that the server behind it may come back on
/// another. All calls block and must not be made from an event loop.
public final class Line: Sendable {
  private struct State {
    var target: Int
    var isCut = false
    var connectionsSeen = 0
    var open: [ObjectIdentifier: any Channel] = [:]
  }

  private let state: Mutex<State>
  private let listener: any Channel

  /// The port clients connect to.
  public let port: Int

  /// Lays a line to `target`, a port of 127.0.0.1.
  public init(to target: Int) throws {
    state = Mutex(State(target: target))
    let door = LineDoor()
    listener = try ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .serverChannelOption(.backlog, value: 4096)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelOption(.autoRead, value: false)
      .childChannelOption(.allowRemoteHalfClosure, value: true)
      .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
      .childChannelInitializer { channel in door.open(channel) }
      .bind(host: "127.0.0.1", port: 0).wait()
    port = listener.localAddress?.port ?? 0
    door.serve(self)
  }

  deinit {
    for channel in state.withLock({ Array($0.open.values) }) { channel.close(promise: nil) }
    listener.close(promise: nil)
  }

  /// How many connections clients have made, also those refused by a cut.
  public var connectionsSeen: Int { state.withLock { $0.connectionsSeen } }

  /// Sends new connections to another port.
  public func retarget(to port: Int) { state.withLock { $0.target = port } }

  /// Breaks every connection and every new one at once, until `restore`.
  public func cut() {
    let channels = state.withLock { state in
      state.isCut = true
      return Array(state.open.values)
    }
    for channel in channels { try? channel.close().wait() }
  }

  /// Lets new connections through again.
  public func restore() { state.withLock { $0.isCut = false } }

  /// Where a new connection goes; nil while the line is cut.
  func admit(_ client: any Channel) -> Int? {
    let target = state.withLock { state -> Int? in
      state.connectionsSeen += 1
      guard !state.isCut else { return nil }
      state.open[ObjectIdentifier(client)] = client
      return state.target
    }
    client.closeFuture.whenComplete { [weak self] _ in
      self?.state.withLock { _ = $0.open.removeValue(forKey: ObjectIdentifier(client)) }
    }
    return target
  }
}
