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
    case result(NodeID, epoch: Int64, JournalSeq)
  }

  let db: any SQLConnection
  let store: HubStore
  let nowMs: Int64
  var head: HubSeq
  var changedPartitions: Set<Partition> = []
  /// Rows that may have changed, and the places they may have to leave.
  private var touched: [Touched: Set<Partition>] = [:]
  private(set) var pendingChanges: [PendingChange] = []
  /// Where records stand, as far as this transaction has asked; forgotten when anything is undone.
  var memberPlaces: [MemberID: [Partition]] = [:]
  /// The regions that stores carry, likewise.
  var nodeRegions: [NodeID: [String]] = [:]
  /// Members whose allowances are to be looked at before the transaction ends.
  private var unsettled: Set<MemberID> = []
  /// Members whose tier may have changed.
  private var unjudged: Set<MemberID> = []
  /// Members whose class nobody should have to wait a night for.
  private var unclassified: Set<MemberID> = []
  /// Members who have just joined.
  private var unwelcomed: Set<MemberID> = []
  private var rulebooks: [Rulebook]?
  private var partitionNumbers: [Partition: Int64] = [:]
  /// Sales that came in this transaction: no batch has them yet.
  var arrivedSales: [SaleID: Sale] = [:]
  private var depth = 0
  var isAborted = false
  private var hasPublished = false

  /// How this transaction stands among those of other hubs.
  let standing: Standing
  /// Its changes in the feed, once they have been given their places.
  let number: Int64

  init(_ db: any SQLConnection, _ store: HubStore, _ standing: Standing = Standing()) throws {
    self.db = db
    self.store = store
    self.standing = standing
    nowMs = store.environment.nowMs()
    number = Int64(bitPattern: store.environment.random() >> 1)
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
      (memberPlaces, nodeRegions) = ([:], [:])
      if mayBeOthers(error) {
        isAborted = true
        throw TransactionAborted()
      }
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

  /// Runs `body` as it stands, or, for a dry run, undoes it again and keeps only the answer.
  func rehearsing<T>(_ dryRun: Bool, _ body: () throws -> T) throws -> T {
    guard dryRun else { return try body() }
    let before = (touched, unsettled, unjudged, unclassified, unwelcomed, arrivedSales)
    defer { (touched, unsettled, unjudged, unclassified, unwelcomed, arrivedSales) = before }
    var answer: T?
    do {
      try savepoint {
        answer = try body()
        throw DryRun()
      }
    } catch is DryRun {}
    guard let answer else { throw TransactionAborted() }
    return answer
  }

  func touch(_ row: Touched, leaving place: Partition? = nil) {
    touched[row, default: []].formUnion(place.map { [$0] } ?? [])
  }

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
    if db.engine != .sqlite { try raiseVersions(of: touched.keys) }
    for (row, left) in touched { try project(row, leaving: left) }
    touched = [:]
    if db.engine == .sqlite { try stampPending() } else { try leavePending() }
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

  /// Reads a touched row off the tables and notes, for each place where it stands or stood, how it differs
  /// from what the stores were told.
  private func project(_ row: Touched, leaving: Set<Partition>) throws {
    guard let (key, fields) = try projection(of: row) else { return }
    let places = try places(of: row)
    for place in places { try tell(place, key, fields) }
    for place in leaving.subtracting(places) { try tell(place, key, nil) }
  }

  private func tell(_ partition: Partition, _ key: RowKey, _ fields: Fields?) throws {
    let number = try partitionNumber(partition)
    let kind = Int(key.kind.code)
    let stored = try db.bytes(
      "SELECT fields FROM projection WHERE partition = ? AND kind = ? AND key = ?", [number, kind, key.bytes])
    let old = try stored.map { try Fields(canonicalBytes: $0) }
    guard let change = Fields.change(key, from: old, to: fields) else { return }
    let new = fields?.canonicalBytes
    let pending = PendingChange(
      partition: partition, bytes: change.canonicalBytes,
      before: stored.map { store.hasher.hash(key, canonicalFields: $0) },
      after: new.map { store.hasher.hash(key, canonicalFields: $0) })
    if let new, let after = pending.after {
      try db.run(
        """
        INSERT INTO projection (partition, kind, key, fields, mark) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (partition, key, kind) DO UPDATE SET fields = excluded.fields, mark = excluded.mark
        """, [number, kind, key.bytes, new, Mark(hash: after).column])
    } else {
      try db.run(
        "DELETE FROM projection WHERE partition = ? AND kind = ? AND key = ?", [number, kind, key.bytes])
    }
    pendingChanges.append(pending)
  }

  /// Asked for at the end of the transaction only, where nothing is undone by itself.
  private func partitionNumber(_ partition: Partition) throws -> Int64 {
    if let known = partitionNumbers[partition] { return known }
    let number = try Partitions.number(of: partition, db)
    partitionNumbers[partition] = number
    return number
  }
}

/// Nothing of it was meant to stay.
private struct DryRun: Error {}

/// The transaction was undone under the hub's hands; everybody in it is asked to come again.
struct TransactionAborted: RetriableFault {}
