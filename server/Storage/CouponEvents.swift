import Foundation
import Loyalty
import Storage
import SyncProtocol

/// Where, by whom and why something happened to a coupon, as far as there is anything to say.
struct CouponNote {
  var node: NodeID?
  var sale: SaleID?
  var member: MemberID?
  var actor: String?
  var reason: String?
  /// Now, unless it happened in a store.
  var at: Timestamp?
}

extension HubTransaction {
  /// Adds a line to a coupon's history; lines are only ever added.
  func note(_ kind: CouponEvent.Kind, of coupon: CouponID, _ note: CouponNote = CouponNote()) throws {
    try db.run(
      """
      INSERT INTO coupon_events (coupon, number, kind, at_ms, node, sale, member, actor, reason)
      VALUES (?1, (SELECT coalesce(max(number), 0) + 1 FROM coupon_events WHERE coupon = ?1),
        ?2, ?3, ?4, ?5, ?6, ?7, ?8)
      """,
      [
        coupon.bytes, kind.rawValue, note.at?.ms ?? nowMs, note.node.map { Int64($0.number) },
        note.sale?.bytes, note.member?.bytes, note.actor, note.reason,
      ])
  }

  /// A coupon's history, the oldest first. A code's issue is written down when it is claimed.
  func couponEvents(of coupon: CouponID) throws -> [CouponStory.Event] {
    try db.rows(
      """
      SELECT kind, at_ms, store, sale, member, actor, reason
      FROM coupon_events LEFT JOIN nodes USING (node) WHERE coupon = ?
      ORDER BY kind <> 'issued', number
      """, [coupon.bytes]
    ).compactMap { row in
      guard let kind = CouponEvent.Kind(rawValue: row[0]) else { return nil }
      let event = CouponEvent(kind: kind, store: row[2], reason: row[6], actor: row[5])
      return CouponStory.Event(
        at: Timestamp(ms: row[1]), kind: kind, store: row[2],
        saleId: (row[3] as [UInt8]?).flatMap { SaleID(bytes: $0) },
        memberId: (row[4] as [UInt8]?).flatMap { MemberID(bytes: $0) }, actor: row[5], reason: row[6],
        words: event.words)
    }
  }
}
