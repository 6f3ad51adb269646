import CPostgres
import Foundation
import Storage

/// One session at a PostgreSQL server, for one thread at a time; every call blocks.
///
/// Within a transaction `run` only sends. The answers are read with the next statement that is waited for, so
/// a fault of `run` comes then, under its own statement's name. A savepoint is a border for faults: SAVEPOINT
/// and RELEASE are waited for when something before them may yet fail, and ROLLBACK TO drops such a fault,
/// because what failed is undone. So a fault is always met at the level that caused it.
public final class PostgresConnection {
  /// Something sent whose answer has not been read.
  struct Sent {
    let statement: String
    /// Whether somebody wants the answer, and not only to know of a fault.
    let isAwaited: Bool
  }

  let handle: OpaquePointer
  var sent: [Sent] = []
  /// How many of those may fail and nobody waits for.
  var unconfirmed = 0
  /// A sync follows what was sent, and its answer has not been read.
  var isSynced = false
  var gatheredBytes = 0
  /// Why nothing more can be said to the server.
  var lost: PostgresUnavailable?
  /// As of the last answer read, or of the BEGIN sent since.
  var isInside = false
  /// What has failed in this transaction and is not undone yet: all but ROLLBACK would be refused, and this
  /// says why, also to whoever did not hear it the first time.
  var failure: (any Error)?
  var statements = StatementCache()
  var parameters = ParameterBuffer()

  /// Connects, or throws `PostgresUnavailable` after the time that the options allow.
  public init(_ options: PostgresOptions) throws {
    let settings = options.settings
    let opened = Self.withCStrings(settings.map(\.keyword)) { keywords in
      Self.withCStrings(settings.map(\.value)) { values in PQconnectdbParams(keywords, values, 1) }
    }
    guard let opened else { throw PostgresUnavailable(message: "out of memory") }
    handle = opened
    guard PQstatus(handle) == CONNECTION_OK else { throw PostgresUnavailable(message: connectionMessage) }
    // Faults come as errors; what else the server says would go to standard error.
    PQsetNoticeProcessor(handle, { _, _ in }, nil)
    // Writing must never wait while the server waits for us to read.
    PQsetnonblocking(handle, 1)
    try script(options.timeouts)
    let durability: String = try rows("SELECT current_setting('synchronous_commit')")[0][0]
    guard durability != "off" else {
      throw StorageError.settingRefused(
        path: "PostgreSQL", setting: "synchronous_commit", wanted: "on", found: durability)
    }
  }

  // Also runs when the initialiser throws after all properties are set.
  deinit { PQfinish(handle) }

  /// False once the connection is gone, also if it went while nobody said anything. Only between statements.
  public var isAlive: Bool {
    if lost != nil { return false }
    var socket = pollfd(fd: PQsocket(handle), events: Int16(POLLIN), revents: 0)
    while poll(&socket, 1, 0) > 0, PQconsumeInput(handle) == 1 {}
    if PQstatus(handle) == CONNECTION_OK { return true }
    lose(connectionMessage)
    return false
  }

  var connectionMessage: String {
    String(cString: PQerrorMessage(handle)).trimmingCharacters(in: .whitespacesAndNewlines)
  }

  /// Notes that there is no connection any more, and answers the error that says so.
  @discardableResult
  func lose(_ message: String) -> PostgresUnavailable {
    let reason = lost ?? PostgresUnavailable(message: message.isEmpty ? "the connection was lost" : message)
    lost = reason
    sent = []
    unconfirmed = 0
    isSynced = false
    isInside = false
    failure = nil
    return reason
  }

  private static func withCStrings<Value>(
    _ strings: [String], _ use: (UnsafePointer<UnsafePointer<CChar>?>) -> Value
  ) -> Value {
    let copies = strings.map { strdup($0) }
    defer { copies.forEach { free($0) } }
    let pointers = copies.map { UnsafePointer($0) } + [nil]
    return pointers.withUnsafeBufferPointer { buffer in
      guard let start = buffer.baseAddress else { preconditionFailure("the list has at least its end") }
      return use(start)
    }
  }
}
