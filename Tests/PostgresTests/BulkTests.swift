import Storage
import Testing

@testable import Postgres

@Suite struct BulkTests {
  private let own: OwnDatabase
  private let columns = ["id", "a", "b", "c"]

  init() throws { own = try OwnDatabase("CREATE TABLE t (id BIGINT PRIMARY KEY, a INT, b TEXT, c BYTEA)") }

  private func row(_ number: Int) -> [(any SQLBindable)?] {
    [number, number % 7 == 0 ? nil : number, "row \(number)", [UInt8](repeating: 3, count: number % 50)]
  }

  private func number(_ sql: String) throws -> Int64 { try own.pool.read { try $0.number(sql) } }

  @Test func `a hundred thousand rows are copied as they are`() throws {
    try own.pool.withSession { db in
      let copied = try db.copy(into: "t", columns, (0..<100_000).lazy.map(row))
      #expect(copied == 100_000)
    }
    #expect(try number("SELECT count(*) FROM t") == 100_000)
    #expect(
      try number(
        """
        SELECT count(*) FROM t WHERE b = 'row ' || id AND length(c) = id % 50
          AND (a = id OR a IS NULL AND id % 7 = 0)
        """) == 100_000)
  }

  @Test func `a copy belongs to its transaction`() throws {
    #expect(throws: Refusal.self) {
      try own.pool.write { db in
        guard let db = db as? PostgresConnection else { return }
        try db.run("INSERT INTO t (id) VALUES (9)")
        try db.copy(into: "t", columns, (0..<3).map(row))
        let there = try db.number("SELECT count(*) FROM t")
        #expect(db.isInsideTransaction && there == 4)
        throw Refusal()
      }
    }
    #expect(try number("SELECT count(*) FROM t") == 0)
  }

  @Test func `a copy that fails leaves nothing, and the connection goes on`() throws {
    try own.pool.withSession { db in
      #expect(throws: BrokenConstraint.self) {
        try db.copy(into: "t", columns, [row(1), row(2)] + (0..<20_000).map { _ in row(1) })
      }
      let fault = #expect(throws: PostgresFault.self) {
        try db.copy(into: "t", columns, (0..<10_000).map { $0 == 9_000 ? [1, Int64.max, "", nil] : row($0) })
      }
      #expect(fault?.message.contains("column 2") == true)
      #expect(throws: PostgresFault.self) { try db.copy(into: "t", columns, [[1]]) }
      #expect(throws: PostgresFault.self) { try db.copy(into: "t", ["nowhere"], [[1]]) }
      let none = try db.copy(into: "t", columns, [])
      let one = try db.copy(into: "t", columns, [row(5)])
      #expect(none == 0 && one == 1)
    }
    #expect(try number("SELECT count(*) FROM t") == 1)
  }

  @Test func `an insert of many large rows is cut into statements that the server takes`() throws {
    let large = PostgresLimits.arrayBytes / 3
    let rows: [[(any SQLBindable)?]] = (0..<20).map {
      [$0, nil, nil, [UInt8](repeating: 1, count: $0 * large / 4)]
    }
    let count = try own.pool.write { try $0.insert(into: "t", columns, rows) }
    #expect(count == 20)
    #expect(try number("SELECT sum(length(c)) FROM t") == (0..<20).reduce(0) { $0 + Int64($1 * large / 4) })
  }

  @Test func `an insert of many with one that fails names what failed`() throws {
    let rows = (0..<2_000).map { $0 == 1_500 ? [$0, "x", "", nil] : row($0) }
    let fault = #expect(throws: PostgresFault.self) {
      try own.pool.write { try $0.insert(into: "t", columns, rows) }
    }
    #expect(fault?.message == "column 2 of row 1501 does not fit the type int4")
    // Whoever goes on has what went before, and the next count is not spoiled by it.
    let next = try own.pool.write { db in
      _ = try? db.insert(into: "t", columns, rows)
      return try db.insert(into: "t", columns, (5_000..<5_010).map(row))
    }
    #expect(next == 10)
    try own.pool.write { try $0.run("DELETE FROM t") }
    #expect(throws: PostgresFault.self) {
      try own.pool.write { try $0.insert(into: "t", columns, [[1], [2], [3], [4]]) }
    }
    #expect(try number("SELECT count(*) FROM t") == 0)
  }
}
