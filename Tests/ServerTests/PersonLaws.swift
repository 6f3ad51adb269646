import GRDB
import Loyalty
import Seeds
import Storage
import SyncProtocol
import TestKit
import Testing

@testable import ServerStorage

/// Who is one person with whom, tried on the hub's own tables.
@Suite struct PersonLaws {
  private typealias Samples = SplitMix64

  /// One record as a store enrols it.
  private struct Newcomer {
    let id: MemberID
    let registers: [Register]
    let time: HybridTime
    let isVerified: Bool

    var rank: (Int, HybridTime, MemberID) { (isVerified ? 0 : 1, time, id) }
    func value(_ name: String) -> String? { registers.first { $0.name == name }?.value }
  }

  /// Runs `body` on an empty hub's tables, and keeps nothing.
  static func onTables(_ body: @escaping (HubTransaction) throws -> Void) async throws {
    try await onItsOwnThread {
      let hub = try TestHub()
      try hub.publish()
      try hub.store.pool.write { db in try body(HubTransaction(db, hub.store)) }
    }
  }

  /// Few phones, cards, names and birthdays, in any order: nobody says that a name comes before a phone.
  private static func newcomers(_ samples: inout Samples, _ number: Int) -> [Newcomer] {
    (0..<Int(samples.number(2...5))).map { index in
      var registers: [Register] = []
      func add(_ name: String, _ values: [String?]) {
        if let value = samples.oneOf(values) { registers.append(Register(name: name, value: value)) }
      }
      add(Register.phoneField, ["+86138\(number)1", "+86138\(number)1", "+86138\(number)2", nil])
      add(Register.cardField, ["\(number)A", "\(number)B", nil, nil])
      add(Register.nameField, ["王小明", "王小明", "李四", nil])
      add(Register.birthdayField, ["1990-05-20", "1990-05-20", "1985-01-02", nil])
      registers.shuffle(using: &samples)
      return Newcomer(
        id: MemberID(high: UInt64(number) + 1, low: UInt64(samples.number(0...1_000)) << 4 | UInt64(index)),
        registers: registers, time: HybridTime(ms: TestClock.start + samples.number(0...2)),
        isVerified: samples.number(0...3) == 0)
    }
  }

  private static func enrol(_ one: Newcomer, _ hub: HubTransaction, from node: Int64) throws {
    let bare = Enrolment(
      member: one.id, businessTime: Timestamp(ms: one.time.ms), channel: "till", registers: [],
      requestDigest: 1)
    _ = try hub.enrol(bare, at: one.time, from: NodeID(UInt32(node)))
    if one.isVerified {
      try hub.db.run("UPDATE members SET verified = 1 WHERE member = ?", [one.id.bytes])
    }
    _ = try hub.write(one.registers, of: one.id, at: one.time, from: NodeID(UInt32(node)))
  }

  @Test func `of one person's records the right one stands, and no two names or birthdays are one (I1, I3)`()
    async throws
  {
    try await Self.onTables { hub in
      var (merged, left, number) = (0, 0, 0)
      forAll { (samples: inout SplitMix64) in
        number += 1
        let all = Self.newcomers(&samples, number)
        for one in all { try Self.enrol(one, hub, from: samples.number(1...3)) }
        var persons: [MemberID: [Newcomer]] = [:]
        for one in all { persons[try hub.root(of: one.id), default: []].append(one) }
        for (root, records) in persons {
          // Whoever it was that met, the least of all stands.
          guard records.min(by: { $0.rank < $1.rank })?.id == root,
            Set(try hub.group(of: root)) == Set(records.map(\.id))
          else { return false }
          for field in [Register.nameField, Register.birthdayField]
          where Set(records.compactMap { $0.value(field) }).count > 1 { return false }
        }
        // Two who share a phone or card are one, or a person is asked about it.
        let asked = try hub.db.rows("SELECT count(*) FROM duplicates")[0][0] as Int64
        let isAsked = Int(asked) > left
        for field in [Register.phoneField, Register.cardField] {
          for (value, claimants) in Dictionary(grouping: all, by: { $0.value(field) }) where value != nil {
            let roots = try Set(claimants.map { try hub.root(of: $0.id) })
            if roots.count > 1, !isAsked { return false }
          }
        }
        (left, merged) = (Int(asked), merged + all.count - persons.count)
        return true
      }
      #expect(merged > 5_000 && left > 2_000)
    }
  }

  /// What a record says of itself, to stores and to whoever adds up; where somebody was last is the person's.
  private static func own(_ member: MemberID, _ hub: HubTransaction) throws -> (
    AccountRow, [MemberID], MemberRow?
  ) {
    var account = try hub.accountRow(member)
    account.lastStore = .hub
    return (account, try hub.group(of: member), try hub.memberRow(member))
  }

  @Test func `a merge undone leaves every record with exactly what was its own (I2)`() async throws {
    try await Self.onTables { hub in
      var (number, entries) = (0, UInt64(0))
      let lot = LotKey(availableFrom: Day(20_000), expiresOn: Day(22_000))
      forAll { (samples: inout SplitMix64) in
        number += 1
        let records = (0..<UInt64(samples.number(2...4))).map { MemberID(high: UInt64(number) + 1, low: $0) }
        for record in records {
          let time = HybridTime(ms: TestClock.start + samples.number(0...9))
          let enrolment = Enrolment(
            member: record, businessTime: Timestamp(ms: time.ms), channel: "till",
            registers: [Register(name: Register.nameField, value: "王")], requestDigest: 1)
          _ = try hub.enrol(enrolment, at: time, from: NodeID(1))
        }
        var (aliases, before): ([MemberID], [(AccountRow, [MemberID], MemberRow?)]) = ([], [])
        for step in 0..<samples.number(2...6) {
          for record in records where samples.flag() {
            let day = Day(20_500 + Int32(samples.number(0...90)))
            entries += 1
            var cause = HubTransaction.Cause(
              node: NodeID(1), epoch: 1, seq: JournalSeq(entries),
              businessTime: Timestamp(ms: TestClock.start),
              rulebook: 1, reference: record.bytes + [UInt8(step)])
            try hub.earn(
              Points(samples.number(1...50)), lot: lot, member: record, holder: nil, &cause)
            let net = Money(samples.number(1...90))
            try hub.addMonth(
              MonthSum(month: MonthSum.month(of: day), spend: net, grossSpend: net, count: 1, growth: 1),
              to: record)
          }
          let roots = try Set(records.map { try hub.root(of: $0) }).sorted()
          guard roots.count > 1, aliases.isEmpty || samples.flag() else { continue }
          before = try records.map { try Self.own($0, hub) }
          let pair = roots.shuffled(using: &samples).prefix(2)
          try hub.merge(pair[0], pair[1], reason: "test")
          aliases = try pair.filter { try hub.root(of: $0) != $0 }
          let after = try records.map { try Self.own($0, hub) }
          guard aliases.count == 1, zip(before, after).allSatisfy({ $0.0 == $1.0 }) else { return false }
          try hub.unmerge(aliases[0])
          let undone = try records.map { try Self.own($0, hub) }
          guard zip(before, undone).allSatisfy({ $0 == $1 }) else { return false }
          if samples.flag() { try hub.merge(pair[0], pair[1], reason: "test") }
        }
        return true
      }
    }
  }
}
