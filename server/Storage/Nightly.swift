import Foundation
import Loyalty
import ServerCore
import Storage
import SyncProtocol

/// How far the night's work has come: pending points that may be spent, tiers, notices (law P8).
public struct NightlyProgress: Hashable, Sendable, Codable {
  /// The business day it is for.
  public var day: Day
  /// The last member done; nil when all are.
  public var after: MemberID?
  public var isDone: Bool
  /// Members done, of those there were when the run began.
  public var done: Int
  public var total: Int
  /// What this day's run has told so far.
  public var tierChanges: Int
  public var notices: Int
  /// The day that the run before was for.
  public var lastRun: Day?

  init(day: Day, total: Int, lastRun: Day? = nil) {
    (self.day, self.total, self.lastRun) = (day, total, lastRun)
    (after, isDone, done, tierChanges, notices) = (nil, false, 0, 0, 0)
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    day = try container.decode(Day.self, forKey: .day)
    after = try container.decodeIfPresent(MemberID.self, forKey: .after)
    isDone = try container.decode(Bool.self, forKey: .isDone)
    // A run that an older hub noted counted nothing.
    done = try container.decodeIfPresent(Int.self, forKey: .done) ?? 0
    total = try container.decodeIfPresent(Int.self, forKey: .total) ?? 0
    tierChanges = try container.decode(Int.self, forKey: .tierChanges)
    notices = try container.decode(Int.self, forKey: .notices)
    lastRun = try container.decodeIfPresent(Day.self, forKey: .lastRun)
  }
}

extension HubTransaction {
  private static let meta = "nightly"

  func nightlyProgress() throws -> NightlyProgress? {
    try db.rows("SELECT value FROM meta WHERE name = ?", [Self.meta]).first
      .flatMap { try? JSONDecoder().decode(NightlyProgress.self, from: Data($0[0] as [UInt8])) }
  }

  /// Does the work of the present business day for the next members, and says how far it is. Killed in
  /// between, it goes on behind the last members that were committed; on a day that is done it does nothing.
  public func runNight(members limit: Int) throws -> NightlyProgress {
    let now = Timestamp(ms: nowMs)
    let rulebook = try rulebook(at: now)
    let day = rulebook.businessDay(now)
    var progress = try nightlyProgress() ?? NightlyProgress(day: day, total: nightlyTotal())
    if progress.day < day {
      // A run that was cut short counts for those it reached; the others catch up now.
      progress = NightlyProgress(
        day: day, total: try nightlyTotal(), lastRun: progress.isDone ? progress.day : progress.lastRun)
    }
    if progress.isDone { return progress }
    let rows = try db.rows(
      "SELECT member FROM members WHERE alias_of IS NULL AND member > ? ORDER BY member LIMIT ?",
      [progress.after?.bytes ?? [], limit])
    for row in rows {
      guard let member = MemberID(bytes: row[0] as [UInt8]) else { continue }
      var after = progress
      try follow(member) {
        try runNight(of: member, rulebook, &after)
        progress = after
      }
      progress.after = member
      progress.done += 1
    }
    if try rows.count < limit && !expireCoupons(on: day) {
      (progress.isDone, progress.after) = (true, nil)
    }
    try db.run(
      """
      INSERT INTO meta (name, value) VALUES (?, ?)
      ON CONFLICT (name) DO UPDATE SET value = excluded.value
      """,
      [Self.meta, [UInt8](try JSONEncoder().encode(progress))])
    return progress
  }

  fileprivate func nightlyTotal() throws -> Int {
    Int(clamping: try db.rows("SELECT count(*) FROM members WHERE alias_of IS NULL").first?[0] as Int64? ?? 0)
  }

  private func runNight(
    of root: MemberID, _ rulebook: Rulebook, _ progress: inout NightlyProgress
  ) throws {
    let records = try group(of: root)
    for record in records {
      if try db.change("DELETE FROM unfinished_work WHERE member = ?", [record.bytes]) > 0 {
        unsettle(record)
      }
    }
    let left = try points(of: root).sorted { ($0.lot, $0.owner) < ($1.lot, $1.owner) }
    let owed = try debt(of: root)
    let steps = rulebook.nightly(
      left, owed: owed, on: progress.day, lastRun: progress.lastRun, told: try toldExpiry(of: root))
    try giveGifts(to: root)
    try classify(root)
    for step in steps {
      switch step {
      case .activate(let amount): unsettle(amount.owner)
      case .expire: break
      case .tiers: if try tellTier(of: root) { progress.tierChanges += 1 }
      case .notify(let notice):
        progress.notices += 1
        try db.run(
          """
          INSERT INTO notices (member, kind, expires_on, days_before, points, day, at_ms)
          VALUES (?, 'expiry', ?, ?, ?, ?, ?)
          ON CONFLICT DO NOTHING
          """,
          [
            root.bytes, Int64(notice.key.expiresOn.number), notice.key.daysBefore, notice.points.count,
            Int64(progress.day.number), nowMs,
          ])
      }
    }
  }

  /// Over all records: a merge tells nothing twice.
  private func toldExpiry(of root: MemberID) throws -> Set<ExpiryNotice.Key> {
    var told: Set<ExpiryNotice.Key> = []
    for record in try group(of: root) {
      for row in try db.rows(
        "SELECT expires_on, days_before FROM notices WHERE member = ? AND kind = 'expiry'", [record.bytes])
      {
        told.insert(
          ExpiryNotice.Key(expiresOn: Day(Int32(row[0] as Int64)), daysBefore: Int(row[1] as Int64)))
      }
    }
    return told
  }
}

extension HubStore {
  /// The run of the last business day there was one for.
  public func nightlyProgress() throws -> NightlyProgress {
    try reading { reader in
      let now = Timestamp(ms: environment.nowMs())
      return try reader.nightlyProgress()
        ?? NightlyProgress(day: reader.rulebook(at: now).businessDay(now), total: reader.nightlyTotal())
    }
  }

  /// Members that one transaction of the night takes: a waiting store waits for no more.
  public static let nightlyMembers = 200

  /// Whether the work of the present business day is still to be done.
  public func isNightlyDue() throws -> Bool {
    try reading { reader in
      let now = Timestamp(ms: environment.nowMs())
      guard let progress = try reader.nightlyProgress() else { return true }
      return try !progress.isDone || progress.day < reader.rulebook(at: now).businessDay(now)
    }
  }
}
