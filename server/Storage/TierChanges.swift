import Foundation
import Loyalty
import Storage
import SyncProtocol

/// A tier given by hand, as an operator asks for it.
public struct OverrideRequest: Hashable, Sendable, Codable {
  public let level: String
  /// The first day; today without one.
  public let from: Day?
  /// The first day on which it no longer holds.
  public let until: Day
  public let reason: String

  public init(level: String, from: Day? = nil, until: Day, reason: String) {
    self.level = level
    self.from = from
    self.until = until
    self.reason = reason
  }
}

/// A change of a tier as it was told, once (law T5).
public struct ToldTierChange: Hashable, Sendable, Codable {
  public let day: Day
  public let from: String?
  public let to: String?
  public let isRise: Bool
  public let why: TierChange.Why
}

extension HubTransaction {
  /// A floor below a member's tier, with reason and end (law T2). The same key again is the same override.
  public func overrideTier(
    of member: MemberID, _ request: OverrideRequest, by actor: String, key: String
  ) throws -> TierOverride {
    let root = try root(of: member)
    try requireKnown(root)
    let today = try rulebook(at: Timestamp(ms: nowMs)).businessDay(Timestamp(ms: nowMs))
    let scheme = try rulebook(at: Timestamp(ms: nowMs)).tiers
    let from = request.from ?? today
    func require(_ holds: Bool, _ field: String, _ reason: String) throws {
      if !holds { throw HubFault.invalid(field: field, reason: reason) }
    }
    try require(
      scheme?.levels.contains { $0.id == request.level } ?? false, "level",
      "is a level of the rulebook in force")
    try require(from < request.until, "until", "is after the first day")
    try require(
      (1...Limits.textLength).contains(request.reason.count), "reason",
      "has 1 to \(Limits.textLength) characters")
    let id = ID<TierOverride>(derivedFrom: "override/\(member)/\(key)")
    let override = TierOverride(
      level: request.level, from: from, until: request.until, reason: request.reason, actor: actor)
    if let row = try db.rows(
      "SELECT level, from_day, until_day, reason, actor FROM tier_overrides WHERE override = ?", [id.bytes]
    ).first {
      guard TierOverride(row: row) == override else { throw HubFault.conflictingRepeat }
      return override
    }
    try db.run(
      """
      INSERT INTO tier_overrides (override, member, level, from_day, until_day, reason, actor, at_ms)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?)
      """,
      [
        id.bytes, root.bytes, request.level, Int64(from.number), Int64(request.until.number), request.reason,
        actor, nowMs,
      ])
    touch(.account(root))
    judgeTier(of: root)
    return override
  }

  func requireKnown(_ member: MemberID) throws {
    guard try !db.rows("SELECT 1 FROM members WHERE member = ?", [member.bytes]).isEmpty else {
      throw HubFault.unknownMember
    }
  }

  /// Tells a change of a person's tier, if there is one, and gives what the new level gives on entry. Levels
  /// are compared with what was told last, so that a late sale tells nothing twice (law T5).
  @discardableResult
  func tellTier(of member: MemberID) throws -> Bool {
    let root = try root(of: member)
    let rulebook = try rulebook(at: Timestamp(ms: nowMs))
    guard let scheme = rulebook.tiers else { return false }
    let day = rulebook.businessDay(Timestamp(ms: nowMs))
    let facts = try tierFacts(of: root)
    let level = scheme.level(of: facts, on: day)
    let told = try db.rows(
      "SELECT number, to_level FROM tier_changes WHERE member = ? ORDER BY number DESC LIMIT 1", [root.bytes]
    ).first
    let before = told.flatMap { $0[1] as String? }
    guard before != level?.id else { return false }
    let change = scheme.lastChange(of: facts, through: day)
    let isRise = scheme.rank(of: level?.id) > scheme.rank(of: before)
    // The reckoning may know another step to this level than the one that is told now: a late sale lifts a
    // member to what it says they fell to since, and goods that come back undo what they had reached.
    let why = change.flatMap { $0.isRise == isRise ? $0.why : nil } ?? (isRise ? .reached : .noLongerReached)
    try db.run(
      """
      INSERT INTO tier_changes (member, number, day, from_level, to_level, is_rise, why, at_ms)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?)
      """,
      [
        root.bytes, (told?[0] as Int64? ?? 0) + 1, Int64(day.number), before, level?.id, isRise,
        why.rawValue, nowMs,
      ])
    if isRise, let level { try giveEntryBenefits(of: level, period: change?.period ?? day, to: root) }
    return true
  }

  /// Once for a person, level and period, over all records that were merged.
  private func giveEntryBenefits(of level: TierLevel, period: Day, to root: MemberID) throws {
    for case .upgradeGift(let template) in level.benefits {
      let benefit = "entry/\(level.id)/\(period)/\(template)"
      let records = try group(of: root)
      let isGiven = try records.contains {
        try !db.rows(
          "SELECT 1 FROM benefits_given WHERE member = ? AND benefit = ?", [$0.bytes, benefit]
        ).isEmpty
      }
      if isGiven { continue }
      // A template that is paused or used up keeps nobody from rising.
      let coupon = try giveCoupon(template, to: root, because: benefit, key: "\(benefit)/\(root)")
      if coupon == nil { continue }
      try noteBenefit(benefit, of: root)
    }
  }

  func tierChanges(of member: MemberID) throws -> [ToldTierChange] {
    try db.rows(
      """
      SELECT day, from_level, to_level, is_rise, why FROM tier_changes WHERE member = ? ORDER BY number
      """, [try root(of: member).bytes]
    ).compactMap { row in
      TierChange.Why(rawValue: row[4]).map {
        ToldTierChange(
          day: Day(Int32(row[0] as Int64)), from: row[1], to: row[2], isRise: row[3] as Int64 != 0, why: $0)
      }
    }
  }

  func tierOverrides(of member: MemberID) throws -> [TierOverride] {
    try group(of: try root(of: member)).flatMap { record in
      try db.rows(
        """
        SELECT level, from_day, until_day, reason, actor FROM tier_overrides WHERE member = ? ORDER BY at_ms
        """, [record.bytes]
      ).map { TierOverride(row: $0) }
    }
  }
}

extension TierOverride {
  /// From columns level, from_day, until_day, reason, actor.
  fileprivate init(row: SQLRow) {
    self.init(
      level: row[0], from: Day(Int32(row[1] as Int64)), until: Day(Int32(row[2] as Int64)), reason: row[3],
      actor: row[4])
  }
}
