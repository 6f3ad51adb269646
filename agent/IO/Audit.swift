import Foundation
import GRDB
import Storage
import SyncProtocol

/// Reads the files of a stopped agent from outside, for reconciliation: nothing here trusts a running sum.
public enum Audit {
  /// Every entry of a journal, in order; the chain of hashes is checked on the way.
  public static func readJournal(in folder: String, _ body: (Entry) throws -> Void) throws {
    let journal = try Journal(path: folder + "/journal.db", cachePages: 500)
    var seq = JournalSeq.none
    var hash = ChainHash.empty
    while true {
      let batch = try journal.entries(after: seq, limit: 1_000)
      for stored in batch {
        hash = hash.extended(by: stored.entry.canonicalBytes)
        guard stored.entry.seq == seq.next, stored.hash == hash else { throw JournalDamage(seq: seq.next) }
        try body(stored.entry)
        seq = stored.entry.seq
      }
      if batch.isEmpty { return }
    }
  }

  /// The digests of a replica's partitions, computed anew from its rows.
  public static func replicaDigests(in folder: String, digestKey: [UInt8]) throws -> [Partition:
    PartitionDigest]
  {
    let file = try SQLiteFile.openQueue(folder + "/replica.db", durability: .rebuildable, cachePages: 500)
    let hasher = RowHasher(key: digestKey)
    return try file.read { db in
      var digests: [Partition: PartitionDigest] = [:]
      for partition in try db.rows("SELECT slot, name FROM partitions") {
        var digest = PartitionDigest()
        let rows = try Row.fetchCursor(
          db, sql: "SELECT kind, key, fields FROM rows WHERE slot = ?", arguments: [partition[0] as Int64])
        while let row = try rows.next() {
          let key = RowKey(kind: RowKind(code: row[0]), bytes: [UInt8](row[1] as Data))
          digest.add(hasher.hash(key, try Fields(canonicalBytes: [UInt8](row[2] as Data))))
        }
        digests[Partition(partition[1])] = digest
      }
      return digests
    }
  }

  /// The chain's digest key, as the agent learned it.
  public static func digestKey(in folder: String) throws -> [UInt8]? {
    let journal = try Journal(path: folder + "/journal.db", cachePages: 100)
    guard let kept = try journal.meta("identity") else { return nil }
    return Hex.bytes(try JSONDecoder().decode(HelloResponse.self, from: Data(kept)).digestKey)
  }
}
