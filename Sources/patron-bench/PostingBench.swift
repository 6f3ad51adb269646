import AgentCore
import Foundation
import Loyalty
import SyncProtocol

/// What a sale's movements cost besides storage: read from the sale, and added to an account that has a
/// year's sales, as the till's agent and as a ledger keep it. The least that anything must do for it is to
/// add to each lot's sum.
struct PostingBench {
  let rounds: Int

  struct Result: Codable {
    let movements: Int
    let ceiling: Figures
    let overlay: Figures
    let ledger: Figures
    let targetP50Us: Double
  }

  private static let member = MemberID(high: 7, low: 7)
  /// Sales that are there already, and lots that each spends from.
  private static let before = 250
  private static let lots = 3

  func run() -> Result {
    let reading = EntryReading(
      day: { $0.day(utcOffsetMinutes: 480) }, phoneKey: { _ in nil })
    var (sums, overlay, ledger) = ([LotKey: Points](), Overlay(), MemberLedger())
    var (ceilings, overlays, ledgers) = (Latencies(), Latencies(), Latencies())
    for lot in 0..<Self.lots { _ = ledger.record(opening(lot)) }
    for number in 0..<Self.before + rounds {
      let sale = sale(number)
      let entry = Entry(
        seq: JournalSeq(UInt64(number + 1)), time: HybridTime(ms: sale.businessTime.ms, counter: 0),
        body: .sale(sale))
      if number < Self.before {
        overlay.add(entry, reading)
        for movement in movements(of: entry, sale) { _ = ledger.record(movement) }
        continue
      }
      ceilings.measure {
        for amount in sale.spent { sums[amount.lot, default: .zero] -= amount.points }
        sums[sale.earnedLot, default: .zero] += sale.earned
      }
      overlays.measure { overlay.add(entry, reading) }
      ledgers.measure {
        for movement in movements(of: entry, sale) { _ = ledger.record(movement) }
      }
    }
    precondition(ledger.uncovered.isEmpty && sums.count == Self.lots + 1, "a bench of nothing")
    return Result(
      movements: Self.lots + 1, ceiling: ceilings.summary(), overlay: overlays.summary(),
      ledger: ledgers.summary(), targetP50Us: 20)
  }

  private static func lot(_ number: Int) -> LotKey {
    LotKey(availableFrom: Day(0), expiresOn: Day(21_000 + Int32(number)))
  }

  private func opening(_ lot: Int) -> Movement {
    var origin = MovementOrigin(
      node: .hub, epoch: 0, seq: JournalSeq(UInt64(lot + 1)), businessTime: Timestamp(ms: 0), rulebook: 1)
    return origin.movement(
      .earn, of: Self.member, lot: Self.lot(lot), points: Points(Limits.movementPoints))
  }

  private func sale(_ number: Int) -> Sale {
    let line = SaleLine(sku: "sku", quantity: Quantity(milli: 1_000), gross: Money(1_990))
    return Sale(
      id: SaleID(high: 5, low: UInt64(number)), businessTime: Timestamp(ms: Int64(number) * 3_600_000),
      member: Self.member, phone: nil, rulebook: 1, lines: [line], tenders: [], coupons: [],
      spent: (0..<Self.lots).map {
        LotAmount(owner: Self.member, lot: Self.lot($0), points: Points(1))
      }, earned: Points(19), earnedLot: Self.lot(Self.lots), balance: nil, asOf: Timestamp(ms: 0),
      offline: false, outcomes: [], requestDigest: 0)
  }

  private func movements(of entry: Entry, _ sale: Sale) -> [Movement] {
    var origin = MovementOrigin(
      node: NodeID(1), epoch: 1, seq: entry.seq, businessTime: sale.businessTime, rulebook: sale.rulebook,
      cause: sale.id.bytes)
    return sale.spent.map { origin.movement(.spend, of: $0.owner, lot: $0.lot, points: .zero - $0.points) }
      + [origin.movement(.earn, of: Self.member, lot: sale.earnedLot, points: sale.earned)]
  }
}

extension PostingBench.Result {
  func printTable() {
    print("posting the \(movements) movements of a sale, besides storage 记账")
    print(Figures.header)
    print(ceiling.row("adding to each lot's sum 仅累加"))
    print(overlay.row("the agent's account 门店账户"))
    print(ledger.row("the ledger, movement by movement 积分账"))
    let ratios = [overlay, ledger].map { hundredths($0.p50Us / ceiling.p50Us) }
    print(
      "ratio 比值: p50 \(ratios[0]) and \(ratios[1]); p50 target 目标 ≤ \(Int(targetP50Us)) µs\n")
  }
}
