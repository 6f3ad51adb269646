import Foundation
import GRDB

extension SQLiteFile {
  /// Whether the file opens as a database whose pages and indexes hang together.
  ///
  /// For deciding whether a file that can be rebuilt must be thrown away. It reads the whole file. A
  /// missing file is not healthy; an empty one is, because SQLite calls it an empty database.
  public static func isHealthy(_ path: String) -> Bool {
    guard FileManager.default.fileExists(atPath: path) else { return false }
    do {
      let queue = try DatabaseQueue(path: path)
      defer { try? queue.close() }
      return try queue.read { try String.fetchOne($0, sql: "PRAGMA quick_check(1)") == "ok" }
    } catch {
      return false
    }
  }
}
