import Foundation
import Seeds
import Testing
import TestKit

@Suite struct RandomDays {
  /// `PATRON_DAYS=… PATRON_SEED=… swift test --filter RandomDays` for more, or for one again.
  static let days = ProcessInfo.processInfo.environment["PATRON_DAYS"].flatMap { Int($0) } ?? 200
  static let shares = 4

  @Test(arguments: 0..<shares)
  func `whatever happens in whatever order, in the end all agree and every point is accounted for`(
    _ share: Int
  ) async throws {
    try await live(share, of: Self.days, isRisky: false) { tally in
      if Self.days < 200 { return }
      for wanted in ["spend", "return", "exchange", "cut", "reopen", "sync in vain", "coupon", "hub restart"]
      {
        #expect(tally.done[wanted, default: 0] > 0, "\(wanted) should happen")
      }
    }
  }

  @Test(arguments: 0..<shares)
  func `stores that risk something agree in the end as well, and nothing is owed that was not risked`(
    _ share: Int
  ) async throws {
    try await live(share, of: Self.days / 2, isRisky: true) { tally in
      if Self.days >= 200 { #expect(tally.done["points_risked", default: 0] > 0) }
    }
  }

  private func live(
    _ share: Int, of days: Int, isRisky: Bool, _ judge: @escaping @Sendable (RandomDay.Tally) -> Void
  ) async throws {
    try await onItsOwnThread {
      var tally = RandomDay.Tally()
      var lost = 0
      for number in stride(from: share, to: days, by: Self.shares) {
        // The first day of a run is that of its seed itself, so that a seed that failed can be given alone.
        let seed = Seed.ofThisRun &+ UInt64(number)
        var day = try RandomDay(seed: seed, isRisky: isRisky)
        do {
          try day.run(steps: 30)
          let faults = try day.reckon()
          if !faults.isEmpty {
            lost += 1
            Issue.record("PATRON_DAYS=1 PATRON_SEED=\(seed): \(faults.joined(separator: "; "))")
          }
        } catch {
          lost += 1
          Issue.record("PATRON_DAYS=1 PATRON_SEED=\(seed): \(error)")
        }
        tally += day.tally
        if lost > 3 { break }
      }
      print("days \(share) of \(Self.shares):", tally.done.sorted { $0.key < $1.key }.map { "\($0) \($1)" })
      judge(tally)
    }
  }
}
