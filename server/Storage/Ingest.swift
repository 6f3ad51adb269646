import Foundation
import Loyalty
import ServerCore
import Storage
import SyncProtocol

/// What a push came to.
public struct IngestResult: Hashable, Sendable {
  public let received: JournalSeq
  public let hash: ChainHash
  public let results: [EntryResult]
  public let applied: Int
}

extension HubTransaction {
  /// Takes a node's entries: skips what it has, applies each new one under a savepoint of its own, keeps
  /// what became of it. A retry finds the kept results. An entry that cannot be applied is set aside with
  /// the same member's later entries of this node; everything else goes on.
  public func ingest(_ push: PushRequest, from node: NodeID) throws -> IngestResult {
    let position = try journalPosition(of: node)
    let fresh = try PushCheck.newEntries(of: push, at: position)
    var lead: Int64 = 0
    for (entry, _) in fresh {
      lead = max(lead, entry.time.ms - nowMs)
      try apply(entry, from: node, epoch: push.epoch)
    }
    let received = fresh.last?.entry.seq ?? position.received
    let hash = fresh.last?.hash ?? position.hash
    if let last = fresh.last {
      try db.run(
        "UPDATE nodes SET received = ?, chain_hash = ?, clock_lead_ms = ? WHERE node = ?",
        [
          Int64(last.entry.seq.number), hash.bytes, lead > Limits.clockLeadMs ? lead : 0,
          Int64(node.number),
        ])
      touch(.position(node))
    }
    let results = try keptResults(
      of: node, epoch: push.epoch, push.entries.first?.seq, push.entries.last?.seq)
    return IngestResult(received: received, hash: hash, results: results, applied: fresh.count)
  }

  /// Keeps the batch as it came: what a store said can always be read again.
  public func keep(_ message: [UInt8], _ push: PushRequest, from node: NodeID) throws {
    guard let last = push.entries.last else { return }
    try db.run(
      """
      INSERT INTO batches (node, epoch, first_seq, last_seq, received_ms, message)
      VALUES (?, ?, ?, ?, ?, ?)
      ON CONFLICT DO NOTHING
      """,
      [
        Int64(node.number), push.epoch, Int64(push.firstSeq.number), Int64(last.seq.number), nowMs,
        message,
      ])
  }

  func journalPosition(of node: NodeID) throws -> JournalPosition {
    guard
      let row = try db.rows(
        "SELECT epoch, received, chain_hash FROM nodes WHERE node = ?", [Int64(node.number)]
      ).first,
      let hash = ChainHash(bytes: row[2] as [UInt8])
    else { throw HubFault.unknownStore }
    return JournalPosition(
      epoch: row[0], received: JournalSeq(UInt64(bitPattern: row[1] as Int64)), hash: hash)
  }

  private func apply(_ entry: Entry, from node: NodeID, epoch: Int64) throws {
    let outcome: (EntryOutcome, String)
    if let member = entry.body.member, try isQuarantined(member, of: node) {
      outcome = (.quarantined, EntryFault.behindAnother)
    } else {
      outcome = try attempt(entry, from: node, epoch: epoch)
    }
    if outcome.0 == .quarantined {
      try setAside(entry, from: node, epoch: epoch, reason: outcome.1)
    }
    if outcome.0 != .accepted {
      try db.run(
        "INSERT INTO results (node, epoch, seq, outcome, reason) VALUES (?, ?, ?, ?, ?)",
        [Int64(node.number), epoch, Int64(entry.seq.number), Int(outcome.0.rawValue), outcome.1])
    }
  }

  /// Applies an entry, or says why it cannot be applied and leaves nothing of it.
  func attempt(_ entry: Entry, from node: NodeID, epoch: Int64) throws -> (EntryOutcome, String) {
    if let limit = entry.brokenLimit { return (.quarantined, "beyond the limit \(limit)") }
    do {
      return try savepoint { try effect(of: entry, from: node, epoch: epoch) }
    } catch let fault as EntryFault {
      return (.quarantined, fault.reason)
    } catch let broken as BrokenConstraint {
      return (.quarantined, "breaks a rule of the ledger: \(broken.message)")
    }
  }

  private func effect(of entry: Entry, from node: NodeID, epoch: Int64) throws -> (EntryOutcome, String) {
    func cause(_ time: Timestamp, _ rulebook: Int64) -> Cause {
      Cause(
        node: node, epoch: epoch, seq: entry.seq, businessTime: time, rulebook: rulebook,
        reference: entry.body.cause)
    }
    switch entry.body {
    case .enrolment(let enrolment): return try enrol(enrolment, at: entry.time, from: node)
    case .profile(let change):
      try requireMember(change.member)
      return try write(change.registers, of: change.member, at: entry.time, from: node)
    case .sale(let sale): return try record(sale, at: entry.time, cause(sale.businessTime, sale.rulebook))
    case .saleReturn(let back) where back.isUnresolved:
      return try resolve(back, entry, from: node, epoch: epoch)
    case .saleReturn(let back): return try record(back, cause(back.businessTime, 0))
    case .checkIn(let checkIn): return try record(checkIn, cause(checkIn.businessTime, checkIn.rulebook))
    case .release(let release):
      let beyond = try self.release(release.points, by: node)
      for coupon in release.coupons { try self.release(coupon, by: node) }
      try self.release(release.allowances, by: node)
      return beyond == .zero
        ? (.accepted, "") : (.compensated, "released \(beyond.count) points more than held")
    case .order(let order): return try record(order, cause(order.businessTime, order.rulebook))
    case .orderClose(let close): return try record(close, cause(close.businessTime, 0))
    case .participation(let part): return try record(part, cause(part.businessTime, part.rulebook))
    case .prize(let prize): return try record(prize, cause(prize.businessTime, prize.rulebook))
    }
  }

  func requireMember(_ member: MemberID) throws {
    guard try !db.rows("SELECT 1 FROM members WHERE member = ?", [member.bytes]).isEmpty else {
      throw EntryFault(reason: "the member \(member) is not known here")
    }
  }

  private func keptResults(
    of node: NodeID, epoch: Int64, _ first: JournalSeq?, _ last: JournalSeq?
  ) throws -> [EntryResult] {
    guard let first, let last else { return [] }
    return try db.rows(
      """
      SELECT seq, outcome, reason FROM results
      WHERE node = ? AND epoch = ? AND seq BETWEEN ? AND ? AND outcome <> ? ORDER BY seq
      """,
      [
        Int64(node.number), epoch, Int64(first.number), Int64(last.number),
        Int(EntryOutcome.accepted.rawValue),
      ]
    ).compactMap { row in
      EntryOutcome(rawValue: UInt8(truncatingIfNeeded: row[1] as Int64)).map {
        EntryResult(seq: JournalSeq(UInt64(bitPattern: row[0] as Int64)), outcome: $0, reason: row[2])
      }
    }
  }
}

/// An entry that cannot be applied; it goes to quarantine with this reason.
struct EntryFault: Error {
  let reason: String

  /// The reason of an entry that waits only because another one of its member does.
  static let behindAnother = "behind another entry of this member"
}

/// Why the hub refuses a request; codes are stable.
public enum HubFault: Error, Hashable, Sendable {
  case unknownStore
  case storeExists
  case unknownMember
  case unknownSale
  case unknownTemplate
  case unknownOrder
  /// Whoever took an order closes it.
  case orderOfStore
  case orderRefused(RuleOutcome)
  case templateExists
  case invalid(field: String, reason: String)
  case cursorUnknown
  case unknownChunk
  /// What came after the cursor is no longer kept.
  case cursorTooOld
  /// What the store carries is no longer what its cursor says.
  case shapeChanged
  /// Points that cannot be moved by hand.
  case refused(PointsRefusal)
  /// The same idempotency key came before with another body.
  case conflictingRepeat
}
