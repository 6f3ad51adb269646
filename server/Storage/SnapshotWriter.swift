import Compression
import Foundation
import Storage
import SyncProtocol

/// Cuts a partition into chunks, in the order of its keys. Where a cut is depends on the keys alone, so that
/// most chunks of one snapshot are chunks of the next.
struct SnapshotWriter {
  let db: any SQLConnection
  let hasher: RowHasher
  /// Takes a chunk's bytes under their hash.
  let keep: (String, [UInt8]) throws -> Void
  private(set) var chunks: [SnapshotChunk] = []
  private var rows: [RowChange] = []
  private var digest = PartitionDigest()
  private var bytes = 0

  init(db: any SQLConnection, hasher: RowHasher, keep: @escaping (String, [UInt8]) throws -> Void) {
    (self.db, self.hasher, self.keep) = (db, hasher, keep)
  }

  private static let pageRows = 5_000

  mutating func write(_ partition: Int64) throws {
    var last: (key: [UInt8], kind: Int64) = ([], -1)
    while true {
      let page = try db.rows(
        """
        SELECT key, kind, fields FROM projection WHERE partition = ? AND (key, kind) > (?, ?)
        ORDER BY key, kind LIMIT ?
        """, [partition, last.key, last.kind, Self.pageRows])
      for row in page {
        let (key, kind): ([UInt8], Int64) = (row[0], row[1])
        if key != last.key, isFull(before: key) { try cut() }
        try add(RowKey(kind: RowKind(code: UInt8(truncatingIfNeeded: kind)), bytes: key), row[2])
        last = (key, kind)
      }
      if page.count < Self.pageRows { break }
    }
    if !rows.isEmpty { try cut() }
  }

  private mutating func add(_ key: RowKey, _ stored: [UInt8]) throws {
    rows.append(RowChange(replacing: key, with: try Fields(canonicalBytes: stored)))
    digest.add(hasher.hash(key, canonicalFields: stored))
    bytes += key.bytes.count + stored.count
  }

  /// A key in sixty-four ends a chunk that is large enough; one that grows too large ends anywhere.
  private func isFull(before key: [UInt8]) -> Bool {
    bytes >= Limits.chunkBytes / 4 && (key.last ?? 0) & 0x3F == 0 || bytes >= Limits.chunkBytes
  }

  private mutating func cut() throws {
    let packed = Zstd.compress(SectionBody(changes: rows, digest: digest).wireBytes)
    let hash = SnapshotChunk.hash(of: packed)
    try keep(hash, packed)
    chunks.append(SnapshotChunk(hash: hash, rows: rows.count, bytes: packed.count))
    (rows, digest, bytes) = ([], PartitionDigest(), 0)
  }
}
