/// Bounds of what one connection keeps and sends, each with its reason.
enum PostgresLimits {
  /// Prepared statements of a connection: the hub has some three hundred texts, and the server keeps a plan
  /// of some ten kilobytes for each.
  static let preparedStatements = 1_000
  /// Statements sent and not yet answered for: bounds what the answers take up in memory, and what has been
  /// done in vain when one of them failed.
  static let unansweredStatements = 512
  /// Bytes of statements gathered before they are handed to the network: the server begins with the first
  /// while we still write the next, and a system call is paid for many.
  static let gatheredBytes = 8 << 10
  /// Bytes of rows gathered for one message of a COPY.
  static let copyChunkBytes = 64 << 10
  /// Rows of one INSERT that takes its rows as arrays: from some hundred on, more make it no faster.
  static let arrayRows = 1_000
  /// Bytes of values of one such INSERT, unless one row alone has more: the server keeps all of them in
  /// memory, twice, and takes no message of 1 GiB.
  static let arrayBytes = 4 << 20
  /// Below so many rows each is an INSERT of its own in one pipeline; from here on arrays are faster.
  static let fewRows = 4
}
