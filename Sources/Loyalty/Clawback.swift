import SyncProtocol

/// How points of a return are taken back 扣回: from which lots, and what becomes of what is missing (law P7).
public struct Clawback: Hashable, Sendable {
  public let taken: [LotAmount]
  public let shortage: Shortage

  public init(taken: [LotAmount], shortage: Shortage) {
    self.taken = taken
    self.shortage = shortage
  }

  /// All that the return takes back, in points.
  public var points: Points { taken.reduce(shortage.missing) { $0 + $1.points } }
}

extension Rulebook {
  /// Takes `wanted` points back from what is held: from the lot they were earned in first, pending or not,
  /// then in spend order. What the member is known to have besides is no shortage but owed, until
  /// headquarters takes it where it is. `known` is what they have anywhere, with what is held; `owed` what
  /// they owe already.
  public func clawback(
    _ wanted: Points, earnedIn lot: LotKey?, from held: [LotAmount], known: [LotAmount], owed: Points,
    on day: Day
  ) -> Clawback {
    let own = held.filter { $0.lot == lot && $0.points > .zero && day < $0.lot.expiresOn }
    let others = SpendPlan.spendable(held, on: day).filter { $0.lot != lot }
    let (taken, missing) = SpendPlan.drawUpTo(wanted, from: own + others)
    let anywhere = known.reduce(Points.zero) { day < $1.lot.expiresOn ? $0 + $1.points : $0 }
    let besides = taken.reduce(anywhere - owed) { $0 - $1.points }
    let elsewhere = min(missing, max(.zero, besides))
    let shortage = points.shortage.shortage(of: missing - elsewhere, owed: owed)
    return Clawback(taken: taken, shortage: Shortage(debt: shortage.debt + elsewhere, loss: shortage.loss))
  }
}

extension Sale {
  /// What a sale that named only a phone has earned waits at headquarters until its member is known.
  public var earnedWaiting: [LotAmount] {
    phone == nil ? [] : [LotAmount(owner: MemberID(high: 0, low: 0), lot: earnedLot, points: earned)]
  }
}

extension Clawback {
  /// The rows it is in the books. A shortage is a debt in full, and what is written off lessens it in a row
  /// of its own.
  public func movements(debtor: MemberID, _ origin: inout MovementOrigin) -> [Movement] {
    var movements = taken.map {
      origin.movement(.clawback, of: $0.owner, lot: $0.lot, points: .zero - $0.points)
    }
    if shortage.missing > .zero {
      movements.append(origin.movement(.debt, of: debtor, debt: shortage.missing))
    }
    if shortage.loss > .zero {
      movements.append(origin.movement(.loss, of: debtor, debt: .zero - shortage.loss))
    }
    return movements
  }
}
