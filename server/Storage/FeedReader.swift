import Compression
import Foundation
import ServerCore
import Storage
import Synchronization
import SyncProtocol

/// Serves the feed. A section of a page is encoded and compressed once for all stores that ask for the same
/// range; which is what waiting stores do.
public final class FeedReader: Sendable {
  private struct Range: Hashable {
    let partition: Partition
    let from: HubSeq
    let to: HubSeq
  }

  private struct Cache {
    var sections: [Range: PageSection?] = [:]
    var order: [Range] = []
    var bytes = 0
  }

  /// Bytes of encoded sections kept for other stores.
  static let cacheBytes = 64 << 20

  private let store: HubStore
  private let cache = Mutex(Cache())

  public init(_ store: HubStore) { self.store = store }

  /// The page after a cursor for a node's shape; empty when there is nothing new.
  public func page(after cursor: SyncProtocol.Cursor?, for node: NodeID) throws -> PullPage {
    let head = store.committedHead
    if let cursor {
      guard cursor.logEpoch == store.keys.logEpoch, cursor.position <= head else {
        throw HubFault.cursorUnknown
      }
    }
    let from = cursor?.position ?? .none
    let (to, sections) = try store.pool.read { db -> (HubSeq, [PageSection]) in
      let partitions = try Shape.partitions(of: node, db)
      // What the store carries was changed: it says hello to hear what it carries now.
      if let cursor, cursor.shape != partitions { throw HubFault.shapeChanged }
      guard try from >= store.feedFloor(db) else { throw HubFault.cursorTooOld }
      let to = try end(of: from, head, db)
      return (to, try partitions.compactMap { try section(Range(partition: $0, from: from, to: to), db) })
    }
    return PullPage(
      logEpoch: store.keys.logEpoch, from: from, to: to, head: max(head, to),
      hubTime: Timestamp(ms: store.environment.nowMs()), sections: sections)
  }

  /// The last transaction's end within a page's reach, by records and by bytes. A transaction is never split,
  /// so the first one is always taken.
  private func end(of from: HubSeq, _ head: HubSeq, _ db: any SQLConnection) throws -> HubSeq {
    var end = from
    var bytes = 0
    let transactions = try db.rows(
      "SELECT hub_seq, bytes FROM transactions WHERE hub_seq > ? AND hub_seq <= ? ORDER BY hub_seq LIMIT ?",
      [Int64(from.number), Int64(head.number), Limits.pageRecords])
    for transaction in transactions {
      let next = HubSeq(UInt64(bitPattern: transaction[0] as Int64))
      bytes += transaction[1] as Int
      let fits = next.number - from.number <= UInt64(Limits.pageRecords) && bytes <= Limits.messageBytes / 4
      if !fits, end > from { break }
      end = next
    }
    return end
  }

  private func section(_ range: Range, _ db: any SQLConnection) throws -> PageSection? {
    if let known = cache.withLock({ $0.sections[range] }) { return known }
    let made = try encode(range, db)
    cache.withLock { cache in
      if cache.sections.updateValue(made, forKey: range) == nil {
        cache.order.append(range)
        cache.bytes += 128 + (made?.payload.count ?? 0)
      }
      while cache.bytes > Self.cacheBytes, !cache.order.isEmpty {
        let oldest = cache.order.removeFirst()
        if let gone = cache.sections.removeValue(forKey: oldest) {
          cache.bytes -= 128 + (gone?.payload.count ?? 0)
        }
      }
    }
    return made
  }

  private func encode(_ range: Range, _ db: any SQLConnection) throws -> PageSection? {
    guard let number = try Partitions.find(range.partition, db) else { return nil }
    let rows = try db.rows(
      "SELECT change FROM feed WHERE partition = ? AND hub_seq > ? AND hub_seq <= ? ORDER BY hub_seq",
      [number, Int64(range.from.number), Int64(range.to.number)])
    if rows.isEmpty { return nil }
    let changes = try rows.map { try RowChange(canonicalBytes: $0[0] as [UInt8]) }
    let digest = try Partitions.digest(of: number, at: range.to, db)
    let body = SectionBody(changes: coalesced(changes), digest: digest)
    return PageSection(partition: range.partition, payload: Zstd.compress(body.wireBytes))
  }
}
