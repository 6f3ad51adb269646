import Loyalty
import Storage
import SyncProtocol

/// Groups of members that headquarters names 人群, for rules that ask for them.
public struct SegmentInfo: Hashable, Sendable, Codable {
  public let segment: String
  /// Records in it; two that were merged are counted as two where both were named.
  public let members: Int64
}

/// Members to put in and to take out; each is named once.
public struct SegmentChange: Hashable, Sendable, Codable {
  public let add: [MemberID]?
  public let remove: [MemberID]?

  public init(add: [MemberID]? = nil, remove: [MemberID]? = nil) {
    self.add = add
    self.remove = remove
  }

  /// So many at a time: a store that waits for the writer waits for no more.
  public static let limit = 1_000
}

/// What a change came to. What is `unknown` or `full` was passed over, the rest was done.
public struct SegmentOutcome: Hashable, Sendable, Codable {
  public var added = 0
  public var removed = 0
  /// Was as asked already.
  public var unchanged = 0
  /// Ids of no member.
  public var unknown: [MemberID] = []
  /// Members who are in as many segments as one can be.
  public var full: [MemberID] = []
}

public struct SegmentMembers: Hashable, Sendable, Codable {
  public let memberIds: [MemberID]
  /// Send it back as `after` for the next page; nil at the end.
  public let next: MemberID?

  /// From a column member, as many as a page has.
  init(page rows: [SQLRow]) {
    memberIds = rows.compactMap { MemberID(bytes: $0[0] as [UInt8]) }
    next = rows.count == SegmentChange.limit ? memberIds.last : nil
  }
}

extension HubTransaction {
  public func change(segment: String, _ change: SegmentChange, by actor: String) throws -> SegmentOutcome {
    let plan = try plan(segment, change)
    for root in plan.added {
      try db.run(
        "INSERT INTO segment_members (segment, member, actor, at_ms) VALUES (?, ?, ?, ?)",
        [segment, root.bytes, actor, nowMs])
      touch(.account(root))
    }
    for record in plan.removed {
      try db.run("DELETE FROM segment_members WHERE segment = ? AND member = ?", [segment, record.bytes])
      touch(.account(record))
    }
    return plan.outcome
  }

  /// Which records a change would put in and take out.
  func plan(_ segment: String, _ change: SegmentChange) throws -> (
    added: [MemberID], removed: [MemberID], outcome: SegmentOutcome
  ) {
    guard (1...Limits.tokenLength).contains(segment.utf8.count) else {
      throw HubFault.invalid(field: "segment", reason: "has 1 to \(Limits.tokenLength) bytes")
    }
    guard !MemberClass.reserves(segment) else {
      throw HubFault.invalid(
        field: "segment", reason: "is not a class: the night says who is in class/…")
    }
    let named = (change.add ?? []).map { ($0, true) } + (change.remove ?? []).map { ($0, false) }
    guard (1...SegmentChange.limit).contains(named.count) else {
      throw HubFault.invalid(field: "add", reason: "and remove name 1 to \(SegmentChange.limit) members")
    }
    var (added, removed, outcome) = ([MemberID](), [MemberID](), SegmentOutcome())
    var seen: Set<MemberID> = []
    for (member, isAdded) in named {
      let root = try root(of: member)
      guard try isMember(root) else {
        outcome.unknown.append(member)
        continue
      }
      let holders = try group(of: root).filter { try isIn(segment, $0) }
      if !seen.insert(root).inserted || holders.isEmpty != isAdded {
        outcome.unchanged += 1
      } else if !isAdded {
        removed += holders
        outcome.removed += 1
      } else if try namedSegments(of: root).count < Limits.namedSegments {
        added.append(root)
        outcome.added += 1
      } else {
        outcome.full.append(member)
      }
    }
    return (added, removed, outcome)
  }

  /// Of one record, sorted: its class, and those it was put in.
  func segments(of member: MemberID) throws -> [String] {
    let ofClass = try classStanding(of: member).map { [$0.class.segment] } ?? []
    return try (ofClass + namedSegments(of: member)).prefix(Limits.memberSegments).sorted()
  }

  private func namedSegments(of member: MemberID) throws -> [String] {
    try db.rows("SELECT segment FROM segment_members WHERE member = ? ORDER BY segment", [member.bytes])
      .map { $0[0] }
  }

  private func isIn(_ segment: String, _ member: MemberID) throws -> Bool {
    try !db.rows(
      "SELECT 1 FROM segment_members WHERE segment = ? AND member = ?", [segment, member.bytes]
    ).isEmpty
  }

  private func isMember(_ member: MemberID) throws -> Bool {
    try !db.rows("SELECT 1 FROM members WHERE member = ?", [member.bytes]).isEmpty
  }
}

extension HubStore {
  public func segments() throws -> [SegmentInfo] {
    try pool.read { db in
      try db.rows("SELECT segment, count(*) FROM segment_members GROUP BY segment ORDER BY segment")
        .map { SegmentInfo(segment: $0[0], members: $0[1]) }
    }
  }

  public func members(ofSegment segment: String, after: MemberID?) throws -> SegmentMembers {
    if let found = MemberClass(segment: segment) { return try members(ofClass: found.rawValue, after: after) }
    return try pool.read { db in
      SegmentMembers(
        page: try db.rows(
          "SELECT member FROM segment_members WHERE segment = ? AND member > ? ORDER BY member LIMIT ?",
          [segment, after?.bytes ?? [], SegmentChange.limit]))
    }
  }

  /// Says what a change would come to, and changes nothing.
  public func wouldChange(segment: String, _ change: SegmentChange) throws -> SegmentOutcome {
    try reading { try $0.plan(segment, change).outcome }
  }
}
