import Loyalty
import Storage
import SyncProtocol

/// The class of a member 会员分类, and since when.
public struct ClassStanding: Hashable, Sendable, Codable {
  public let `class`: MemberClass
  public let name: Words
  /// The business day on which it was found.
  public let since: Day
  /// The class before it; nil for the first.
  public let previous: MemberClass?

  init(_ found: MemberClass, since: Day, previous: MemberClass?) {
    (`class`, name, self.since, self.previous) = (found, found.name, since, previous)
  }
}

/// How many members are in each class, and how many have come and gone lately.
public struct ClassCounts: Hashable, Sendable, Codable {
  public struct OfClass: Hashable, Sendable, Codable {
    public let `class`: MemberClass
    public let name: Words
    public let members: Int64
    /// Members whose last change, on the day `since` or later, brought them here, or took them away.
    public let entered: Int64
    public let left: Int64
  }

  /// The business day from which changes are counted.
  public let since: Day
  /// What classes are by the rulebook in force; nil where it has none.
  public let rules: ClassRules?
  public let classes: [OfClass]
}

/// The night finds everybody's class; so do joining and a merge, which nobody should have to wait for.
extension HubTransaction {
  /// Finds a person's class today over all their records; without classes in the rulebook it is none.
  func classify(_ member: MemberID) throws {
    let root = try root(of: member)
    let now = Timestamp(ms: nowMs)
    let rulebook = try rulebook(at: now)
    let today = rulebook.businessDay(now)
    let before = try classStanding(of: root)
    guard let rules = rulebook.classes, let joined = try joined(root) else {
      return try forgetClass(of: root)
    }
    let records = try group(of: root)
    let found = rules.memberClass(
      joined: try records.compactMap { try self.joined($0) }.reduce(joined) { min($0, $1) },
      purchases: try records.flatMap { try purchases(of: $0, latest: rules.loyalPurchases, until: today) },
      on: today)
    guard found != before?.class else { return }
    try db.run(
      """
      INSERT INTO member_classes (member, class, since_day, previous) VALUES (?, ?, ?, ?)
      ON CONFLICT (member)
      DO UPDATE SET class = excluded.class, since_day = excluded.since_day, previous = excluded.previous
      """,
      [root.bytes, found.rawValue, Int64(today.number), before?.class.rawValue])
    touch(.account(root))
  }

  /// A record that was merged into another, or that no rule classifies any more, has no class of its own.
  func forgetClass(of record: MemberID) throws {
    if try db.change("DELETE FROM member_classes WHERE member = ?", [record.bytes]) > 0 {
      touch(.account(record))
    }
  }

  func classStanding(of record: MemberID) throws -> ClassStanding? {
    try db.rows("SELECT class, since_day, previous FROM member_classes WHERE member = ?", [record.bytes])
      .first.flatMap { row in
        MemberClass(rawValue: row[0]).map {
          ClassStanding(
            $0, since: Day(Int32(row[1] as Int64)),
            previous: (row[2] as String?).flatMap { MemberClass(rawValue: $0) })
        }
      }
  }

  /// Business days of a record's latest purchases, as `ClassRules` counts them.
  private func purchases(of record: MemberID, latest limit: Int, until today: Day) throws -> [Day] {
    let rulebook = try rulebook(at: Timestamp(ms: nowMs))
    let midnight = (Int64(today.number) + 1) * 86_400_000 - Int64(rulebook.utcOffsetMinutes) * 60_000
    return try db.rows(
      """
      SELECT business_ms FROM sales s WHERE member = ? AND business_ms < ?
        AND NOT EXISTS (SELECT 1 FROM returns r WHERE r.sale_no = s.sale_no AND r.is_void <> 0)
        AND EXISTS (
          SELECT 1 FROM sale_lines l WHERE l.sale_no = s.sale_no AND l.quantity > (
            SELECT coalesce(sum(b.quantity), 0) FROM returns r JOIN return_lines b USING (sale_return)
            WHERE r.sale_no = l.sale_no AND b.line = l.line))
      ORDER BY business_ms DESC LIMIT ?
      """, [record.bytes, midnight, limit]
    ).map { rulebook.businessDay(Timestamp(ms: $0[0])) }
  }
}

extension HubStore {
  /// Changes are counted from the last night on, or from the day that is asked for.
  public func classCounts(since: Day?) throws -> ClassCounts {
    try reading { reader in
      let now = Timestamp(ms: environment.nowMs())
      let rulebook = try reader.rulebook(at: now)
      let first = try since ?? reader.nightlyProgress()?.day ?? rulebook.businessDay(now)
      var counts: [String: (members: Int64, entered: Int64, left: Int64)] = [:]
      for row in try reader.db.rows(
        """
        SELECT class, count(*), count(CASE WHEN since_day >= ? THEN 1 END) FROM member_classes
        GROUP BY class
        """,
        [Int64(first.number)])
      {
        counts[row[0]] = (row[1], row[2], 0)
      }
      for row in try reader.db.rows(
        """
        SELECT previous, count(*) FROM member_classes WHERE since_day >= ? AND previous IS NOT NULL
        GROUP BY previous
        """, [Int64(first.number)])
      {
        counts[row[0], default: (0, 0, 0)].left = row[1]
      }
      return ClassCounts(
        since: first, rules: rulebook.classes,
        classes: MemberClass.allCases.map {
          let count = counts[$0.rawValue] ?? (0, 0, 0)
          return ClassCounts.OfClass(
            class: $0, name: $0.name, members: count.members, entered: count.entered, left: count.left)
        })
    }
  }

  /// Its members, as those of a segment.
  public func members(ofClass name: String, after: MemberID?) throws -> SegmentMembers {
    guard let found = MemberClass(rawValue: name) else {
      throw HubFault.invalid(field: "class", reason: "is new, potential, loyal or dormant")
    }
    return try pool.read { db in
      SegmentMembers(
        page: try db.rows(
          "SELECT member FROM member_classes WHERE class = ? AND member > ? ORDER BY member LIMIT ?",
          [found.rawValue, after?.bytes ?? [], SegmentChange.limit]))
    }
  }
}
