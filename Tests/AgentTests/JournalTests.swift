import AgentCore
import AgentIO
import Chain
import Foundation
import GRDB
import Seeds
import Storage
import ServerStorage
import SyncProtocol
import Testing
import TestKit

@Suite struct JournalTests {
  /// The entries of a journal file, each checked against the chain; of a copy, as an agent locks its own.
  static func entries(_ path: String) throws -> [Entry] {
    let copy = try TemporaryFolder("entries")
    for suffix in ["", "-wal"] where FileManager.default.fileExists(atPath: path + suffix) {
      try FileManager.default.copyItem(atPath: path + suffix, toPath: copy.file("journal.db" + suffix))
    }
    let file = try DatabaseQueue(path: copy.file("journal.db"))
    defer { try? file.close() }
    return try file.read { db in
      var hash = ChainHash.empty
      var entries: [Entry] = []
      for row in try Row.fetchAll(db, sql: "SELECT seq, body, hash FROM entries ORDER BY seq") {
        let entry = try Entry(canonicalBytes: [UInt8](row[1] as Data))
        hash = hash.extended(by: entry.canonicalBytes)
        try #require(hash.bytes == [UInt8](row[2] as Data))
        try #require(row[0] as Int64 == Int64(entries.count + 1))
        try #require(entry.seq.number == UInt64(entries.count + 1))
        entries.append(entry)
      }
      return entries
    }
  }

  /// What the last entry's body is made to be.
  static func damage(_ path: String, _ change: (inout [UInt8]) -> Void) throws {
    let file = try DatabaseQueue(path: path)
    try file.write { db in
      let row = try #require(
        try Row.fetchOne(db, sql: "SELECT seq, body FROM entries ORDER BY seq DESC LIMIT 1"))
      var bytes = [UInt8](row[1] as Data)
      change(&bytes)
      try db.execute(
        sql: "UPDATE entries SET body = ? WHERE seq = ?", arguments: [Data(bytes), row[0] as Int64])
    }
    try file.close()
  }

  @Test func `a journal that is opened again goes on with the next number and the same chain`() async throws {
    try await onItsOwnThread {
      let chain = try TestChain(stores: 1)
      let store = chain[1]
      var last = HybridTime.zero
      for round in 1...3 {
        for amount in 1...4 { _ = try store.agent.sell(.of(Int64(amount * 100))) }
        try store.reopen()
        let entries = try Self.entries(store.folder.file("journal.db"))
        #expect(entries.count == round * 4)
        #expect(entries.map(\.time) == entries.map(\.time).sorted())
        #expect(try #require(entries.last).time > last)
        last = try #require(entries.last).time
        // A clock that was set back must not give out times that were.
        store.clock.advance(days: -1)
      }
      #expect(store.sync())
      #expect(try chain.hub.store.totals().sales == 12)
    }
  }

  @Test func `any byte of the last entry that changed is found when the journal is opened`() async throws {
    try await onItsOwnThread {
      let chain = try TestChain(stores: 1)
      _ = try chain[1].agent.sell(.of(1_000))
      _ = try chain[1].agent.sell(.of(2_000, phone: "13800000001"))
      let copy = try chain[1].crashCopy()
      let length = try #require(try Self.entries(copy.file("journal.db")).last).canonicalBytes.count
      chain[1].close()
      // Every seventh byte, from another one in each run: each try opens an agent.
      for position in stride(from: Int(Seed.ofThisRun % 7), to: length, by: 7) {
        try Self.damage(copy.file("journal.db")) { $0[position] ^= 0x20 }
        #expect(throws: JournalDamage.self, "byte \(position)") {
          try chain[1].anotherAgent(folder: copy.path)
        }
        try Self.damage(copy.file("journal.db")) { $0[position] ^= 0x20 }
      }
      try Self.damage(copy.file("journal.db")) { $0.removeLast() }
      #expect(throws: JournalDamage.self) { try chain[1].anotherAgent(folder: copy.path) }
    }
  }

  @Test func `what was acknowledged is there after a crash`() async throws {
    try await onItsOwnThread {
      let chain = try TestChain(stores: 1)
      var receipts: [Receipt] = []
      for amount in 1...20 {
        receipts.append(try chain[1].agent.sell(.of(Int64(amount * 100))))
        let copy = try chain[1].crashCopy()
        let again = try chain[1].anotherAgent(folder: copy.path)
        #expect(try receipts.allSatisfy { try again.sale($0.saleId) == $0 })
        #expect(try again.status().journalSeq.number == UInt64(amount))
      }
    }
  }

  @Test func `a journal whose last writes are torn holds an exact beginning of what was written`()
    async throws
  {
    try await onItsOwnThread {
      let chain = try TestChain(stores: 1)
      let store = chain[1]
      for amount in 1...12 { _ = try store.agent.sell(.of(Int64(amount * 100))) }
      let intact = try store.crashCopy()
      let whole = try Self.entries(intact.file("journal.db"))
      #expect(whole.count == 12)
      let wal = try FileManager.default.attributesOfItem(atPath: store.folder.file("journal.db-wal"))
      let size = try #require(wal[.size] as? Int)
      var random = SplitMix64(seed: Seed.ofThisRun)
      var lengths: Set<Int> = []
      for _ in 0..<60 {
        let copy = try store.crashCopy()
        // From a few bytes to most of the log; its pages are 4 KiB.
        let lost = Int.random(in: 1...max(1, size - 1), using: &random)
        truncate(copy.file("journal.db-wal"), size - (Bool.random(using: &random) ? lost : lost % 9_000))
        let agent = try store.anotherAgent(folder: copy.path)
        // The tear may reach back to before the store knew its name.
        #expect(agent.hello())
        let kept = try Self.entries(copy.file("journal.db"))
        #expect(kept == Array(whole.prefix(kept.count)))
        _ = try agent.sell(.of(5))
        #expect(try Self.entries(copy.file("journal.db")).count == kept.count + 1)
        lengths.insert(kept.count)
      }
      #expect(lengths.count > 2, "the tears should fall in different places")
    }
  }

  @Test func `a second agent on the same folder is refused`() async throws {
    try await onItsOwnThread {
      let chain = try TestChain(stores: 1)
      #expect(throws: StorageError.folderInUse(path: chain[1].folder.path, pid: getpid())) {
        try chain[1].anotherAgent()
      }
      _ = try chain[1].agent.sell(.of(100))
    }
  }

  @Test func `a disk restored from an old copy is noticed and does not overwrite what happened since`()
    async throws
  {
    try await onItsOwnThread {
      let chain = try TestChain(stores: 1)
      let store = chain[1]
      _ = try store.agent.sell(.of(100))
      #expect(store.sync())
      let old = try store.crashCopy()
      _ = try store.agent.sell(.of(200))
      #expect(store.sync())
      store.close()
      let restored = try store.anotherAgent(folder: old.path)
      _ = restored.hello()
      #expect(restored.isHalted)
      #expect(try restored.status().halted?.contains("restored") == true)
      _ = try restored.sell(.of(300))
      _ = restored.push()
      #expect(try chain.hub.store.totals().gross == Money(300))
    }
  }
}
