import GRDB

/// One step of a file's schema. Steps are only ever added: one that has been released never changes.
public struct Migration: Sendable {
  /// 1, 2, 3 … without a gap.
  public let number: Int
  /// What the step is for, in a few words.
  public let name: String
  /// Its statements.
  public let sql: String

  /// A step of a schema.
  public init(_ number: Int, _ name: String, _ sql: String) {
    self.number = number
    self.name = name
    self.sql = sql
  }

  /// Applies the steps that `file` does not have yet, each in its own transaction together with the
  /// number it leaves in `user_version`, so that a crash between steps is continued, not repeated.
  public static func apply(_ migrations: [Migration], to file: some DatabaseWriter) throws {
    precondition(
      migrations.map(\.number) == Array(1...max(migrations.count, 1)).prefix(migrations.count).map { $0 },
      "migrations are numbered from 1 without a gap")
    let version = try file.read { try Int.fetchOne($0, sql: "PRAGMA user_version") ?? 0 }
    guard version <= migrations.count else {
      throw StorageError.newerFile(found: version, known: migrations.count)
    }
    for migration in migrations.dropFirst(version) {
      try file.write { db in
        try db.execute(sql: migration.sql)
        try db.execute(sql: "PRAGMA user_version = \(migration.number)")
      }
    }
  }
}
