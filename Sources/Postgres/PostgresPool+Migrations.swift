import Storage

extension PostgresPool {
  /// Applies the steps that the database does not have yet, each in its own transaction together with the
  /// number it leaves in `schema_version`. Two programs that start at once take turns. The steps are written
  /// for SQLite.
  public func apply(_ migrations: [Migration]) throws {
    precondition(
      migrations.enumerated().allSatisfy { $0 + 1 == $1.number },
      "migrations are numbered from 1 without a gap")
    try withSession { session in
      // A step over a large table takes its time, and the other program waits for it.
      try session.script("SET statement_timeout = 0; SET lock_timeout = 0")
      _ = try session.rows("SELECT pg_advisory_lock(?)", [Self.migrationLock])
      try session.script(
        """
        BEGIN; CREATE TABLE IF NOT EXISTS schema_version (version BIGINT NOT NULL);
        INSERT INTO schema_version SELECT 0 WHERE NOT EXISTS (SELECT FROM schema_version); COMMIT
        """)
      let version: Int = try session.rows("SELECT version FROM schema_version")[0][0]
      guard version <= migrations.count else {
        throw StorageError.newerFile(found: version, known: migrations.count)
      }
      for migration in migrations.dropFirst(version) {
        try session.script("BEGIN")
        try session.script(SQLText.schema(migration.sql))
        try session.script("UPDATE schema_version SET version = \(migration.number); COMMIT")
      }
    }
  }

  /// Any number that nobody else uses for an advisory lock of this database.
  private static let migrationLock: Int64 = 0x7061_7472_6F6E
}
