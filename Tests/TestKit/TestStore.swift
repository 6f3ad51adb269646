import AgentIO
import Chain
import Curl
import Foundation
import Seeds
import ServerStorage
import Storage
import SyncProtocol

/// A store's agent on a folder of its own, with a clock and randomness of the test's. It syncs only when
/// told to, over a line that can be cut.
public final class TestStore {
  public let code: String
  public let node: NodeID
  public let token: String
  public let clock: TestClock
  public let folder: TemporaryFolder
  public let line: Line
  private let random: SeededSource
  private var opened: StoreAgent?
  private var server: ServedRouter?

  public init(
    _ hub: TestHub, _ code: String, region: String? = nil, regions: [String]? = nil,
    seed: UInt64 = Seed.ofThisRun, in place: TemporaryFolder.Place = .usual
  ) throws {
    let new = try hub.addStore(code, region: region, regions: regions)
    self.code = code
    node = new.node
    token = new.token
    clock = TestClock(hub.clock.nowMs)
    folder = try TemporaryFolder("store", in: place)
    line = try hub.layLine()
    random = SeededSource(seed: seed &* 31 &+ UInt64(new.node.number))
    try open()
  }

  /// The agent; reopened by `reopen`.
  public var agent: StoreAgent {
    guard let opened else { preconditionFailure("the store is closed") }
    return opened
  }

  public static let tillToken = "till-of-the-test"

  public func configuration(folder: String? = nil, hubURL: String? = nil) -> AgentConfiguration {
    AgentConfiguration(
      folder: folder ?? self.folder.path, hubURL: hubURL ?? "http://127.0.0.1:\(line.port)", token: token,
      replicaReaders: 0, cachePages: 200, tillWaitMs: 20_000)
  }

  public var environment: AgentEnvironment {
    let (clock, random) = (clock, random)
    return AgentEnvironment(
      wallMs: { clock.nowMs }, monotonicMs: { clock.nowMs }, random: { random.next() })
  }

  /// An agent on another folder, or for another hub, with this store's clock and token.
  public func anotherAgent(
    folder: String? = nil, hubURL: String? = nil, rulebookKey: String? = nil
  ) throws -> StoreAgent {
    var configuration = configuration(folder: folder, hubURL: hubURL)
    configuration.rulebookKey = rulebookKey
    return try StoreAgent(
      configuration, environment: environment, transport: CurlPool(keptHandles: 4))
  }

  /// Opens the folder again after `close`. Requests under way let go of it a moment after the server stopped.
  public func open(hubURL: String? = nil, rulebookKey: String? = nil) throws {
    for _ in 0..<500 {
      do {
        opened = try anotherAgent(hubURL: hubURL, rulebookKey: rulebookKey)
        return
      } catch StorageError.folderInUse {
        usleep(10_000)
      }
    }
    opened = try anotherAgent(hubURL: hubURL, rulebookKey: rulebookKey)
  }

  public func close() {
    server?.stop()
    server = nil
    opened = nil
  }

  /// The agent's process ends and starts again.
  public func reopen() throws {
    close()
    try open()
  }

  /// Serves the till's API; asks as a till.
  public func serve() throws -> APIClient {
    let routes = POSRoutes(agent, tillToken: Self.tillToken)
    let server = try self.server ?? ServedRouter { routes.router() }
    self.server = server
    return APIClient(baseURL: server.url, token: Self.tillToken, pool: CurlPool(keptHandles: 4))
  }

  /// Says hello, sends what there is and hears what is new.
  @discardableResult
  public func sync() -> Bool { agent.hello() && agent.push() && agent.pull() }

  /// Copies the data files as they are now: what a crash at this moment would leave behind.
  public func crashCopy() throws -> TemporaryFolder {
    let copy = try TemporaryFolder("crash")
    for name in try FileManager.default.contentsOfDirectory(atPath: folder.path) where name != "lock" {
      try FileManager.default.copyItem(atPath: folder.file(name), toPath: copy.file(name))
    }
    return copy
  }

  /// Digest by partition, as the replica has them.
  public func digests() throws -> [String: String] {
    Dictionary(
      try agent.status().partitions.map { ($0.partition.name, "\($0.rows)/\($0.digest)") },
      uniquingKeysWith: { first, _ in first })
  }

  public func journalSeq() throws -> UInt64 { try agent.status().journalSeq.number }
}
