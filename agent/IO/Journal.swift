import Foundation
import GRDB
import Storage
import SyncProtocol

/// The store's truth: what happened here, in dense order, each entry chained to the one before it.
/// An entry that `append` has returned survives kill −9 and power loss. Entries are never changed.
final class Journal: Sendable {
  struct Tip: Sendable {
    var seq: JournalSeq
    var hash: ChainHash
    var time: HybridTime
  }

  struct Stored: Sendable {
    let entry: Entry
    let hash: ChainHash
  }

  /// One connection, so a read needs no transaction of its own.
  private let file: DatabaseQueue

  init(path: String, cachePages: Int, exclusive: Bool = false) throws {
    file = try SQLiteFile.openQueue(
      path, durability: .acknowledged, cachePages: cachePages, exclusive: exclusive)
    try Migration.apply(Self.migrations, to: file)
  }

  static let migrations = [
    Migration(
      1, "entries, what became of them, and what the agent must remember",
      """
      CREATE TABLE entries (
        seq INTEGER PRIMARY KEY,
        reference BLOB,
        member BLOB,
        sale BLOB,
        kind INTEGER NOT NULL,
        body BLOB NOT NULL,
        hash BLOB NOT NULL
      ) STRICT;
      CREATE UNIQUE INDEX entries_by_reference ON entries (reference) WHERE reference IS NOT NULL;
      CREATE INDEX entries_by_member ON entries (member) WHERE member IS NOT NULL;
      CREATE INDEX returns_by_sale ON entries (sale) WHERE sale IS NOT NULL;
      CREATE TABLE results (seq INTEGER PRIMARY KEY, outcome INTEGER NOT NULL, reason TEXT NOT NULL) STRICT;
      CREATE TABLE meta (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID;
      """)
  ]

  /// The last entry; checked against the chain, because a tip that does not fit means a damaged file.
  func tip() throws -> Tip {
    guard let last = try entries("ORDER BY seq DESC LIMIT 2").first else {
      return Tip(seq: .none, hash: .empty, time: .zero)
    }
    let previous = try last.entry.seq.number == 1 ? .empty : hash(at: JournalSeq(last.entry.seq.number - 1))
    guard previous?.extended(by: last.entry.canonicalBytes) == last.hash else {
      throw JournalDamage(seq: last.entry.seq)
    }
    return Tip(seq: last.entry.seq, hash: last.hash, time: last.entry.time)
  }

  /// All entries in one transaction: a process killed in between leaves none. The caller holds the agent's
  /// lock, so that `tip` is still the last.
  func append(_ bodies: [(body: EntryBody, time: HybridTime)], after tip: Tip) throws -> [Stored] {
    var (rows, last, hash): ([(stored: Stored, bytes: [UInt8])], JournalSeq, ChainHash) = (
      [], tip.seq, tip.hash
    )
    for (body, time) in bodies {
      let entry = Entry(seq: last.next, time: time, body: body)
      let bytes = entry.canonicalBytes
      precondition(bytes.count <= Limits.entryBytes, "a checked request fits an entry")
      (last, hash) = (entry.seq, hash.extended(by: bytes))
      rows.append((Stored(entry: entry, hash: hash), bytes))
    }
    try file.write { db in
      for row in rows { try Self.insert(row.stored, row.bytes, db) }
    }
    return rows.map(\.stored)
  }

  private static func insert(_ stored: Stored, _ bytes: [UInt8], _ db: Database) throws {
    let body = stored.entry.body
    var sale: [UInt8]?
    if case .saleReturn(let back) = body { sale = back.sale.bytes }
    // The same for the end of an order: both are found by what they are about.
    if case .orderClose(let close) = body { sale = close.order.bytes }
    try db.run(
      "INSERT INTO entries (seq, reference, member, sale, kind, body, hash) VALUES (?, ?, ?, ?, ?, ?, ?)",
      [
        Int64(stored.entry.seq.number), body.reference, body.member.map(\.bytes), sale, Int(body.code), bytes,
        stored.hash.bytes,
      ])
  }

  func entries(after seq: JournalSeq, limit: Int) throws -> [Stored] {
    try entries("WHERE seq > ? ORDER BY seq LIMIT ?", [Int64(seq.number), limit])
  }

  /// How many of the entries after `seq` go into one push: by number and by bytes.
  func batchLength(after seq: JournalSeq) throws -> Int {
    try file.unsafeRead { db in
      let sizes = try db.rows(
        "SELECT length(body) FROM entries WHERE seq > ? ORDER BY seq LIMIT ?",
        [Int64(seq.number), Limits.pushEntries])
      var bytes = 0
      let end = sizes.firstIndex { size in
        bytes += size[0] as Int
        return bytes > Limits.messageBytes / 4
      }
      return max(1, end ?? sizes.count)
    }
  }

  func entry(reference: [UInt8]) throws -> Entry? {
    try entries("WHERE reference = ?", [reference]).first?.entry
  }

  /// The latest sales first, until `body` has seen enough.
  func forEachSaleBackwards(_ body: (Sale, JournalSeq) -> Bool) throws {
    var before = Int64.max
    while true {
      let batch = try entries(
        "WHERE seq < ? AND kind = ? ORDER BY seq DESC LIMIT 200", [before, Kind.sale.rawValue])
      for stored in batch {
        guard case .sale(let sale) = stored.entry.body else { continue }
        if !body(sale, stored.entry.seq) { return }
      }
      guard let last = batch.last else { return }
      before = Int64(last.entry.seq.number)
    }
  }

  func returns(of sale: SaleID) throws -> [SaleReturn] {
    try entries("WHERE sale = ? ORDER BY seq", [sale.bytes]).compactMap {
      if case .saleReturn(let back) = $0.entry.body { back } else { nil }
    }
  }

  func close(of order: MallOrderID) throws -> ClosedOrder? {
    try entries("WHERE sale = ? ORDER BY seq LIMIT 1", [order.bytes]).first.flatMap {
      if case .orderClose(let close) = $0.entry.body { close } else { nil }
    }
  }

  func entries(of member: MemberID, limit: Int) throws -> [Entry] {
    try entries("WHERE member = ? ORDER BY seq DESC LIMIT ?", [member.bytes, limit]).map(\.entry)
  }

  func hash(at seq: JournalSeq) throws -> ChainHash? {
    if seq == .none { return .empty }
    return try file.unsafeRead { db in
      try db.rows("SELECT hash FROM entries WHERE seq = ?", [Int64(seq.number)]).first
        .flatMap { ChainHash(bytes: $0[0] as [UInt8]) }
    }
  }

  enum Kind: Int { case sale = 3 }

  func count(of kind: Kind) throws -> Int64 {
    try file.unsafeRead {
      try $0.rows("SELECT count(*) FROM entries WHERE kind = ?", [kind.rawValue]).first?[0] ?? 0
    }
  }

  private func entries(_ condition: String, _ arguments: [(any SQLBindable)?] = []) throws
    -> [Stored]
  {
    try file.unsafeRead { db in
      try db.rows("SELECT body, hash, seq FROM entries \(condition)", arguments).map { row in
        guard let hash = ChainHash(bytes: row[1] as [UInt8]) else { throw JournalDamage(seq: .none) }
        do {
          return Stored(entry: try Entry(canonicalBytes: row[0] as [UInt8]), hash: hash)
        } catch is WireError {
          throw JournalDamage(seq: JournalSeq(UInt64(bitPattern: row[2] as Int64)))
        }
      }
    }
  }

  func meta(_ name: String) throws -> [UInt8]? {
    try file.unsafeRead { db in
      try db.rows("SELECT value FROM meta WHERE name = ?", [name]).first.map { $0[0] as [UInt8] }
    }
  }

  func remember(_ values: [(name: String, value: [UInt8])], results: [EntryResult] = []) throws {
    try file.write { db in
      for (name, value) in values {
        try db.run("INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)", [name, value])
      }
      for result in results {
        try db.run(
          "INSERT OR REPLACE INTO results (seq, outcome, reason) VALUES (?, ?, ?)",
          [Int64(result.seq.number), Int(result.outcome.rawValue), result.reason])
      }
    }
  }

  func results() throws -> [EntryResult] {
    try file.unsafeRead { db in
      try db.rows("SELECT seq, outcome, reason FROM results ORDER BY seq").compactMap { row in
        EntryOutcome(rawValue: UInt8(truncatingIfNeeded: row[1] as Int64)).map {
          EntryResult(seq: JournalSeq(UInt64(bitPattern: row[0] as Int64)), outcome: $0, reason: row[2])
        }
      }
    }
  }
}

/// The journal's chain does not hold at this entry: the file was damaged or edited. The agent stops and
/// leaves the file alone; it is evidence, and the hub has everything that was sent.
public struct JournalDamage: Error, CustomStringConvertible {
  let seq: JournalSeq
  public var description: String {
    "journal.db is damaged: the chain of hashes breaks at entry \(seq.number)"
  }
}
