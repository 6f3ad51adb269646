import Storage
import SyncProtocol

/// How long changes stay in the feed. A store that comes back later reconciles instead of reading them.
extension HubTransaction {
  /// Changes older than `feedDays` go once every store that was heard from within `activeDays` has read them,
  /// and at `feedMaximumDays` in any case. Looks at so many transactions at most; answers whether there may
  /// be more.
  public func pruneFeed(transactions limit: Int) throws -> Bool {
    let day: Int64 = 86_400_000
    let policy = store.policy
    let slowest =
      try db.rows(
        "SELECT min(position) FROM nodes WHERE revoked = 0 AND position > 0 AND seen_ms >= ?",
        [nowMs - policy.activeDays * day]
      ).first?[0] as Int64? ?? Int64(head.number)
    let oldest = try db.rows(
      "SELECT hub_seq, at_ms FROM transactions ORDER BY hub_seq LIMIT ?", [limit])
    let over = oldest.prefix { row in
      let (seq, at): (Int64, Int64) = (row[0], row[1])
      return at < nowMs - policy.feedMaximumDays * day
        || (at < nowMs - policy.feedDays * day && seq <= slowest)
    }
    // The newest transaction stays: it says where the feed is.
    guard let floor = over.last?[0] as Int64?, floor < head.number else { return false }
    try db.run("DELETE FROM feed WHERE hub_seq <= ?", [floor])
    try db.run("DELETE FROM transactions WHERE hub_seq <= ?", [floor])
    // What a partition was at the floor is what it is until it changes again.
    try db.run(
      """
      DELETE FROM digests WHERE hub_seq <= ?1 AND hub_seq < (
        SELECT max(later.hub_seq) FROM digests later
        WHERE later.partition = digests.partition AND later.hub_seq <= ?1)
      """, [floor])
    try db.run(
      """
      INSERT INTO meta (name, value) VALUES ('feed floor', ?)
      ON CONFLICT (name) DO UPDATE SET value = excluded.value
      """, [Array("\(floor)".utf8)])
    return over.count == limit
  }

  /// Keeps what is known of how far stores have read.
  public func noteReaders(_ readers: [SeenStore]) throws {
    for reader in readers {
      try db.run(
        "UPDATE nodes SET seen_ms = ?, position = ?, version = ? WHERE node = ?",
        [reader.atMs, Int64(reader.position.number), reader.version, Int64(reader.node.number)])
    }
  }
}

/// When a store was last heard from, and how far it has read the feed.
public struct SeenStore: Hashable, Sendable {
  public let node: NodeID
  public let atMs: Int64
  public let position: HubSeq
  public let version: String

  public init(node: NodeID, atMs: Int64, position: HubSeq, version: String) {
    (self.node, self.atMs, self.position, self.version) = (node, atMs, position, version)
  }
}

extension HubStore {
  /// The position from which the feed can be read.
  func feedFloor(_ db: any SQLConnection) throws -> HubSeq {
    let kept = try db.bytes("SELECT value FROM meta WHERE name = ?", ["feed floor"])
    return HubSeq(kept.flatMap { UInt64(String(decoding: $0, as: UTF8.self)) } ?? 0)
  }

  /// The stores as they were last heard from before this process began.
  public func seenStores() throws -> [SeenStore] {
    try pool.read { db in
      try db.rows("SELECT node, seen_ms, position, version FROM nodes WHERE seen_ms > 0").map { row in
        SeenStore(
          node: NodeID(UInt32(row[0] as Int64)), atMs: row[1],
          position: HubSeq(UInt64(bitPattern: row[2] as Int64)), version: row[3])
      }
    }
  }
}
