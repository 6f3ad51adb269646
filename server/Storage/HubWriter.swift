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
  private let onCommit: @Sendable (HubSeq, Set<Partition>) -> Void

  /// `onCommit` hears the new head and the partitions that changed.
  public init(_ store: HubStore, onCommit: @escaping @Sendable (HubSeq, Set<Partition>) -> Void) {
    self.store = store
    self.onCommit = onCommit
    let thread = Thread { [self] in work() }
    thread.name = "hub-writer"
    thread.stackSize = 4 << 20
    thread.start()
  }

  /// Runs `body` in the next transaction and returns once it is durable. A throw undoes this request alone.
  public func write<T: Sendable>(
    weight: Int = 1, _ body: @escaping @Sendable (HubTransaction) throws -> T
  ) async throws -> T {
    try await withCheckedThrowingContinuation { continuation in
      let job = Job(
        weight: weight,
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
  }

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
    var answers: [@Sendable ((any Error)?) -> Void] = []
    do {
      let transaction = try store.pool.write { db in
        let transaction = try HubTransaction(db, store)
        answers = group.map { $0.run(transaction) }
        try transaction.finish()
        return transaction
      }
      store.setHead(transaction.head)
      onCommit(transaction.head, transaction.changedPartitions)
      for answer in answers { answer(nil) }
    } catch {
      // The whole group was undone. One by one, whatever brought it down fails alone.
      if group.count > 1 {
        for job in group { commit([job]) }
      } else if answers.isEmpty {
        for job in group { job.fail(error) }
      } else {
        for answer in answers { answer(error) }
      }
    }
  }
}
