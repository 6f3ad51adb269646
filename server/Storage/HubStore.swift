import Crypto
import Foundation
import Loyalty
import Postgres
import Storage
import Synchronization
import SyncProtocol

/// What the hub takes from the machine it runs on.
public struct HubEnvironment: Sendable {
  public var nowMs: @Sendable () -> Int64
  public var random: @Sendable () -> UInt64

  public init(nowMs: @escaping @Sendable () -> Int64, random: @escaping @Sendable () -> UInt64) {
    self.nowMs = nowMs
    self.random = random
  }

  public static let machine = HubEnvironment(
    nowMs: { Int64(Date().timeIntervalSince1970 * 1000) }, random: { UInt64.random(in: .min ... .max) })
}

/// Keys of the chain that are made once and never change.
public struct ChainKeys: Sendable {
  public let phoneIndex: [UInt8]
  public let digest: [UInt8]
  public let rulebookSigning: RulebookSigningKey
  /// Changes when the hub is restored from a backup.
  public let logEpoch: Int64
}

/// Headquarters' database. All writing goes through `HubWriter`, one transaction for many waiting requests.
public final class HubStore: Sendable {
  let pool: any SQLDatabase
  /// The same, where it is a PostgreSQL.
  let postgres: PostgresPool?
  public let environment: HubEnvironment
  public let keys: ChainKeys
  public let policy: HubPolicy
  let hasher: RowHasher
  private let head: Mutex<HubSeq>
  /// Published rulebooks never change, so each is decoded once.
  private let rulebookCache = Mutex<[Rulebook]>([])
  let drawnCodes = Mutex(DrawnCodes())
  private let lock: FolderLock

  /// `database` is the URL of a PostgreSQL that several hubs share; without it the database is a file in the
  /// folder.
  public init(
    folder: String, database: String? = nil, environment: HubEnvironment, policy: HubPolicy = HubPolicy()
  ) throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    lock = try FolderLock(folder)
    if let database {
      try Self.prepare(database: database)
      let shared = PostgresPool(PostgresOptions(database))
      (pool, postgres) = (shared, shared)
    } else {
      let file = try SQLiteFile.openPool(
        folder + "/hub.db", durability: .acknowledged, readers: 4, cachePages: 8_000, checkpointPages: 8_000)
      try Migration.apply(HubSchema.migrations, to: file)
      (pool, postgres) = (SQLitePool(file), nil)
    }
    self.environment = environment
    self.policy = policy
    keys = try pool.write { try Self.keys($0, environment) }
    hasher = RowHasher(key: keys.digest)
    head = Mutex(.none)
    setHead(try newestHead())
  }

  /// Brings a PostgreSQL's tables to what this version needs, as every start does.
  public static func prepare(database: String) throws {
    try PostgresPool(PostgresOptions(database)).apply(HubSchema.migrations)
  }

  /// The end of the feed as the database has it.
  func newestHead() throws -> HubSeq {
    try pool.read {
      HubSeq(UInt64(try $0.rows("SELECT max(hub_seq) FROM transactions").first?[0] as Int64? ?? 0))
    }
  }

  /// One transaction of the writer's. Alone, no other hub's writer works beside it.
  func transact<T>(alone: Bool, _ body: (any SQLConnection) throws -> T) throws -> T {
    guard let postgres else { return try pool.write(body) }
    return try postgres.write(throughGate: Self.gate, alone: alone, body)
  }

  private static let gate: Int64 = 0x7061_7472_6F6E_02

  private static func keys(_ db: any SQLConnection, _ environment: HubEnvironment) throws -> ChainKeys {
    func key(_ name: String) throws -> [UInt8] {
      if let kept = try db.rows("SELECT value FROM meta WHERE name = ?", [name]).first {
        return kept[0] as [UInt8]
      }
      let fresh = (0..<4).flatMap { _ in
        let word = environment.random()
        return (0..<8).map { UInt8(truncatingIfNeeded: word >> (8 * UInt64($0))) }
      }
      // Two hubs may begin at once on an empty database: the first one's keys are everybody's.
      try db.run("INSERT INTO meta (name, value) VALUES (?, ?) ON CONFLICT DO NOTHING", [name, fresh])
      return try db.bytes("SELECT value FROM meta WHERE name = ?", [name]) ?? fresh
    }
    let epoch = try key("log epoch").prefix(4).reduce(Int64(0)) { $0 << 8 | Int64($1) } & 0x7FFF_FFFF
    return ChainKeys(
      phoneIndex: try key("phone index key"), digest: try key("digest key"),
      rulebookSigning: try RulebookSigningKey(seed: key("rulebook signing key")), logEpoch: epoch)
  }

  /// The newest position of the feed that is committed.
  public var committedHead: HubSeq { head.withLock { $0 } }

  /// The rulebooks if all up to this version have been decoded and no later one.
  func decodedRulebooks(upTo version: Int64) -> [Rulebook]? {
    rulebookCache.withLock { $0.last?.version == version ? $0 : nil }
  }

  func keepDecoded(_ rulebooks: [Rulebook]) { rulebookCache.withLock { $0 = rulebooks } }

  func setHead(_ seq: HubSeq) { head.withLock { $0 = max($0, seq) } }

  public func phoneKey(_ phone: String) -> PhoneKey { PhoneKey(phone: phone, key: keys.phoneIndex) }

  public static func tokenHash(_ token: String) -> [UInt8] { Array(SHA256.hash(data: Array(token.utf8))) }

  /// A token of 256 random bits, as text.
  func newToken() -> String {
    let words = (0..<4).map { _ in environment.random() }
    return Hex.text(
      words.flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> (8 * UInt64($0))) } })
  }

  func newID<Kind>() -> ID<Kind> {
    ID(ms: environment.nowMs(), randomHigh: environment.random(), randomLow: environment.random())
  }
}
