import CPostgres
import Foundation
import Storage

/// What is sent, and how the answers come back.
extension PostgresConnection {
  /// Sends a statement without waiting for it.
  func send(_ sql: String, _ arguments: [(any SQLBindable)?], isAwaited: Bool) throws {
    let statement = try prepared(sql)
    guard statement.types.count == arguments.count else {
      throw PostgresFault(
        sqlState: "08P01", message: "\(arguments.count) arguments for \(statement.types.count)",
        statement: sql)
    }
    parameters.clear()
    for (index, argument) in arguments.enumerated()
    where !parameters.add(argument?.cell, statement.types[index]) {
      throw unfit("argument \(index + 1)", argument, statement.types[index], sql)
    }
    try sendParameters(to: statement, sql, isAwaited: isAwaited)
  }

  /// Sends what stands in the buffer of parameters.
  func sendParameters(to statement: PreparedStatement, _ sql: String, isAwaited: Bool) throws {
    let isTaken = parameters.withPointers { count, values, lengths, formats in
      PQsendQueryPrepared(handle, statement.name, count, values, lengths, formats, 1) == 1
    }
    guard isTaken else { throw lose(connectionMessage) }
    sent.append(Sent(statement: sql, isAwaited: isAwaited))
    gatheredBytes += parameters.byteCount
    if gatheredBytes >= PostgresLimits.gatheredBytes { try flush() }
  }

  /// The error for a value that a type has no place for: a programmer's, or a NUL in a text. Nothing was
  /// sent, so the transaction is as it was.
  func unfit(_ what: String, _ value: (any SQLBindable)?, _ type: WireType, _ sql: String) -> PostgresFault {
    if case .text(let text) = value?.cell, text.utf8.contains(0) {
      return PostgresFault(sqlState: "22021", message: "\(what) is a text with a NUL", statement: sql)
    }
    return PostgresFault(sqlState: "42804", message: "\(what) does not fit the type \(type)", statement: sql)
  }

  /// Ends the pipeline here, without waiting.
  func sync() throws {
    if let lost { throw lost }
    guard PQpipelineSync(handle) == 1 else { throw lose(connectionMessage) }
    isSynced = true
    try flush()
  }

  /// Waits for all that was sent; answers what was awaited, or throws the first fault.
  func wait() throws -> [QueryAnswer] {
    try sync()
    return try collect()
  }

  /// Waits for all that was sent, whatever became of it. Throws only if the connection is gone.
  func settle() throws {
    do {
      if isSynced { _ = try collect() } else if !sent.isEmpty { _ = try wait() }
    } catch {
      if let lost { throw lost }
    }
  }

  /// Reads the answers up to the sync.
  func collect() throws -> [QueryAnswer] {
    var answers: [QueryAnswer] = []
    var fault: (any Error)?
    for entry in sent {
      while let result = PQgetResult(handle) {
        switch PQresultStatus(result) {
        case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_EMPTY_QUERY:
          if entry.isAwaited { answers.append(QueryAnswer(result, entry.statement)) } else { PQclear(result) }
        // What stands behind a fault in the pipeline was not tried.
        case PGRES_PIPELINE_ABORTED: PQclear(result)
        default:
          let found = self.fault(of: result, entry.statement)
          if fault == nil { fault = found }
          PQclear(result)
        }
      }
    }
    if lost == nil { readSync() }
    if let lost { throw lost }
    sent = []
    unconfirmed = 0
    isSynced = false
    readStatus(fault)
    if let fault { throw fault }
    return answers
  }

  /// Notes where the transaction stands after `fault`, if there was one.
  func readStatus(_ fault: (any Error)?) {
    let status = PQtransactionStatus(handle)
    isInside = status == PQTRANS_INTRANS || status == PQTRANS_INERROR
    failure = status == PQTRANS_INERROR ? failure ?? fault : nil
  }

  private func readSync() {
    // The end of the last statement may stand before it.
    for _ in 0..<2 {
      guard let result = PQgetResult(handle) else { continue }
      defer { PQclear(result) }
      if PQresultStatus(result) == PGRES_PIPELINE_SYNC { return }
      _ = fault(of: result, "")
      break
    }
    lose(connectionMessage)
  }

  /// Hands everything to the network; reads meanwhile, because the server may have to be rid of its answers
  /// before it takes more.
  func flush() throws {
    gatheredBytes = 0
    while true {
      switch PQflush(handle) {
      case 0: return
      case 1:
        var socket = pollfd(fd: PQsocket(handle), events: Int16(POLLIN | POLLOUT), revents: 0)
        _ = poll(&socket, 1, -1)
        if socket.revents & Int16(POLLIN) != 0, PQconsumeInput(handle) == 0 { throw lose(connectionMessage) }
      default: throw lose(connectionMessage)
      }
    }
  }

  /// What an error of the server means to whoever asked.
  func fault(of result: OpaquePointer, _ statement: String) -> any Error {
    func field(_ code: Unicode.Scalar) -> String {
      PQresultErrorField(result, Int32(code.value)).map { String(cString: $0) } ?? ""
    }
    let state = field("C")
    let message = field("M").isEmpty ? connectionMessage : field("M")
    let isEnd = ["FATAL", "PANIC"].contains(field("V")) || state.isEmpty || state.hasPrefix("08")
    if isEnd || PQstatus(handle) != CONNECTION_OK { return lose(message) }
    switch state {
    case _ where state.hasPrefix("23"): return BrokenConstraint(message: message, statement: statement)
    case "40001", "40P01":
      return PostgresConflict(sqlState: state, message: message, statement: statement)
    // The plan may be of a table as it was before a migration.
    case "0A000": statements.forget(statement)
    default: break
    }
    return PostgresFault(sqlState: state, message: message, statement: statement)
  }
}
