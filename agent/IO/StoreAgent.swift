import AgentCore
import Curl
import Foundation
import GRDB
import Loyalty
import Storage
import Synchronization
import SyncProtocol

/// One store: its journal, its replica, and what it knows of the hub. Everything a till asks passes through
/// here; nothing on that way waits for the network, except a claim for allowances while the line is up.
public final class StoreAgent: Sendable {
  let journal: Journal
  let replica: Replica
  let link: HubLink
  let environment: AgentEnvironment
  public let configuration: AgentConfiguration
  private let lock: FolderLock
  let state: Mutex<AgentState>
  /// Held while a page is applied: pages go in one after another.
  let applying = Mutex(())
  /// Held while rows are compared with the hub's and mended.
  let reconciling = Mutex(())
  /// Signalled for every entry, so that the sender need not look for them.
  private let committed = DispatchSemaphore(value: 0)

  /// Opens the folder. A replica that is damaged is set aside and built again; a damaged journal
  /// stops the agent.
  public init(_ configuration: AgentConfiguration, environment: AgentEnvironment, transport: any HubTransport)
    throws
  {
    self.configuration = configuration
    self.environment = environment
    try FileManager.default.createDirectory(atPath: configuration.folder, withIntermediateDirectories: true)
    lock = try FolderLock(configuration.folder)
    journal = try Journal(
      path: configuration.folder + "/journal.db", cachePages: configuration.cachePages,
      exclusive: configuration.replicaReaders == 0)
    replica = try Self.openReplica(configuration)
    link = HubLink(
      baseURL: configuration.hubURL, token: configuration.token, version: configuration.version,
      tillWaitMs: configuration.tillWaitMs, transport: transport)
    let tip = try journal.tip()
    var state = AgentState(
      tip: tip, clock: HybridClock(last: tip.time),
      time: LearnedTime(wallMs: environment.wallMs(), monotonicMs: environment.monotonicMs()))
    state.identity = try journal.meta("identity").map {
      try JSONDecoder().decode(HelloResponse.self, from: Data($0))
    }
    state.received = JournalSeq(
      try journal.meta("received").flatMap { UInt64(String(decoding: $0, as: UTF8.self)) } ?? 0)
    state.results = try journal.results()
    state.take(
      try Self.knownRulebooks(replica, journal, configuration.rulebookKey ?? state.identity?.rulebookKey))
    state.asOf = try replica.read { try $0.asOf() }
    state.sales = try journal.count(of: .sale)
    self.state = Mutex(state)
    try rebuildOverlay()
  }

  private static func openReplica(_ configuration: AgentConfiguration) throws -> Replica {
    let path = configuration.folder + "/replica.db"
    let readers = configuration.replicaReaders
    if FileManager.default.fileExists(atPath: path), !SQLiteFile.isHealthy(path) {
      for suffix in ["", "-wal", "-shm"] where FileManager.default.fileExists(atPath: path + suffix) {
        let aside = path + suffix + ".damaged"
        try? FileManager.default.removeItem(atPath: aside)
        try FileManager.default.moveItem(atPath: path + suffix, toPath: aside)
      }
    }
    return try Replica(path: path, readers: readers, cachePages: configuration.cachePages)
  }

  /// Published rulebooks from the replica, united with the copies that the journal keeps for the day the
  /// replica is lost: one being filled again has only the oldest.
  static func knownRulebooks(
    _ replica: Replica, _ journal: Journal, _ key: String?
  ) throws -> KnownRulebooks {
    let kept = try journal.meta("rulebooks").map { try KeptRulebooks($0) }
    return KnownRulebooks(
      replica: try replica.read { try $0.rulebooks() }, kept: kept?.rows ?? [:],
      key: key.flatMap { RulebookKey(text: $0) })
  }

  /// Puts every entry that the replica does not include over it again, as after each start.
  private func rebuildOverlay() throws { try state.withLock { try rebuildOverlay(&$0) } }

  func rebuildOverlay(_ state: inout AgentState) throws {
    var included = try replica.read { try $0.includedThrough() }
    state.overlay = Overlay()
    while true {
      let batch = try journal.entries(after: included, limit: 1_000)
      for stored in batch { state.addToOverlay(stored.entry) }
      guard let last = batch.last else { return }
      included = last.entry.seq
    }
  }
}

/// What changes while an agent runs; under one lock.
struct AgentState {
  var tip: Journal.Tip
  var clock: HybridClock
  var time: LearnedTime
  var overlay = Overlay()
  var identity: HelloResponse?
  /// How much of the journal the hub has confirmed.
  var received = JournalSeq.none
  var results: [EntryResult] = []
  var rulebooks: [Rulebook] = []
  /// Versions of the rulebook that this agent cannot read, and those that headquarters did not sign.
  var rulebooksNotUnderstood: [Int64] = []
  var rulebooksNotSigned: [Int64] = []
  var pacing = SyncPacing()
  /// Whether the last try reached something that speaks like the hub.
  var hubReachable = false
  /// Why sync has stopped for good until a person looks; nil while it runs.
  var halted: String?
  var lastFault: String?
  var hubHead = HubSeq.none
  /// HQ's time that the replica reflects.
  var asOf = Timestamp(ms: 0)
  var differing: [Partition] = []
  /// When differences were last looked for without being asked.
  var reconciledMs: Int64?
  static let reconcilePauseMs: Int64 = 3_600_000
  /// What pages have touched since allowances were last given back; nil for all of them, after a start.
  var touched: TouchedRows?
  /// Sales in the journal.
  var sales: Int64 = 0
  /// How often promotions were used here on one business day; nil before anybody asked.
  var storeUses: StoreUses?
  /// What sales risked without a line; nil before anybody asked.
  var risk: RiskBook?
  var locks = CouponLocks()
  /// The latest quotes, for whoever asks why.
  var quotes: [RememberedQuote] = []
  /// Allowances that the hub was asked for a moment ago, until when it is not asked again.
  var asked: [String: Int64] = [:]
  /// Members for whom allowances were just claimed, until when they are not given back again.
  var claiming: [MemberID: Int64] = [:]

  mutating func take(_ known: KnownRulebooks) {
    rulebooks = known.rulebooks
    rulebooksNotUnderstood = known.notUnderstood
    rulebooksNotSigned = known.notSigned
  }

  init(tip: Journal.Tip, clock: HybridClock, time: LearnedTime) {
    self.tip = tip
    self.clock = clock
    self.time = time
  }

  /// The rulebook in force at a business time: the newest that has taken effect. They are in order of
  /// version.
  func rulebook(at time: Timestamp) -> Rulebook {
    rulebooks.last { $0.effectiveFrom <= time } ?? .none
  }

  func rulebook(version: Int64, at time: Timestamp) -> Rulebook {
    rulebooks.first { $0.version == version } ?? rulebook(at: time)
  }

  func phoneKey(_ phone: String) -> PhoneKey? {
    identity.flatMap { Hex.bytes($0.phoneIndexKey) }.map { PhoneKey(phone: phone, key: $0) }
  }

  mutating func addToOverlay(_ entry: Entry) {
    let (identity, rulebooks) = (identity, rulebooks)
    let offset = rulebooks.last?.utcOffsetMinutes ?? Rulebook.none.utcOffsetMinutes
    func named(_ sale: Sale) -> Rulebook? { rulebooks.first { $0.version == sale.rulebook } }
    overlay.add(
      entry,
      EntryReading(
        day: { $0.day(utcOffsetMinutes: offset) }, counted: { named($0)?.counted(in: $0) ?? [] },
        memberships: { named($0)?.memberships(in: $0) ?? [] },
        phoneKey: { phone in
          identity.flatMap { Hex.bytes($0.phoneIndexKey) }.map { PhoneKey(phone: phone, key: $0) }
        }))
  }
}

extension StoreAgent {
  func nowMs(_ state: AgentState) -> Int64 { state.time.nowMs(monotonicMs: environment.monotonicMs()) }

  /// When something happens, as the till says, or by the store's clock. A store whose own clock has fallen
  /// back still knows when it last wrote.
  func businessTime(_ told: Timestamp?, _ state: AgentState) throws -> Timestamp {
    let now = Timestamp(ms: nowMs(state))
    guard let told else { return now }
    let latest = max(now.ms, state.clock.last.ms) + Limits.businessLeadMs
    guard (Limits.businessTimeMs...latest).contains(told.ms) else {
      throw TillFault.invalid(
        field: "businessTime", reason: "is from the year 2000 to a day after the store's clock")
    }
    return told
  }

  /// Appends under the lock: the receipt may be printed once this returns.
  func commit(_ body: EntryBody, _ state: inout AgentState) throws { try commit([body], &state) }

  /// Appends all of them or none, whatever happens to the process in between.
  func commit(_ bodies: [EntryBody], _ state: inout AgentState) throws {
    let timed = bodies.map { (body: $0, time: state.clock.tick(physicalMs: nowMs(state))) }
    // What the hub could not read would stop the journal for good, so it never enters it.
    for (body, time) in timed {
      if Entry(seq: state.tip.seq.next, time: time, body: body).brokenLimit != nil {
        throw TillFault.invalid(field: "", reason: "comes to more than an entry may hold")
      }
    }
    let stored: [Journal.Stored]
    do {
      stored = try journal.append(timed, after: state.tip)
    } catch let error as DatabaseError where error.resultCode == .SQLITE_FULL {
      throw TillFault.diskFull
    } catch {
      throw TillFault.journalUnavailable("\(error)")
    }
    for one in stored {
      state.tip = Journal.Tip(seq: one.entry.seq, hash: one.hash, time: one.entry.time)
      state.addToOverlay(one.entry)
      if case .sale(let sale) = one.entry.body {
        state.sales += 1
        let rulebook = state.rulebook(version: sale.rulebook, at: sale.businessTime)
        state.storeUses?.add(sale, on: rulebook)
        state.risk?.add(sale, at: one.entry.seq, on: rulebook.businessDay(sale.businessTime))
        for coupon in sale.coupons { state.locks.consume(coupon) }
      }
      committed.signal()
    }
  }

  /// Waits for the next entry; true when there was one.
  func awaitEntry(ms: Int) -> Bool { committed.wait(timeout: .now() + .milliseconds(ms)) == .success }

  func newID<Kind>(_ state: AgentState) -> ID<Kind> {
    ID(ms: nowMs(state), randomHigh: environment.random(), randomLow: environment.random())
  }

  func identity(_ state: AgentState) throws(TillFault) -> HelloResponse {
    guard let identity = state.identity else { throw .notEnrolled }
    return identity
  }

  /// The member as this store sees them now; nil when it does not know them.
  func view(_ member: MemberID, _ state: AgentState) throws -> MemberView? {
    let (records, included) = try replica.read { reader in
      (try reader.records(of: try reader.root(of: member)), try reader.includedThrough())
    }
    let key = state.identity.flatMap { Hex.bytes($0.phoneIndexKey) }
    return MemberView(
      records, overlay: state.overlay, after: included, node: state.identity?.node ?? .hub,
      phoneKey: { phone in key.map { PhoneKey(phone: phone, key: $0) } })
  }
}
