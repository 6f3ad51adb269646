import Foundation
import Loyalty
import Storage
import SyncProtocol

/// What became of an entry that was tried again.
public struct RetriedEntry: Hashable, Sendable, Codable {
  public let number: Int64
  public let seq: JournalSeq
  public let state: QuarantineState
  /// Nil for what is discarded.
  public let outcome: EntryOutcome?
  public let text: Words
}

public struct RetryReport: Hashable, Sendable, Codable {
  /// Nothing was changed: this is what it would come to.
  public let dryRun: Bool
  public let entries: [RetriedEntry]
  /// Of this member and store, how many still wait.
  public let left: Int

  func rehearsed(_ dryRun: Bool) -> RetryReport { RetryReport(dryRun: dryRun, entries: entries, left: left) }
}

/// People settle what could not be applied 隔离区处理: each decision is in the audit log.
extension HubTransaction {
  /// Applies an entry again with all of its member's that wait at the same store, in the order of the
  /// journal. What works leaves quarantine; what does not stays with its reason, and what is behind it, too.
  public func retryEntry(_ number: Int64, reason: String = "", by actor: String, dryRun: Bool = false)
    throws -> RetryReport
  {
    try rehearsing(dryRun) {
      let row = try quarantined(number)
      guard row.state == .waiting else { throw DeskFault.decided(state: row.state.rawValue) }
      let entries = try tryAgain(waitingWith: row, by: actor)
      try auditEntries(.quarantineRetry, row, entries, reason: reason, by: actor)
      return try report(entries, of: row)
    }.rehearsed(dryRun)
  }

  /// An entry counts for nothing from now on, and stays readable for ever; those behind it are tried again.
  public func discardEntry(
    _ number: Int64, _ reason: DeskReason, by actor: String, dryRun: Bool = false
  ) throws -> RetryReport {
    try reason.require()
    return try rehearsing(dryRun) {
      let row = try quarantined(number)
      guard row.state == .waiting else { throw DeskFault.decided(state: row.state.rawValue) }
      let first = try row.member.flatMap { try queue(of: $0, at: row.node, limit: 1).first }
      try decide(row, .discarded, by: actor, note: reason.reason)
      try setResult(of: row, .quarantined, EntryFault.discarded)
      var entries = [
        RetriedEntry(
          number: row.number, seq: row.seq, state: .discarded, outcome: nil,
          text: Words(reason: EntryFault.discarded))
      ]
      // Behind one that still waits nothing can go on.
      if first == nil || first?.number == row.number, row.member != nil {
        entries += try tryAgain(waitingWith: row, by: actor)
      }
      try auditEntries(.quarantineDiscard, row, entries, reason: reason.reason, by: actor)
      return try report(entries, of: row)
    }.rehearsed(dryRun)
  }

  /// A discarded entry waits again, unless a later one of its store has written what it would write: one
  /// store's entries count in the order in which they were made.
  public func restoreEntry(_ number: Int64, _ reason: DeskReason, by actor: String) throws
    -> QuarantineDetail
  {
    try reason.require()
    let row = try quarantined(number)
    guard row.state == .discarded else { throw DeskFault.decided(state: row.state.rawValue) }
    if try isContradicted(row) { throw DeskFault.contradicted }
    try decide(row, .waiting, by: actor, note: reason.reason)
    try setResult(of: row, .quarantined, row.reason)
    try audit(
      .quarantineRestore, .entry(number), before: ["state": row.state.rawValue],
      after: ["state": QuarantineState.waiting.rawValue], reason: reason.reason, by: actor)
    return try detail(of: quarantined(number))
  }

  private func tryAgain(waitingWith row: QuarantineRow, by actor: String) throws -> [RetriedEntry] {
    let waiting =
      try row.member.map { try queue(of: $0, at: row.node, limit: DeskLimits.retriedAtATime) } ?? [row]
    var isBlocked = false
    return try waiting.map { waiting in
      let (outcome, reason) =
        isBlocked
        ? (.quarantined, EntryFault.behindAnother)
        : try attempt(waiting.entry, from: waiting.node, epoch: waiting.epoch)
      if outcome != .quarantined || reason != waiting.reason { try setResult(of: waiting, outcome, reason) }
      if outcome == .quarantined {
        isBlocked = true
        try db.run("UPDATE quarantine SET reason = ? WHERE number = ?", [reason, waiting.number])
      } else {
        try decide(waiting, .applied, by: actor, note: nil)
      }
      return RetriedEntry(
        number: waiting.number, seq: waiting.seq, state: outcome == .quarantined ? .waiting : .applied,
        outcome: outcome, text: outcome == .accepted ? EntryFault.appliedWords : Words(reason: reason))
    }
  }

  private func decide(_ row: QuarantineRow, _ state: QuarantineState, by actor: String, note: String?) throws
  {
    try db.run(
      "UPDATE quarantine SET state = ?, decided_ms = ?, actor = ?, note = ? WHERE number = ?",
      [state.rawValue, nowMs, actor, note, row.number])
  }

  /// The store hears of it with its next page.
  private func setResult(of row: QuarantineRow, _ outcome: EntryOutcome, _ reason: String) throws {
    try db.run(
      """
      INSERT INTO results (node, epoch, seq, outcome, reason) VALUES (?, ?, ?, ?, ?)
      ON CONFLICT (node, epoch, seq) DO UPDATE SET outcome = excluded.outcome, reason = excluded.reason
      """,
      [
        Int64(row.node.number), row.epoch, Int64(row.seq.number), Int(outcome.rawValue), reason,
      ])
    touch(.result(row.node, epoch: row.epoch, row.seq))
  }

  private func isContradicted(_ row: QuarantineRow) throws -> Bool {
    let (member, names): (MemberID, [String])
    switch row.entry.body {
    case .enrolment(let enrolment): (member, names) = (enrolment.member, enrolment.registers.map(\.name))
    case .profile(let change): (member, names) = (change.member, change.registers.map(\.name))
    default: return false
    }
    let standing = try registers(of: member)
    return names.contains { name in
      guard let value = standing[name], value.node == row.node else { return false }
      // Times say what came later, unless the store's clock was ahead of headquarters'.
      return value.time > row.entry.time || row.entry.time.ms > nowMs
    }
  }

  private func report(_ entries: [RetriedEntry], of row: QuarantineRow) throws -> RetryReport {
    let left =
      try row.member.map {
        try db.rows(
          "SELECT count(*) FROM quarantine WHERE node = ? AND member = ? AND state = 'waiting'",
          [Int64(row.node.number), $0.bytes])[0][0] as Int64
      } ?? (entries.last?.state == .waiting ? 1 : 0)
    return RetryReport(dryRun: false, entries: entries, left: Int(left))
  }

  private func auditEntries(
    _ action: AuditAction, _ row: QuarantineRow, _ entries: [RetriedEntry], reason: String, by actor: String
  ) throws {
    func numbers(_ state: QuarantineState) -> String? {
      let found = entries.filter { $0.state == state }.map { "\($0.number)" }
      return found.isEmpty ? nil : found.joined(separator: " ")
    }
    try audit(
      action, .entry(row.number), before: ["state": row.state.rawValue, "reason": row.reason],
      after: ["applied": numbers(.applied), "waiting": numbers(.waiting), "discarded": numbers(.discarded)],
      reason: reason, by: actor)
  }
}

extension EntryFault {
  static let discarded = "discarded by headquarters"
  static let appliedWords = Words(zh: "已入账", en: "applied")
}
