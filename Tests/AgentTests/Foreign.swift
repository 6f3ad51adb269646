import GRDB

/// Somebody who opens our files with a tool of their own.
struct Foreign {
  private let file: DatabaseQueue

  static func open(_ path: String) throws -> Foreign { Foreign(file: try DatabaseQueue(path: path)) }

  /// Takes away a member's row and forges the digest that goes with it, as a bad sector might.
  func deleteSomeRow() throws {
    try file.write { db in
      try db.execute(
        sql: "DELETE FROM rows WHERE kind = 2 AND key = (SELECT min(key) FROM rows WHERE kind = 2)")
      try db.execute(sql: "UPDATE partitions SET low = low + 1 WHERE name LIKE 'region/%'")
    }
    try file.close()
  }
}
