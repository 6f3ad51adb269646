import Foundation
import Loyalty
import ServerCore
import Storage
import Synchronization
import SyncProtocol

/// The work of an issue to many, a transaction at a time. Killed in between, it goes on behind the last
/// members that were committed; a coupon's id follows from its issue and member, so none is issued twice.
extension HubTransaction {
  private struct Run {
    let number: Int64
    let id: CouponIssueID
    let audience: CouponIssueOrder.Audience
    let tier: String?
    let actor: String
    let boundTo: NodeID?
    let total: Int64
    /// For members in order of id.
    var after: MemberID?
    var done: Int64
    var failed: Int64
    var stopped: String?
    var isOver = false
  }

  /// Does the next part of an issue, at most `Limits.issuedCoupons`; nothing of one that is over.
  public func runIssue(_ number: Int64) throws {
    guard
      let row = try db.rows(
        """
        SELECT issue, template, audience, tier, bound_to, actor, total, done, failed, after
        FROM coupon_issues WHERE number = ? AND state = 'running'
        """, [number]
      ).first, let id = CouponIssueID(bytes: row[0] as [UInt8]),
      let audience = CouponIssueOrder.Audience(rawValue: row[2])
    else { return }
    var stored = try requireTemplate(row[1])
    let before = stored.issued
    var run = Run(
      number: number, id: id, audience: audience, tier: row[3], actor: row[5],
      boundTo: (row[4] as Int64?).map { NodeID(UInt32($0)) }, total: row[6],
      after: (row[9] as [UInt8]?).flatMap { MemberID(bytes: $0) }, done: row[7], failed: row[8])
    if audience == .codes {
      try issueCodes(&run, &stored)
    } else {
      try issueToMembers(&run, &stored)
    }
    try addIssued(stored.issued - before, to: stored.name)
    try save(run)
  }

  private func save(_ run: Run) throws {
    let state: CouponIssueStatus.State =
      run.stopped != nil ? .stopped : run.isOver ? .done : .running
    // Members come and go while an issue to all of them runs: in the end all are those who were met.
    let total = state == .done ? run.done : max(run.total, run.done)
    try db.run(
      """
      UPDATE coupon_issues SET done = ?, failed = ?, after = ?, state = ?, stopped = ?, total = ?,
        finished_ms = ?
      WHERE number = ?
      """,
      [
        run.done, run.failed, run.after?.bytes, state.rawValue, run.stopped, total,
        state == .running ? nil : nowMs, run.number,
      ])
  }

  private func issueCodes(_ run: inout Run, _ stored: inout StoredTemplate) throws {
    let count = min(Int64(Limits.issuedCoupons), run.total - run.done)
    let now = Timestamp(ms: nowMs)
    // Whose they are is not known yet; what a member may have is counted when they claim.
    var template = stored.template
    template.perMember = nil
    do {
      _ = try template.issue(
        count, issued: stored.issued, ofMember: 0, at: now,
        utcOffsetMinutes: try rulebook(at: now).utcOffsetMinutes)
    } catch {
      guard let fault = error as? CouponIssueFault else { throw error }
      run.stopped = fault.code
      return
    }
    try writeCodes(Int(count), of: run.number, after: run.done)
    stored.issued += count
    run.done += count
    run.isOver = run.done >= run.total
    if run.isOver { store.drawnCodes.withLock { $0 = DrawnCodes() } }
  }

  private func issueToMembers(_ run: inout Run, _ stored: inout StoredTemplate) throws {
    let next = try nextMembers(run)
    run.isOver = next.count < CouponLimits.issueBatch
    for (position, member) in next {
      if run.audience != .members { run.after = member }
      guard try isOf(run.tier, member) else { continue }
      // One who is named twice gets two, if there may be two.
      let which = run.audience == .members ? "\(position)" : "\(member)"
      let coupon = CouponID(derivedFrom: "coupon-issue/\(run.id)/\(which)")
      do {
        try requireKnown(member)
        if try couponRow(coupon) == nil {
          _ = try issue(
            &stored, to: member, as: coupon,
            Issuing(boundTo: run.boundTo, issue: run.number, actor: run.actor))
        }
      } catch CouponIssueFault.memberLimit {
        try fail(member, CouponIssueFault.memberLimit(left: 0).code, &run)
      } catch HubFault.unknownMember {
        try fail(member, "unknown_member", &run)
      } catch let fault as CouponIssueFault {
        run.stopped = fault.code
        return
      }
      run.done += 1
    }
  }

  /// Of named members, the position is how many were done before.
  private func nextMembers(_ run: Run) throws -> [(position: Int64, member: MemberID)] {
    if run.audience == .members {
      return try db.rows(
        """
        SELECT position, member FROM coupon_issue_members WHERE issue = ? AND position >= ?
        ORDER BY position LIMIT ?
        """, [run.number, run.done, CouponLimits.issueBatch]
      ).compactMap { row in MemberID(bytes: row[1] as [UInt8]).map { (row[0], $0) } }
    }
    return try standing(after: run.after, limit: CouponLimits.issueBatch).map { (0, $0) }
  }

  private func fail(_ member: MemberID, _ code: String, _ run: inout Run) throws {
    if run.failed < CouponLimits.listedFailures {
      try db.run(
        "INSERT INTO coupon_issue_failures (issue, position, member, code) VALUES (?, ?, ?, ?)",
        [run.number, run.failed, member.bytes, code])
    }
    run.failed += 1
  }
}
