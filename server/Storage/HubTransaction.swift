import Foundation
import Loyalty
import Storage
import SyncProtocol

/// One write transaction. Use cases change the tables and say which rows of the stores' world they touched;
/// at the end each touched row is read off the tables anew, compared with what the stores were last told,
/// and only the difference goes into the feed.
public final class HubTransaction {
  /// A row of the stores' world.
  enum Touched: Hashable {
    case member(MemberID)
    case account(MemberID)
    case holding(MemberID, NodeID)
    case coupon(CouponID)
    case position(NodeID)
    case rulebook(Int64)
    case allowance(String, NodeID)
  }

  let db: any SQLConnection
  let store: HubStore
  let nowMs: Int64
  private(set) var head: HubSeq
  private(set) var changedPartitions: Set<String> = []
  private var touched: Set<Touched> = []
  /// Members whose allowances are to be looked at before the transaction ends.
  private var unsettled: Set<MemberID> = []
  /// Members whose tier may have changed.
  private var unjudged: Set<MemberID> = []
  /// Members whose class nobody should have to wait a night for.
  private var unclassified: Set<MemberID> = []
  /// Members who have just joined.
  private var unwelcomed: Set<MemberID> = []
  private var rulebooks: [Rulebook]?
  private var partitionNumbers: [String: Int64] = [:]
  /// Sales that came in this transaction: no batch has them yet.
  var arrivedSales: [SaleID: Sale] = [:]
  private var depth = 0
  /// What this transaction adds to the feed: pages are cut by it.
  private var feedBytes = 0
  private var isAborted = false
  private var hasPublished = false

  init(_ db: any SQLConnection, _ store: HubStore) throws {
    self.db = db
    self.store = store
    nowMs = store.environment.nowMs()
    head = store.committedHead
  }

  /// Undoes what `body` wrote when it throws; what it touched is looked at all the same, which is harmless.
  func savepoint<T>(_ body: () throws -> T) throws -> T {
    if isAborted { throw TransactionAborted() }
    depth += 1
    defer { depth -= 1 }
    let name = "level\(depth)"
    try db.run("SAVEPOINT \(name)")
    do {
      let value = try body()
      try db.run("RELEASE \(name)")
      return value
    } catch {
      // A full or failing disk makes SQLite undo the whole transaction by itself. What came after would then
      // be committed statement by statement, so nothing may come after.
      guard db.isInsideTransaction else {
        isAborted = true
        throw error
      }
      try db.run("ROLLBACK TO \(name)")
      try db.run("RELEASE \(name)")
      throw error
    }
  }

  func touch(_ row: Touched) { touched.insert(row) }

  /// The member's allowances may have to move.
  func unsettle(_ member: MemberID) { unsettled.insert(member) }

  func judgeTier(of member: MemberID) { unjudged.insert(member) }

  func judgeClass(of member: MemberID) { unclassified.insert(member) }

  /// Somebody has just joined, and may be given something for it.
  func welcome(_ member: MemberID) { unwelcomed.insert(member) }

  func finish() throws {
    if isAborted { throw TransactionAborted() }
    for member in unjudged.sorted() { try follow(member) { try tellTier(of: member) } }
    unjudged = []
    for member in unclassified.sorted() { try follow(member) { try classify(member) } }
    unclassified = []
    for member in unwelcomed.sorted() { try follow(member) { try giveGifts(to: try root(of: member)) } }
    unwelcomed = []
    for member in unsettled.sorted() { try follow(member) { try settle(member) } }
    unsettled = []
    var digests: [Partition: PartitionDigest] = [:]
    let before = head
    for row in touched { try project(row, &digests) }
    touched = []
    guard head > before else { return }
    try db.run(
      "INSERT INTO transactions (hub_seq, at_ms, bytes) VALUES (?, ?, ?)",
      [Int64(head.number), nowMs, feedBytes])
    for (partition, digest) in digests { try save(digest, of: partition) }
  }

  /// Does what follows for one member from what was recorded. A fault in it keeps nobody's records out, not
  /// even that member's own: it is noted, and the night's work tries again.
  func follow(_ member: MemberID, _ body: () throws -> Void) throws {
    do {
      try savepoint(body)
    } catch  where !isAborted {
      try db.run(
        """
        INSERT INTO unfinished_work (member, reason, at_ms) VALUES (?, ?, ?)
        ON CONFLICT (member) DO UPDATE SET reason = excluded.reason, at_ms = excluded.at_ms
        """,
        [member.bytes, "\(error)", nowMs])
    }
  }

  func currentRulebooks() throws -> [Rulebook] {
    if let rulebooks { return rulebooks }
    let newest: Int64 = try db.rows("SELECT coalesce(max(version), 0) FROM rulebooks").first?[0] ?? 0
    let loaded =
      try store.decodedRulebooks(upTo: newest)
      ?? db.rows("SELECT document FROM rulebooks ORDER BY version").map { try Rulebook.decode($0[0]) }
    if !hasPublished { store.keepDecoded(loaded) }
    rulebooks = loaded
    return loaded
  }

  func forgetRulebooks() {
    rulebooks = nil
    // What this transaction publishes may yet be undone.
    hasPublished = true
  }

  /// The rulebook in force at a time, as the agents choose it.
  func rulebook(at time: Timestamp) throws -> Rulebook {
    // In order of their versions.
    try currentRulebooks().last { $0.effectiveFrom <= time } ?? .none
  }

  // MARK: the feed

  private func project(_ row: Touched, _ digests: inout [Partition: PartitionDigest]) throws {
    guard let (partition, key, fields) = try projection(of: row) else { return }
    let number = try partitionNumber(partition)
    let kind = Int(key.kind.code)
    let stored = try db.bytes(
      "SELECT fields FROM projection WHERE partition = ? AND kind = ? AND key = ?", [number, kind, key.bytes])
    let old = try stored.map { try Fields(canonicalBytes: $0) }
    guard let change = Fields.change(key, from: old, to: fields) else { return }
    head = head.next
    let bytes = change.canonicalBytes
    feedBytes += bytes.count
    try db.run(
      "INSERT INTO feed (hub_seq, partition, change) VALUES (?, ?, ?)", [Int64(head.number), number, bytes])
    var digest = try digests[partition] ?? digest(of: number)
    if let stored { digest.remove(store.hasher.hash(key, canonicalFields: stored)) }
    if let bytes = fields?.canonicalBytes {
      digest.add(store.hasher.hash(key, canonicalFields: bytes))
      try db.run(
        """
        INSERT INTO projection (partition, kind, key, fields) VALUES (?, ?, ?, ?)
        ON CONFLICT (partition, kind, key) DO UPDATE SET fields = excluded.fields
        """,
        [number, kind, key.bytes, bytes])
    } else {
      try db.run(
        "DELETE FROM projection WHERE partition = ? AND kind = ? AND key = ?", [number, kind, key.bytes])
    }
    digests[partition] = digest
    changedPartitions.insert(partition.name)
  }

  /// Asked for at the end of the transaction only, where nothing is undone by itself.
  private func partitionNumber(_ partition: Partition) throws -> Int64 {
    if let known = partitionNumbers[partition.name] { return known }
    let number: Int64
    if let row = try db.rows("SELECT partition FROM partitions WHERE name = ?", [partition.name]).first {
      number = row[0]
    } else {
      number = try db.rows(
        "INSERT INTO partitions (name, count, high, low) VALUES (?, 0, 0, 0) RETURNING partition",
        [partition.name])[0][0]
    }
    partitionNumbers[partition.name] = number
    return number
  }

  private func digest(of partition: Int64) throws -> PartitionDigest {
    let row = try db.rows("SELECT count, high, low FROM partitions WHERE partition = ?", [partition]).first
    return row.map { PartitionDigest(row: $0) } ?? PartitionDigest()
  }

  private func save(_ digest: PartitionDigest, of partition: Partition) throws {
    let number = try partitionNumber(partition)
    let high = Int64(truncatingIfNeeded: digest.sum >> 64)
    let low = Int64(truncatingIfNeeded: digest.sum)
    let count = Int64(bitPattern: digest.count)
    try db.run(
      "UPDATE partitions SET count = ?, high = ?, low = ? WHERE partition = ?", [count, high, low, number])
    try db.run(
      "INSERT INTO digests (partition, hub_seq, count, high, low) VALUES (?, ?, ?, ?, ?)",
      [number, Int64(head.number), count, high, low])
  }
}

/// The transaction was undone under the hub's hands; everybody in it is asked to come again.
struct TransactionAborted: Error {}

extension PartitionDigest {
  /// From columns count, high, low.
  init(row: SQLRow) {
    let high = UInt128(UInt64(bitPattern: row[1] as Int64))
    let low = UInt128(UInt64(bitPattern: row[2] as Int64))
    self.init(count: UInt64(bitPattern: row[0] as Int64), sum: high << 64 | low)
  }
}
