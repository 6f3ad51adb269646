import AgentCore
import Loyalty
import Seeds
import SyncProtocol
import Testing

struct MemberViews {
  private let row = MemberRow(
    maskedName: "王*", phoneKey: nil, phoneLastDigits: "", card: nil, birthday: nil, home: NodeID(3),
    aliasOf: nil, enrolledAt: .zero)

  private func record(_ number: UInt64, _ account: AccountRow, held: [LotKey: Holding] = [:]) -> MemberRecord
  {
    MemberRecord(
      id: MemberID(high: 0, low: number), member: row, account: account, holding: HoldingRow(lots: held))
  }

  /// January of a year.
  private func month(_ year: Int, _ net: Int64) -> MonthSum {
    MonthSum(month: Int32(year * 12), spend: Money(net), grossSpend: Money(net), count: 1, growth: 0)
  }

  private func view(_ records: [MemberRecord]) -> MemberView? {
    MemberView(records, overlay: Overlay(), after: .none, node: NodeID(1)) { _ in nil }
  }

  @Test func `a person of several records has what all of them have together`() throws {
    let (short, long) = (Samples.lots[0], Samples.lots[3])
    let first = record(
      1,
      AccountRow(
        lots: [LotBalance(lot: short, remainder: Points(10)), LotBalance(lot: long, remainder: Points(5))],
        debt: Points(2), joined: Day("2026-02-01"), months: [month(2026, 100)], lastStore: NodeID(4)),
      held: [short: Holding(granted: Points(9), used: Points(2))])
    let second = record(
      2,
      AccountRow(
        lots: [LotBalance(lot: short, remainder: Points(30))], debt: Points(1),
        joined: Day("2025-03-01"), months: [month(2025, 7), month(2026, -40)],
        lastStore: NodeID(5)),
      held: [short: Holding(granted: Points(3), used: Points(3))])
    let person = try #require(view([first, second]))
    #expect(person.id == first.id && person.home == NodeID(3) && person.lastStore == NodeID(4))
    #expect(person.available(on: Samples.today) == Points(10 + 5 + 30 - 3))
    #expect(person.debt == Points(3))
    #expect(
      person.tierFacts.history
        == MetricHistory(
          joined: Day("2025-03-01")!, months: [month(2025, 7), month(2026, 100), month(2026, -40)]))
    #expect(person.held == [LotAmount(owner: first.id, lot: short, points: Points(7))])
    #expect(person.lots.map(\.owner) == [first.id, first.id, second.id])
  }

  @Test func `the sum over records is the sum of each record's own view`() {
    forAll(3_000) { (samples: inout Samples) in
      let records = (1...UInt64(samples.number(1...4))).map { number in
        let lots = Samples.lots.filter { _ in samples.flag() }
        return record(
          number,
          AccountRow(
            lots: lots.map { LotBalance(lot: $0, remainder: samples.points(1...50)) },
            debt: samples.points(0...9),
            months: (2025...2026).map { month($0, samples.number(-9...9)) }),
          held: Dictionary(
            uniqueKeysWithValues: lots.map { ($0, Holding(granted: samples.points(5...9), used: Points(4))) })
        )
      }
      guard let all = view(records) else { return false }
      let each = records.compactMap { view([$0]) }
      let day = Day(Samples.today.number + Int32(samples.number(-500...900)))
      return all.available(on: day) == each.reduce(.zero) { $0 + $1.available(on: day) }
        && all.lots == each.flatMap(\.lots) && all.held == each.flatMap(\.held)
        && (2025...2026).allSatisfy { year in
          func net(_ view: MemberView) -> Int64 {
            view.tierFacts.history.months.filter { Int($0.month) == year * 12 }.reduce(0) {
              $0 + $1.spend.minor
            }
          }
          return net(all) == each.reduce(0) { $0 + net($1) }
        } && all.standing(on: day, utcOffsetMinutes: 480).available == all.available(on: day)
    }
  }

  @Test func `pending and expired points do not count, a debt always does (P1)`() throws {
    let lots = [Samples.lots[0], Samples.lots[2]].map { LotBalance(lot: $0, remainder: Points(10)) }
    let person = try #require(view([record(1, AccountRow(lots: lots, debt: Points(4)))]))
    let (from, until) = (Samples.lots[0].availableFrom.number, Samples.lots[0].expiresOn.number)
    #expect(person.available(on: Day(from - 1)) == Points(-4))
    #expect(person.available(on: Day(from)) == Points(6))
    #expect(person.available(on: Day(until - 1)) == Points(6))
    #expect(person.available(on: Day(until)) == Points(6))
    #expect(person.available(on: Day(until + 366)) == Points(-4))
  }

  @Test func `nobody is seen where there is no record`() {
    #expect(view([]) == nil)
    let ghost = MemberRecord(id: MemberID(high: 0, low: 1), member: nil, account: nil, holding: nil)
    #expect(view([ghost]) == nil)
  }
}
