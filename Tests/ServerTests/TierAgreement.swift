import AgentCore
import Foundation
import Loyalty
import Seeds
import Storage
import SyncProtocol
import Testing

@testable import ServerStorage

/// The tier that headquarters' tables come to, and the one that an agent reads off the rows it is sent.
@Suite struct TierAgreement {
  /// A scheme of any kind with three levels.
  private static func scheme(_ samples: inout SplitMix64) -> TierScheme {
    let metric = samples.oneOf([.spend, .count, .growth, TierScheme.Metric.paid])
    let window = samples.oneOf([
      .rolling(months: Int(samples.number(1...12))), .calendarYear, .anniversary, TierScheme.Window.lifetime,
    ])
    let (isPaid, hasPeriods) = (metric == .paid, metric != .paid && window != .lifetime)
    let downgrade: TierScheme.Downgrade =
      isPaid ? .recompute : hasPeriods ? samples.oneOf([.step, .recompute, .never]) : .never
    return TierScheme(
      id: "S", name: Words(zh: "等级", en: "Tiers"), metric: metric, window: window,
      upgrade: hasPeriods ? samples.oneOf([.immediate, .batch]) : .immediate, downgrade: downgrade,
      graceDays: downgrade == .never ? 0 : Int(samples.oneOf([0, 30, samples.number(0...180)])),
      levels: [5, 20, 60].enumerated().map { index, threshold in
        TierLevel(
          id: "L\(index)", name: Words(zh: "级", en: "Level"), threshold: isPaid ? 0 : threshold,
          retention: isPaid ? nil : samples.maybe { $0.number(0...threshold) })
      }, returns: samples.flag() ? .reduce : .ignore)
  }

  /// Writes what a record did, as headquarters does; a day in it.
  private static func write(_ record: MemberID, _ hub: HubTransaction, _ samples: inout SplitMix64) throws {
    let joined = Day(19_700 + Int32(samples.number(0...400)))
    let time = Timestamp(ms: Int64(joined.number) * 86_400_000)
    _ = try hub.enrol(
      Enrolment(member: record, businessTime: time, channel: "till", registers: [], requestDigest: 1),
      at: HybridTime(ms: time.ms), from: NodeID(1))
    let first = MonthSum.month(of: joined)
    for _ in 0..<samples.number(0...5) {
      let figure = samples.number(-9...40)
      try hub.addMonth(
        MonthSum(
          month: first + Int32(samples.number(-2...26)), spend: Money(figure),
          grossSpend: Money(max(0, figure)), count: samples.number(-1...5), growth: samples.number(-3...40)),
        to: record)
    }
    for number in 0..<samples.number(0...2) {
      let from = Int64(joined.number) + samples.number(-50...600)
      try hub.db.run(
        """
        INSERT INTO tier_overrides (override, member, level, from_day, until_day, reason, actor, at_ms)
        VALUES (?, ?, ?, ?, ?, 'complaint', 'HQ', 0)
        """,
        [
          ID<TierOverride>(derivedFrom: "\(record)/\(number)").bytes, record.bytes,
          "L\(samples.number(0...3))", from, from + samples.number(1...300),
        ])
    }
    for line in 0..<samples.number(0...2) {
      let days = samples.maybe { $0.number(1...400) }
      try hub.db.run(
        """
        INSERT INTO memberships (sale, line, member, business_ms, level, months, days, quantity)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        """,
        [
          SaleID(derivedFrom: "\(record)").bytes, line, record.bytes,
          time.ms + samples.number(0...600) * 86_400_000, "L\(samples.number(0...2))",
          days == nil ? samples.number(1...12) : nil, days, 1_000 * samples.number(1...2),
        ])
    }
    if samples.flag() {
      var cause = HubTransaction.Cause(
        node: NodeID(1), epoch: 1, seq: JournalSeq(record.high << 2 | record.low), businessTime: time,
        rulebook: 1,
        reference: record.bytes)
      let lot = LotKey(availableFrom: joined, expiresOn: .never)
      try hub.earn(Points(samples.number(1...9_999)), lot: lot, member: record, holder: nil, &cause)
    }
  }

  /// What an agent's replica makes of the rows that the hub sends.
  private static func view(of root: MemberID, _ hub: HubTransaction) throws -> MemberView? {
    let records = try hub.group(of: root).map { record in
      let member = try hub.projection(of: .member(record))?.fields
      let account = try hub.projection(of: .account(record))?.fields
      return MemberRecord(
        id: record, member: try member.map { try MemberRow(Fields(canonicalBytes: $0.canonicalBytes)) },
        account: try account.map { try AccountRow(Fields(canonicalBytes: $0.canonicalBytes)) }, holding: nil)
    }
    return MemberView(records, overlay: Overlay(), after: .none, node: NodeID(2)) { _ in nil }
  }

  @Test func `headquarters' own tables and what an agent is sent of them come to the same tier (T4)`()
    async throws
  {
    try await PersonLaws.onTables { hub in
      var (number, reached) = (UInt64(0), 0)
      forAll { (samples: inout SplitMix64) in
        number += 1
        let scheme = Self.scheme(&samples)
        guard scheme.faults().isEmpty else { return false }
        let records = (0..<UInt64(samples.number(1...3))).map { MemberID(high: number, low: $0) }
        for record in records { try Self.write(record, hub, &samples) }
        for record in records.dropFirst() {
          try hub.merge(try hub.root(of: records[0]), record, reason: "test")
        }
        let root = try hub.root(of: records[0])
        var rulebook = try hub.rulebook(at: Timestamp(ms: hub.nowMs))
        rulebook.tiers = scheme
        let published = try Rulebook.decode(try rulebook.encoded())
        guard let agent = try Self.view(of: root, hub), let agents = published.tiers else { return false }
        let (facts, own) = (
          try hub.tierFacts(of: root), agent.tierFacts(utcOffsetMinutes: published.utcOffsetMinutes)
        )
        for _ in 0..<3 {
          let day = Day(19_700 + Int32(samples.number(0...1_200)))
          let standing = scheme.standing(of: facts, on: day)
          if standing.level != nil { reached += 1 }
          guard standing == agents.standing(of: own, on: day),
            rulebook.tier(of: facts, on: day) == published.tier(of: own, on: day)
          else { return false }
        }
        return true
      }
      #expect(reached > 5_000)
    }
  }
}
