import Foundation
import Loyalty
import ServerCore
import Storage
import Synchronization
import SyncProtocol

/// What became of a code. The numbers are stored.
enum CodeState: Int64 {
  case unclaimed = 0
  /// A member has it as a coupon, claimed or issued to them.
  case claimed = 1
  case voided = 2
}

/// Codes drawn ahead for an issue, in order. Written so, each transaction changes a few pages of the table
/// that lie together; in the order of chance it would change nearly all of them, every time.
struct DrawnCodes {
  private var issue: Int64 = 0
  /// How many codes of the issue came before the first.
  private var from: Int64 = 0
  private var bits: [UInt64] = []

  init() {}

  init(_ bits: [UInt64], of issue: Int64, after done: Int64) {
    (self.issue, from) = (issue, done)
    self.bits = bits.sorted()
  }

  /// The codes behind the first `done` of the issue; asked again they are the same, because a transaction may
  /// be undone. Fewer where fewer were drawn.
  func next(_ count: Int, of issue: Int64, after done: Int64) -> [UInt64] {
    guard issue == self.issue, done >= from, done - from < bits.count else { return [] }
    return Array(bits[Int(done - from)...].prefix(count))
  }
}

/// Codes that no member has yet: printed, sent out, and claimed by whoever brings one (领取码).
extension HubTransaction {
  /// Writes new codes of 60 random bits (law C4), first those that were drawn ahead. The table has every code
  /// there is, so one that is taken is not written, and another is drawn.
  func writeCodes(_ count: Int, of issue: Int64, after done: Int64) throws {
    var drawn = store.drawnCodes.withLock { $0.next(count, of: issue, after: done) }
    var missing = count
    while missing > 0 {
      drawn += (drawn.count..<missing).map { _ in ShortCode(bits: store.environment.random()).bits }
      missing -= try db.insert(
        into: "coupon_codes", ["code", "issue"], drawn.map { [Int64(bitPattern: $0), issue] })
      drawn = []
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
  /// Draws the next codes of an issue ahead, unless they have been: outside of the transaction, for which
  /// stores wait.
  public func drawCodes(of issue: Int64) throws {
    let row = try pool.read { db in
      try db.rows(
        "SELECT total, done FROM coupon_issues WHERE number = ? AND audience = ?",
        [issue, CouponIssueOrder.Audience.codes.rawValue]
      ).first
    }
    guard let row else { return }
    let (total, done) = (row[0] as Int64, row[1] as Int64)
    if drawnCodes.withLock({ !$0.next(1, of: issue, after: done).isEmpty }) { return }
    let count = Int(min(total - done, CouponLimits.drawnCodes))
    let bits = (0..<max(0, count)).map { _ in ShortCode(bits: environment.random()).bits }
    let drawn = DrawnCodes(bits, of: issue, after: done)
    drawnCodes.withLock { $0 = drawn }
  }

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
