import Foundation
import Loyalty
import ServerCore
import Storage
import SyncProtocol

/// Which coupons to void together 批量作废: all unused of a template, or of one issue.
public struct VoidOrder: Hashable, Sendable, Codable {
  public let template: String?
  public let issueId: CouponIssueID?
  public let reason: String
}

/// What voiding came to, or would.
public struct VoidCounts: Hashable, Sendable, Codable {
  /// Unused coupons, and codes that nobody has claimed.
  public var coupons: Int64 = 0
  public var codes: Int64 = 0
  /// Of the coupons, those that a store holds: one that is cut off may still redeem them, which is then kept
  /// for somebody to see.
  public var heldByStores: Int64 = 0

  public init(coupons: Int64 = 0, codes: Int64 = 0, heldByStores: Int64 = 0) {
    (self.coupons, self.codes, self.heldByStores) = (coupons, codes, heldByStores)
  }
}

/// Coupons that end otherwise than by being redeemed, and the way back.
extension HubTransaction {
  /// Another member gets a coupon of their own with the same terms; the old one and its code are over.
  public func transferCoupon(
    _ typed: String, to member: MemberID, reason: String, by actor: String
  ) throws -> IssuedCoupon {
    try check(reason)
    let coupon = try coupon(called: typed)
    let receiver = try root(of: member)
    try requireKnown(receiver)
    try require(coupon, .transfer(to: receiver))
    try requireFree(coupon)
    guard try root(of: coupon.member) != receiver else {
      throw HubFault.invalid(field: "toMemberId", reason: "is another person")
    }
    let id = CouponID(derivedFrom: "coupon-transfer/\(coupon.id)")
    let code = try takeCode(for: id).description
    try db.run(
      """
      INSERT INTO coupons (coupon, code, template, member, terms, state, holder, issued_ms, bound_to,
        expires_ms, issue, origin, stays)
      SELECT ?, ?, template, ?, terms, 0, 0, ?, bound_to, expires_ms, issue, coupon, stays
      FROM coupons WHERE coupon = ?
      """, [id.bytes, code, receiver.bytes, nowMs, coupon.id.bytes])
    try db.run("UPDATE coupons SET state = 2, ended = 'transferred' WHERE coupon = ?", [coupon.id.bytes])
    try note(.transferred, of: coupon.id, CouponNote(member: receiver, actor: actor, reason: reason))
    try note(.received, of: id, CouponNote(member: coupon.member, actor: actor, reason: reason))
    touch(.coupon(coupon.id))
    touch(.coupon(id))
    unsettle(receiver)
    return IssuedCoupon(couponId: id, code: code, memberId: receiver)
  }

  /// A store that holds it hears of it by the feed.
  public func voidCoupon(_ typed: String, reason: String, by actor: String) throws {
    try check(reason)
    if let code = try unclaimed(typed) {
      if code.state == .voided || code.isIssueVoided { throw CouponFault.life(.voided) }
      try mark(code, .voided)
      return try note(.voided, of: code.coupon, CouponNote(actor: actor, reason: reason))
    }
    let coupon = try coupon(called: typed)
    try require(coupon, .void)
    try void(coupon.id, CouponNote(actor: actor, reason: reason))
  }

  /// Undoes a void 撤销作废. Not of what a store held: its redemption may be on the way.
  public func restoreCoupon(_ typed: String, reason: String, by actor: String) throws {
    try check(reason)
    let what = CouponNote(actor: actor, reason: reason)
    if let code = try unclaimed(typed) {
      if code.isIssueVoided { throw CouponFault.issueVoided }
      guard code.state == .voided else { throw CouponFault.notVoided }
      try mark(code, .unclaimed)
      return try note(.restored, of: code.coupon, what)
    }
    let coupon = try coupon(called: typed)
    guard coupon.state == .voided else { throw CouponFault.notVoided }
    try requireFree(coupon)
    try db.run("UPDATE coupons SET state = 0 WHERE coupon = ?", [coupon.id.bytes])
    try note(.restored, of: coupon.id, what)
    touch(.coupon(coupon.id))
    unsettle(coupon.member)
  }

  /// Voids the next of an order's coupons; nothing when all are. The first part also stops issues that are
  /// still running, and voids all codes that nobody has claimed.
  public func voidUnused(_ order: VoidOrder, by actor: String) throws -> VoidCounts {
    try check(order.reason)
    let (filter, argument) = try scope(of: order)
    var counts = VoidCounts(codes: try openCodes(of: order))
    try db.run(
      "UPDATE coupon_issues SET voided = 1 WHERE voided = 0 AND \(filter.issues)", [argument])
    try db.run(
      """
      UPDATE coupon_issues SET state = 'stopped', stopped = 'coupon_voided', finished_ms = ?
      WHERE state = 'running' AND \(filter.issues)
      """, [nowMs, argument])
    let rows = try db.rows(
      "SELECT coupon, holder FROM coupons WHERE \(filter.coupons) AND state = 0 AND ended IS NULL LIMIT ?",
      [argument, CouponLimits.endBatch])
    for row in rows {
      guard let coupon = CouponID(bytes: row[0] as [UInt8]) else { continue }
      try void(coupon, CouponNote(actor: actor, reason: order.reason))
      counts.coupons += 1
      if row[1] as Int64 != 0 { counts.heldByStores += 1 }
    }
    return counts
  }

  func previewVoid(_ order: VoidOrder) throws -> VoidCounts {
    let (filter, argument) = try scope(of: order)
    let row = try db.rows(
      """
      SELECT count(*), count(CASE WHEN holder <> 0 THEN 1 END) FROM coupons
      WHERE \(filter.coupons) AND state = 0 AND ended IS NULL
      """, [argument]
    ).first
    return VoidCounts(coupons: row?[0] ?? 0, codes: try openCodes(of: order), heldByStores: row?[1] ?? 0)
  }

  /// Coupons whose time was over when the business day began are so in the hub's books; tills refuse them by
  /// themselves. So many at a time; true when there may be more.
  func expireCoupons(on day: Day) throws -> Bool {
    let offset = try rulebook(at: Timestamp(ms: nowMs)).utcOffsetMinutes
    let begin = Int64(day.number) * 86_400_000 - Int64(offset) * 60_000
    let rows = try db.rows(
      "SELECT coupon FROM coupons WHERE state = 0 AND ended IS NULL AND expires_ms <= ? LIMIT ?",
      [begin, CouponLimits.endBatch])
    for row in rows {
      guard let coupon = CouponID(bytes: row[0] as [UInt8]) else { continue }
      try db.run("UPDATE coupons SET ended = 'expired' WHERE coupon = ?", [coupon.bytes])
      try note(.expired, of: coupon)
    }
    return rows.count == CouponLimits.endBatch
  }

  private func void(_ coupon: CouponID, _ what: CouponNote) throws {
    try db.run("UPDATE coupons SET state = 2 WHERE coupon = ?", [coupon.bytes])
    try note(.voided, of: coupon, what)
    touch(.coupon(coupon))
  }

  private func unclaimed(_ typed: String) throws -> ClaimCode? {
    guard let code = try ShortCode(typed).flatMap({ try claimCode($0) }), code.state != .claimed else {
      return nil
    }
    return code
  }

  private func check(_ reason: String) throws {
    guard (1...Limits.textLength).contains(reason.count), reason.contains(where: { !$0.isWhitespace }) else {
      throw HubFault.invalid(field: "reason", reason: "has 1 to \(Limits.textLength) characters")
    }
  }

  private func require(_ coupon: KnownCoupon, _ event: CouponLife.Event) throws {
    var life = coupon.life
    do { _ = try life.handle(event, at: Timestamp(ms: nowMs)) } catch { throw CouponFault.life(error) }
  }

  private func requireFree(_ coupon: KnownCoupon) throws {
    if let store = coupon.heldBy { throw CouponFault.heldByStore(store) }
  }

  private func scope(of order: VoidOrder) throws -> (
    filter: (coupons: String, issues: String), argument: any SQLBindable
  ) {
    switch (order.template, order.issueId) {
    case (let template?, nil):
      _ = try requireTemplate(template)
      return (("template = ?", "template = ?"), template)
    case (nil, let issue?):
      guard
        let number: Int64 = try db.rows(
          "SELECT number FROM coupon_issues WHERE issue = ?", [issue.bytes]
        ).first?[0]
      else { throw CouponFault.unknownIssue }
      return (("issue = ?", "number = ?"), number)
    default: throw HubFault.invalid(field: "template", reason: "give a template or an issueId")
    }
  }

  /// Codes that somebody could claim.
  private func openCodes(of order: VoidOrder) throws -> Int64 {
    let (filter, argument) = try scope(of: order)
    return try db.rows(
      """
      SELECT coalesce(sum(done - claimed - withdrawn), 0) FROM coupon_issues
      WHERE audience = ? AND voided = 0 AND \(filter.issues)
      """, [CouponIssueOrder.Audience.codes.rawValue, argument]
    ).first?[0] ?? 0
  }
}

extension HubStore {
  public func previewVoid(_ order: VoidOrder) throws -> VoidCounts {
    try reading { try $0.previewVoid(order) }
  }
}
