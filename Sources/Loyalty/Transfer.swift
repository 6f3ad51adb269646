import SyncProtocol

/// Points from one member to another 转赠.
public struct Transfer: Hashable, Sendable {
  public let from: MemberID
  public let to: MemberID
  public let points: Points
  public let decision: MovementDecision

  public init(from: MemberID, to: MemberID, points: Points, reason: String, actor: String) {
    self.from = from
    self.to = to
    self.points = points
    decision = MovementDecision(reason: reason, actor: actor)
  }

  /// What it is in the books: all of it or nothing, in spend order. Each point stays on a lot with the same
  /// days, so that passing points around never makes them last longer. `giver` is the giver's ledger with
  /// all their records; `limit` and `free` are as for an adjustment.
  public func movements(
    _ giver: MemberLedger, free: [LotAmount]? = nil, limit: Points = Points(Limits.movementPoints),
    rulebook: Rulebook, _ origin: inout MovementOrigin
  ) throws(PointsRefusal) -> [Movement] {
    if let refusal = decision.refusal { throw refusal }
    if points <= .zero { throw .noPoints }
    let most = min(limit, Points(Limits.movementPoints))
    if points > most { throw .overLimit(most) }
    if from == to || giver.movements.keys.contains(where: { $0.owner == to }) { throw .sameMember }
    let drawn = try giver.draw(points, from: free, on: rulebook.businessDay(origin.businessTime))
    return drawn.flatMap { amount in
      [
        origin.movement(
          .transferOut, of: amount.owner, lot: amount.lot, points: .zero - amount.points, decision: decision),
        origin.movement(.transferIn, of: to, lot: amount.lot, points: amount.points, decision: decision),
      ]
    }
  }
}
