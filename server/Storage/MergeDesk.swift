import Foundation
import Loyalty
import ServerCore
import Storage
import SyncProtocol

/// Merging as an operator asks for it.
public struct MergeRequest: Hashable, Sendable, Codable {
  public let with: MemberID
  public let reason: String

  public init(with: MemberID, reason: String) { (self.with, self.reason) = (with, reason) }
}

/// What a person has, over all their records.
public struct PersonSummary: Hashable, Sendable, Codable {
  public let memberId: MemberID
  public let code: String
  public let maskedName: String
  /// How many records are this person.
  public let records: Int
  /// Pending ones too, without those that have expired, and without what is owed.
  public let points: Points
  public let debt: Points
  /// Coupons that may still be redeemed.
  public let coupons: Int
  public let tier: String?
  public let purchases: Int64
  public let spend: Money
}

/// Two people and the one that they are together.
public struct MergeReport: Hashable, Sendable, Codable {
  public let dryRun: Bool
  /// Who stands, and whose record is an alias.
  public let winner: PersonSummary
  public let loser: PersonSummary
  public let together: PersonSummary
  /// Why the winner is the winner, or why two people were one.
  public let because: Words
  /// Undoing a merge: points of the loser's lots that purchases and orders of the winner's have used since,
  /// and the other way round. They stay used.
  public let spentOfLoser: Points
  public let spentOfWinner: Points

  func rehearsed(_ dryRun: Bool) -> MergeReport {
    MergeReport(
      dryRun: dryRun, winner: winner, loser: loser, together: together, because: because,
      spentOfLoser: spentOfLoser, spentOfWinner: spentOfWinner)
  }
}

extension HubTransaction {
  /// A person decides that two are one, whatever their names.
  public func merge(_ member: MemberID, _ request: MergeRequest, by actor: String, dryRun: Bool = false)
    throws -> MergeReport
  {
    try DeskReason(request.reason).require()
    try requireKnown(member)
    try requireKnown(request.with)
    let (first, second) = try (root(of: member), root(of: request.with))
    guard first != second else { throw DeskFault.samePerson }
    let ranks = try [rank(of: first), rank(of: second)].sorted()
    let (winner, loser) = (ranks[0], ranks[1])
    guard try mergeDepth(of: first, second) <= DeskLimits.mergeDepth else { throw DeskFault.mergesTooDeep }
    return try rehearsing(dryRun) {
      let (standing, other) = try (summary(of: winner.member), summary(of: loser.member))
      try settleDuplicates(of: first, second, as: .merged, by: actor, note: request.reason)
      try merge(first, second, reason: "by hand")
      try audit(
        .memberMerge, .member(loser.member), after: ["aliasOf": "\(winner.member)"],
        reason: request.reason, by: actor)
      return MergeReport(
        dryRun: false, winner: standing, loser: other, together: try summary(of: winner.member),
        because: winner.reason(over: loser), spentOfLoser: .zero, spentOfWinner: .zero)
    }.rehearsed(dryRun)
  }

  /// The record stands for itself again, and what both claim does not make them one at the next sync.
  public func unmerge(_ loser: MemberID, _ reason: DeskReason, by actor: String, dryRun: Bool = false)
    throws -> MergeReport
  {
    try reason.require()
    try requireKnown(loser)
    guard
      let alias = try db.rows(
        "SELECT winner, reason FROM aliases WHERE loser = ?", [loser.bytes]
      ).first, let winner = MemberID(bytes: alias[0] as [UInt8])
    else { throw DeskFault.notMerged }
    return try rehearsing(dryRun) {
      let root = try root(of: loser)
      let together = try summary(of: root)
      try unmerge(loser)
      try noteDuplicate(root, loser, reason: "taken apart by hand")
      try settleDuplicates(of: root, loser, as: .notSame, by: actor, note: reason.reason)
      let (theirs, others) = try (group(of: loser), group(of: root))
      try audit(
        .memberUnmerge, .member(loser), before: ["aliasOf": "\(winner)", "because": alias[1]],
        reason: reason.reason, by: actor)
      return MergeReport(
        dryRun: false, winner: try summary(of: root), loser: try summary(of: loser), together: together,
        because: Words(reason: alias[1]), spentOfLoser: try spent(of: theirs, by: others),
        spentOfWinner: try spent(of: others, by: theirs))
    }.rehearsed(dryRun)
  }

  /// What purchases and orders of one person have used of another's lots, less what returns gave back.
  private func spent(of owners: [MemberID], by users: [MemberID]) throws -> Points {
    let users = Set(users)
    var used = Points.zero
    for owner in owners {
      let rows = try db.rows(
        """
        SELECT coalesce(s.member, r.member, o.member, p.member), -v.points FROM movements v
          LEFT JOIN sales s ON s.sale = v.cause LEFT JOIN returns r ON r.sale_return = v.cause
          LEFT JOIN mall_orders o ON o.mall_order = v.cause LEFT JOIN prizes p ON p.prize_drawn = v.cause
        WHERE v.member = ? AND v.kind IN ('spend', 'restore')
        """, [owner.bytes])
      for row in rows {
        guard let user = (row[0] as [UInt8]?).flatMap({ MemberID(bytes: $0) }) else { continue }
        if users.contains(user) { used += Points(row[1]) }
      }
    }
    return used
  }

  func summary(of member: MemberID) throws -> PersonSummary {
    let root = try root(of: member)
    let now = Timestamp(ms: nowMs)
    let rulebook = try rulebook(at: now)
    let day = rulebook.businessDay(now)
    var (points, debt, coupons, purchases, spend) = (Points.zero, Points.zero, 0, Int64(0), Money.zero)
    let records = try group(of: root)
    for record in records {
      let account = try accountRow(record)
      points += account.lots.reduce(.zero) { $1.lot.expiresOn > day ? $0 + $1.remainder : $0 }
      debt += account.debt
      let open = try db.rows(
        "SELECT count(*) FROM coupons WHERE member = ? AND state = 0 AND ended IS NULL", [record.bytes])
      coupons += Int(open[0][0] as Int64)
      let bought = try db.rows(
        "SELECT count(*), coalesce(sum(net), 0) FROM sales WHERE member = ?", [record.bytes])
      purchases += bought[0][0]
      spend += Money(bought[0][1])
    }
    let standing = try rulebook.tiers?.standing(of: tierFacts(of: root), on: day)
    return PersonSummary(
      memberId: root, code: ShortCode(root).description,
      maskedName: try personName(root)?.maskedName ?? "", records: records.count, points: points - debt,
      debt: debt, coupons: coupons, tier: standing?.level?.id, purchases: purchases, spend: spend)
  }
}

extension IdentityRank {
  /// What makes the better of two better (law I1).
  fileprivate func reason(over other: IdentityRank) -> Words {
    if isVerified != other.isVerified { return Words(zh: "已核实者优先", en: "the verified one stands") }
    return enrolledAt == other.enrolledAt
      ? Words(zh: "编号较小者优先", en: "the lower id stands")
      : Words(zh: "较早登记者优先", en: "the one enrolled earlier stands")
  }
}
