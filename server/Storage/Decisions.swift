import Foundation
import Loyalty
import ServerCore
import Storage
import SyncProtocol

/// Points added or taken by hand, as an operator asks for it.
public struct AdjustmentRequest: Hashable, Sendable, Codable {
  /// Up or down.
  public let points: Points
  public let reason: String
  /// Without one, points are added to today's lot and taken in spend order.
  public let lot: LotKey?
}

/// Points from one member to another, as an operator asks for it.
public struct TransferRequest: Hashable, Sendable, Codable {
  public let from: MemberID
  public let to: MemberID
  public let points: Points
  public let reason: String
}

/// What was decided by hand, with the balance after it.
public struct Decision: Hashable, Sendable, Codable {
  public enum Kind: String, Hashable, Sendable, Codable { case adjustment, transfer }

  public let decisionId: ID<Decision>
  public let kind: Kind
  public let memberId: MemberID
  /// Who got the points of a transfer.
  public let toMemberId: MemberID?
  public let points: Points
  public let reason: String
  public let actor: String
  public let balance: Points
}

/// What people of headquarters decide about points: each with reason and actor, once for its key.
extension HubTransaction {
  public func adjust(
    _ member: MemberID, _ request: AdjustmentRequest, by actor: String, key: String
  ) throws -> Decision {
    let root = try root(of: member)
    try requireKnown(root)
    let decision = DecisionRow(
      id: ID(derivedFrom: "adjustment/\(member)/\(key)"), kind: .adjustment, member: root, other: nil,
      points: request.points, reason: request.reason, actor: actor)
    return try decide(decision) { origin, rulebook in
      let adjustment = Adjustment(
        member: root, points: request.points, reason: request.reason, actor: actor, lot: request.lot)
      return try adjustment.movements(
        try ledger(of: root), free: try free(of: root), rulebook: rulebook, &origin)
    }
  }

  public func transfer(_ request: TransferRequest, by actor: String, key: String) throws -> Decision {
    let (from, to) = (try root(of: request.from), try root(of: request.to))
    try requireKnown(from)
    try requireKnown(to)
    let decision = DecisionRow(
      id: ID(derivedFrom: "transfer/\(request.from)/\(key)"), kind: .transfer, member: from, other: to,
      points: request.points, reason: request.reason, actor: actor)
    return try decide(decision) { origin, rulebook in
      let transfer = Transfer(
        from: from, to: to, points: request.points, reason: request.reason, actor: actor)
      return try transfer.movements(
        try ledger(of: from), free: try free(of: from), rulebook: rulebook, &origin)
    }
  }

  private struct DecisionRow: Equatable {
    let id: ID<Decision>
    let kind: Decision.Kind
    let member: MemberID
    let other: MemberID?
    let points: Points
    let reason: String
    let actor: String
  }

  private func decide(
    _ decision: DecisionRow, _ movements: (inout MovementOrigin, Rulebook) throws -> [Movement]
  ) throws -> Decision {
    let now = Timestamp(ms: nowMs)
    let rulebook = try rulebook(at: now)
    if let known = try known(decision.id) {
      guard known == decision else { throw HubFault.conflictingRepeat }
    } else {
      var origin = MovementOrigin(
        node: .hub, epoch: 0, seq: JournalSeq(try nextHubCause()), businessTime: now,
        rulebook: rulebook.version, cause: decision.id.bytes)
      do {
        try book(try movements(&origin, rulebook))
      } catch let refusal as PointsRefusal {
        throw HubFault.refused(refusal)
      }
      try db.run(
        """
        INSERT INTO decisions (decision, kind, member, other, points, reason, actor, at_ms)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        """,
        [
          decision.id.bytes, decision.kind.rawValue, decision.member.bytes, decision.other.map(\.bytes),
          decision.points.count, decision.reason, decision.actor, nowMs,
        ])
    }
    return Decision(
      decisionId: decision.id, kind: decision.kind, memberId: decision.member, toMemberId: decision.other,
      points: decision.points, reason: decision.reason, actor: decision.actor,
      balance: try ledger(of: decision.member).available(on: rulebook.businessDay(now)))
  }

  private func known(_ id: ID<Decision>) throws -> DecisionRow? {
    try db.rows(
      "SELECT kind, member, other, points, reason, actor FROM decisions WHERE decision = ?", [id.bytes]
    ).first.flatMap { row in
      guard let kind = Decision.Kind(rawValue: row[0]), let member = MemberID(bytes: row[1] as [UInt8]) else {
        return nil
      }
      return DecisionRow(
        id: id, kind: kind, member: member, other: (row[2] as [UInt8]?).flatMap { MemberID(bytes: $0) },
        points: Points(row[3]), reason: row[4], actor: row[5])
    }
  }

  /// A person's movements, over all records that were merged.
  func ledger(of root: MemberID) throws -> MemberLedger {
    MemberLedger(try group(of: root).flatMap { try movements(of: $0) })
  }

  /// What no store holds of a person's lots.
  func free(of root: MemberID) throws -> [LotAmount] {
    try group(of: root).flatMap { record in
      try lotStates(of: record).filter { $0.free > .zero }.map {
        LotAmount(owner: record, lot: $0.lot, points: $0.free)
      }
    }
  }

  func movements(of member: MemberID) throws -> [Movement] {
    try db.rows(
      """
      SELECT node, epoch, seq, part, m.kind, available_from, expires_on, m.points, debt, business_ms,
        rulebook, cause, reason, actor
      FROM movements m LEFT JOIN decisions ON decision = cause WHERE m.member = ?
      """, [member.bytes]
    ).compactMap { Movement(of: member, row: $0) }
  }
}

extension Movement {
  /// From columns node, epoch, seq, part, kind, available_from, expires_on, points, debt, business_ms,
  /// rulebook, cause, reason, actor.
  init?(of owner: MemberID, row: SQLRow) {
    guard let kind = MovementKind(rawValue: row[4]) else { return nil }
    let reason: String? = row[12]
    self.init(
      id: MovementID(
        owner: owner, node: NodeID(UInt32(row[0] as Int64)), epoch: row[1],
        seq: JournalSeq(UInt64(bitPattern: row[2] as Int64)), part: Int(row[3] as Int64)),
      kind: kind,
      lot: LotKey(availableFrom: Day(Int32(row[5] as Int64)), expiresOn: Day(Int32(row[6] as Int64))),
      points: Points(row[7]), debt: Points(row[8]), businessTime: Timestamp(ms: row[9]), rulebook: row[10],
      cause: row[11], decision: reason.map { MovementDecision(reason: $0, actor: row[13]) })
  }
}
