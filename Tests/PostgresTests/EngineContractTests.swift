import Postgres
import Seeds
import Storage
import Testing

/// What use cases may rely on, whichever engine is below them.
@Suite struct EngineContractTests {
  private let engines: Engines

  init() throws {
    engines = try Engines(
      """
      CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER CHECK (a >= 0), b TEXT, c BLOB) STRICT;
      CREATE TABLE u (k TEXT, n INTEGER NOT NULL DEFAULT 5, PRIMARY KEY (k)) STRICT, WITHOUT ROWID;
      """)
  }

  @Test func `every kind of value comes back as it went, NULL and empty ones as well`() throws {
    let long = String(repeating: "会员", count: 20_000)
    try engines.agree("") { database in
      try database.write { db in
        try db.run(
          "INSERT INTO t VALUES (?, ?, ?, ?)",
          [Int64.min, Int64.max, "会员 'é' \u{1}", [0, 255, 0] as [UInt8]])
        try db.run("INSERT INTO t VALUES (?, ?, ?, ?)", [-1, 0, "", [] as [UInt8]])
        try db.run("INSERT INTO t VALUES (?, ?, ?, ?)", [0, nil, nil, nil])
        try db.run(
          "INSERT INTO t VALUES (?, ?, ?, ?)", [Int32(7), true, long, [UInt8](repeating: 9, count: 70_000)])
      }
      let rows = try database.read { try $0.rows("SELECT id, a, b, c FROM t ORDER BY id") }
      #expect(rows[0][0] == Int64.min && rows[0][1] == Int64.max)
      #expect(rows[0][2] == "会员 'é' \u{1}" && rows[0][3] == [0, 255, 0] as [UInt8])
      #expect(rows[1][2] as String? == "" && rows[1][3] as [UInt8]? == [])
      #expect(rows[2][1] as Int? == nil && rows[2][2] as String? == nil && rows[2][3] as [UInt8]? == nil)
      #expect(rows[3][0] == 7 && rows[3][1] == 1 && rows[3][2] == long)
      #expect((rows[3][3] as [UInt8]).count == 70_000)
      return ""
    }
  }

  @Test func `arguments are counted as SQLite counts them, and a question mark in quotes is none`() throws {
    try engines.agree("a?b|2|1|what's '?'") { database in
      try database.write { db in
        try db.run("INSERT INTO u VALUES ('a?b', ?2), (?1, 1) -- really?", ["what's '?'", 2])
        try db.run("UPDATE u SET \"n\" = n + ? WHERE k = ? /* ? */", [3, "absent"])
        let rows = try db.rows("SELECT k, n FROM u WHERE n > ?1 - 9 AND n < ?1 AND k <> '?' ORDER BY k", [9])
        return "\(rows[0][0] as String)|\(rows[0][1] as Int)|\(rows[1][1] as Int)|\(rows[1][0] as String)"
      }
    }
  }

  @Test func `texts are ordered by their bytes`() throws {
    try engines.agree("A B a b é 中 中文 🍵") { database in
      try database.write { db in
        for word in ["b", "🍵", "A", "é", "中文", "a", "B", "中"] {
          try db.run("INSERT INTO u (k) VALUES (?)", [word])
        }
        return try db.rows("SELECT k FROM u ORDER BY k").map { $0[0] as String }.joined(separator: " ")
      }
    }
  }

  @Test func `counts, sums and ids made by the database are whole numbers`() throws {
    try engines.agree("1 2 3|3 30 0|2 1 0") { database in
      try database.write { db in
        let ids = try (0..<3).map { try db.number("INSERT INTO t (a) VALUES (?) RETURNING id", [$0 * 10]) }
        let sums = try db.rows("SELECT count(*), sum(a), coalesce(sum(length(b)), 0) FROM t")[0]
        let changes = [
          try db.change("UPDATE t SET a = a + 1 WHERE a > ?", [5]),
          try db.change("DELETE FROM t WHERE a = ?", [21]),
          try db.change("DELETE FROM t WHERE a = ?", [99]),
        ]
        return ids.map { "\($0)" }.joined(separator: " ")
          + "|\(sums[0] as Int) \(sums[1] as Int) \(sums[2] as Int)|"
          + changes.map { "\($0)" }.joined(separator: " ")
      }
    }
  }

  @Test func `bytes answers the first column of the first row`() throws {
    try engines.agree("[1, 2] [120] [55] [] none") { database in
      try database.write { db in
        try db.run("INSERT INTO t VALUES (7, NULL, 'x', ?)", [[1, 2] as [UInt8]])
        let found = try ["c", "b", "id", "a"].map { "\(try db.bytes("SELECT \($0) FROM t", []) ?? [99])" }
        let none = try db.bytes("SELECT c FROM t WHERE id = 8", [])
        return found.joined(separator: " ") + (none == nil ? " none" : "")
      }
    }
  }

  @Test(arguments: [1, 3, 4, 100, 2_500])
  func `many rows are inserted at once, those whose key is taken left out`(count: Int) throws {
    try engines.agree("\(count) 1 0, \(count + 1) rows") { database in
      try database.write { db in
        func rows(_ range: Range<Int>) -> [[(any SQLBindable)?]] {
          range.map { [$0, $0 % 3 == 0 ? nil : $0, "row \($0)", [UInt8(truncatingIfNeeded: $0)]] }
        }
        let columns = ["id", "a", "b", "c"]
        let first = try db.insert(into: "t", columns, rows(0..<count))
        // One key twice in the same call, too.
        let second = try db.insert(into: "t", columns, rows(0..<count + 1) + rows(count..<count + 1))
        let none = try db.insert(into: "t", columns, [])
        let whole = try db.number("SELECT count(*) FROM t WHERE b = 'row ' || id AND (a = id OR id % 3 = 0)")
        #expect(whole == count + 1)
        return "\(first) \(second) \(none), \(try db.number("SELECT count(*) FROM t")) rows"
      }
    }
  }

  @Test func `a broken constraint is told as one, whichever it is`() throws {
    for sql in [
      "INSERT INTO t (id) VALUES (1)", "UPDATE t SET a = -1", "INSERT INTO u (k, n) VALUES ('a', NULL)",
    ] {
      try engines.agree("told") { database in
        try database.write { try $0.run("INSERT INTO t (id) VALUES (1) ON CONFLICT DO NOTHING") }
        #expect(throws: BrokenConstraint.self) { try database.write { try $0.run(sql) } }
        #expect(throws: BrokenConstraint.self) { try database.write { _ = try $0.change(sql, []) } }
        return "told"
      }
    }
  }

  @Test func `nothing of a transaction that throws stays`() throws {
    try engines.agree("0") { database in
      #expect(throws: Refusal.self) {
        try database.write { db in
          try db.run("INSERT INTO t (id) VALUES (1)")
          throw Refusal()
        }
      }
      #expect(throws: BrokenConstraint.self) {
        try database.write { db in
          try db.run("INSERT INTO t (id) VALUES (1)")
          try db.run("INSERT INTO t (id) VALUES (1)")
        }
      }
      return "\(try database.read { try $0.number("SELECT count(*) FROM t") })"
    }
  }

  @Test func `who reads sees one state, whatever is written meanwhile`() throws {
    try engines.agree("1 1, then 2") { database in
      try database.write { try $0.run("INSERT INTO t (id) VALUES (1)") }
      let seen = try database.read { db in
        let before = try db.number("SELECT count(*) FROM t")
        try database.write { try $0.run("INSERT INTO t (id) VALUES (2)") }
        return "\(before) \(try db.number("SELECT count(*) FROM t"))"
      }
      return "\(seen), then \(try database.read { try $0.number("SELECT count(*) FROM t") })"
    }
  }

  @Test func `nobody writes while reading`() throws {
    let sql = "INSERT INTO t (id) VALUES (1)"
    try engines.agree("0") { database in
      #expect(throws: (any Error).self) { try database.read { try $0.change(sql, []) } }
      #expect(throws: (any Error).self) { try database.read { try $0.run(sql) } }
      return "\(try database.read { try $0.number("SELECT count(*) FROM t") })"
    }
  }

  @Test func `a savepoint is undone alone, and what came before it stays`() throws {
    try engines.agree("inner, outer|1 2 4") { database in
      let told = try database.write { db in
        var told: [String] = []
        try db.run("INSERT INTO t (id) VALUES (1)")
        do {
          try db.savepoint("level1") {
            try db.run("INSERT INTO t (id) VALUES (2)")
            do {
              // The fault comes with RELEASE at the latest, and not beyond.
              try db.savepoint("level2") { try db.run("INSERT INTO t (id) VALUES (2)") }
            } catch is BrokenConstraint {
              told.append("inner")
            }
          }
        }
        do {
          try db.savepoint("level1") {
            try db.run("INSERT INTO t (id) VALUES (3)")
            try db.run("INSERT INTO t (id) VALUES (1)")
            // A fault of this level is not taken for one of the next.
            try db.savepoint("level2") { _ = try db.rows("SELECT 1") }
          }
        } catch is BrokenConstraint {
          told.append("outer")
        }
        #expect(db.isInsideTransaction)
        try db.run("INSERT INTO t (id) VALUES (4)")
        return told.joined(separator: ", ")
      }
      let left = try database.read { try $0.rows("SELECT id FROM t ORDER BY id").map { "\($0[0] as Int)" } }
      return "\(told)|\(left.joined(separator: " "))"
    }
  }

  @Test func `random transactions with savepoints in savepoints leave the same behind in both engines`()
    throws
  {
    forAll { (samples: inout Transactions) in
      let transaction = samples.transaction()
      let outcomes = try engines.both.map { database in
        var told: [String] = []
        do {
          try database.write { db in
            try db.run("DELETE FROM u")
            try transaction.play(on: db, &told, depth: 1)
          }
          told.append("done")
        } catch {
          told.append("undone")
        }
        let left = try database.read { try $0.rows("SELECT k, n FROM u ORDER BY k") }
        return told + left.map { "\($0[0] as String)=\($0[1] as Int)" }
      }
      return outcomes[0] == outcomes[1]
    }
  }
}
