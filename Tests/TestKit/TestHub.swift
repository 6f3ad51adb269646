import Chain
import Curl
import Foundation
import Loyalty
import Seeds
import ServerHTTP
import ServerStorage
import Storage
import SyncProtocol
import TestPostgres

/// A hub in this process, served over real HTTP on a free port, with a clock and randomness of the test's.
public final class TestHub {
  public let folder: TemporaryFolder
  public let clock: TestClock
  /// Asks as the first user.
  public private(set) var admin: APIClient
  private var opened: Hub?
  private var server: ServedRouter?
  private let random: SeededSource
  private var lines: [Line] = []
  /// Where the hub is to stand on PostgreSQL; its own file otherwise.
  public let database: TestDatabase?

  /// A database with the tables in it: a copy of it is made sooner than they are.
  private static let schema = Result {
    let database = try TestPostgres.shared.get().database()
    try HubStore.prepare(database: database.address)
    return database
  }

  /// The same tests run over both engines: PATRON_TEST_DATABASE=postgres says which.
  private static let isOnPostgres = ProcessInfo.processInfo.environment["PATRON_TEST_DATABASE"] == "postgres"

  public init(seed: UInt64 = Seed.ofThisRun, clock: TestClock = TestClock()) throws {
    folder = try TemporaryFolder("hub")
    self.clock = clock
    random = SeededSource(seed: seed)
    database = Self.isOnPostgres ? try TestPostgres.shared.get().database(like: Self.schema.get().name) : nil
    let hub = try Hub(
      folder: folder.path, database: database?.address, environment: Self.environment(clock, random))
    let path = folder.path
    try waiting { try await hub.makeFirstUser(folder: path) }
    let token = try String(contentsOfFile: path + "/admin.token", encoding: .utf8)
    let server = try ServedRouter { [hub] in hub.router() }
    opened = hub
    self.server = server
    admin = APIClient(
      baseURL: server.url, token: token.trimmingCharacters(in: .whitespacesAndNewlines), pool: CurlPool())
  }

  deinit { stop() }

  private static func environment(_ clock: TestClock, _ random: SeededSource) -> HubEnvironment {
    HubEnvironment(nowMs: { clock.nowMs }, random: { random.next() })
  }

  /// The hub; another one after `restart`.
  public var hub: Hub {
    guard let opened else { preconditionFailure("the hub is stopped") }
    return opened
  }

  public var url: String { admin.baseURL }
  public var store: HubStore { hub.store }

  /// A line to this hub that follows it when it restarts.
  public func layLine() throws -> Line {
    let line = try Line(to: server?.port ?? 1)
    lines.append(line)
    return line
  }

  /// Closes the hub; lines to it lead nowhere until `start`.
  public func stop() {
    server?.stop()
    server = nil
    opened?.stop()
    opened = nil
  }

  /// Opens the same folder again, on another port.
  public func restart() throws {
    stop()
    let hub = try Self.open(folder.path, database, Self.environment(clock, random))
    let server = try ServedRouter { [hub] in hub.router() }
    opened = hub
    self.server = server
    admin.baseURL = server.url
    admin.pool = CurlPool()
    for line in lines { line.retarget(to: server.port) }
  }

  /// The old hub's threads let go of the folder a moment after it was stopped.
  private static func open(
    _ folder: String, _ database: TestDatabase?, _ environment: HubEnvironment
  ) throws -> Hub {
    for _ in 0..<500 {
      do {
        return try Hub(folder: folder, database: database?.address, environment: environment)
      } catch is StorageError { usleep(10_000) }
    }
    return try Hub(folder: folder, database: database?.address, environment: environment)
  }

  /// Lets go of what the feed need not keep.
  public func keepFeed() throws {
    let hub = hub
    try waiting { try await hub.keepFeed() }
  }

  /// A token for a store's agent.
  public func addStore(_ code: String, region: String? = nil, regions: [String]? = nil) throws -> NewStore {
    var body: [String: JSONValue] = ["store": .string(code)]
    if let region { body["region"] = .string(region) }
    if let regions { body["regions"] = .array(regions.map { .string($0) }) }
    let answer = try admin.post("/admin/v1/stores", body: .object(body))
    return try JSONDecoder().decode(NewStore.self, from: Data(try answer.body.encoded()))
  }

  @discardableResult
  public func publish(_ rulebook: JSONValue = DemoChain.rulebook) throws -> JSONValue {
    try admin.post("/admin/v1/rulebooks", body: rulebook).body
  }

  /// Publishes a later version, which takes effect at once.
  @discardableResult
  public func republish(_ rulebook: JSONValue) throws -> JSONValue {
    var members = rulebook.members
    members["effectiveFrom"] = nil
    return try publish(.object(members))
  }

  /// Issues one coupon of a template to a member and answers its code.
  public func issue(_ template: String, _ terms: JSONValue, to member: MemberID) throws -> String {
    _ = try admin.post(
      "/admin/v1/coupon-templates", body: ["template": .string(template), "terms": terms])
    let answer = try admin.post(
      "/admin/v1/coupons",
      body: ["template": .string(template), "memberIds": [.string(member.description)]])
    return answer.body.coupons[0].code.stringValue ?? ""
  }

  /// An issue once it is over.
  public func finished(issue id: String) throws -> JSONValue {
    for _ in 0..<3_000 {
      let issue = try admin.get("/admin/v1/coupon-issues/\(id)").body
      if issue.state != "running" { return issue }
      usleep(20_000)
    }
    return try admin.get("/admin/v1/coupon-issues/\(id)").body
  }

  /// So many codes of a template that is there, for members to claim.
  public func codes(_ template: String, _ count: Int64) throws -> [String] {
    let begun = try admin.post(
      "/admin/v1/coupon-issues", body: ["template": .string(template), "count": .integer(count)]
    ).body
    let id = try finished(issue: begun.issueId.stringValue ?? "").issueId.stringValue ?? ""
    let answer = try send(admin, "GET", "/admin/v1/coupon-issues/\(id)/codes")
    return String(decoding: answer.body, as: UTF8.self).split(separator: "\n").dropFirst()
      .map { String($0.prefix { $0 != "," }) }
  }

  public func member(_ id: MemberID) throws -> HubMember { try hub.store.member(id) }

  /// Digest by partition, as the hub has them.
  public func digests() throws -> [String: String] {
    Dictionary(
      try hub.store.partitions().map { ($0.partition.name, "\($0.rows)/\($0.digest)") },
      uniquingKeysWith: { first, _ in first })
  }
}
