import Foundation
import Loyalty
import Storage
import Synchronization
import SyncProtocol

public enum PreviewKind {}
public typealias PreviewID = ID<PreviewKind>

/// How far a preview is, and what it came to.
public struct PreviewProgress: Hashable, Sendable, Codable {
  public enum State: String, Hashable, Sendable, Codable { case running, done, cancelled, failed }

  public let previewId: PreviewID
  public internal(set) var state: State
  public let from: Timestamp
  public let until: Timestamp
  /// Sales priced, and how many there were when it began.
  public internal(set) var done: Int
  public internal(set) var total: Int
  /// The currency of its amounts.
  public let currency: String
  public internal(set) var report: PreviewReport?
  /// Why it failed.
  public internal(set) var fault: String?
}

/// Replays past sales against a draft, off the writer, on threads of its own: the ones that requests share
/// would be taken for a minute.
public final class PreviewJob: Sendable {
  static let threads = 2
  /// Sales of nobody known that are read at a time.
  static let page = 1_000

  private struct Work {
    var progress: PreviewProgress
    var isCancelled = false
    /// Where the next page of members begins, and of sales without one.
    var lastMember: MemberID?
    var membersAreDone = false
    var lastSale: (ms: Int64, number: Int64)?
    var salesAreDone = false
    var parts: [RulebookPreview] = []
    var running = PreviewJob.threads
  }

  private let store: HubStore
  private let preview: RulebookPreview
  private let members: PastMembers
  private let from: Timestamp
  private let until: Timestamp
  private let work: Mutex<Work>

  public var progress: PreviewProgress { work.withLock { $0.progress } }

  /// `weeks` whole weeks of business days, and today so far.
  init(_ draft: Rulebook, weeks: Int, _ store: HubStore) throws {
    let until = Timestamp(ms: store.environment.nowMs())
    (self.store, self.until) = (store, until)
    let (from, preview, members, total) = try store.reading { reader in
      _ = try reader.wouldPublish(draft)
      let current = try reader.rulebook(at: until)
      let first = Int64(current.businessDay(until).number) - Int64(7 * weeks)
      let from = Timestamp(ms: first * 86_400_000 - Int64(current.utcOffsetMinutes) * 60_000)
      let total: Int64? = try reader.db.rows(
        "SELECT count(*) FROM sales WHERE business_ms >= ? AND business_ms < ?", [from.ms, until.ms]
      ).first?[0]
      return (
        from,
        RulebookPreview(
          draft: draft, current: current, published: try reader.currentRulebooks(), until: until),
        try PastMembers(from: from, until: until, reader), Int(total ?? 0)
      )
    }
    (self.from, self.preview, self.members) = (from, preview, members)
    work = Mutex(
      Work(
        progress: PreviewProgress(
          previewId: store.newID(), state: .running, from: from, until: until, done: 0, total: total,
          currency: draft.currency)))
  }

  func start() {
    for _ in 0..<Self.threads {
      let thread = Thread { self.run() }
      thread.qualityOfService = .utility
      thread.start()
    }
  }

  public func cancel() { work.withLock { $0.isCancelled = true } }

  private func run() {
    var part = preview
    let sales = PastSales(from: from, until: until)
    do {
      while try replayMembers(&part, sales) {}
      while try replayOthers(&part, sales) {}
      finish(part)
    } catch {
      work.withLock { work in
        work.isCancelled = true
        work.progress.fault = "\(error)"
      }
      finish(nil)
    }
  }

  /// One page; false when there is no other.
  private func replayMembers(_ part: inout RulebookPreview, _ sales: PastSales) throws -> Bool {
    let page = try store.reading { reader in
      try work.withLock { work -> [MemberID] in
        if work.isCancelled || work.membersAreDone { return [] }
        let page = try PastMembers.page(after: work.lastMember, reader.db)
        work.lastMember = page.last
        work.membersAreDone = page.isEmpty
        return page
      }
    }
    if page.isEmpty { return false }
    let people = try store.reading { try members.people(page, sales, $0) }
    for person in people {
      if isCancelled { return false }
      part.replay(person)
      note(person.saleCount)
    }
    return true
  }

  private func replayOthers(_ part: inout RulebookPreview, _ sales: PastSales) throws -> Bool {
    let past = try store.reading { reader in
      let rows = try work.withLock { work -> [SQLRow] in
        if work.isCancelled || work.salesAreDone { return [] }
        let last = work.lastSale ?? (from.ms, -1)
        let rows = try reader.db.rows(
          """
          SELECT \(PastSales.columns) FROM sales
          WHERE member IS NULL AND (business_ms, sale_no) > (?, ?) AND business_ms < ?
          ORDER BY business_ms, sale_no LIMIT ?
          """, [last.ms, last.number, until.ms, Self.page])
        work.salesAreDone = rows.isEmpty
        if let row = rows.last { work.lastSale = (row[3], row[0]) }
        return rows
      }
      let numbers = "[" + rows.map { String($0[0] as Int64) }.joined(separator: ",") + "]"
      let voided = try reader.db.rows(
        """
        SELECT r.sale_no FROM \(reader.db.engine.listed) CROSS JOIN returns r
        WHERE r.sale_no = listed.value AND r.is_void <> 0
        """, [numbers])
      return try sales.sales(rows, coupons: [], voided: Set(voided.map { $0[0] as Int64 }), in: reader.db)
    }
    for one in past { part.replay(one) }
    note(past.count)
    return !past.isEmpty
  }

  private var isCancelled: Bool { work.withLock { $0.isCancelled } }

  private func note(_ sales: Int) { work.withLock { $0.progress.done += sales } }

  private func finish(_ part: RulebookPreview?) {
    work.withLock { work in
      work.running -= 1
      if let part { work.parts.append(part) } else { work.progress.state = .failed }
      guard work.running == 0, work.progress.state == .running else { return }
      if work.isCancelled {
        work.progress.state = .cancelled
        return
      }
      var whole = preview
      for part in work.parts { whole += part }
      work.parts = []
      work.progress.report = whole.report
      // Members may have come and sales arrived meanwhile.
      work.progress.total = max(work.progress.total, work.progress.done)
      work.progress.done = work.progress.total
      work.progress.state = .done
    }
  }
}

extension PastMember {
  fileprivate var saleCount: Int {
    events.reduce(0) { if case .sale = $1 { $0 + 1 } else { $0 } }
  }
}

/// The last previews, in memory: a hub that starts again has none.
public final class PreviewJobs: Sendable {
  static let kept = 5
  /// Weeks that a preview may go back: two years.
  public static let weeks = 1...105

  private let jobs = Mutex<[PreviewJob]>([])

  public init() {}

  /// Nil while another runs: two would slow down the stores.
  public func start(_ draft: Rulebook, weeks: Int, _ store: HubStore) throws -> PreviewJob? {
    guard Self.weeks.contains(weeks) else {
      throw HubFault.invalid(
        field: "weeks", reason: "is from \(Self.weeks.lowerBound) to \(Self.weeks.upperBound)")
    }
    if jobs.withLock({ $0.contains { $0.progress.state == .running } }) { return nil }
    let job = try PreviewJob(draft, weeks: weeks, store)
    return jobs.withLock { jobs -> PreviewJob? in
      if jobs.contains(where: { $0.progress.state == .running }) { return nil }
      jobs = Array(jobs.suffix(Self.kept - 1)) + [job]
      job.start()
      return job
    }
  }

  public subscript(id: PreviewID) -> PreviewJob? {
    jobs.withLock { $0.first { $0.progress.previewId == id } }
  }

  public func cancelAll() { for job in jobs.withLock({ $0 }) { job.cancel() } }
}
