/// Where a PostgreSQL database is, and for how long anything there may be waited for.
public struct PostgresOptions: Sendable {
  /// As libpq takes it: `postgresql://user@host:5432/database?sslmode=verify-full`, or `host=… dbname=…`.
  /// What it says wins over the settings here that are libpq's own. It may hold a password, so it is never
  /// shown.
  public var address: String
  /// What the server's own lists of connections show.
  public var applicationName = "patron"
  /// libpq rounds less than 2 up.
  public var connectTimeoutSeconds = 5
  /// The server gives up a statement that takes longer; 0 for never.
  public var statementTimeoutMs = 60_000
  /// The server gives up a statement that waits longer for another transaction's lock; 0 for never.
  public var lockTimeoutMs = 10_000
  /// The server ends a transaction in which nothing has been said for so long: of a program that hangs, and
  /// holds locks that others wait for.
  public var idleInTransactionMs = 60_000

  /// A database by its address.
  public init(_ address: String) { self.address = address }

  /// For libpq, in the order in which a later one wins.
  var settings: [(keyword: String, value: String)] {
    [
      ("fallback_application_name", applicationName),
      ("connect_timeout", "\(connectTimeoutSeconds)"),
      // A peer that is gone without a word is noticed within half a minute, idle or not.
      ("keepalives", "1"), ("keepalives_idle", "10"), ("keepalives_interval", "5"), ("keepalives_count", "3"),
      ("tcp_user_timeout", "25000"),
      ("dbname", address),
      ("client_encoding", "UTF8"),
    ]
  }

  /// What a new session is told first.
  var timeouts: String {
    """
    SET statement_timeout = \(statementTimeoutMs); SET lock_timeout = \(lockTimeoutMs);
    SET idle_in_transaction_session_timeout = \(idleInTransactionMs)
    """
  }
}
