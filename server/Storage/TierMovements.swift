import Loyalty
import Storage
import SyncProtocol

/// How members moved between levels in a period of business days 晋升率.
public struct TierMovements: Hashable, Sendable, Codable {
  /// One level, lowest first; nil for members without one.
  public struct Level: Hashable, Sendable, Codable {
    public let level: String?
    public let name: Words?
    /// Members in it before the first day, and after the last.
    public let before: Int64
    public let after: Int64
    /// Of those who were in it before the first day, how many rose at least once, and how many fell.
    public let rose: Int64
    public let fell: Int64
    /// Rose ÷ before, in thousandths, rounded down; nil where nobody was in it.
    public let promotionPermille: Int64?
  }

  public let from: Day
  public let to: Day
  public let levels: [Level]
}

extension HubStore {
  /// From the changes as they were told. The last twelve months without days.
  public func tierMovements(from: Day?, to: Day?) throws -> TierMovements {
    try reading { reader in
      let now = Timestamp(ms: environment.nowMs())
      let rulebook = try reader.rulebook(at: now)
      let last = to ?? rulebook.businessDay(now)
      let first = from ?? Day(last.number - 364)
      guard first <= last else { throw HubFault.invalid(field: "from", reason: "is not after to") }
      let before = try reader.levels(before: first, rising: first...last)
      let after = try reader.levels(before: Day(last.number + 1), rising: first...last)
      let known = rulebook.tiers?.levels ?? []
      // Levels that the rulebook has no more, and none at all, come first.
      let gone = Set(before.keys).union(after.keys).subtracting(known.map(\.id))
      let levels = (gone.sorted { ($0 ?? "") < ($1 ?? "") } + known.map(\.id)).map { id in
        let was = before[id] ?? LevelCount()
        return TierMovements.Level(
          level: id, name: known.first { $0.id == id }?.name, before: was.members,
          after: after[id]?.members ?? 0, rose: was.rose, fell: was.fell,
          promotionPermille: was.members == 0 ? nil : was.rose * 1_000 / was.members)
      }
      return TierMovements(from: first, to: last, levels: levels)
    }
  }
}

/// Members of one level on a day, and what became of them later.
private struct LevelCount {
  var members: Int64 = 0
  var rose: Int64 = 0
  var fell: Int64 = 0
}

extension HubTransaction {
  /// By the last change told before `day`; of people, whose merged records are left out.
  fileprivate func levels(before day: Day, rising days: ClosedRange<Day>) throws -> [String?: LevelCount] {
    let (first, last) = (Int64(days.lowerBound.number), Int64(days.upperBound.number))
    let rows = try db.rows(
      """
      WITH standing AS (
        SELECT c.member, c.to_level FROM tier_changes c JOIN members USING (member)
        WHERE alias_of IS NULL AND c.number = (
          SELECT max(number) FROM tier_changes x WHERE x.member = c.member AND x.day < ?)
      ), moved AS (
        SELECT member, max(is_rise) AS rose, max(1 - is_rise) AS fell FROM tier_changes
        WHERE day BETWEEN ? AND ? GROUP BY member
      )
      SELECT to_level, count(*), coalesce(sum(rose), 0), coalesce(sum(fell), 0)
      FROM standing LEFT JOIN moved USING (member) GROUP BY to_level
      """, [Int64(day.number), first, last])
    return Dictionary(
      rows.map { ($0[0] as String?, LevelCount(members: $0[1], rose: $0[2], fell: $0[3])) }
    ) { first, _ in first }
  }
}
