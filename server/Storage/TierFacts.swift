import Foundation
import Loyalty
import Storage
import SyncProtocol

/// What tiers follow from, as the hub keeps it: months, and tiers given by hand.
extension HubTransaction {
  func joined(_ member: MemberID) throws -> Day? {
    guard let row = try db.rows("SELECT enrolled_ms FROM members WHERE member = ?", [member.bytes]).first
    else { return nil }
    let time = Timestamp(ms: row[0])
    return try rulebook(at: time).businessDay(time)
  }

  func months(of member: MemberID) throws -> [MonthSum] {
    try db.rows(
      """
      SELECT month, spend, gross_spend, count, growth FROM months WHERE member = ?
      ORDER BY month DESC LIMIT ?
      """, [member.bytes, Limits.accountMonths]
    ).reversed().map {
      MonthSum(
        month: Int32($0[0] as Int64), spend: Money($0[1]), grossSpend: Money($0[2]), count: $0[3],
        growth: $0[4])
    }.filter { !$0.isNothing }
  }

  /// The latest of a record's own, as far as its row goes.
  func floors(of member: MemberID) throws -> [TierFloor] {
    try db.rows(
      """
      SELECT level, from_day, until_day FROM tier_overrides WHERE member = ?
      ORDER BY until_day DESC, from_day, level, override LIMIT ?
      """, [member.bytes, Limits.tierFloors]
    ).map {
      TierFloor(level: $0[0], from: Day(Int32($0[1] as Int64)), until: Day(Int32($0[2] as Int64)))
    }
  }

  func addMonth(_ sum: MonthSum, to member: MemberID) throws {
    guard !sum.isNothing else { return }
    try db.run(
      """
      INSERT INTO months (member, month, spend, gross_spend, count, growth) VALUES (?, ?, ?, ?, ?, ?)
      ON CONFLICT (member, month) DO UPDATE SET spend = months.spend + excluded.spend,
        gross_spend = months.gross_spend + excluded.gross_spend, count = months.count + excluded.count,
        growth = months.growth + excluded.growth
      """,
      [
        member.bytes, Int64(sum.month), sum.spend.minor, sum.grossSpend.minor, sum.count, sum.growth,
      ])
    touch(.account(member))
    judgeTier(of: member)
  }

  /// What sales earned on one day, for the cap of a day.
  func addDayEarned(_ points: Points, on day: Day, to member: MemberID) throws {
    guard points > .zero else { return }
    try db.run(
      """
      INSERT INTO day_earned (member, day, points) VALUES (?, ?, ?)
      ON CONFLICT (member, day) DO UPDATE SET points = day_earned.points + excluded.points
      """, [member.bytes, Int64(day.number), points.count])
  }

  /// The last day of a record's; stores need it only where the rulebook caps a day.
  func dayEarned(of member: MemberID) throws -> DayEarned? {
    guard try rulebook(at: Timestamp(ms: nowMs)).earningCaps.perMemberDay != nil else { return nil }
    return try db.rows(
      "SELECT day, points FROM day_earned WHERE member = ? ORDER BY day DESC LIMIT 1", [member.bytes]
    ).first.map { DayEarned(day: Day(Int32($0[0] as Int64)), points: Points($0[1])) }
  }

  /// A person's facts over all their records, as every agent puts them together.
  func tierFacts(of root: MemberID) throws -> TierFacts {
    var facts = TierFacts(history: MetricHistory(joined: try joined(root) ?? Day(0)))
    let records = try group(of: root)
    for record in records {
      facts.add(
        AccountRow(joined: try joined(record), months: try months(of: record), floors: try floors(of: record))
      )
    }
    let bought = try records.flatMap { try memberships(of: $0) }
    facts.pay(bought, utcOffsetMinutes: try rulebook(at: Timestamp(ms: nowMs)).utcOffsetMinutes)
    return facts
  }
}
