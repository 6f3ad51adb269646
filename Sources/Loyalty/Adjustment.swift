import SyncProtocol

/// A correction of a member's points by hand 人工调整.
public struct Adjustment: Hashable, Sendable {
  public let member: MemberID
  /// Up or down.
  public let points: Points
  public let decision: MovementDecision
  /// Nil adds to the lot of points earned today, and takes in spend order.
  public let lot: LotKey?

  public init(member: MemberID, points: Points, reason: String, actor: String, lot: LotKey? = nil) {
    self.member = member
    self.points = points
    decision = MovementDecision(reason: reason, actor: actor)
    self.lot = lot
  }

  /// What it is in the books. `limit` is what its actor may move at a time; `free` is what no store holds,
  /// nil for everything.
  public func movements(
    _ ledger: MemberLedger, free: [LotAmount]? = nil, limit: Points = Points(Limits.movementPoints),
    rulebook: Rulebook, _ origin: inout MovementOrigin
  ) throws(PointsRefusal) -> [Movement] {
    if let refusal = decision.refusal { throw refusal }
    if points == .zero { throw .noPoints }
    let most = min(limit, Points(Limits.movementPoints))
    if points.count.magnitude > max(0, most.count).magnitude { throw .overLimit(most) }
    let day = rulebook.businessDay(origin.businessTime)
    if let lot, lot.expiresOn <= max(day, lot.availableFrom) { throw .lotIsOver }
    var amounts: [LotAmount] = []
    if points > .zero {
      let lot = lot ?? rulebook.expiry.lot(earnedOn: day)
      amounts = [LotAmount(owner: member, lot: lot, points: points)]
    } else {
      amounts = try taken(ledger, free, on: day).map {
        LotAmount(owner: $0.owner, lot: $0.lot, points: .zero - $0.points)
      }
    }
    return amounts.map {
      origin.movement(.adjust, of: $0.owner, lot: $0.lot, points: $0.points, decision: decision)
    }
  }

  /// From a lot that was named also while it is pending: what was given by mistake may not be usable yet.
  private func taken(
    _ ledger: MemberLedger, _ free: [LotAmount]?, on day: Day
  ) throws(PointsRefusal) -> [LotAmount] {
    let wanted = Points.zero - points
    guard let lot else { return try ledger.draw(wanted, from: free, on: day) }
    func left(_ amounts: [LotAmount]) -> Points {
      amounts.reduce(.zero) { $1.owner == member && $1.lot == lot ? $0 + $1.points : $0 }
    }
    let (there, usable) = (left(ledger.remainders), left(free ?? ledger.remainders))
    if wanted > there { throw .insufficientPoints(available: there, wanted: wanted) }
    if wanted > usable { throw .heldElsewhere(free: usable) }
    return [LotAmount(owner: member, lot: lot, points: wanted)]
  }
}
