import Foundation
import GRDB
import SyncProtocol

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

  /// Changes, takes away and invents rows of members, so many of each, without touching the sums.
  func scramble(_ count: Int) throws {
    try file.write { db in
      let keys = try Data.fetchAll(
        db, sql: "SELECT key FROM rows WHERE kind = 3 ORDER BY key LIMIT ?", arguments: [3 * count])
      for (index, key) in keys.enumerated() {
        switch index % 3 {
        case 0:
          let debt = Fields([Field(tag: 2, value: .int(Int64(index) + 1))])
          try db.execute(
            sql: "UPDATE rows SET fields = ? WHERE kind = 3 AND key = ?",
            arguments: [Data(debt.canonicalBytes), key])
        case 1: try db.execute(sql: "DELETE FROM rows WHERE kind = 3 AND key = ?", arguments: [key])
        default:
          var other = key
          other[0] ^= 0xFF
          try db.execute(
            sql: "INSERT INTO rows (slot, kind, key, fields) SELECT slot, kind, ?, fields FROM rows "
              + "WHERE kind = 3 AND key = ?",
            arguments: [other, key])
        }
      }
    }
    try file.close()
  }

  /// Writes something else into the rulebooks of a replica, and leaves the sums over them as they are.
  func rewriteRulebooks(_ text: String, _ replacement: String) throws {
    try file.write { db in
      for row in try Row.fetchAll(db, sql: "SELECT key, fields FROM rows WHERE kind = 6") {
        var rulebook = RulebookRow(try Fields(canonicalBytes: [UInt8](row[1] as Data)))
        rulebook.document = Array(
          String(decoding: rulebook.document, as: UTF8.self).replacingOccurrences(of: text, with: replacement)
            .utf8)
        try db.execute(
          sql: "UPDATE rows SET fields = ? WHERE kind = 6 AND key = ?",
          arguments: [Data(rulebook.fields.canonicalBytes), row[0] as Data])
      }
    }
    try file.close()
  }

  /// Takes the copies of the rulebooks out of a journal's file.
  func forgetRulebooks() throws {
    try file.write { try $0.execute(sql: "DELETE FROM meta WHERE name = 'rulebooks'") }
    try file.close()
  }
}
