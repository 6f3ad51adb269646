import Foundation
import Storage
import SyncProtocol

/// The marks of a partition as they were at a position of the feed: those of today, with what came after the
/// position taken back.
struct HubMarks: MarkSource {
  let db: any SQLConnection
  let partition: Int64
  let position: HubSeq

  func digests(depth: Int) throws -> PrefixDigests {
    let marks = try db.rows("SELECT mark FROM projection WHERE partition = ?", [partition])
    var digests = PrefixDigests(depth: depth, of: marks.lazy.map { Mark(column: $0[0]) })
    for change in try later() {
      if let after = change.after { digests.remove(after) }
      if let before = change.before { digests.add(before) }
    }
    return digests
  }

  func marks(under prefix: MarkPrefix, limit: Int) throws -> [Mark] {
    var times: [Mark: Int] = [:]
    for change in try later() {
      if let after = change.after, prefix.contains(after) { times[after, default: 0] -= 1 }
      if let before = change.before, prefix.contains(before) { times[before, default: 0] += 1 }
    }
    let rows = try db.rows(
      "SELECT mark FROM projection WHERE partition = ? AND mark BETWEEN ? AND ? LIMIT ?",
      [partition, prefix.first.column, prefix.last.column, limit + times.count])
    var marks: [Mark] = []
    marks.reserveCapacity(rows.count)
    for row in rows {
      let mark = Mark(column: row[0])
      if times.removeValue(forKey: mark).map({ $0 < 0 }) ?? false { continue }
      marks.append(mark)
    }
    marks += times.filter { $0.value > 0 }.keys
    return Array(marks.prefix(limit))
  }

  private func later() throws -> [(before: Mark?, after: Mark?)] {
    let rows = try db.rows(
      "SELECT before, after FROM feed WHERE partition = ? AND hub_seq > ?",
      [partition, Int64(position.number)])
    return rows.map { row in
      ((row[0] as Int64?).map { Mark(column: $0) }, (row[1] as Int64?).map { Mark(column: $0) })
    }
  }
}

/// How stores find and mend the rows in which they differ.
extension HubStore {
  /// Answers a step of a store's search, about the partition as it was at the position of the question.
  public func differences(_ question: DifferenceQuestion, for node: NodeID) throws -> DifferenceReply {
    try pool.read { db in
      let head = try checked(question.logEpoch, question.partition, of: node, db)
      let position = question.position ?? head
      guard position <= head else { throw HubFault.cursorUnknown }
      let span = head.number - position.number
      guard try position >= feedFloor(db), span <= UInt64(Limits.differenceSpan) else {
        throw HubFault.cursorTooOld
      }
      guard let number = try Partitions.find(question.partition, db) else {
        let answer = try DifferenceAnswer(to: question.request, from: MarkSet([]))
        return DifferenceReply(position: position, digest: PartitionDigest(), answer: answer)
      }
      let source = HubMarks(db: db, partition: number, position: position)
      do {
        return DifferenceReply(
          position: position, digest: try Partitions.digest(of: number, at: position, db),
          answer: try DifferenceAnswer(to: question.request, from: source))
      } catch is DifferenceFault {
        throw HubFault.invalid(field: "prefixes", reason: "are of a depth at which each has few marks")
      }
    }
  }

  /// Rows by their marks and keys, as they are now. A mark of a row that has changed since is followed to the
  /// row by the feed.
  public func rows(_ request: RowsRequest, for node: NodeID) throws -> RowsReply {
    try pool.read { db in
      let head = try checked(request.logEpoch, request.partition, of: node, db)
      guard request.position <= head else { throw HubFault.cursorUnknown }
      guard try request.position >= feedFloor(db) else { throw HubFault.cursorTooOld }
      let number = try Partitions.find(request.partition, db) ?? 0
      var keys = Set(request.keys)
      for mark in request.marks { keys.formUnion(try self.keys(of: mark, number, request.position, db)) }
      let changes = try keys.sorted().map { key in
        let stored = try db.bytes(
          "SELECT fields FROM projection WHERE partition = ? AND kind = ? AND key = ?",
          [number, Int(key.kind.code), key.bytes])
        return try stored.map { RowChange(replacing: key, with: try Fields(canonicalBytes: $0)) }
          ?? RowChange(key: key, effect: .remove, fields: [])
      }
      return RowsReply(position: head, changes: changes)
    }
  }

  private func keys(
    of mark: Mark, _ partition: Int64, _ position: HubSeq, _ db: any SQLConnection
  ) throws -> [RowKey] {
    let here = try db.rows(
      "SELECT kind, key FROM projection WHERE partition = ? AND mark = ?", [partition, mark.column])
    if !here.isEmpty {
      return here.map { RowKey(kind: RowKind(code: UInt8(truncatingIfNeeded: $0[0] as Int64)), bytes: $0[1]) }
    }
    return try db.rows(
      "SELECT change FROM feed WHERE partition = ? AND hub_seq > ? AND before = ?",
      [partition, Int64(position.number), mark.column]
    ).map { try RowChange(canonicalBytes: $0[0] as [UInt8]).key }
  }

  /// The head, for somebody who may ask about the partition.
  private func checked(
    _ epoch: Int64, _ partition: Partition, of node: NodeID, _ db: any SQLConnection
  ) throws -> HubSeq {
    guard epoch == keys.logEpoch else { throw HubFault.cursorUnknown }
    guard try Shape.partitions(of: node, db).contains(partition) else { throw HubFault.shapeChanged }
    let head = try db.rows("SELECT max(hub_seq) FROM transactions").first?[0] as Int64? ?? 0
    return HubSeq(UInt64(head))
  }
}
