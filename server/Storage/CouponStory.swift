import Foundation
import Loyalty
import Storage
import SyncProtocol

/// All that headquarters can say of a coupon: whether it can be used, why not, and what happened to it.
public struct CouponStory: Hashable, Sendable, Codable {
  public struct Event: Hashable, Sendable, Codable {
    public let at: Timestamp
    public let kind: CouponEvent.Kind
    public let store: String?
    public let saleId: SaleID?
    /// Who got it, or from whom it came.
    public let memberId: MemberID?
    public let actor: String?
    public let reason: String?
    public let words: Words
  }

  public enum State: String, Hashable, Sendable, Codable {
    case unclaimed, issued, redeemed, expired, voided, transferred
  }

  public let couponId: CouponID
  public let code: String
  public let template: String
  public let memberId: MemberID?
  public let state: State
  public let usable: Bool
  /// Why it can be used, or why not.
  public let why: Words
  public let terms: CouponTerms
  public let words: Words
  /// The store that holds it, and the one it is for.
  public let heldBy: String?
  public let boundTo: String?
  public let issuedAt: Timestamp
  public let issueId: CouponIssueID?
  public let saleId: SaleID?
  public let history: [Event]
}

/// A coupon's row, read for what people of headquarters do with it.
struct KnownCoupon {
  let id: CouponID
  let code: String
  let template: String
  let member: MemberID
  let terms: CouponTerms
  let state: CouponStory.State
  let heldBy: String?
  let boundTo: String?
  let issuedAt: Timestamp
  let issue: CouponIssueID?
  let sale: SaleID?
  let redeemedAt: String?
  let transferable: Bool

  var life: CouponLife {
    let state: CouponLife.State =
      switch state {
      case .issued, .unclaimed: .issued
      case .redeemed: .redeemed(by: .sale(sale ?? SaleID(high: 0, low: 0)))
      case .expired: .expired
      case .voided: .voided
      case .transferred: .transferred(to: member)
      }
    return CouponLife(state: state, expiresAt: terms.expiresAt, transferable: transferable)
  }

  func standing(at now: Timestamp) -> CouponStanding {
    switch state {
    case .unclaimed: return .unclaimed
    case .redeemed: return .redeemed(store: redeemedAt)
    case .expired: return .expired
    case .voided: return .voided
    case .transferred: return .transferred
    case .issued: break
    }
    if let until = terms.expiresAt, until <= now { return .expired }
    if let from = terms.validFrom, now < from { return .notYet(from: from) }
    guard let heldBy else { return .free }
    return terms.policy == .online ? .askedFor(by: heldBy) : .heldBy(store: heldBy)
  }
}

extension HubTransaction {
  /// By its code, as people type it.
  func coupon(called typed: String) throws -> KnownCoupon {
    let code = ShortCode(typed)?.description ?? typed
    guard
      let row = try db.rows(
        """
        SELECT c.coupon, c.code, c.template, c.member, c.terms, c.state, c.ended, h.store, b.store,
          c.issued_ms, i.issue, c.sale, u.store, t.transferable
        FROM coupons c JOIN coupon_templates t USING (template)
          LEFT JOIN nodes h ON h.node = c.holder LEFT JOIN nodes b ON b.node = c.bound_to
          LEFT JOIN nodes u ON u.node = c.node LEFT JOIN coupon_issues i ON i.number = c.issue
        WHERE c.code = ?
        """, [code]
      ).first, let id = CouponID(bytes: row[0] as [UInt8]), let member = MemberID(bytes: row[3] as [UInt8])
    else { throw CouponFault.unknownCoupon }
    let state: CouponStory.State =
      switch (row[5] as Int64, row[6] as String?) {
      case (1, _): .redeemed
      case (2, "transferred"): .transferred
      case (2, _): .voided
      case (_, "expired"): .expired
      default: .issued
      }
    return KnownCoupon(
      id: id, code: row[1], template: row[2], member: member, terms: try CouponTerms.decode(row[4]),
      state: state, heldBy: row[7], boundTo: row[8], issuedAt: Timestamp(ms: row[9]),
      issue: (row[10] as [UInt8]?).flatMap { CouponIssueID(bytes: $0) },
      sale: (row[11] as [UInt8]?).flatMap { SaleID(bytes: $0) }, redeemedAt: row[12],
      transferable: row[13] as Int64 != 0)
  }

  func story(of typed: String) throws -> CouponStory {
    if let code = try ShortCode(typed).flatMap({ try claimCode($0) }), code.state != .claimed {
      return try story(of: code)
    }
    let coupon = try coupon(called: typed)
    let now = Timestamp(ms: nowMs)
    let rulebook = try rulebook(at: now)
    let standing = coupon.standing(at: now)
    return CouponStory(
      couponId: coupon.id, code: coupon.code, template: coupon.template, memberId: coupon.member,
      state: standing == .expired ? .expired : coupon.state, usable: standing.isUsable,
      why: standing.words(utcOffsetMinutes: rulebook.utcOffsetMinutes, boundTo: coupon.boundTo),
      terms: coupon.terms, words: rulebook.words(of: coupon.terms, at: now), heldBy: coupon.heldBy,
      boundTo: coupon.boundTo, issuedAt: coupon.issuedAt, issueId: coupon.issue, saleId: coupon.sale,
      history: try couponEvents(of: coupon.id))
  }

  private func story(of code: ClaimCode) throws -> CouponStory {
    let now = Timestamp(ms: nowMs)
    let rulebook = try rulebook(at: now)
    let template = try requireTemplate(code.template).template
    let terms = template.terms
    let isVoided = code.state == .voided || code.isIssueVoided
    let isExpired = terms.expiresAt.map { $0 <= now } ?? false
    let standing: CouponStanding = isVoided ? .voided : isExpired ? .expired : .unclaimed
    let issued = CouponEvent(kind: .issued, actor: code.actor)
    let first = CouponStory.Event(
      at: code.issuedAt, kind: .issued, store: nil, saleId: nil, memberId: nil, actor: code.actor,
      reason: nil, words: issued.words)
    return CouponStory(
      couponId: code.coupon, code: code.code.description, template: code.template, memberId: nil,
      state: isVoided ? .voided : isExpired ? .expired : .unclaimed, usable: false,
      why: standing.words(utcOffsetMinutes: rulebook.utcOffsetMinutes), terms: terms,
      words: rulebook.words(of: template, at: now), heldBy: nil,
      boundTo: try code.boundTo.flatMap { node in
        try db.rows("SELECT store FROM nodes WHERE node = ?", [Int64(node.number)]).first?[0]
      }, issuedAt: code.issuedAt,
      issueId: try db.rows("SELECT issue FROM coupon_issues WHERE number = ?", [code.issue]).first
        .flatMap { CouponIssueID(bytes: $0[0] as [UInt8]) },
      saleId: nil, history: [first] + (try couponEvents(of: code.coupon)))
  }
}

extension Rulebook {
  func words(of terms: CouponTerms, at now: Timestamp) -> Words {
    terms.words(currency: currency, utcOffsetMinutes: utcOffsetMinutes, today: businessDay(now))
  }

  func words(of template: CouponTemplate, at now: Timestamp) -> Words {
    template.words(currency: currency, utcOffsetMinutes: utcOffsetMinutes, today: businessDay(now))
  }
}

extension HubStore {
  public func coupon(called typed: String) throws -> CouponStory { try reading { try $0.story(of: typed) } }

  /// A template in words by the rulebook in force, and what that lacks for it.
  public func words(of template: CouponTemplate) throws -> (words: Words, notice: Words?) {
    try reading { reader in
      let now = Timestamp(ms: environment.nowMs())
      let rulebook = try reader.rulebook(at: now)
      return (rulebook.words(of: template, at: now), rulebook.notice(of: template.terms))
    }
  }
}
