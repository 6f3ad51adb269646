import Foundation
import SyncProtocol

/// Everything an agent takes from the machine it runs on, handed in so that a replay or a simulation can
/// hand in its own.
public struct AgentEnvironment: Sendable {
  /// Milliseconds since 1970 as the machine believes.
  public var wallMs: @Sendable () -> Int64
  /// Milliseconds that only ever go forward.
  public var monotonicMs: @Sendable () -> Int64
  public var random: @Sendable () -> UInt64

  public init(
    wallMs: @escaping @Sendable () -> Int64, monotonicMs: @escaping @Sendable () -> Int64,
    random: @escaping @Sendable () -> UInt64
  ) {
    self.wallMs = wallMs
    self.monotonicMs = monotonicMs
    self.random = random
  }

  public static let machine = AgentEnvironment(
    wallMs: { Int64(Date().timeIntervalSince1970 * 1000) },
    monotonicMs: { Int64(DispatchTime.now().uptimeNanoseconds / 1_000_000) },
    random: { UInt64.random(in: .min ... .max) })
}

/// What one agent is configured with.
public struct AgentConfiguration: Sendable {
  /// Holds journal.db, replica.db and the lock.
  public var folder: String
  public var hubURL: String
  /// The store's bearer token.
  public var token: String
  public var version: String
  /// Concurrent readers of the replica; 0 opens it as a queue, for many agents in one process.
  public var replicaReaders: Int
  /// Pages of 4 KiB kept in memory for each file.
  public var cachePages: Int
  /// How long a till waits for headquarters: a customer is there, and what the store holds is an answer, too.
  public var tillWaitMs: Int
  /// The key of headquarters' rulebooks (hexadecimal); without it the one is believed that is heard first.
  public var rulebookKey: String?
  /// Positions of the feed beyond which a store that begins loads a snapshot.
  public var snapshotRows = Limits.snapshotRows

  public init(
    folder: String, hubURL: String, token: String, version: String = "0.1.0", replicaReaders: Int = 4,
    cachePages: Int = 2_000, tillWaitMs: Int = 3_000, rulebookKey: String? = nil
  ) {
    self.folder = folder
    self.hubURL = hubURL
    self.token = token
    self.version = version
    self.replicaReaders = replicaReaders
    self.cachePages = cachePages
    self.tillWaitMs = tillWaitMs
    self.rulebookKey = rulebookKey
  }
}
