import Seeds
import Storage
import Testing

@testable import Postgres

/// Values on the wire.
@Suite struct ValueTests {
  private let own: OwnDatabase

  init() throws {
    own = try OwnDatabase(
      """
      CREATE TABLE v (i2 SMALLINT, i4 INT, i8 BIGINT, n NUMERIC, b BOOLEAN, t VARCHAR(9), x BYTEA, d DATE);
      """)
  }

  @Test func `a decimal number of the server is read to the last digit, or refused`() throws {
    try own.pool.read { db in
      for value in [0, 1, -1, 9_999, 10_000, -10_000, 100_000_000, .max, .min] as [Int64] {
        let read = try db.number("SELECT ?::text::numeric", ["\(value)"])
        let written = try db.number("SELECT ?::numeric", [value])
        #expect(read == value && written == value)
      }
    }
    for text in ["9223372036854775808", "-9223372036854775809", "1e30", "0.5", "1.0001", "NaN"] {
      let fault = #expect(throws: PostgresFault.self) {
        try own.pool.read { try $0.rows("SELECT ?::text::numeric AS total", [text]) }
      }
      #expect(fault?.message.contains("column total") == true)
    }
    #expect(try own.pool.read { try $0.number("SELECT 12.000::numeric") } == 12)
  }

  @Test func `every whole number goes through a decimal number and back`() throws {
    forAll { (random: inout SplitMix64) in
      let value = Int64(bitPattern: random.next()) >> random.number(0...63)
      var bytes: [UInt8] = []
      let isWritten = WireType.numeric.write(.integer(value), to: &bytes)
      let back = bytes.withUnsafeBytes { WireType.numeric.read($0) }
      guard isWritten, case .integer(value)? = back else { return false }
      return true
    }
  }

  @Test func `smaller types take what fits`() throws {
    try own.pool.write { db in
      try db.run(
        "INSERT INTO v VALUES (?, ?, ?, ?, ?, ?, ?)", [-3, 70_000, 1, 5, true, "会员", [1] as [UInt8]])
      let row = try db.rows("SELECT i2, i4, i8, n, b, t, x FROM v WHERE b = ?", [true])[0]
      #expect(row[0] == -3 && row[1] == 70_000 && row[3] == 5 && row[4] == 1 && row[5] == "会员")
    }
  }

  @Test(arguments: ["i2", "i4", "b"]) func `what does not fit is refused before it is sent`(column: String)
    throws
  {
    try own.pool.write { db in
      let fault = #expect(throws: PostgresFault.self) {
        try db.run("UPDATE v SET \(column) = ?", [Int64.max])
      }
      #expect(fault?.description.contains("argument 1") == true && fault?.statement.contains(column) == true)
      // The transaction is as it was.
      try db.run("INSERT INTO v (i8) VALUES (1)")
    }
    #expect(try own.pool.read { try $0.number("SELECT count(*) FROM v") } == 1)
  }

  @Test func `a value of another kind is refused with the statement's name`() throws {
    let wrong: [(column: String, value: any SQLBindable)] = [
      ("i8", "1"), ("t", 1), ("x", "a"), ("t", [1] as [UInt8]), ("i8", [1] as [UInt8]), ("n", "1"),
    ]
    for (column, value) in wrong {
      let sql = "SELECT 1 FROM v WHERE \(column) = ?"
      let fault = #expect(throws: PostgresFault.self) { try own.pool.read { try $0.rows(sql, [value]) } }
      #expect(fault?.sqlState == "42804" && fault?.statement == sql)
    }
    let fault = #expect(throws: PostgresFault.self) {
      try own.pool.read { try $0.rows("SELECT ?::int8", [1, 2]) }
    }
    #expect(fault?.message == "2 arguments for 1")
  }

  @Test func `a column without a cell is named`() throws {
    let fault = #expect(throws: PostgresFault.self) {
      try own.pool.write { db in
        try db.run("INSERT INTO v (d) VALUES ('2026-11-23')")
        return try db.rows("SELECT i8, d FROM v")
      }
    }
    #expect(fault?.message.hasPrefix("column d is of the type") == true)
  }

  @Test func `a NUL in a text is refused before it is sent, and the transaction goes on`() throws {
    // PostgreSQL has no place for it in a text; the hub's APIs refuse control characters long before.
    try own.pool.write { db in
      let fault = #expect(throws: PostgresFault.self) { try db.run("UPDATE v SET t = ?", ["a\0b"]) }
      #expect(fault?.sqlState == "22021")
      #expect(throws: PostgresFault.self) {
        try db.insert(into: "v", ["i8", "t"], (0..<10).map { [$0, $0 == 7 ? "\0" : "x"] })
      }
      try db.run("INSERT INTO v (t, x) VALUES (?, ?)", ["\u{FFFD}", [0] as [UInt8]])
    }
    #expect(try own.pool.read { try $0.rows("SELECT t FROM v")[0][0] } == "\u{FFFD}")
  }
}
