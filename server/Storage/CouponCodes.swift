import Foundation
import GRDB
import Loyalty
import ServerCore
import Storage
import SyncProtocol

/// What became of a code. The numbers are stored.
enum CodeState: Int64 {
  case unclaimed = 0
  /// A member has it as a coupon, claimed or issued to them.
  case claimed = 1
  case voided = 2
}

/// Codes that no member has yet: printed, sent out, and claimed by whoever brings one (领取码).
extension HubTransaction {
  /// Draws new codes of 60 random bits (law C4). Sorted, they go into the table in its own order. The table
  /// has every code there is, so one that is taken is not written, and another is drawn.
  func writeCodes(_ count: Int, of issue: Int64) throws {
    let insert = try HeldStatement(db, "INSERT OR IGNORE INTO coupon_codes (code, issue) VALUES (?, ?)")
    insert.bind(2, Int(issue))
    var missing = count
    while missing > 0 {
      let drawn = (0..<missing).map { _ in ShortCode(bits: store.environment.random()).bits }.sorted()
      for bits in drawn {
        insert.bind(1, Int(bits))
        try insert.run()
        missing -= db.changesCount
      }
    }
  }

  /// A code and its issue.
  struct ClaimCode {
    let code: ShortCode
    let state: CodeState
    let issue: Int64
    let template: String
    let boundTo: NodeID?
    let isIssueVoided: Bool
    let actor: String
    let issuedAt: Timestamp
    /// What the coupon will be, or is, when it is claimed.
    let coupon: CouponID
  }

  func claimCode(_ code: ShortCode) throws -> ClaimCode? {
    guard
      let row = try db.rows(
        """
        SELECT c.state, c.issue, template, bound_to, voided, actor, created_ms, i.issue
        FROM coupon_codes c JOIN coupon_issues i ON i.number = c.issue WHERE code = ?
        """, [Int64(code.bits)]
      ).first, let state = CodeState(rawValue: row[0]), let issue = CouponIssueID(bytes: row[7] as [UInt8])
    else { return nil }
    return ClaimCode(
      code: code, state: state, issue: row[1], template: row[2],
      boundTo: (row[3] as Int64?).map { NodeID(UInt32($0)) }, isIssueVoided: row[4] as Int64 != 0,
      actor: row[5], issuedAt: Timestamp(ms: row[6]),
      coupon: CouponID(derivedFrom: "coupon-code/\(issue)/\(code)"))
  }

  /// Binds a code to the member who brings it, once; the same person again gets the same coupon. It has been
  /// counted as issued already, and counts now as this member's (law C2).
  public func claimCoupon(_ typed: String, for member: MemberID, by actor: String) throws -> IssuedCoupon {
    let root = try root(of: member)
    try requireKnown(root)
    guard let short = ShortCode(typed), let code = try claimCode(short) else {
      throw CouponFault.unknownCoupon
    }
    let text = short.description
    switch code.state {
    case .claimed:
      guard let known = try couponRow(code.coupon), try self.root(of: known.member) == root else {
        throw CouponFault.claimed
      }
      return IssuedCoupon(couponId: code.coupon, code: text, memberId: known.member)
    case .voided: throw CouponFault.life(.voided)
    case .unclaimed: if code.isIssueVoided { throw CouponFault.life(.voided) }
    }
    var stored = try requireTemplate(code.template)
    // A pause holds claims back, too. An end does not: what is out stays as it is.
    let state: CouponTemplate.State = stored.template.state == .paused ? .paused : .active
    stored.template = CouponTemplate(
      terms: stored.template.terms, perMember: stored.template.perMember, state: state,
      validDays: stored.template.validDays, transferable: stored.template.transferable)
    let coupon: IssuedCoupon
    do {
      coupon = try issue(
        &stored, to: root, as: code.coupon,
        Issuing(boundTo: code.boundTo, issue: code.issue, code: short, actor: actor))
    } catch let fault as CouponIssueFault {
      throw CouponFault.issue(fault)
    }
    try note(.issued, of: code.coupon, CouponNote(actor: code.actor, at: code.issuedAt))
    try note(.claimed, of: code.coupon, CouponNote(member: root, actor: actor))
    try mark(code, .claimed)
    return coupon
  }

  /// Changes a code's state, and its issue's count of those in the old and the new one.
  func mark(_ code: ClaimCode, _ state: CodeState) throws {
    try db.run(
      "UPDATE coupon_codes SET state = ? WHERE code = ?", [state.rawValue, Int64(code.code.bits)])
    func change(_ counted: CodeState) -> Int { (state == counted ? 1 : 0) - (code.state == counted ? 1 : 0) }
    try db.run(
      "UPDATE coupon_issues SET claimed = claimed + ?, withdrawn = withdrawn + ? WHERE number = ?",
      [change(.claimed), change(.voided), code.issue])
  }
}

extension HubStore {
  /// Who stands for a member; for what is counted by person.
  public func standing(of member: MemberID) throws -> MemberID {
    try reading { reader in
      let root = try reader.root(of: member)
      try reader.requireKnown(root)
      return root
    }
  }

  /// Lines `code,state` of an issue's codes, in order of code after one; nil when there are no more.
  public func codePage(of id: CouponIssueID, after: ShortCode?, limit: Int) throws -> (
    lines: String, last: ShortCode
  )? {
    try pool.read { db in
      guard
        let issue = try db.rows("SELECT number, voided FROM coupon_issues WHERE issue = ?", [id.bytes]).first
      else { throw CouponFault.unknownIssue }
      let rows = try db.rows(
        "SELECT code, state FROM coupon_codes WHERE issue = ? AND code > ? ORDER BY code LIMIT ?",
        [issue[0] as Int64, after.map { Int64($0.bits) } ?? -1, limit])
      guard let last = rows.last else { return nil }
      let isVoided = issue[1] as Int64 != 0
      var lines = ""
      for row in rows {
        let state = CodeState(rawValue: row[1]) ?? .voided
        let told = state == .unclaimed && isVoided ? .voided : state
        lines += "\(ShortCode(bits: UInt64(row[0] as Int64))),\(told)\n"
      }
      return (lines, ShortCode(bits: UInt64(last[0] as Int64)))
    }
  }
}
