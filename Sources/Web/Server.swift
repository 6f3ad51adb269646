import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import ServiceLifecycle

/// Where a server listens.
public struct Listener: Sendable, Equatable {
  /// An address of this machine.
  public var host: String
  /// 0 takes any free port.
  public var port: Int

  /// A place to listen at.
  public init(host: String = "127.0.0.1", port: Int) {
    self.host = host
    self.port = port
  }
}

/// Serves `router` until SIGTERM, SIGINT or cancellation; requests under way are finished first.
///
/// `services` start before the server and stop after it. `onReady` hears the port once connections are
/// accepted. The router gets an answer for the methods that its paths do not take.
public func serve<Context>(
  _ router: Router<Context>, on listener: Listener, logger: Logger, name: String,
  services: [any Service] = [], onReady: @escaping @Sendable (Int) -> Void
) async throws where Context: InitializableFromSource<ApplicationRequestContextSource> {
  router.refuseOtherMethods()
  let application = Application(
    router: router,
    // Clients pool connections: 75 s outlives the usual minute of a poll.
    server: .http1(configuration: .init(idleTimeout: .seconds(75))),
    configuration: ApplicationConfiguration(
      address: .hostname(listener.host, port: listener.port), serverName: name,
      // After a power cut the whole chain connects in the same second.
      backlog: 4096),
    services: services,
    onServerRunning: { channel in onReady(channel.localAddress?.port ?? listener.port) },
    logger: logger)
  try await application.runService()
}
