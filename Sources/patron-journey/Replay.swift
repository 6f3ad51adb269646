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

/// Runs `body` for every item on a few threads: commits of different stores wait for the disk together.
func inParallel<T: Sendable>(_ items: [T], threads: Int = 8, _ body: @escaping @Sendable (T) throws -> Void)
  throws
{
  let next = Atomic(0)
  let failure = Mutex<(any Error)?>(nil)
  DispatchQueue.concurrentPerform(iterations: min(threads, items.count)) { _ in
    while failure.withLock({ $0 == nil }) {
      let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
      guard index < items.count else { return }
      do { try body(items[index]) } catch { failure.withLock { $0 = $0 ?? error } }
    }
  }
  if let error = failure.withLock({ $0 }) { throw error }
}
