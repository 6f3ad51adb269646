import AgentCore
import Foundation
import Loyalty
import SyncProtocol
import Synchronization

/// How a store is doing, for the shop and for whoever looks after it.
public struct AgentStatus: Hashable, Sendable, Codable {
  public struct PartitionStatus: Hashable, Sendable, Codable {
    public let partition: Partition
    public let rows: UInt64
    public let digest: String
  }

  public let store: StoreCode?
  public let node: NodeID?
  public let version: String
  public let hubReachable: Bool
  public let offlineSince: Timestamp?
  public let unsentEntries: UInt64
  public let oldestUnsentAgeMs: Int64
  public let journalSeq: JournalSeq
  public let replicaPosition: HubSeq
  public let hubHead: HubSeq
  /// HQ's time that the replica reflects.
  public let asOf: Timestamp
  public let clockOffsetMs: Int64
  public let diskFreeBytes: Int64
  public let rulebook: Int64
  /// Versions that this agent is too old to read; it goes on by the newest that it can.
  public let rulebooksNotUnderstood: [Int64]
  /// Versions in the replica that headquarters did not sign: somebody else wrote them, and they are not used.
  public let rulebooksNotSigned: [Int64]
  /// Headquarters' key, by which this agent knows its rulebooks (hexadecimal); nil before the first hello.
  public let rulebookKey: String?
  public let members: Int64
  public let sales: Int64
  /// Entries the hub did not plainly accept, newest last.
  public let results: [EntryResult]
  public let partitions: [PartitionStatus]
  public let halted: String?
  public let lastFault: String?
  /// Partitions whose digest differed from the hub's after the last page.
  public let differing: [Partition]
  /// Nil where the rulebook lets stores risk nothing.
  public let offlineRisk: OfflineRisk?

  /// What was risked beyond what the store held, in minor units 断网风险: since headquarters last heard of
  /// everything, and the most it may come to.
  public struct OfflineRisk: Hashable, Sendable, Codable {
    public let taken: Money
    public let cap: Money
  }
}

extension StoreAgent {
  public func status() throws -> AgentStatus {
    let (cursor, asOf, digests, members, decided) = try replica.read { reader in
      (
        try reader.cursor(), try reader.asOf(), try reader.digests(), try reader.count(.member),
        try reader.decidedResults()
      )
    }
    return try state.withLock { state in
      let unsent = state.tip.seq.number - min(state.tip.seq.number, state.received.number)
      let now = nowMs(state)
      let oldest =
        unsent == 0 ? nil : try journal.entries(after: state.received, limit: 1).first?.entry.time.ms
      return AgentStatus(
        store: state.identity?.store, node: state.identity?.node, version: configuration.version,
        hubReachable: state.hubReachable,
        offlineSince: state.pacing.downSinceMs.map { Timestamp(ms: $0) }, unsentEntries: unsent,
        oldestUnsentAgeMs: oldest.map { max(0, now - $0) } ?? 0, journalSeq: state.tip.seq,
        replicaPosition: cursor?.position ?? .none, hubHead: state.hubHead, asOf: asOf,
        clockOffsetMs: now - environment.wallMs(), diskFreeBytes: diskFreeBytes(),
        rulebook: state.rulebook(at: Timestamp(ms: now)).version,
        rulebooksNotUnderstood: state.rulebooksNotUnderstood, rulebooksNotSigned: state.rulebooksNotSigned,
        rulebookKey: configuration.rulebookKey ?? state.identity?.rulebookKey, members: members,
        sales: state.sales,
        results: Self.latest(state.results, decided, epoch: state.identity?.epoch),
        partitions: digests.map {
          .init(partition: $0.partition, rows: $0.digest.count, digest: String($0.digest.sum, radix: 16))
        },
        halted: state.halted, lastFault: state.lastFault, differing: state.differing,
        offlineRisk: try offlineRisk(at: Timestamp(ms: now), &state))
    }
  }

  /// What the pushes brought, and in its place what headquarters decided about an entry since.
  private static func latest(
    _ results: [EntryResult], _ decided: [[UInt8]: ResultRow], epoch: Int64?
  ) -> [EntryResult] {
    let now = results.compactMap { result -> EntryResult? in
      let key = epoch.map { ResultRow.key(epoch: $0, result.seq).bytes }
      guard let row = key.flatMap({ decided[$0] }), let outcome = EntryOutcome(rawValue: row.outcome) else {
        return result
      }
      return outcome == .accepted
        ? nil : EntryResult(seq: result.seq, outcome: outcome, reason: row.reason)
    }
    return Array(now.suffix(100))
  }

  private func diskFreeBytes() -> Int64 {
    let attributes = try? FileManager.default.attributesOfFileSystem(forPath: configuration.folder)
    return (attributes?[.systemFreeSize] as? NSNumber)?.int64Value ?? -1
  }

  public var isOnline: Bool { state.withLock { $0.pacing.isOnline } }
  public var unsentEntries: Int {
    state.withLock { Int($0.tip.seq.number - min($0.tip.seq.number, $0.received.number)) }
  }
  public var hasUnsent: Bool { state.withLock { $0.tip.seq > $0.received } }
  /// How far this store has read the hub's feed.
  public var position: HubSeq {
    get throws { try replica.read { try $0.cursor() }?.position ?? .none }
  }
  public var haltReason: String? { state.withLock { $0.halted } }
  public var isHalted: Bool { state.withLock { $0.halted != nil } }
}

/// A member's points with the lots they are in.
public struct PointsResponse: Hashable, Sendable, Codable {
  public struct Lot: Hashable, Sendable, Codable {
    public let points: Points
    public let availableFrom: Day
    /// Nil when they never expire.
    public let expiresOn: Day?
    public let heldHere: Points
  }

  public let memberId: MemberID
  public let available: Points
  public let debt: Points
  public let lots: [Lot]
  public let asOf: Timestamp
  public let offline: Bool
}

/// What this store knows of a member's past: its own entries.
public struct HistoryItem: Hashable, Sendable, Codable {
  public let time: Timestamp
  public let kind: String
  public let reference: String?
  public let net: Money?
  public let points: Points?
}

extension StoreAgent {
  public func points(of member: MemberID) throws -> PointsResponse {
    try state.withLock { state in
      _ = try identity(state)
      guard let view = try view(member, state) else { throw TillFault.unknownMember }
      let now = Timestamp(ms: nowMs(state))
      let day = state.rulebook(at: now).businessDay(now)
      let lots = view.lots.map { lot in
        PointsResponse.Lot(
          points: lot.points, availableFrom: lot.lot.availableFrom,
          expiresOn: lot.lot.expiresOn == .never ? nil : lot.lot.expiresOn,
          heldHere: view.held.first { $0.owner == lot.owner && $0.lot == lot.lot }?.points ?? .zero)
      }
      return PointsResponse(
        memberId: view.id, available: view.available(on: day), debt: view.debt, lots: lots,
        asOf: state.asOf, offline: !state.pacing.isOnline)
    }
  }

  public func history(of member: MemberID, limit: Int = 100) throws -> [HistoryItem] {
    try state.withLock { state in
      _ = try identity(state)
      guard let view = try view(member, state) else { throw TillFault.unknownMember }
      return try journal.entries(of: view.id, limit: limit).map { HistoryItem($0) }
    }
  }
}

extension HistoryItem {
  init(_ entry: Entry) {
    switch entry.body {
    case .enrolment(let enrolment):
      self.init(time: enrolment.businessTime, kind: "enrolment", reference: nil, net: nil, points: nil)
    case .profile:
      self.init(time: entry.time.timestamp, kind: "profile", reference: nil, net: nil, points: nil)
    case .sale(let sale):
      self.init(
        time: sale.businessTime, kind: "sale", reference: sale.id.description, net: sale.net,
        points: sale.earned - sale.pointsSpent)
    case .saleReturn(let back):
      let restored = back.restored.reduce(Points.zero) { $0 + $1.points }
      let taken = back.clawedBack.reduce(back.debt) { $0 + $1.points }
      self.init(
        time: back.businessTime, kind: back.isVoid ? "void" : "return", reference: back.sale.description,
        net: .zero - back.net, points: restored - taken)
    case .checkIn(let checkIn):
      self.init(time: checkIn.businessTime, kind: "checkIn", reference: nil, net: nil, points: checkIn.earned)
    case .release:
      self.init(time: entry.time.timestamp, kind: "release", reference: nil, net: nil, points: nil)
    case .order(let order):
      self.init(
        time: order.businessTime, kind: "order", reference: order.id.description, net: order.money,
        points: order.spent.reduce(.zero) { $0 - $1.points })
    case .orderClose(let close):
      self.init(
        time: close.businessTime, kind: close.isCancelled ? "orderCancelled" : "orderFulfilled",
        reference: close.order.description, net: nil, points: close.restored.reduce(.zero) { $0 + $1.points })
    case .participation(let part):
      self.init(
        time: part.businessTime, kind: "activity", reference: part.id.description, net: nil,
        points: part.earned)
    case .prize(let prize):
      self.init(
        time: prize.businessTime, kind: "draw", reference: prize.id.description, net: nil,
        points: prize.spent.reduce(prize.earned) { $0 - $1.points })
    }
  }
}
