import NIOCore
import NIOPosix
import Synchronization

/// Takes a line's connections and joins each to one of its own to the target.
final class LineDoor: Sendable {
  private struct Owner: Sendable { weak var line: Line? }
  private let owner = Mutex(Owner())

  func serve(_ line: Line) { owner.withLock { $0.line = line } }

  /// The client waits unread until the other side stands; it is closed if it never does.
  func open(_ client: any Channel) -> EventLoopFuture<Void> {
    guard let target = owner.withLock({ $0.line })?.admit(client) else { return client.close() }
    // Both sides share an event loop, so that the two ends of a connection need no lock.
    return ClientBootstrap(group: client.eventLoop)
      .channelOption(.autoRead, value: false)
      .channelOption(.allowRemoteHalfClosure, value: true)
      .channelOption(.tcpOption(.tcp_nodelay), value: 1)
      .connect(host: "127.0.0.1", port: target)
      .flatMapThrowing { server in
        try client.pipeline.syncOperations.addHandler(LineEnd(partner: server))
        try server.pipeline.syncOperations.addHandler(LineEnd(partner: client))
        server.read()
      }
      .flatMapError { error in client.close().flatMapThrowing { throw error } }
  }
}

/// Hands on what one side of a connection receives; it asks for more only when that is written, so a
/// slow reader slows its writer down and nothing piles up here.
final class LineEnd: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer

  private let partner: any Channel

  init(partner: any Channel) { self.partner = partner }

  func channelActive(context: ChannelHandlerContext) { context.read() }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let channel = context.channel
    partner.writeAndFlush(unwrapInboundIn(data)).whenComplete { result in
      switch result {
      case .success: channel.read()
      case .failure: channel.close(promise: nil)
      }
    }
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    // One direction is over; the other may still have an answer to carry.
    if case ChannelEvent.inputClosed? = event as? ChannelEvent { partner.close(mode: .output, promise: nil) }
    context.fireUserInboundEventTriggered(event)
  }

  func channelInactive(context: ChannelHandlerContext) { partner.close(promise: nil) }

  func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
