import AgentCore
import Compression
import Foundation
import SyncProtocol
import Synchronization

/// What a partition was found to differ in 对账结果.
public struct PartitionDifference: Hashable, Sendable {
  public let partition: Partition
  /// Rows here, and rows at the hub, at the position of the search.
  public let rows: UInt64
  public let hubRows: UInt64
  /// Rows that the hub has and this store lacks or has otherwise.
  public var onlyHub: [Mark] = []
  /// Rows that only this store has, or has otherwise.
  public var onlyOwn: [Mark] = []
  /// Whether the digest that is kept in step was wrong about the rows.
  public var isSumWrong = false

  public var isEqual: Bool { onlyHub.isEmpty && onlyOwn.isEmpty }
}

/// The one repair path: compares rows with the hub, and only those that differ travel. Never touches the
/// journal; what is interrupted is begun again and finds less.
extension StoreAgent {
  /// Looks for differences in these partitions and mends them; answers what they were. Throws a `HubFault`
  /// when the line goes down in between.
  @discardableResult
  func reconcile(_ partitions: [Partition]? = nil) throws -> [PartitionDifference] {
    // Two at a time would mend the same twice.
    try reconciling.withLock { _ in try compareAndMend(partitions) }
  }

  private func compareAndMend(_ partitions: [Partition]?) throws -> [PartitionDifference] {
    let (found, search) = try compare(partitions)
    for difference in found where !difference.isEqual || difference.isSumWrong {
      try mend(difference, search)
    }
    if search.isBehind { try catchUp(search) }
    return found
  }

  /// Where a search is: all its steps and the rows they lead to speak of this position.
  struct Search {
    let logEpoch: Int64
    let position: HubSeq
    /// Whether the replica's own cursor was too old to be compared at: it goes on from the search's.
    let isBehind: Bool
    let scans: [Partition: ReplicaScan]
    let hasher: RowHasher
  }

  /// Finds the differences, and changes nothing.
  func compare(_ partitions: [Partition]? = nil) throws -> ([PartitionDifference], Search) {
    let (identity, hasher) = try introduced()
    let wanted = partitions ?? identity.shape
    let (cursor, scans) = try replica.read { reader in
      (try reader.cursor(), try wanted.map { try reader.scan($0, hasher) })
    }
    let epoch = identity.logEpoch
    let known = cursor?.logEpoch == epoch ? cursor?.position : nil
    var (position, isBehind) = (known, known == nil)
    var compared: [PartitionDifference] = []
    for scan in scans {
      var search = DifferenceSearch(ownCount: scan.digest.count, hubCount: scan.digest.count)
      var difference: PartitionDifference?
      while let request = search.request {
        let question = DifferenceQuestion(
          logEpoch: epoch, position: position, partition: scan.partition, request: request)
        guard let reply = try differences(question) else {
          // The feed has forgotten what came after the cursor: the rows are compared with today's.
          guard compared.isEmpty, !isBehind else { throw HubFault.notUnderstood("a feed without an end") }
          (position, isBehind) = (nil, true)
          continue
        }
        position = reply.position
        if difference == nil {
          difference = PartitionDifference(
            partition: scan.partition, rows: scan.digest.count, hubRows: reply.digest.count,
            isSumWrong: scan.digest != scan.running)
          if reply.digest == scan.digest { break }
        }
        for found in try search.take(reply.answer, own: scan.marks) {
          difference?.onlyHub += found.onlyHub
          difference?.onlyOwn += found.onlyOwn
        }
      }
      if let difference { compared.append(difference) }
    }
    let search = Search(
      logEpoch: epoch, position: position ?? .none, isBehind: isBehind,
      scans: Dictionary(uniqueKeysWithValues: scans.map { ($0.partition, $0) }), hasher: hasher)
    return (compared, search)
  }

  /// Nil where the hub does not keep what came after the question's position.
  private func differences(_ question: DifferenceQuestion) throws -> DifferenceReply? {
    do { return try link.differences(question) } catch {
      if case .refused(_, "cursor_too_old", _, _) = error { return nil }
      throw error
    }
  }

  func introduced() throws -> (HelloResponse, RowHasher) {
    guard let identity = state.withLock({ $0.identity }), let key = Hex.bytes(identity.digestKey) else {
      throw HubFault.notUnderstood("this store has not been introduced to its hub")
    }
    return (identity, RowHasher(key: key))
  }

  /// Fetches what differs, some rows at a time, and puts it in place of what is here.
  func mend(_ difference: PartitionDifference, _ search: Search) throws {
    let own = Set(difference.onlyOwn)
    let keys = try replica.read { try $0.keys(of: own, in: difference.partition, search.hasher) }
    var error = search.scans[difference.partition]?.error ?? PartitionDigest()
    let steps = max(difference.onlyHub.count, keys.count, 1)
    for start in stride(from: 0, to: steps, by: Limits.repairRows) {
      let request = RowsRequest(
        logEpoch: search.logEpoch, position: search.position, partition: difference.partition,
        marks: Array(difference.onlyHub.dropFirst(start).prefix(Limits.repairRows)),
        keys: Array(keys.dropFirst(start).prefix(Limits.repairRows)))
      try place(request, error, search)
      error = PartitionDigest()
    }
  }

  /// Rows come as they are at some position, and the feed's pages up to it with them, in one transaction.
  private func place(_ request: RowsRequest, _ error: PartitionDigest, _ search: Search) throws {
    while true {
      let reply = try link.rows(request)
      let placed = try applying.withLock { _ in
        let base = try base(of: search)
        // A page that came in between is newer than these rows.
        guard base.position <= reply.position else { return false }
        let pages = try pages(from: base, through: reply.position)
        let position = pages.last?.page.to ?? base.position
        let repair = ReplicaRepair(partition: request.partition, changes: reply.changes, digestError: error)
        try place(
          ReplicaNews(
            repair: repair, pages: pages,
            cursor: SyncProtocol.Cursor(logEpoch: base.logEpoch, position: position, shape: base.shape)),
          search.hasher)
        return true
      }
      if placed { return }
    }
  }

  /// Where the replica stands, or where the search was if that is later: what lies between is mended.
  private func base(of search: Search) throws -> SyncProtocol.Cursor {
    let cursor = try replica.read { try $0.cursor() }
    if let cursor, cursor.logEpoch == search.logEpoch, cursor.position >= search.position { return cursor }
    let shape = try introduced().0.shape
    return SyncProtocol.Cursor(logEpoch: search.logEpoch, position: search.position, shape: shape)
  }

  /// A replica that was too old for the feed reads it again from where it was compared.
  private func catchUp(_ search: Search) throws {
    try applying.withLock { _ in
      try place(ReplicaNews(cursor: try base(of: search)), search.hasher)
    }
  }

  /// After hello: carries what the hub now says, and mends what is not as it should be.
  func adoptShape() throws {
    let (identity, _) = try introduced()
    try applying.withLock { _ in try replica.adopt(identity.shape) }
    try reconcile()
  }

  private func pages(from base: SyncProtocol.Cursor, through position: HubSeq) throws -> [OpenedPage] {
    var pages: [OpenedPage] = []
    var cursor = base
    while cursor.position < position {
      let page = try link.pull(cursor, waitMs: 0)
      guard page.from == cursor.position, page.to > page.from else {
        throw HubFault.notUnderstood("a page that does not follow the cursor")
      }
      pages.append(try OpenedPage(page))
      cursor = SyncProtocol.Cursor(logEpoch: page.logEpoch, position: page.to, shape: base.shape)
    }
    return pages
  }
}
