import Foundation
import Synchronization

/// Runs a test's body on a thread of its own: it waits for disks, servers and other machines, and must not
/// hold one of the few threads on which everything concurrent runs. It stays within the test's task, so what
/// it expects is told as this test's.
public func onItsOwnThread<Value>(_ body: () throws -> Value) async throws -> Value {
  try await withTaskExecutorPreference(OwnThread()) { try body() }
}

/// Gives each piece of a task a fresh thread.
private final class OwnThread: TaskExecutor {
  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    let thread = Thread { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    thread.stackSize = 8 << 20
    thread.start()
  }
}

/// Waits for something asynchronous, from a thread that may wait.
public func waiting<Value: Sendable>(_ work: @escaping @Sendable () async throws -> Value) throws -> Value {
  let done = DispatchSemaphore(value: 0)
  let outcome = Outcome<Value>()
  Task.detached {
    do { outcome.set(.success(try await work())) } catch { outcome.set(.failure(error)) }
    done.signal()
  }
  done.wait()
  return try outcome.get()
}

/// Runs the same work on many threads at once and waits for all.
public func inParallel<Value: Sendable>(
  _ count: Int, _ work: @escaping @Sendable (Int) throws -> Value
) throws -> [Value] {
  let outcomes = (0..<count).map { _ in Outcome<Value>() }
  let group = DispatchGroup()
  for (index, outcome) in outcomes.enumerated() {
    group.enter()
    Thread.detachNewThread {
      outcome.set(Result { try work(index) })
      group.leave()
    }
  }
  group.wait()
  return try outcomes.map { try $0.get() }
}

private final class Outcome<Value: Sendable>: Sendable {
  private let result = Mutex<Result<Value, any Error>?>(nil)

  func set(_ value: Result<Value, any Error>) { result.withLock { $0 = value } }

  func get() throws -> Value {
    guard let result = result.withLock({ $0 }) else { throw CancellationError() }
    return try result.get()
  }
}
