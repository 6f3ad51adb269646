import Storage
import SyncProtocol

/// A change of a row in one partition, before it has its place in the feed.
struct PendingChange: Sendable {
  let partition: Partition
  /// `RowChange` in its canonical form.
  let bytes: [UInt8]
  /// The row's hash before and after; nil where there was, or is, no row.
  let before: UInt128?
  let after: UInt128?
}

/// Gives changes their dense positions in the feed, and keeps the digests of their partitions.
struct FeedStamp {
  let db: any SQLConnection
  private(set) var head: HubSeq
  private var digests: [Partition: PartitionDigest] = [:]
  private var numbers: [Partition: Int64] = [:]
  private var bytes = 0
  private let begin: HubSeq

  init(_ db: any SQLConnection, after head: HubSeq) {
    self.db = db
    self.head = head
    begin = head
  }

  /// Within one stamping, changes of the same row come in the order in which they were made.
  mutating func add(_ change: PendingChange) throws {
    head = head.next
    bytes += change.bytes.count
    let number = try number(of: change.partition)
    try db.run(
      "INSERT INTO feed (hub_seq, partition, change, before, after) VALUES (?, ?, ?, ?, ?)",
      [
        Int64(head.number), number, change.bytes, change.before.map { Mark(hash: $0).column },
        change.after.map { Mark(hash: $0).column },
      ])
    var digest = try digests[change.partition] ?? digest(of: number)
    if let before = change.before { digest.remove(before) }
    if let after = change.after { digest.add(after) }
    digests[change.partition] = digest
  }

  /// Ends a transaction of the feed: no page ends within it. Answers the partitions that changed.
  func finish(atMs nowMs: Int64) throws -> Set<Partition> {
    guard head > begin else { return [] }
    try db.run(
      "INSERT INTO transactions (hub_seq, at_ms, bytes) VALUES (?, ?, ?)", [Int64(head.number), nowMs, bytes])
    for (partition, digest) in digests {
      guard let number = numbers[partition] else { continue }
      let high = Int64(truncatingIfNeeded: digest.sum >> 64)
      let low = Int64(truncatingIfNeeded: digest.sum)
      let count = Int64(bitPattern: digest.count)
      try db.run(
        "UPDATE partitions SET count = ?, high = ?, low = ? WHERE partition = ?", [count, high, low, number])
      try db.run(
        "INSERT INTO digests (partition, hub_seq, count, high, low) VALUES (?, ?, ?, ?, ?)",
        [number, Int64(head.number), count, high, low])
    }
    return Set(digests.keys)
  }

  private mutating func number(of partition: Partition) throws -> Int64 {
    if let known = numbers[partition] { return known }
    let number = try Partitions.number(of: partition, db)
    numbers[partition] = number
    return number
  }

  private func digest(of partition: Int64) throws -> PartitionDigest {
    let row = try db.rows("SELECT count, high, low FROM partitions WHERE partition = ?", [partition]).first
    return row.map { PartitionDigest(row: $0) } ?? PartitionDigest()
  }
}

/// Partitions by the number under which the tables know them.
enum Partitions {
  static func find(_ partition: Partition, _ db: any SQLConnection) throws -> Int64? {
    try db.rows("SELECT partition FROM partitions WHERE name = ?", [partition.name]).first?[0]
  }

  /// What the partition was at a position.
  static func digest(of number: Int64, at position: HubSeq, _ db: any SQLConnection) throws -> PartitionDigest
  {
    try db.rows(
      """
      SELECT count, high, low FROM digests
      WHERE partition = ? AND hub_seq <= ? ORDER BY hub_seq DESC LIMIT 1
      """, [number, Int64(position.number)]
    ).first.map { PartitionDigest(row: $0) } ?? PartitionDigest()
  }

  /// A partition begins when the first row is put into it.
  static func number(of partition: Partition, _ db: any SQLConnection) throws -> Int64 {
    if let known = try find(partition, db) { return known }
    let made = try db.rows(
      """
      INSERT INTO partitions (name, count, high, low) VALUES (?, 0, 0, 0)
      ON CONFLICT (name) DO UPDATE SET name = excluded.name RETURNING partition
      """, [partition.name])
    return made[0][0]
  }
}

extension Mark {
  init(column: Int64) { self.init(UInt64(bitPattern: column) ^ (1 << 63)) }

  /// As it stands in a column, in the same order.
  var column: Int64 { Int64(bitPattern: number ^ (1 << 63)) }
}

extension PartitionDigest {
  /// From columns count, high, low.
  init(row: SQLRow) {
    let high = UInt128(UInt64(bitPattern: row[1] as Int64))
    let low = UInt128(UInt64(bitPattern: row[2] as Int64))
    self.init(count: UInt64(bitPattern: row[0] as Int64), sum: high << 64 | low)
  }
}
