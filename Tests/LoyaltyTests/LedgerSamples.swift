import Loyalty
import Seeds
import SyncProtocol

/// Movements of a person with two records: few lots and small amounts, so that lots are often used up, and
/// days close to today, so that some lots are pending and some have expired.
struct LedgerSamples: RandomSamples {
  var random: SplitMix64
  private var seq: UInt64 = 0
  init(_ random: SplitMix64) { self.random = random }

  static let owners = [MemberID(high: 0, low: 1), MemberID(high: 0, low: 2)]
  static let offset = 480
  static let today = Samples.today

  /// Some days before or after today.
  static func day(_ distance: Int64) -> Day { Day(today.number + Int32(distance)) }

  mutating func time(_ days: ClosedRange<Int64> = -40...0) -> Timestamp {
    Timestamp(ms: Samples.noon.ms + 86_400_000 * number(days) + 3_600_000 * number(-11...11))
  }

  mutating func lot() -> LotKey {
    let from = number(-40...8)
    if number(0...5) == 0 { return LotKey(availableFrom: Day(0), expiresOn: .never) }
    let length = number(0...5) == 0 ? number(-1...1) : number(5...60)
    return LotKey(availableFrom: Self.day(from), expiresOn: Self.day(from + length))
  }

  mutating func origin(_ time: Timestamp) -> MovementOrigin {
    seq += 1
    return MovementOrigin(
      node: NodeID(UInt32(number(0...2))), epoch: 0, seq: JournalSeq(seq), businessTime: time, rulebook: 1)
  }

  /// Any movements that have the signs of their kinds, whether or not their lots cover them.
  mutating func movements(_ count: ClosedRange<Int64> = 0...12) -> [Movement] {
    let lots = list(1...4) { $0.lot() }
    let kinds = MovementKind.allCases
    return list(count) { samples in
      let kind = samples.flag() ? .earn : samples.oneOf(kinds)
      return samples.movement(kind, samples.oneOf(lots))
    }
  }

  mutating func movement(_ kind: MovementKind, _ lot: LotKey, _ time: Timestamp? = nil) -> Movement {
    let (owner, time) = (oneOf(Self.owners), time ?? self.time())
    var origin = origin(time)
    return make(kind, owner, lot, number(1...60), &origin)
  }

  mutating func make(
    _ kind: MovementKind, _ owner: MemberID, _ lot: LotKey, _ amount: Int64, _ origin: inout MovementOrigin
  ) -> Movement {
    let (up, down) = (Points(amount), Points(-amount))
    switch kind {
    case .earn, .restore: return origin.movement(kind, of: owner, lot: lot, points: up)
    case .transferIn: return origin.movement(kind, of: owner, lot: lot, points: up, decision: Self.decision)
    case .spend, .clawback: return origin.movement(kind, of: owner, lot: lot, points: down)
    case .transferOut:
      return origin.movement(kind, of: owner, lot: lot, points: down, decision: Self.decision)
    case .adjust:
      return origin.movement(
        kind, of: owner, lot: lot, points: flag() ? up : down, decision: Self.decision)
    case .settle: return origin.movement(kind, of: owner, lot: lot, points: down, debt: down)
    case .debt: return origin.movement(kind, of: owner, debt: up)
    case .loss: return origin.movement(kind, of: owner, debt: down)
    }
  }

  static let decision = MovementDecision(reason: "goodwill", actor: "zhang")

  /// Movements in business time as they can happen: what is used was there before, and nobody pays more than
  /// is owed.
  mutating func history() -> [Movement] {
    var ledger = MemberLedger()
    var out: [Movement] = []
    for movement in movements(0...16).sorted(by: { ($0.businessTime, $0.id) < ($1.businessTime, $1.id) }) {
      var next = ledger
      if next.record(movement) == .recorded, next.debt >= .zero { (ledger, out) = (next, out + [movement]) }
    }
    return out
  }

  mutating func ledger() -> MemberLedger { MemberLedger(history()) }
}
