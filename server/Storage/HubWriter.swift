import Foundation
import Storage
import Synchronization
import SyncProtocol

/// The hub's one writer. Requests wait in a queue; a thread takes all that wait and commits them together,
/// each under its own savepoint, so that one disk flush serves many stores.
public final class HubWriter: Sendable {
  private struct Job: Sendable {
    /// What it counts against the limit of a group.
    let weight: Int
    /// Decides on what other hubs could be changing: it is not run beside others.
    let isAlone: Bool
    /// Runs within the transaction and answers what to call once it is durable.
    let run: @Sendable (HubTransaction) -> @Sendable ((any Error)?) -> Void
    /// When not even the transaction could begin.
    let fail: @Sendable (any Error) -> Void
  }

  private struct Queue {
    var jobs: [Job] = []
    var isStopping = false
  }

  private let store: HubStore
  private let queue = Mutex(Queue())
  private let wake = DispatchSemaphore(value: 0)
  private let onCommit: @Sendable (HubSeq, Set<Partition>?) -> Void
  private let watch = StampWatch()
  private let stamper = Mutex<FeedStamper?>(nil)

  /// `onCommit` hears the new head and the partitions that changed; nil for any.
  public init(_ store: HubStore, onCommit: @escaping @Sendable (HubSeq, Set<Partition>?) -> Void) throws {
    self.store = store
    self.onCommit = onCommit
    if let postgres = store.postgres {
      let stamper = try FeedStamper(store, postgres) { [self] in stamped($0) }
      self.stamper.withLock { $0 = stamper }
    }
    let thread = Thread { [self] in work() }
    thread.name = "hub-writer"
    thread.stackSize = 4 << 20
    thread.start()
  }

  /// Runs `body` in the next transaction and returns once it is durable. A throw undoes this request alone.
  public func write<T: Sendable>(
    weight: Int = 1, alone: Bool = false, _ body: @escaping @Sendable (HubTransaction) throws -> T
  ) async throws -> T {
    try await withCheckedThrowingContinuation { continuation in
      let job = Job(
        weight: weight, isAlone: alone,
        run: { transaction in
          let result = Result { try transaction.savepoint { try body(transaction) } }
          return { failure in
            if let failure {
              continuation.resume(throwing: failure)
            } else {
              continuation.resume(with: result)
            }
          }
        }, fail: { continuation.resume(throwing: $0) })
      let accepted = queue.withLock { queue in
        if queue.isStopping { return false }
        queue.jobs.append(job)
        return true
      }
      if accepted { wake.signal() } else { continuation.resume(throwing: CancellationError()) }
    }
  }

  /// Finishes what waits and stops the thread.
  public func stop() {
    queue.withLock { $0.isStopping = true }
    wake.signal()
    stamper.withLock { stamper in
      stamper?.stop()
      stamper = nil
    }
    watch.release(before: .max)
  }

  /// Whether this process gives the feed its order, and does what is done once for all hubs.
  public var leads: Bool { stamper.withLock { $0?.isLeader } ?? true }

  private func work() {
    while true {
      wake.wait()
      let (group, isDone) = queue.withLock { queue -> ([Job], Bool) in
        var weight = 0
        let end = queue.jobs.firstIndex { job in
          weight += job.weight
          return weight > Limits.groupEntries && weight > job.weight
        }
        let group = Array(queue.jobs.prefix(end ?? queue.jobs.count))
        queue.jobs.removeFirst(group.count)
        return (group, queue.isStopping && queue.jobs.isEmpty)
      }
      if !group.isEmpty { commit(group) }
      if isDone { return }
    }
  }

  private func commit(_ group: [Job]) {
    let isShared = store.postgres != nil
    if isShared, group.count > 1, group.contains(where: \.isAlone) {
      for job in group { commit([job]) }
      return
    }
    var standing = HubTransaction.Standing(
      isAlone: !isShared || group[0].isAlone, believesConstraints: !isShared)
    var answers: [@Sendable ((any Error)?) -> Void] = []
    for attempt in 1... {
      do {
        let transaction = try store.transact(alone: standing.isAlone) { db in
          let transaction = try HubTransaction(db, store, standing)
          answers = group.map { $0.run(transaction) }
          try transaction.finish()
          return transaction
        }
        return answer(answers, transaction)
      } catch {
        // The whole group was undone. One by one, whatever brought it down fails alone.
        if group.count > 1 {
          for job in group { commit([job]) }
          return
        }
        if isShared, error is any RetriableFault, attempt < Self.attempts {
          standing.believesConstraints = true
          standing.isAlone = standing.isAlone || error is MustBeAlone || attempt > Self.attempts / 2
          continue
        }
        return fail(group, answers, error)
      }
    }
  }

  /// So often a request that met another hub's is tried; the later half of them alone.
  private static let attempts = 8

  private func fail(
    _ group: [Job], _ answers: [@Sendable ((any Error)?) -> Void], _ error: any Error
  ) {
    if answers.isEmpty {
      for job in group { job.fail(error) }
    } else {
      for answer in answers { answer(error) }
    }
  }

  /// Whoever is told that something is done finds it in the feed: among several hubs, once it is stamped.
  private func answer(_ answers: [@Sendable ((any Error)?) -> Void], _ transaction: HubTransaction) {
    let release: @Sendable () -> Void = { for answer in answers { answer(nil) } }
    guard store.postgres != nil else {
      store.setHead(transaction.head)
      onCommit(transaction.head, transaction.changedPartitions)
      return release()
    }
    if transaction.pendingChanges.isEmpty { return release() }
    let number = transaction.number
    watch.expect(number, sinceMs: Self.nowMs) { release() }
    // The notice may have come before anybody expected it.
    if (try? store.isStamped(number)) == true { watch.stamped([number]) }
  }

  private func stamped(_ news: FeedStamper.Stamped) {
    store.setHead(news.head)
    onCommit(news.head, news.partitions.map { Set($0) })
    let over = news.transactions ?? watch.numbers.filter { (try? store.isStamped($0)) == true }
    watch.stamped(over)
    watch.release(before: Self.nowMs - Self.stampWaitMs)
  }

  /// Milliseconds after which a committed request is answered although nobody has stamped it.
  private static let stampWaitMs: Int64 = 5_000

  private static var nowMs: Int64 { Int64(DispatchTime.now().uptimeNanoseconds / 1_000_000) }
}

extension HubStore {
  /// Whether a committed transaction's changes have their places in the feed.
  func isStamped(_ number: Int64) throws -> Bool {
    try pool.read { try $0.rows("SELECT 1 FROM pending WHERE xact = ? LIMIT 1", [number]).isEmpty }
  }
}
