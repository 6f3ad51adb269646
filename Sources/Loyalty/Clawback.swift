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
  /// Takes `wanted` points back from what is held, the sale's own lot first, then in spend order. `owed` is
  /// what the member owes already.
  public func clawback(
    _ wanted: Points, of sale: Sale, from held: [LotAmount], owed: Points, on day: Day
  ) -> Clawback {
    let spendable = SpendPlan.spendable(held, on: day)
    let order =
      spendable.filter { $0.lot == sale.earnedLot } + spendable.filter { $0.lot != sale.earnedLot }
    let (taken, missing) = SpendPlan.drawUpTo(wanted, from: order)
    return Clawback(taken: taken, shortage: points.shortage.shortage(of: missing, owed: owed))
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
