import AgentIO
import Curl
import Foundation
import Journey
import Storage
import SyncProtocol
import Synchronization

/// The year, window by window of business time: sell, then sync whoever has a line.
final class YearPlayer {
  private let options: JourneyOptions
  private let data: ChainData
  private let work: Workplace
  private let desk: Headquarters
  private let plan: OutagePlan
  private let clock: RunClock
  private var tills: [StoreTill] = []
  private var gates: [Gate] = []
  private var wasDown: [Int64?]
  private let events: EventLog
  private let done = Atomic(0)
  private var toIssue: [ChainData.Redemption]
  private var issued: Set<Int32> = []

  /// A store without customers listens once a month: it need not hear of every basket elsewhere.
  static let idleSyncMs: Int64 = 30 * 86_400_000
  /// The more stores wait for the hub's disk together, the more of them one flush serves.
  static let pushing = 48
  /// How long before its use a coupon is sent out, at the latest.
  static let issueAheadDays: Int64 = 14

  init(
    options: JourneyOptions, data: ChainData, work: Workplace, desk: Headquarters, plan: OutagePlan,
    hub: String
  ) throws {
    self.options = options
    self.data = data
    self.work = work
    self.desk = desk
    self.plan = plan
    clock = try RunClock(path: work.clock)
    events = try EventLog(path: work.events)
    wasDown = data.stores.map { _ in nil }
    toIssue = data.redemptions
    try openStores(hub: hub)
  }

  private func openStores(hub: String) throws {
    raiseFileLimit()
    let tickets = try JSONDecoder().decode(
      [StoreTicket].self, from: Data(contentsOf: URL(fileURLWithPath: work.stores)))
    let pool = CurlPool(keptHandles: Self.pushing)
    let clock = clock
    for (store, ticket) in tickets.enumerated() {
      let random = Mutex(SeededRandom(seed: options.seed, stream: UInt64(1_000 + store)))
      let environment = AgentEnvironment(
        wallMs: { clock.nowMs }, monotonicMs: { clock.nowMs }, random: { random.withLock { $0.next() } })
      let gate = Gate(pool)
      let agent = try StoreAgent(
        AgentConfiguration(
          folder: work.agent(store), hubURL: hub, token: ticket.token, replicaReaders: 0,
          // A replica of the chain fits: 457 of them take half a gigabyte.
          cachePages: 500),
        environment: environment, transport: gate)
      gates.append(gate)
      tills.append(
        StoreTill(agent: agent, store: store, code: ticket.code, data: data, desk: desk, seed: options.seed))
    }
    try inParallel(tills) { try $0.introduce() }
  }

  /// Each agent keeps two databases open, each with three files.
  private func raiseFileLimit() {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
    limit.rlim_cur = limit.rlim_max
    setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
  }

  func play() throws {
    let step = Int64(options.syncHours) * 3_600_000
    guard let first = data.baskets.timesMs.first, let last = data.baskets.timesMs.last else { return }
    let origin = first / step * step
    let windows = Int((last - origin) / step) + 1
    let begin =
      FileManager.default.contents(atPath: work.window).flatMap { Int(String(decoding: $0, as: UTF8.self)) }
      ?? 0
    let tape = try TapeWriter(work.tape)
    var basket = data.baskets.timesMs.firstIndex { $0 >= origin + Int64(begin) * step } ?? data.baskets.count
    done.store(basket, ordering: .relaxed)
    let reporter = ProgressReporter(work: work, total: data.baskets.count) { [self] in
      (done.load(ordering: .relaxed), clock.nowMs)
    }
    for window in begin..<max(begin, windows) {
      let end = origin + Int64(window + 1) * step
      clock.advance(to: end - step)
      try issueCoupons(until: end)
      let next = data.baskets.timesMs[basket...].firstIndex { $0 >= end } ?? data.baskets.count
      let visited = try sell(basket..<next)
      basket = next
      clock.advance(to: end)
      try sync(visited, at: end)
      try tape.append(tills.flatMap(\.receipts))
      for till in tills { till.receipts = [] }
      events.backlog(end, tills.reduce(0) { $0 + $1.agent.unsentEntries })
      try Data("\(window + 1)".utf8).write(to: URL(fileURLWithPath: work.window), options: .atomic)
    }
    try tape.close()
    reporter.say("converging")
    try converge()
    reporter.finish()
    events.note("mended", tills.reduce(0) { $0 + $1.earlyEnds })
  }

  private func sell(_ baskets: Range<Int>) throws -> Set<Int> {
    let byStore = Dictionary(grouping: baskets) { Int(self.data.baskets.stores[$0]) }
    let (tills, gates, plan, data, player) = (
      UncheckedBox(tills), UncheckedBox(gates), plan, data, UncheckedBox(self)
    )
    try inParallel(byStore.sorted { $0.value.count > $1.value.count }.map { ($0.key, $0.value) }) {
      store, indices in
      var mended = false
      for index in indices {
        let isDown = !mended && plan.isOffline(store: store, at: data.baskets.timesMs[index])
        var line = LineState(isDown: isDown) { gates.value[store].isDown = $0 }
        try tills.value[store].ring(index, line: &line)
        if isDown, !line.isDown { mended = true }
        player.value.done.add(1, ordering: .relaxed)
      }
    }
    return Set(byStore.keys)
  }

  /// Whoever has something to say, has not listened for a month, or has just got its line back.
  private func sync(_ visited: Set<Int>, at time: Int64) throws {
    let due = tills.indices.filter { store in
      let isDown = plan.isOffline(store: store, at: time)
      gates[store].isDown = isDown
      if isDown { wasDown[store] = wasDown[store] ?? time }
      return visited.contains(store) || tills[store].agent.hasUnsent || wasDown[store] != nil
        || time - tills[store].lastSyncMs >= Self.idleSyncMs
    }
    let chosen = due.map { tills[$0] }
    try inParallel(chosen, threads: Self.pushing) { till in
      till.backlog = till.agent.unsentEntries
      let started = DispatchTime.now().uptimeNanoseconds
      till.isSent = till.agent.push()
      till.syncSeconds = Double(DispatchTime.now().uptimeNanoseconds - started) / 1e9
    }
    try inParallel(chosen.filter(\.isSent)) { till in
      let started = DispatchTime.now().uptimeNanoseconds
      if till.agent.pull() { till.lastSyncMs = time }
      till.syncSeconds += Double(DispatchTime.now().uptimeNanoseconds - started) / 1e9
    }
    // What they give back goes up once all have listened: a head that stands still is read by all alike.
    try inParallel(chosen.filter { $0.isSent && $0.agent.hasUnsent }, threads: Self.pushing) {
      _ = $0.agent.push()
    }
    for store in due where !gates[store].isDown && tills[store].isSent {
      if let since = wasDown[store] {
        let hours = Double(time - since) / 3_600_000
        events.converged(
          store: store, hours: hours, entries: tills[store].backlog, seconds: tills[store].syncSeconds)
        wasDown[store] = nil
      }
    }
    if let halted = tills.first(where: { $0.agent.isHalted }) {
      throw JourneyFault("store \(halted.code) has stopped: \(halted.agent.haltReason ?? "")")
    }
  }

  /// Campaigns' coupons go out before they are used, as soon as headquarters knows the member.
  private func issueCoupons(until end: Int64) throws {
    let horizon = end + Self.issueAheadDays * 86_400_000
    for redemption in toIssue where data.baskets.timesMs[Int(redemption.basket)] < horizon {
      let member = data.members[Int(redemption.member)]
      let enrolledAt = Int(data.baskets.stores[Int(member.firstBasket)])
      let id = ChainRules.member(member.household, at: data.stores[enrolledAt])
      let store = tills[Int(data.baskets.stores[Int(redemption.basket)])].code
      let product = redemption.line.map { data.products[Int(data.line(Int($0)).product)].number }
      do {
        try desk.issue(redemption, product: product, to: id, at: store)
        issued.insert(redemption.number)
      } catch APIError.problem(_, "unknown_member", _, _) {
        continue
      }
    }
    toIssue.removeAll { issued.contains($0.number) }
  }

  /// All lines up: sync until nothing is left to send and every replica is at the hub's head.
  private func converge() throws {
    for gate in gates { gate.isDown = false }
    for _ in 0..<600 {
      try inParallel(tills) { till in _ = till.agent.push() }
      try inParallel(tills) { till in _ = till.agent.pull() }
      let behind = tills.filter { $0.agent.hasUnsent || !$0.agent.isOnline }
      let heads = try Set(tills.map { try $0.agent.position })
      if behind.isEmpty, heads.count == 1 { return }
      if !tills.contains(where: { $0.agent.isOnline }) { Thread.sleep(forTimeInterval: 0.2) }
    }
    throw JourneyFault("the stores did not come to rest")
  }
}

/// Lets closures of `inParallel` reach what is only read, or used by one store's worker at a time.
struct UncheckedBox<T>: @unchecked Sendable {
  let value: T
  init(_ value: T) { self.value = value }
}
