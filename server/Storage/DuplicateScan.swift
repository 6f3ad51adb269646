import Foundation
import Loyalty
import ServerCore
import Storage
import SyncProtocol

/// How far the search for duplicates has come 查重进度.
public struct DuplicateScan: Hashable, Sendable, Codable {
  /// The business day it was last under way.
  public var day: Day
  /// The name at which it goes on; nil when it begins anew.
  public var from: String?
  /// Whether all names have been looked at.
  public var isDone: Bool
  /// Records looked at, and possible duplicates found, since it began.
  public var done: Int
  public var found: Int

  /// One that begins.
  public init(day: Day) { (self.day, from, isDone, done, found) = (day, nil, false, 0, 0) }
}

public enum DuplicateScanLimits {
  /// Records that one step reads, beside the writer.
  public static let page = 2_000
  /// Possible duplicates that one transaction notes: a waiting store waits for no more.
  public static let part = 200
  /// Records that one night looks at; the next night goes on.
  public static let recordsPerRun = 200_000
  /// Possible duplicates that one night finds: more than people decide about in a day.
  public static let foundPerRun = 500
}

/// One step of the search: what was read, and where the next begins.
public struct DuplicateScanPage: Sendable {
  public let records: [DuplicateSearch.Record]
  public let last: (name: String, member: MemberID)?
  public let isEnd: Bool
}

extension HubTransaction {
  private static let meta = "duplicate scan"

  func duplicateScan() throws -> DuplicateScan? {
    try db.rows("SELECT value FROM meta WHERE name = ?", [Self.meta]).first
      .flatMap { try? JSONDecoder().decode(DuplicateScan.self, from: Data($0[0] as [UInt8])) }
  }

  /// Notes what was found, unless somebody was asked before, and how far the search is.
  public func note(_ suspicions: [DuplicateSearch.Suspicion], _ scan: DuplicateScan) throws -> DuplicateScan {
    var scan = scan
    for suspicion in suspicions {
      let (first, second) = try (root(of: suspicion.first), root(of: suspicion.second))
      guard first != second, try duplicates(between: group(of: first), and: group(of: second)).isEmpty else {
        continue
      }
      try noteDuplicate(first, second, reason: suspicion.reason)
      scan.found += 1
    }
    try db.run(
      """
      INSERT INTO meta (name, value) VALUES (?, ?)
      ON CONFLICT (name) DO UPDATE SET value = excluded.value
      """, [Self.meta, [UInt8](try JSONEncoder().encode(scan))])
    return scan
  }
}

extension HubStore {
  /// The search as it stands; it begins anew where the last one came to the end.
  public func duplicateScan() throws -> DuplicateScan {
    try reading { try $0.duplicateScan() }
      ?? DuplicateScan(day: try businessDay())
  }

  public func businessDay() throws -> Day {
    try reading { reader in
      let now = Timestamp(ms: environment.nowMs())
      return try reader.rulebook(at: now).businessDay(now)
    }
  }

  /// Records by their names, from a name or behind a record on.
  public func namedRecords(from name: String, after member: MemberID?) throws -> DuplicateScanPage {
    try reading { reader in
      let rows = try reader.db.rows(
        """
        SELECT n.value, n.member, b.value, p.value FROM registers n
          LEFT JOIN registers b ON b.member = n.member AND b.field = 'birthday'
          LEFT JOIN registers p ON p.member = n.member AND p.field = 'phone'
        WHERE n.field = 'name' AND n.value IS NOT NULL AND (n.value, n.member) > (?, ?)
        ORDER BY n.value, n.member LIMIT ?
        """, [name, member?.bytes ?? [], DuplicateScanLimits.page])
      var last: (name: String, member: MemberID)?
      let records = try rows.compactMap { row -> DuplicateSearch.Record? in
        guard let member = MemberID(bytes: row[1] as [UInt8]) else { return nil }
        last = (row[0], member)
        return DuplicateSearch.Record(
          person: try reader.root(of: member), name: row[0], birthday: row[2], phone: row[3])
      }
      return DuplicateScanPage(
        records: records, last: last, isEnd: rows.count < DuplicateScanLimits.page)
    }
  }
}
