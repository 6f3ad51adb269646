import Foundation
import ServerCore
import ServerStorage
import Synchronization
import Web

/// Does the work of issues to many beside everything else, a transaction at a time, one issue after another.
/// What is still to do stands in the database, so a hub that stops goes on with it when it starts.
final class CouponIssuer: Sendable {
  private struct State {
    var isWanted = false
    var isRunning = false
    var isStopping = false
  }

  private let store: HubStore
  private let writer: HubWriter
  private let state = Mutex(State())
  /// After an error that is not the issue's own, such as a full disk.
  private static let pause = Duration.seconds(1)

  init(_ store: HubStore, _ writer: HubWriter) {
    self.store = store
    self.writer = writer
  }

  /// There may be something to do.
  func wake() {
    let isFirst = state.withLock { state in
      state.isWanted = true
      if state.isRunning || state.isStopping { return false }
      state.isRunning = true
      return true
    }
    if isFirst { Task { await run() } }
  }

  func stop() { state.withLock { $0.isStopping = true } }

  private func run() async {
    while isWanted() {
      do {
        try await issueAll()
      } catch {
        state.withLock { $0.isWanted = true }
        if !isStopping { try? await Task.sleep(for: Self.pause) }
      }
    }
  }

  private var isStopping: Bool { state.withLock { $0.isStopping } }

  /// Ends the run when nothing was asked for since the last look.
  private func isWanted() -> Bool {
    state.withLock { state in
      guard state.isWanted, !state.isStopping else {
        state.isRunning = false
        return false
      }
      state.isWanted = false
      return true
    }
  }

  /// One that fails is tried again after a pause, and those behind it go on.
  private func issueAll() async throws {
    var (failed, failure): (Int64, (any Error)?) = (0, nil)
    while !isStopping, let issue = try await next(after: failed) {
      do {
        try await onBlockingThread { [store] in try store.drawCodes(of: issue) }
        try await writer.write(weight: CouponLimits.issueBatch) { try $0.runIssue(issue) }
      } catch {
        (failed, failure) = (issue, error)
      }
    }
    if let failure { throw failure }
  }

  private func next(after number: Int64) async throws -> Int64? {
    try await onBlockingThread { [store] in try store.nextIssue(after: number) }
  }
}
