import AgentIO
import ArgumentParser
import Curl
import Foundation
import Journey
import Storage
import SyncProtocol
import Synchronization
import Web

/// Plays the year: many real agents in one process, each with its own two files, selling by their till path
/// and syncing with the hub over HTTP. Killed at any moment, it goes on where it was: sales have the ids of
/// their baskets, so an agent that has one gives its receipt again.
struct Replay: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "The stores' side; started by run.", shouldDisplay: false)

  @OptionGroup var options: JourneyOptions
  @Option var folder: String
  @Option var hub: String
  @Option var token: String

  func run() throws {
    ParentWatch.install()
    let data = try options.load()
    let work = Workplace(folder: folder)
    let desk = Headquarters(client: APIClient(baseURL: hub, token: token))
    let plan = OutagePlan(for: data, intensity: options.outage, seed: options.seed)
    try YearPlayer(options: options, data: data, work: work, desk: desk, plan: plan, hub: hub).play()
  }
}

/// A store's line: real HTTP while it is up, nothing while it is down.
final class Gate: HubTransport {
  private let pool: CurlPool
  private let down = Atomic(false)

  init(_ pool: CurlPool) { self.pool = pool }

  var isDown: Bool {
    get { down.load(ordering: .relaxed) }
    set { down.store(newValue, ordering: .relaxed) }
  }

  func send(_ request: HTTPRequest) throws(CurlError) -> HTTPResponse {
    if isDown { throw .unreachable("the line is down") }
    return try pool.send(request)
  }
}

/// Runs `body` for every item on threads of their own, more than there are cores: a store mostly waits, for
/// the disk or for the hub.
func inParallel<T: Sendable>(
  _ items: [T], threads: Int = 12, _ body: @escaping @Sendable (T) throws -> Void
) throws {
  let work = ParallelWork(items, body)
  let group = DispatchGroup()
  for _ in 0..<min(threads, items.count) {
    group.enter()
    Thread.detachNewThread {
      work.drain()
      group.leave()
    }
  }
  group.wait()
  if let error = work.failure { throw error }
}

/// Items that several threads take one by one, until they are done or one has failed.
private final class ParallelWork<T: Sendable>: Sendable {
  private let items: [T]
  private let body: @Sendable (T) throws -> Void
  private let state = Mutex<(next: Int, failure: (any Error)?)>((0, nil))

  init(_ items: [T], _ body: @escaping @Sendable (T) throws -> Void) {
    self.items = items
    self.body = body
  }

  var failure: (any Error)? { state.withLock { $0.failure } }

  func drain() {
    while let item = take() {
      do { try body(item) } catch { state.withLock { $0.failure = $0.failure ?? error } }
    }
  }

  private func take() -> T? {
    state.withLock { state in
      guard state.failure == nil, state.next < items.count else { return nil }
      defer { state.next += 1 }
      return items[state.next]
    }
  }
}
