import Foundation
import Loyalty
import ServerCore
import Storage
import SyncProtocol

/// Coupons, and who may redeem them.
extension HubTransaction {
  /// Issues one coupon to each member, all of them or none; `key` makes a repeated request find the same
  /// coupons. `store` binds them to one store, where they wait to be redeemed.
  public func issueCoupons(
    _ template: String, to members: [MemberID], boundTo store: StoreCode? = nil, by actor: String? = nil,
    key: String
  ) throws -> [IssuedCoupon] {
    guard members.count <= Limits.issuedCoupons else {
      throw HubFault.invalid(field: "memberIds", reason: "names at most \(Limits.issuedCoupons) members")
    }
    var stored = try requireTemplate(template)
    let before = stored.issued
    let how = Issuing(boundTo: try store.map { try node(of: $0) }, actor: actor)
    let coupons = try members.enumerated().map { index, member in
      try requireKnown(member)
      let id = CouponID(derivedFrom: "coupon/\(key)/\(index)")
      if let known = try couponRow(id) {
        guard known.member == member, known.template == template, known.boundTo == how.boundTo else {
          throw HubFault.conflictingRepeat
        }
        return IssuedCoupon(couponId: id, code: known.code, memberId: member)
      }
      do {
        return try issue(&stored, to: member, as: id, how)
      } catch let fault as CouponIssueFault {
        throw CouponFault.issue(fault, field: "memberIds[\(index)]")
      }
    }
    try addIssued(stored.issued - before, to: template)
    return coupons
  }

  /// What a rulebook promises on an occasion; nil where the template issues none now.
  func giveCoupon(_ template: String, to member: MemberID, because reason: String, key: String) throws
    -> IssuedCoupon?
  {
    guard var stored = try storedTemplate(template) else { return nil }
    let id = CouponID(derivedFrom: "coupon/\(key)/0")
    do {
      let coupon = try issue(&stored, to: member, as: id, Issuing(reason: reason))
      try addIssued(1, to: template)
      return coupon
    } catch is CouponIssueFault {
      return nil
    }
  }

  /// How a coupon is issued, beside its template and member.
  struct Issuing {
    var boundTo: NodeID?
    /// The issue to many that it belongs to.
    var issue: Int64?
    /// The code under which it was claimed; a new one without.
    var code: ShortCode?
    var actor: String?
    var reason: String?
  }

  /// Issues one coupon more, if there may be one more of the template and for this person (law C2). Throws
  /// `CouponIssueFault` where not. Whoever calls adds what was issued to the template.
  func issue(
    _ stored: inout StoredTemplate, to member: MemberID, as id: CouponID, _ how: Issuing
  ) throws -> IssuedCoupon {
    let now = Timestamp(ms: nowMs)
    let ofMember =
      stored.template.perMember == nil
      ? 0 : try issuedCount(of: stored.name, to: try root(of: member))
    let terms = try stored.template.issue(
      1, issued: stored.issued, ofMember: ofMember, at: now,
      utcOffsetMinutes: try rulebook(at: now).utcOffsetMinutes)
    let code = try how.code ?? takeCode(for: id)
    // One that may be handed on is free for it; one that is redeemed online is granted only there and then.
    let stays = stored.template.transferable || terms.policy == .online
    try db.run(
      """
      INSERT INTO coupons (coupon, code, template, member, terms, state, holder, issued_ms, bound_to,
        expires_ms, issue, stays)
      VALUES (?, ?, ?, ?, ?, 0, 0, ?, ?, ?, ?, ?)
      """,
      [
        id.bytes, code.description, stored.name, member.bytes, try stored.bytes(of: terms), nowMs,
        how.boundTo.map { Int64($0.number) }, terms.expiresAt?.ms, how.issue, stays,
      ])
    stored.issued += 1
    if how.code == nil {
      try note(.issued, of: id, CouponNote(member: member, actor: how.actor, reason: how.reason))
    }
    touch(.coupon(id))
    unsettle(member)
    return IssuedCoupon(couponId: id, code: code.description, memberId: member)
  }

  func node(of store: StoreCode) throws -> NodeID {
    guard let row = try db.rows("SELECT node FROM nodes WHERE store = ?", [store.text]).first else {
      throw HubFault.unknownStore
    }
    return NodeID(UInt32(row[0] as Int64))
  }

  /// Sixty bits that nobody can guess from the key: the id hashed under the chain's own key. Where they are
  /// taken, they are hashed again. The code is taken from now on.
  func takeCode(for id: CouponID) throws -> ShortCode {
    var text = "coupon " + id.description
    while true {
      let mac = PhoneKey(phone: text, key: store.keys.phoneIndex).bytes
      let code = ShortCode(bits: mac.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
      let isNew = try db.change(
        "INSERT INTO coupon_codes (code, state) VALUES (?, ?) ON CONFLICT DO NOTHING",
        [Int64(code.bits), CodeState.claimed.rawValue])
      if isNew > 0 { return code }
      text += "+"
    }
  }

  /// False when the coupon was not this node's to redeem: the second redemption is kept for a person to see.
  /// One whose terms say `floorLimit` is whoever's comes first (law C1).
  func redeem(_ coupon: CouponID, in sale: Sale, at node: NodeID) throws -> Bool {
    guard let row = try couponRow(coupon) else {
      throw EntryFault(reason: "the coupon \(coupon) is not known here")
    }
    guard row.state == .issued, try row.holder == node || row.mayBeRisked(at: node) else {
      let worth = sale.tenders.filter { $0.coupon == coupon }.reduce(Int64(0)) { $0 + $1.amount.minor }
      let off = sale.lines.flatMap(\.discounts).filter { $0.source == row.code }.reduce(Int64(0)) {
        $0 + $1.amount.minor
      }
      try db.run(
        """
        INSERT INTO double_redemptions (coupon, sale, node, at_ms, worth) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT DO NOTHING
        """,
        [coupon.bytes, sale.id.bytes, Int64(node.number), sale.businessTime.ms, worth + off])
      try note(.redeemedAgain, of: coupon, CouponNote(node: node, sale: sale.id, at: sale.businessTime))
      return false
    }
    try db.run(
      "UPDATE coupons SET state = 1, ended = NULL, sale = ?, node = ?, holder = ? WHERE coupon = ?",
      [sale.id.bytes, Int64(node.number), Int64(node.number), coupon.bytes])
    try note(.redeemed, of: coupon, CouponNote(node: node, sale: sale.id, at: sale.businessTime))
    touch(.coupon(coupon))
    return true
  }

  /// A fully returned sale gives its coupons back to life, held where it was returned; not those that
  /// another sale had redeemed before it.
  func revive(_ coupon: CouponID, of sale: SaleID, at node: NodeID) throws {
    let revived = try db.change(
      """
      UPDATE coupons SET state = 0, holder = ?, sale = NULL, node = NULL
      WHERE coupon = ? AND state = 1 AND sale = ?
      """, [Int64(node.number), coupon.bytes, sale.bytes])
    if revived > 0 { try note(.reversed, of: coupon, CouponNote(node: node, sale: sale)) }
    touch(.coupon(coupon))
  }

  func release(_ coupon: CouponID, by node: NodeID) throws {
    guard let row = try couponRow(coupon), row.holder == node, row.state == .issued else { return }
    try db.run("UPDATE coupons SET holder = 0 WHERE coupon = ?", [coupon.bytes])
    try note(.released, of: coupon, CouponNote(node: node))
    touch(.coupon(coupon))
    unsettle(row.member)
  }

  func setHolder(of coupon: CouponID, _ node: NodeID) throws {
    try db.run("UPDATE coupons SET holder = ? WHERE coupon = ?", [Int64(node.number), coupon.bytes])
    try note(.granted, of: coupon, CouponNote(node: node))
    touch(.coupon(coupon))
  }

  /// A store asks for allowances while a customer waits.
  public func grant(_ claim: ClaimRequest, to node: NodeID) throws {
    let now = Timestamp(ms: nowMs)
    let day = try rulebook(at: now).businessDay(now)
    for wish in claim.points {
      let owners = try group(of: try root(of: wish.member))
      let states = try owners.flatMap { owner in try lotStates(of: owner).map { (owner, $0) } }
      var missing = wish.points
      for owner in owners {
        let lots = states.filter { $0.0 == owner }.map(\.1)
        let held = lots.filter { $0.lot.isActive(on: day) }.reduce(Points.zero) {
          $0 + ($1.held[node] ?? .zero)
        }
        let granted = GrantRule.claim(missing, by: node, lots: lots, on: day)
        for (lot, points) in granted { try addToHolding(owner, lot.lot, node, granted: points, used: .zero) }
        missing = max(.zero, missing - held - granted.reduce(.zero) { $0 + $1.points })
      }
    }
    try grantAllowances(claim.allowances, to: node)
    for coupon in claim.coupons {
      if let row = try couponRow(coupon), row.holder == .hub, row.state == .issued,
        row.boundTo ?? node == node
      {
        try setHolder(of: coupon, node)
      }
    }
  }
}

extension CouponRow {
  /// Whether a store that is cut off may redeem it without holding it.
  fileprivate func mayBeRisked(at node: NodeID) throws -> Bool {
    try (boundTo ?? node) == node && CouponTerms.decode(terms).policy == .floorLimit
  }
}

public struct IssuedCoupon: Hashable, Sendable, Codable {
  public let couponId: CouponID
  public let code: String
  public let memberId: MemberID
}
