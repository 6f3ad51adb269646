import ServerCore
import ServerStorage
import SyncProtocol
import Web

extension Hub {
  /// Looks for possible duplicates, as many as one run may, from where the last run ended. Killed in
  /// between, it goes on at the name where it was; what has been found is not found again.
  @discardableResult
  func searchDuplicates() async throws -> DuplicateScan {
    var (scan, day) = try await onBlockingThread { [store] in
      (try store.duplicateScan(), try store.businessDay())
    }
    if scan.isDone { scan = DuplicateScan(day: day) }
    scan.day = day
    let (doneBefore, foundBefore) = (scan.done, scan.found)
    var search = DuplicateSearch()
    var (name, member): (String, MemberID?) = (scan.from ?? "", nil)
    while !scan.isDone, scan.done - doneBefore < DuplicateScanLimits.recordsPerRun,
      scan.found - foundBefore < DuplicateScanLimits.foundPerRun
    {
      try Task.checkCancellation()
      let (from, after) = (name, member)
      let page = try await onBlockingThread { [store] in
        try store.namedRecords(from: from, after: after)
      }
      var suspicions: [DuplicateSearch.Suspicion] = []
      for record in page.records { suspicions += search.add(record) }
      var ahead = scan
      ahead.done += page.records.count
      ahead.isDone = page.isEnd
      ahead.from = page.isEnd ? nil : page.last?.name
      if let last = page.last { (name, member) = (last.name, last.member) }
      scan = try await note(suspicions, from: scan, to: ahead)
    }
    return scan
  }

  /// A part at a time, so that no store waits for long; the search stands at `ahead` with the last of them.
  private func note(
    _ suspicions: [DuplicateSearch.Suspicion], from scan: DuplicateScan, to ahead: DuplicateScan
  ) async throws -> DuplicateScan {
    var (scan, rest) = (scan, suspicions[...])
    repeat {
      let part = Array(rest.prefix(DuplicateScanLimits.part))
      rest = rest.dropFirst(part.count)
      var next = rest.isEmpty ? ahead : scan
      next.found = scan.found
      let progress = next
      scan = try await writer.write(weight: max(1, part.count)) { try $0.note(part, progress) }
    } while !rest.isEmpty
    return scan
  }

  /// Once for each business day, behind the night's work.
  func searchDuplicatesOfTheNight() async throws {
    let (scan, day) = try await onBlockingThread { [store] in
      (try store.duplicateScan(), try store.businessDay())
    }
    if scan.day < day || (scan.done == 0 && !scan.isDone) { try await searchDuplicates() }
  }
}
