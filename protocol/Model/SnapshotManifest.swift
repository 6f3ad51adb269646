import Crypto

/// What a partition was at a position, cut into chunks that are known by the hash of their bytes 快照清单.
public struct SnapshotManifest: Hashable, Sendable, Codable {
  public let logEpoch: Int64
  public let position: HubSeq
  public let partition: Partition
  public let rows: UInt64
  /// The partition's digest there (hexadecimal).
  public let digest: String
  /// In the order of their rows' keys.
  public let chunks: [SnapshotChunk]

  public init(
    logEpoch: Int64, position: HubSeq, partition: Partition, digest: PartitionDigest, chunks: [SnapshotChunk]
  ) {
    self.logEpoch = logEpoch
    self.position = position
    self.partition = partition
    rows = digest.count
    self.digest = String(digest.sum, radix: 16)
    self.chunks = chunks
  }

  /// Of all its rows; nil where the text is none.
  public var partitionDigest: PartitionDigest? {
    UInt128(digest, radix: 16).map { PartitionDigest(count: rows, sum: $0) }
  }
}

public struct SnapshotChunk: Hashable, Sendable, Codable {
  /// SHA-256 of its bytes (hexadecimal).
  public let hash: String
  public let rows: Int
  public let bytes: Int

  public init(hash: String, rows: Int, bytes: Int) {
    (self.hash, self.rows, self.bytes) = (hash, rows, bytes)
  }

  /// The name under which bytes are known.
  public static func hash(of bytes: [UInt8]) -> String { Hex.text(Array(SHA256.hash(data: bytes))) }

  /// Whether a text can be such a name.
  public static func isHash(_ text: String) -> Bool {
    text.utf8.count == 64
      && text.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
  }
}
