import Dispatch
import Foundation
import Postgres
import Storage
import Synchronization
import SyncProtocol

/// Among several hubs on one PostgreSQL, one at a time gives committed changes their dense positions in the
/// feed. It leads by an advisory lock of its session; one that was paused and leads no more is refused by its
/// token.
///
/// The order is that of `pending.id`: two transactions that changed the same row did not overlap, because the
/// second would have been undone, so the first one's changes are all there, with lower ids, when the second's
/// are seen. Nothing waits for a gap, because ids are only an order.
public final class FeedStamper: Sendable {
  public static let pendingChannel = "patron_pending"
  public static let feedChannel = "patron_feed"
  private static let leaderTable = "feed_leader"
  private static let leaderKey: Int64 = 0x7061_7472_6F6E_01
  /// Transactions stamped together: one flush serves them all.
  private static let group = 200
  /// So often a leader looks although nobody called.
  private static let lookMs = 500

  private let store: HubStore
  private let pool: PostgresPool
  private let wake = DispatchSemaphore(value: 0)
  private let token = Mutex<Int64?>(nil)
  private let isStopping = Atomic(false)
  private let services: Mutex<(leadership: PostgresLeadership, listener: PostgresListener)?>
  private let onStamped: @Sendable (Stamped) -> Void

  /// What was stamped: the feed's new head, whose transactions, and the partitions. Empty lists after
  /// something may have been missed.
  public struct Stamped: Sendable {
    public let head: HubSeq
    public let transactions: [Int64]?
    public let partitions: [Partition]?
  }

  init(_ store: HubStore, _ pool: PostgresPool, onStamped: @escaping @Sendable (Stamped) -> Void) throws {
    self.store = store
    self.pool = pool
    self.onStamped = onStamped
    services = Mutex(nil)
    let leadership = try PostgresLeadership(
      pool.options, key: Self.leaderKey, table: Self.leaderTable
    ) { [self] standing in
      if case .leads(let token) = standing { lead(token) } else { lead(nil) }
    }
    let listener = try PostgresListener(
      pool.options, channels: [Self.pendingChannel, Self.feedChannel]
    ) { [self] channel, payload in
      if channel == Self.pendingChannel { wake.signal() } else { heard(payload) }
    }
    services.withLock { $0 = (leadership, listener) }
    let thread = Thread { [self] in work() }
    thread.name = "feed-stamper"
    thread.start()
  }

  /// Whether this process is the one that stamps.
  public var isLeader: Bool { token.withLock { $0 != nil } }

  public func stop() {
    isStopping.store(true, ordering: .sequentiallyConsistent)
    wake.signal()
    services.withLock { services in
      services?.leadership.stop()
      services?.listener.stop()
      services = nil
    }
  }

  private func lead(_ new: Int64?) {
    token.withLock { $0 = new }
    wake.signal()
  }

  private func work() {
    while !isStopping.load(ordering: .sequentiallyConsistent) {
      _ = wake.wait(timeout: .now() + .milliseconds(Self.lookMs))
      guard let token = token.withLock({ $0 }) else { continue }
      // Without a connection, or with a newer leader, there is nothing to do until the next call.
      while (try? stamp(token)) == true {}
    }
  }

  /// Stamps what is committed; true when there may be more.
  private func stamp(_ token: Int64) throws -> Bool {
    try pool.write { db in
      guard try PostgresLeadership.isCurrent(token, in: Self.leaderTable, db) else { return false }
      let rows = try db.rows(
        """
        WITH next AS (SELECT xact, min(id) AS first FROM pending GROUP BY xact ORDER BY first LIMIT ?)
        SELECT p.id, p.xact, n.name, p.change, p.before, p.after, p.at_ms
        FROM next JOIN pending p USING (xact) JOIN partitions n ON n.partition = p.partition
        ORDER BY next.first, p.id
        """, [Self.group])
      if rows.isEmpty { return false }
      let head = try db.rows("SELECT max(hub_seq) FROM transactions").first?[0] as Int64? ?? 0
      var stamp = FeedStamp(db, after: HubSeq(UInt64(head)))
      var transactions: [Int64] = []
      for row in rows {
        if transactions.last != row[1] as Int64 { transactions.append(row[1]) }
        try stamp.add(
          PendingChange(
            partition: Partition(row[2]), bytes: row[3], before: Self.hash(row[4]), after: Self.hash(row[5])))
      }
      let partitions = try stamp.finish(atMs: rows.last?[6] ?? 0)
      for number in transactions { try db.run("DELETE FROM pending WHERE xact = ?", [number]) }
      let notice = Notice(head: stamp.head.number, transactions: transactions, partitions: partitions)
      _ = try db.rows("SELECT pg_notify(?, ?)", [Self.feedChannel, notice.text])
      return transactions.count == Self.group
    }
  }

  private static func hash(_ bytes: [UInt8]?) -> UInt128? {
    bytes.map { $0.reduce(UInt128(0)) { $0 << 8 | UInt128($1) } }
  }

  private func heard(_ payload: String?) {
    if let notice = payload.flatMap({ Notice($0) }) {
      onStamped(
        Stamped(
          head: HubSeq(notice.head), transactions: notice.transactions,
          partitions: notice.partitions.map { $0.map { Partition($0) } }))
    } else if let head = try? store.newestHead() {
      onStamped(Stamped(head: head, transactions: nil, partitions: nil))
    }
  }
}

/// What one hub tells the others of the feed.
private struct Notice: Codable {
  let head: UInt64
  let transactions: [Int64]?
  let partitions: [String]?

  /// Bytes of a payload that PostgreSQL carries.
  private static let limit = 7_900

  init(head: UInt64, transactions: [Int64], partitions: Set<Partition>) {
    self.head = head
    let names = partitions.map(\.name).sorted()
    let isSmall =
      names.reduce(100) { $0 + $1.utf8.count * 2 + 3 } + transactions.count * 20 < Self.limit
    (self.transactions, self.partitions) = isSmall ? (transactions, names) : (nil, nil)
  }

  init?(_ text: String) {
    guard let notice = try? JSONDecoder().decode(Notice.self, from: Data(text.utf8)) else { return nil }
    self = notice
  }

  var text: String {
    (try? JSONEncoder().encode(self)).map { String(decoding: $0, as: UTF8.self) } ?? ""
  }
}

/// Requests whose changes are committed and not yet in the feed.
final class StampWatch: Sendable {
  private struct Waiting {
    let answer: @Sendable () -> Void
    let sinceMs: Int64
  }

  private let waiting = Mutex<[Int64: Waiting]>([:])

  func expect(_ number: Int64, sinceMs: Int64, _ answer: @escaping @Sendable () -> Void) {
    waiting.withLock { $0[number] = Waiting(answer: answer, sinceMs: sinceMs) }
  }

  func stamped(_ numbers: some Sequence<Int64>) {
    let over = waiting.withLock { waiting in numbers.compactMap { waiting.removeValue(forKey: $0) } }
    for one in over { one.answer() }
  }

  var numbers: [Int64] { waiting.withLock { Array($0.keys) } }

  /// Those who have waited since before: their changes are safe, and the feed will have them.
  func release(before ms: Int64) {
    stamped(waiting.withLock { $0.filter { $0.value.sinceMs < ms }.map(\.key) })
  }
}
