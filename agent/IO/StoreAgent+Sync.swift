import AgentCore
import Compression
import Foundation
import Loyalty
import SyncProtocol
import Synchronization

extension StoreAgent {
  /// Introduces the store to the hub: learns its number, the chain's keys and what the hub has of
  /// its journal.
  public func hello() -> Bool {
    let started = environment.monotonicMs()
    do {
      let response = try link.hello()
      try state.withLock { state in
        if let before = state.identity, before.store != response.store || before.node != response.node {
          state.halted =
            "the hub knows this token as store \(response.store), the journal belongs to \(before.store)"
          return
        }
        if let known = configuration.rulebookKey ?? state.identity?.rulebookKey, known != response.rulebookKey
        {
          state.halted = "the hub signs rulebooks with another key than this store knows: it is another hub"
          return
        }
        try journal.remember([
          ("identity", [UInt8](try JSONEncoder().encode(response))),
          ("received", Array(String(response.receivedThrough.number).utf8)),
        ])
        state.identity = response
        try checkAgainstHub(response, &state)
        learn(response.hubTime, environment.monotonicMs() - started, &state)
        reached(&state)
      }
      return true
    } catch {
      failed(error)
      return false
    }
  }

  /// The hub's last word on this journal must be in it: otherwise the disk was restored or cloned.
  private func checkAgainstHub(_ response: HelloResponse, _ state: inout AgentState) throws {
    state.received = response.receivedThrough
    let ours = try journal.hash(at: response.receivedThrough)
    if ours.map({ Hex.text($0.bytes) }) != response.chainHash {
      state.halted =
        "the hub has entries of this store that its journal does not: the disk was restored or copied"
    }
  }

  /// Sends what the hub does not have yet, in batches, until there is nothing left. True when all was sent.
  public func push() -> Bool {
    while true {
      do {
        guard let batch = try nextBatch() else { return true }
        let started = environment.monotonicMs()
        let response = try link.push(batch)
        try state.withLock { state in
          try remember(response, state)
          state.received = max(state.received, response.receivedThrough)
          state.results += response.results
          learn(response.hubTime, environment.monotonicMs() - started, &state)
          reached(&state)
        }
      } catch HubFault.refused(_, "journal_gap", _, let expected?) where isBeforeSent(expected) {
        // The hub has less than it once confirmed: send again from where it is.
        state.withLock { $0.received = JournalSeq(expected.number - 1) }
      } catch {
        failed(error)
        return false
      }
    }
  }

  /// Only going back makes sense; a hub that keeps asking for the same would be asked for ever.
  private func isBeforeSent(_ expected: JournalSeq) -> Bool {
    state.withLock { expected <= $0.received }
  }

  /// How far the hub is, is only a hint for the status after a start without a line: the hub says it anew in
  /// its hello. So it costs a flush only now and then.
  private func remember(_ response: PushResponse, _ state: AgentState) throws {
    let far = response.receivedThrough.number / Self.receivedStep > state.received.number / Self.receivedStep
    guard far || !response.results.isEmpty else { return }
    try journal.remember(
      [("received", Array(String(response.receivedThrough.number).utf8))], results: response.results)
  }

  private static let receivedStep: UInt64 = 1_000

  private func nextBatch() throws -> PushRequest? {
    let (received, tip, epoch) = state.withLock {
      ($0.received, $0.tip, $0.halted == nil ? $0.identity?.epoch : nil)
    }
    guard let epoch, tip.seq > received else { return nil }
    let stored = try journal.entries(after: received, limit: journal.batchLength(after: received))
    guard let first = stored.first, let last = stored.last, let previous = try journal.hash(at: received)
    else {
      return nil
    }
    return PushRequest(
      epoch: epoch, firstSeq: first.entry.seq, previousHash: previous, entries: stored.map(\.entry),
      chainHash: last.hash)
  }

  /// Reads the feed up to the hub's head, page by page; waits up to `waitMs` for news when there is none.
  public func pull(waitMs: Int64 = 0) -> Bool {
    var wait = waitMs
    while true {
      let started = environment.monotonicMs()
      do {
        let cursor = try replica.read { try $0.cursor() }
        if cursor == nil, try isSnapshotWorthwhile() {
          try awaitSnapshots()
          continue
        }
        let page = try link.pull(cursor, waitMs: wait)
        // A page kept by some proxy on the way would otherwise be asked for ever.
        guard page.from == cursor?.position ?? .none, page.to > page.from || page.to == page.head else {
          throw HubFault.notUnderstood("a page that does not follow the cursor")
        }
        let isNext = try take(page, roundTripMs: wait > 0 ? 0 : environment.monotonicMs() - started)
        wait = 0
        if isNext, page.to == page.head {
          try mendWhatDiffers()
          return true
        }
      } catch HubFault.refused(_, let code, _, _)
        where ["shape_changed", "cursor_unknown", "cursor_too_old"].contains(code)
      {
        // What the store carries was changed, the hub restored, or the feed has moved on too far.
        do {
          guard hello() else { return false }
          if try replica.read({ try $0.cursor() }) == nil {
            try awaitSnapshots()
          } else {
            try adoptShape()
          }
        } catch {
          failed(error)
          return false
        }
      } catch {
        failed(error)
        return false
      }
    }
  }

  /// Asks for allowances while a customer waits; the answer is a page that brings them.
  func claim(points: [PointsClaim], coupons: [CouponID], allowances: [AllowanceUse] = []) -> Bool {
    let started = environment.monotonicMs()
    do {
      guard let cursor = try replica.read({ try $0.cursor() }) else { return false }
      let page = try link.claim(
        ClaimRequest(cursor: cursor, points: points, coupons: coupons, allowances: allowances))
      let isNext = try take(page, roundTripMs: environment.monotonicMs() - started)
      return isNext && page.to == page.head ? true : pull()
    } catch {
      failed(error)
      return false
    }
  }

  /// False when another page came first and this one no longer follows. `roundTripMs` is 0 for an answer that
  /// the hub held back: its time is as old as the way home, not as the wait.
  func take(_ page: PullPage, roundTripMs: Int64) throws -> Bool {
    let opened = try OpenedPage(page)
    guard let identity = state.withLock({ $0.identity }), let key = Hex.bytes(identity.digestKey) else {
      return false
    }
    let isNext = try applying.withLock { _ in
      // Two pages may be on their way, one asked for by a till's claim; only the next one may be applied.
      let cursor = try replica.read { try $0.cursor() }
      guard (cursor?.position ?? .none) == page.from else { return false }
      let next = SyncProtocol.Cursor(logEpoch: page.logEpoch, position: page.to, shape: identity.shape)
      try place(ReplicaNews(pages: [opened], cursor: next), RowHasher(key: key))
      return true
    }
    guard isNext else { return false }
    state.withLock { state in
      learn(page.hubTime, roundTripMs, &state)
      reached(&state)
    }
    if page.to == page.head { try release() }
    return true
  }

  /// Applies news to the replica and goes by them; for whoever holds `applying`.
  func place(_ news: ReplicaNews, _ hasher: RowHasher) throws {
    let applied = try replica.apply(news, hasher: hasher)
    if applied.touched.hasRulebook { try takeRulebooks() }
    let included = try replica.read { try $0.includedThrough() }
    state.withLock { state in
      state.overlay.forget(through: included)
      state.touched?.add(applied.touched)
      guard let last = news.pages.last?.page else { return }
      state.hubHead = last.head
      if last.to == last.head { state.asOf = last.hubTime }
      state.differing = applied.differing
    }
  }

  /// Partitions that a page or a rulebook's signature told to be wrong are reconciled, now and then: a hub
  /// whose digests never fit must not keep a store busy for ever.
  private func mendWhatDiffers() throws {
    let wrong = state.withLock { state -> [Partition] in
      let last = state.reconciledMs.map { nowMs(state) - $0 } ?? .max
      guard last >= AgentState.reconcilePauseMs else { return [] }
      // A row that somebody edited keeps its sum.
      let unsigned = state.rulebooksNotSigned.isEmpty ? [] : [Partition.rulebook]
      return Set(state.differing + unsigned).sorted()
    }
    if wrong.isEmpty { return }
    state.withLock { $0.reconciledMs = nowMs($0) }
    try reconcile(wrong)
  }

  func takeRulebooks() throws {
    let known = try StoreAgent.knownRulebooks(
      replica, journal, configuration.rulebookKey ?? state.withLock { $0.identity?.rulebookKey })
    try journal.remember([("rulebooks", try KeptRulebooks(rows: known.signed).encoded())])
    state.withLock { $0.take(known) }
  }

  private func learn(_ hubTime: Timestamp, _ roundTripMs: Int64, _ state: inout AgentState) {
    state.time.learn(hubMs: hubTime.ms, roundTripMs: roundTripMs, monotonicMs: environment.monotonicMs())
  }

  private func reached(_ state: inout AgentState) {
    state.pacing.succeeded()
    state.hubReachable = true
    state.lastFault = nil
  }

  func failed(_ error: any Error) {
    let random = environment.random()
    state.withLock { state in
      state.lastFault = "\(error)"
      switch error {
      case HubFault.unreachable, HubFault.notUnderstood: state.hubReachable = false
      default: break
      }
      if case HubFault.refused(_, let code, let detail, _) = error,
        ["journal_fork", "epoch_mismatch", "store_revoked"].contains(code)
      {
        state.halted = "\(code): \(detail)"
      }
      state.pacing.failed(nowMs: nowMs(state), random: random)
    }
  }

  /// How long to wait before the hub is tried again, and what was wrong.
  func pauseAfterFault() -> (ms: Int64, fault: String) {
    state.withLock { ($0.pacing.pauseMs, $0.lastFault ?? "") }
  }
}
