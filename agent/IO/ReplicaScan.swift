import GRDB
import Storage
import SyncProtocol

/// The rows of a partition as they are in the file, hashed anew: what the running digest ought to be, also
/// where somebody or something changed the file.
struct ReplicaScan: Sendable {
  let partition: Partition
  let digest: PartitionDigest
  /// As it was kept in step.
  let running: PartitionDigest
  let marks: MarkSet

  /// What the running digest is wrong by.
  var error: PartitionDigest {
    PartitionDigest(count: digest.count &- running.count, sum: digest.sum &- running.sum)
  }
}

extension ReplicaReader {
  func scan(_ partition: Partition, _ hasher: RowHasher) throws -> ReplicaScan {
    let slot = slots.slots[partition] ?? 0
    var digest = PartitionDigest()
    var marks: [Mark] = []
    try hashes(slot, hasher) { _, hash in
      digest.add(hash)
      marks.append(Mark(hash: hash))
    }
    return ReplicaScan(
      partition: partition, digest: digest, running: try PartitionDigest(slot: slot, db),
      marks: MarkSet(marks))
  }

  /// The keys of the rows that have these marks.
  func keys(of marks: Set<Mark>, in partition: Partition, _ hasher: RowHasher) throws -> [RowKey] {
    var keys: [RowKey] = []
    if marks.isEmpty { return keys }
    try hashes(slots.slots[partition] ?? 0, hasher) { key, hash in
      if marks.contains(Mark(hash: hash)) { keys.append(key) }
    }
    return keys
  }

  private func hashes(_ slot: Int, _ hasher: RowHasher, _ body: (RowKey, UInt128) -> Void) throws {
    try db.eachRow("SELECT kind, key, fields FROM rows WHERE slot = ?", [slot]) { row in
      let key = RowKey(kind: RowKind(code: UInt8(truncatingIfNeeded: row.integer(0))), bytes: row.bytes(1))
      body(key, hasher.hash(key, canonicalFields: row.bytes(2)))
    }
  }
}
