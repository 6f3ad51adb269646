import Foundation
import GRDB
import Loyalty
import ServerCore
import Storage
import SyncProtocol

/// Coupon templates, coupons, and who may redeem them.
extension HubTransaction {
  public func addTemplate(_ name: String, _ terms: CouponTerms) throws {
    guard (1...Limits.tokenLength).contains(name.utf8.count) else {
      throw HubFault.invalid(field: "template", reason: "is a name of 1 to \(Limits.tokenLength) bytes")
    }
    if let fault = terms.fault() {
      throw HubFault.invalid(field: "terms." + fault.path, reason: fault.reason)
    }
    let bytes = try terms.encoded()
    guard bytes.count <= Limits.termsBytes else {
      throw HubFault.invalid(field: "terms", reason: "has at most \(Limits.termsBytes) bytes as JSON")
    }
    if let row = try db.rows("SELECT terms FROM coupon_templates WHERE template = ?", [name]).first {
      guard row[0] as [UInt8] == bytes else { throw HubFault.templateExists }
      return
    }
    try db.run(
      "INSERT INTO coupon_templates (template, terms, created_ms) VALUES (?, ?, ?)", [name, bytes, nowMs])
  }

  /// Issues one coupon to each member; `key` makes a repeated request find the same coupons.
  /// `store` binds them to one store, where they wait to be redeemed.
  public func issueCoupons(
    _ template: String, to members: [MemberID], boundTo store: StoreCode? = nil, key: String
  ) throws -> [IssuedCoupon] {
    guard members.count <= Limits.issuedCoupons else {
      throw HubFault.invalid(field: "memberIds", reason: "names at most \(Limits.issuedCoupons) members")
    }
    let bound = try store.map { try node(of: $0) }
    guard let row = try db.rows("SELECT terms FROM coupon_templates WHERE template = ?", [template]).first
    else {
      throw HubFault.unknownTemplate
    }
    let terms: [UInt8] = row[0]
    return try members.enumerated().map { index, member in
      guard try !db.rows("SELECT 1 FROM members WHERE member = ?", [member.bytes]).isEmpty else {
        throw HubFault.unknownMember
      }
      let id = CouponID(derivedFrom: "coupon/\(key)/\(index)")
      let code = couponCode(of: id)
      try db.run(
        """
        INSERT OR IGNORE INTO coupons (coupon, code, template, member, terms, state, holder, issued_ms,
          bound_to)
        VALUES (?, ?, ?, ?, ?, 0, 0, ?, ?)
        """,
        [id.bytes, code, template, member.bytes, terms, nowMs, bound.map { Int64($0.number) }])
      if db.changesCount == 0 {
        let known = try couponRow(id)
        guard known?.member == member, known?.template == template, known?.boundTo == bound else {
          throw HubFault.conflictingRepeat
        }
      }
      touch(.coupon(id))
      unsettle(member)
      return IssuedCoupon(couponId: id, code: code, memberId: member)
    }
  }

  func isTemplate(_ name: String) throws -> Bool {
    try !db.rows("SELECT 1 FROM coupon_templates WHERE template = ?", [name]).isEmpty
  }

  private func node(of store: StoreCode) throws -> NodeID {
    guard let row = try db.rows("SELECT node FROM nodes WHERE store = ?", [store.text]).first else {
      throw HubFault.unknownStore
    }
    return NodeID(UInt32(row[0] as Int64))
  }

  /// Sixty bits that nobody can guess from the key: the id hashed under the chain's own key.
  private func couponCode(of id: CouponID) -> String {
    let mac = PhoneKey(phone: "coupon " + id.description, key: store.keys.phoneIndex).bytes
    return ShortCode(bits: mac.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }).description
  }

  /// False when the coupon was not this node's to redeem: the second redemption is kept for a person to see.
  func redeem(_ coupon: CouponID, in sale: Sale, at node: NodeID) throws -> Bool {
    guard let row = try couponRow(coupon) else {
      throw EntryFault(reason: "the coupon \(coupon) is not known here")
    }
    guard row.state == .issued, row.holder == node else {
      let worth = sale.tenders.filter { $0.coupon == coupon }.reduce(Int64(0)) { $0 + $1.amount.minor }
      let off = sale.lines.flatMap(\.discounts).filter { $0.source == row.code }.reduce(Int64(0)) {
        $0 + $1.amount.minor
      }
      try db.run(
        "INSERT OR IGNORE INTO double_redemptions (coupon, sale, node, at_ms, worth) VALUES (?, ?, ?, ?, ?)",
        [coupon.bytes, sale.id.bytes, Int64(node.number), sale.businessTime.ms, worth + off])
      return false
    }
    try db.run(
      "UPDATE coupons SET state = 1, sale = ?, node = ? WHERE coupon = ?",
      [sale.id.bytes, Int64(node.number), coupon.bytes])
    touch(.coupon(coupon))
    return true
  }

  /// A fully returned sale gives its coupons back to life, held where it was returned; not those that
  /// another sale had redeemed before it.
  func revive(_ coupon: CouponID, of sale: SaleID, at node: NodeID) throws {
    try db.run(
      """
      UPDATE coupons SET state = 0, holder = ?, sale = NULL, node = NULL
      WHERE coupon = ? AND state = 1 AND sale = ?
      """, [Int64(node.number), coupon.bytes, sale.bytes])
    touch(.coupon(coupon))
  }

  func release(_ coupon: CouponID, by node: NodeID) throws {
    guard let row = try couponRow(coupon), row.holder == node, row.state == .issued else { return }
    try setHolder(of: coupon, .hub)
    unsettle(row.member)
  }

  func setHolder(of coupon: CouponID, _ node: NodeID) throws {
    try db.run("UPDATE coupons SET holder = ? WHERE coupon = ?", [Int64(node.number), coupon.bytes])
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

public struct IssuedCoupon: Hashable, Sendable, Codable {
  public let couponId: CouponID
  public let code: String
  public let memberId: MemberID
}
