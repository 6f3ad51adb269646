import CPostgres
import Storage

/// Many rows at once.
extension PostgresConnection {
  /// Few rows are an INSERT each, sent together; many go as an array for each column, so that one plan serves
  /// any number of them.
  public func insert(
    into table: String, _ columns: [String], _ rows: [[(any SQLBindable)?]]
  ) throws -> Int {
    guard !rows.isEmpty else { return 0 }
    let one = Self.insertion(table, columns)
    if rows.count < PostgresLimits.fewRows {
      for row in rows { try send(one, row, isAwaited: true) }
    } else {
      let types = try prepared(one).types
      let arrays = types.enumerated().map { "$\($0 + 1)::\($1)[]" }.joined(separator: ", ")
      let names = columns.joined(separator: ", ")
      let many = "INSERT INTO \(table) (\(names)) SELECT * FROM unnest(\(arrays)) ON CONFLICT DO NOTHING"
      var rest = rows[...]
      do {
        while !rest.isEmpty {
          let part = rest.prefix(Self.countOfOneInsert(rest))
          try sendArrays(many, types, part)
          rest = rest.dropFirst(part.count)
        }
      } catch {
        // Nobody counts any more what went before.
        sent = sent.map { Sent(statement: $0.statement, isAwaited: false) }
        unconfirmed += 1
        throw error
      }
    }
    return try wait().reduce(0) { $0 + $1.changed }
  }

  /// How many of the rows go into one statement.
  private static func countOfOneInsert(_ rows: ArraySlice<[(any SQLBindable)?]>) -> Int {
    var bytes = 0
    let end = rows.prefix(PostgresLimits.arrayRows).firstIndex { row in
      bytes += row.reduce(0) { $0 + ($1?.cell.byteCount ?? 0) }
      return bytes > PostgresLimits.arrayBytes
    }
    // A row beyond the limit goes alone.
    return end.map { max($0 - rows.startIndex, 1) } ?? min(rows.count, PostgresLimits.arrayRows)
  }

  private static func insertion(_ table: String, _ columns: [String]) -> String {
    let places = columns.map { _ in "?" }.joined(separator: ", ")
    let names = columns.joined(separator: ", ")
    return "INSERT INTO \(table) (\(names)) VALUES (\(places)) ON CONFLICT DO NOTHING"
  }

  private func sendArrays(
    _ sql: String, _ types: [WireType], _ rows: ArraySlice<[(any SQLBindable)?]>
  ) throws {
    let statement = try prepared(sql, types)
    try check(rows, types.count, sql)
    parameters.clear()
    for (column, type) in types.enumerated() {
      if let bad = parameters.add(column: column, of: rows, type) {
        throw unfit("column \(column + 1) of row \(bad + 1)", rows[bad][column], type, sql)
      }
    }
    try sendParameters(to: statement, sql, isAwaited: true)
  }

  private func check(_ rows: some Sequence<[(any SQLBindable)?]>, _ count: Int, _ sql: String) throws {
    for row in rows where row.count != count {
      throw PostgresFault(sqlState: "08P01", message: "\(row.count) values for \(count)", statement: sql)
    }
  }

  /// Loads rows as fast as the server takes them (COPY); answers how many. A row whose key is taken is a
  /// broken constraint and undoes them all: for a table that is filled for the first time.
  @discardableResult
  public func copy(
    into table: String, _ columns: [String], _ rows: some Sequence<[(any SQLBindable)?]>
  ) throws -> Int {
    let types = try prepared(Self.insertion(table, columns)).types
    let sql = "COPY \(table) (\(columns.joined(separator: ", "))) FROM STDIN (FORMAT binary)"
    return try leavingPipeline {
      guard PQsendQuery(handle, sql) == 1 else { throw lose(connectionMessage) }
      try flush()
      guard let started = PQgetResult(handle) else { throw lose(connectionMessage) }
      let first = QueryAnswer(started, sql)
      guard PQresultStatus(started) == PGRES_COPY_IN else {
        let refusal = fault(of: first.handle, sql)
        _ = try? drain(sql)
        throw refusal
      }
      do {
        try stream(rows, types, sql)
      } catch {
        // The server drops what it has, and the next answers are about that.
        if lost == nil { _ = try? endCopy(sql, "the rest is missing") }
        throw error
      }
      return try endCopy(sql, nil)
    }
  }

  /// Ends what is being copied, or gives it up; answers how many rows there were.
  private func endCopy(_ sql: String, _ reason: String?) throws -> Int {
    try untilTaken { PQputCopyEnd(handle, reason) }
    try flush()
    return try drain(sql)
  }

  private func stream(_ rows: some Sequence<[(any SQLBindable)?]>, _ types: [WireType], _ sql: String) throws
  {
    // The signature, no flags, no extension.
    var chunk = Array("PGCOPY\n".utf8) + [0xFF, 0x0D, 0x0A, 0, 0, 0, 0, 0, 0, 0, 0, 0]
    for row in rows {
      try check(CollectionOfOne(row), types.count, sql)
      chunk.append(bigEndian: Int16(types.count))
      for (index, type) in types.enumerated() where !chunk.append(field: row[index]?.cell, type) {
        throw unfit("column \(index + 1)", row[index], type, sql)
      }
      if chunk.count >= PostgresLimits.copyChunkBytes { try put(&chunk) }
    }
    chunk.append(bigEndian: Int16(-1))
    try put(&chunk)
  }

  private func put(_ chunk: inout [UInt8]) throws {
    try untilTaken {
      chunk.withUnsafeBytes { bytes in
        PQputCopyData(handle, bytes.assumingMemoryBound(to: CChar.self).baseAddress, Int32(bytes.count))
      }
    }
    try flush()
    chunk.removeAll(keepingCapacity: true)
  }

  /// Repeats what libpq has no room for as long as the network takes nothing.
  private func untilTaken(_ give: () -> Int32) throws {
    while true {
      switch give() {
      case 1: return
      case 0: try flush()
      default: throw lose(connectionMessage)
      }
    }
  }
}
