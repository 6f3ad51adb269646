import GRDB
import Loyalty
import Seeds
import Storage
import SyncProtocol
import TestKit
import Testing

@testable import ServerStorage

/// Merging and un-merging, tried on the hub's own tables beside a world in which nobody was ever merged.
@Suite struct UnmergeLaws {
  private typealias Samples = SplitMix64

  /// A record, and its twin in the world without merges.
  private struct Pair {
    let record: MemberID
    let twin: MemberID
    let phones: (record: String, twin: String)
  }

  private static let lot = LotKey(availableFrom: Day(20_000), expiresOn: Day(22_000))

  /// What happens to both alike.
  private struct Happening {
    let store: NodeID
    let time: Timestamp
    let points: Points
    let isSpend: Bool
    let isByPhone: Bool
    let number: UInt64

    func happen(to member: MemberID, phone: String, twin: Bool, _ hub: HubTransaction) throws {
      var cause = HubTransaction.Cause(
        node: store, epoch: 1, seq: JournalSeq(number << 1 | (twin ? 1 : 0)), businessTime: time, rulebook: 1,
        reference: member.bytes)
      let id = UInt64(twin ? 1 : 0) << 63 | number
      if isSpend {
        let amount = LotAmount(owner: member, lot: UnmergeLaws.lot, points: points)
        _ = try hub.take([amount], kind: .spend, at: store, &cause)
      } else if isByPhone {
        let sale = Sale(
          id: SaleID(high: 7, low: id), businessTime: time, member: nil, phone: phone, rulebook: 1,
          lines: [SaleLine(sku: "A", quantity: Quantity(milli: 1_000), gross: Money(points.count))],
          tenders: [Tender(type: "cash", amount: Money(points.count))], coupons: [], spent: [],
          earned: points, earnedLot: UnmergeLaws.lot, balance: nil, asOf: time, offline: true, outcomes: [],
          requestDigest: 1)
        _ = try hub.record(sale, at: HybridTime(ms: time.ms), cause)
      } else {
        let checkIn = CheckIn(
          id: CheckInID(high: 7, low: id), member: member, businessTime: time, rulebook: 1, earned: points,
          earnedLot: UnmergeLaws.lot)
        _ = try hub.record(checkIn, cause)
      }
    }
  }

  private static func enrol(_ number: Int, _ hub: HubTransaction, _ samples: inout Samples) throws -> [Pair] {
    try (0..<UInt64(samples.number(2...4))).map { index in
      let pair = Pair(
        record: MemberID(high: UInt64(number) + 1, low: index),
        twin: MemberID(high: UInt64(number) + 1, low: index | 1 << 40),
        phones: ("+86138\(number)\(index)", "+86139\(number)\(index)"))
      let (store, ms) = (NodeID(UInt32(samples.number(1...3))), TestClock.start - 900_000 + Int64(index))
      for (member, phone) in [(pair.record, pair.phones.record), (pair.twin, pair.phones.twin)] {
        _ = try hub.enrol(
          Enrolment(
            member: member, businessTime: Timestamp(ms: ms), channel: "till",
            registers: [Register(name: Register.phoneField, value: phone)], requestDigest: 1),
          at: HybridTime(ms: ms), from: store)
      }
      return pair
    }
  }

  private static func total(_ members: [MemberID], _ hub: HubTransaction) throws -> Points {
    try members.reduce(.zero) { sum, member in
      let account = try hub.accountRow(member)
      return account.lots.reduce(sum - account.debt) { $0 + $1.remainder }
    }
  }

  @Test func `however often people were merged and taken apart, each has what was their own (I2)`()
    async throws
  {
    try await PersonLaws.onTables { hub in
      // Stores carry everybody: who visits whom is another test's.
      try hub.db.run("INSERT INTO regions (region) VALUES ('main') ON CONFLICT DO NOTHING")
      for node in 1...3 { try hub.db.run("INSERT INTO node_regions (node, region) VALUES (?, '*')", [node]) }
      var (number, happenings, merges, spends) = (0, UInt64(0), 0, 0)
      forAll { (samples: inout SplitMix64) in
        number += 1
        let pairs = try Self.enrol(number, hub, &samples)
        for step in 0..<samples.number(3...8) {
          switch samples.number(0...5) {
          case 0, 1:
            let roots = try Set(pairs.map { try hub.root(of: $0.record) }).sorted()
            guard roots.count > 1 else { continue }
            let two = roots.shuffled(using: &samples).prefix(2)
            try hub.merge(two[0], two[1], reason: "test")
            merges += 1
          case 2:
            let aliases = try pairs.filter { try hub.memberRow($0.record)?.aliasOf != nil }
            if !aliases.isEmpty { try hub.unmerge(samples.oneOf(aliases).record) }
          default:
            let one = samples.oneOf(pairs)
            happenings += 1
            let happening = Happening(
              store: NodeID(UInt32(samples.number(1...3))),
              time: Timestamp(ms: TestClock.start - 800_000 + Int64(step) * 1_000),
              points: Points(samples.number(1...90)), isSpend: samples.number(0...3) == 0,
              isByPhone: samples.number(0...4) == 0, number: happenings)
            spends += happening.isSpend ? 1 : 0
            try happening.happen(to: one.record, phone: one.phones.record, twin: false, hub)
            try happening.happen(to: one.twin, phone: one.phones.twin, twin: true, hub)
          }
          // Whatever comes for a merged record is the survivor's, and no merge makes or loses a point.
          for root in try Set(pairs.map { try hub.root(of: $0.record) }) {
            let records = try hub.group(of: root)
            let twins = pairs.filter { records.contains($0.record) }.map(\.twin)
            guard try Self.total(records, hub) == Self.total(twins, hub) else { return false }
          }
        }
        for one in pairs where try hub.memberRow(one.record)?.aliasOf != nil { try hub.unmerge(one.record) }
        return try pairs.allSatisfy { pair in
          let (row, twin) = try (hub.memberRow(pair.record), hub.memberRow(pair.twin))
          return try hub.accountRow(pair.record) == hub.accountRow(pair.twin) && row?.aliasOf == nil
            && row?.home == twin?.home && hub.group(of: pair.record) == [pair.record]
            && hub.owner(ofPhone: hub.claimKey(Register.phoneField, pair.phones.record)) == pair.record
        }
      }
      #expect(merges > 5_000 && spends > 2_000)
      #expect(try hub.db.rows("SELECT count(*) FROM aliases")[0][0] as Int64 == 0)
    }
  }
}
