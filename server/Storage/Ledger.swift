import Foundation
import Loyalty
import ServerCore
import Storage
import SyncProtocol

/// Points: each movement is a row that never changes, lots and holdings are their running sums.
extension HubTransaction {
  /// Where a movement comes from; its identity together with `part`.
  struct Cause {
    let node: NodeID
    let epoch: Int64
    let seq: JournalSeq
    let businessTime: Timestamp
    let rulebook: Int64
    let reference: [UInt8]?
    var part = 0

    init(
      node: NodeID, epoch: Int64, seq: JournalSeq, businessTime: Timestamp, rulebook: Int64,
      reference: [UInt8]?
    ) {
      self.node = node
      self.epoch = epoch
      self.seq = seq
      self.businessTime = businessTime
      self.rulebook = rulebook
      self.reference = reference
    }

    fileprivate init(_ movement: Movement) {
      self.init(
        node: movement.id.node, epoch: movement.id.epoch, seq: movement.id.seq,
        businessTime: movement.businessTime, rulebook: movement.rulebook, reference: movement.cause)
      part = movement.id.part
    }
  }

  /// New points for a member; the node that earned them holds them.
  func earn(_ points: Points, lot: LotKey, member: MemberID, holder: NodeID?, _ cause: inout Cause) throws {
    guard points > .zero else { return }
    try move(.earn, member, lot, points: points, debt: .zero, &cause)
    try addToLot(member, lot, added: points, used: .zero)
    if let holder { try addToHolding(member, lot, holder, granted: points, used: .zero) }
  }

  /// Points go back on the lots they were taken from.
  func restore(_ amounts: [LotAmount], at node: NodeID, _ cause: inout Cause) throws {
    for amount in amounts where amount.points > .zero {
      try move(.restore, amount.owner, amount.lot, points: amount.points, debt: .zero, &cause)
      try addToLot(amount.owner, amount.lot, added: amount.points, used: .zero)
      try addToHolding(amount.owner, amount.lot, node, granted: amount.points, used: .zero)
    }
  }

  /// Spends or claws back what a node holds. Anything beyond its holding, which a cut-off store risked or a
  /// restored disk brought, becomes a debt with a row of its own; the answer is that part.
  func take(_ amounts: [LotAmount], kind: MovementKind, at node: NodeID, _ cause: inout Cause) throws
    -> Points
  {
    var beyond = Points.zero
    for amount in amounts where amount.points > .zero {
      let held = try holding(amount.owner, amount.lot, node)
      let covered = min(amount.points, held)
      if covered > .zero {
        try move(kind, amount.owner, amount.lot, points: .zero - covered, debt: .zero, &cause)
        try addToLot(amount.owner, amount.lot, added: .zero, used: covered)
        try addToHolding(amount.owner, amount.lot, node, granted: .zero, used: covered)
      }
      if covered < amount.points {
        beyond += amount.points - covered
        try owe(amount.points - covered, by: amount.owner, &cause)
      }
    }
    if kind == .spend, beyond > .zero, let member = amounts.first?.owner {
      try noteOverspend(of: beyond, by: member, cause)
    }
    return beyond
  }

  /// For a person to see.
  private func noteOverspend(of points: Points, by member: MemberID, _ cause: Cause) throws {
    guard let reference = cause.reference else { return }
    try db.run(
      """
      INSERT INTO overspends (cause, node, seq, member, points, at_ms) VALUES (?, ?, ?, ?, ?, ?)
      ON CONFLICT DO NOTHING
      """,
      [
        reference, Int64(cause.node.number), Int64(cause.seq.number), member.bytes, points.count,
        cause.businessTime.ms,
      ])
  }

  func owe(_ points: Points, by member: MemberID, _ cause: inout Cause) throws {
    guard points > .zero else { return }
    try move(.debt, member, Movement.noLot, points: .zero, debt: points, &cause)
    try changeDebt(of: member, by: points)
  }

  /// A part of what was owed a moment ago that the rulebook does not want back.
  func writeOff(_ points: Points, of member: MemberID, _ cause: inout Cause) throws {
    guard points > .zero else { return }
    try move(.loss, member, Movement.noLot, points: .zero, debt: .zero - points, &cause)
    try changeDebt(of: member, by: .zero - points)
  }

  private func changeDebt(of member: MemberID, by points: Points) throws {
    try db.run("UPDATE accounts SET debt = debt + ? WHERE member = ?", [points.count, member.bytes])
    touch(.account(member))
    unsettle(member)
  }

  /// Books movements that the library decided at headquarters: on lots that no store holds.
  func book(_ movements: [Movement]) throws {
    for movement in movements {
      var cause = Cause(movement)
      try move(
        movement.kind, movement.owner, movement.lot, points: movement.points, debt: movement.debt, &cause)
      if movement.debt != .zero { try changeDebt(of: movement.owner, by: movement.debt) }
      guard movement.points != .zero else { continue }
      try addToLot(
        movement.owner, movement.lot, added: max(.zero, movement.points),
        used: max(.zero, .zero - movement.points))
    }
  }

  /// A store gives back what it holds; nobody's balance changes.
  func release(_ amounts: [LotAmount], by node: NodeID) throws -> Points {
    var beyond = Points.zero
    for amount in amounts where amount.points > .zero {
      let part = min(amount.points, try holding(amount.owner, amount.lot, node))
      beyond += amount.points - part
      if part > .zero { try addToHolding(amount.owner, amount.lot, node, granted: .zero, used: part) }
    }
    return beyond
  }

  /// Pays debts from what nobody holds, then grants ahead of the next visit.
  func settle(_ member: MemberID) throws {
    let root = try root(of: member)
    let home =
      try db.rows("SELECT home FROM members WHERE member = ?", [root.bytes]).first?[0] as Int64? ?? 0
    let last =
      try db.rows("SELECT last_store FROM accounts WHERE member = ?", [root.bytes]).first?[0] as Int64?
      ?? 0
    let policy = try rulebook(at: Timestamp(ms: nowMs)).holding
    // A store that does not carry the person could only give back what it was granted.
    func carrying(_ number: Int64) throws -> NodeID {
      let node = NodeID(UInt32(number))
      return try places(of: member, include: node) ? node : .hub
    }
    let (homeNode, lastNode) = (try carrying(home), try carrying(last))
    let day = try rulebook(at: Timestamp(ms: nowMs)).businessDay(Timestamp(ms: nowMs))
    try payDebt(of: member, on: day)
    for lot in try lotStates(of: member) where lot.free > .zero {
      for grant in GrantRule.ahead(lot, home: homeNode, lastStore: lastNode, policy: policy) {
        try addToHolding(member, lot.lot, grant.node, granted: grant.points, used: .zero)
      }
    }
    let waiting = try db.rows(
      "SELECT coupon, bound_to FROM coupons WHERE member = ? AND holder = 0 AND state = 0 AND stays = 0",
      [member.bytes])
    for row in waiting {
      guard let coupon = CouponID(bytes: row[0] as [UInt8]) else { continue }
      let bound = try (row[1] as Int64?).map { try carrying($0) }
      let target = HoldingPolicy.couponHolder(boundTo: bound, home: homeNode, lastStore: lastNode)
      if target != .hub { try setHolder(of: coupon, target) }
    }
  }

  /// What a person owes, over all their records.
  func debt(of member: MemberID) throws -> Points {
    try group(of: root(of: member)).reduce(.zero) { sum, record in
      let row = try db.rows("SELECT debt FROM accounts WHERE member = ?", [record.bytes]).first
      return sum + Points(row?[0] ?? 0)
    }
  }

  /// Only with points that are worth something: expired and pending ones pay nothing.
  private func payDebt(of member: MemberID, on day: Day) throws {
    let debt =
      try db.rows("SELECT debt FROM accounts WHERE member = ?", [member.bytes]).first?[0] as Int64? ?? 0
    guard debt > 0 else { return }
    var left = Points(debt)
    var cause = Cause(
      node: .hub, epoch: 0, seq: JournalSeq(try nextHubCause()), businessTime: Timestamp(ms: nowMs),
      rulebook: 0,
      reference: nil)
    for lot in try lotStates(of: member)
    where left > .zero && lot.free > .zero && lot.lot.isActive(on: day) {
      let part = min(left, lot.free)
      try move(.settle, member, lot.lot, points: .zero - part, debt: .zero - part, &cause)
      try addToLot(member, lot.lot, added: .zero, used: part)
      left -= part
    }
    try db.run("UPDATE accounts SET debt = ? WHERE member = ?", [left.count, member.bytes])
  }

  /// Numbers the hub's own movements, as a node's journal numbers its entries.
  func nextHubCause() throws -> UInt64 {
    let last =
      try db.rows("SELECT value FROM meta WHERE name = 'hub movements'").first
      .flatMap { UInt64(String(decoding: $0[0] as [UInt8], as: UTF8.self)) } ?? 0
    try db.run(
      """
      INSERT INTO meta (name, value) VALUES ('hub movements', ?)
      ON CONFLICT (name) DO UPDATE SET value = excluded.value
      """, [Array("\(last + 1)".utf8)])
    return last + 1
  }

  /// What is left of a person's lots, over all their records.
  func points(of member: MemberID) throws -> [LotAmount] {
    try group(of: root(of: member)).flatMap { record in
      try lotStates(of: record).map { LotAmount(owner: record, lot: $0.lot, points: $0.remainder) }
    }
  }

  func lotStates(of member: MemberID) throws -> [LotState] {
    let key = member.bytes
    let lots = try db.rows(
      "SELECT available_from, expires_on, added - used FROM lots WHERE member = ? AND added > used", [key])
    if lots.isEmpty { return [] }
    var held: [LotKey: [NodeID: Points]] = [:]
    let holdings = try db.rows(
      """
      SELECT available_from, expires_on, node, granted - used FROM holdings
      WHERE member = ? AND granted > used
      """,
      [key])
    for row in holdings {
      held[LotKey(row: row), default: [:]][NodeID(UInt32(row[2] as Int64))] = Points(row[3])
    }
    return lots.map { row in
      LotState(lot: LotKey(row: row), remainder: Points(row[2]), held: held[LotKey(row: row)] ?? [:])
    }.sorted { $0.lot < $1.lot }
  }

  private func holding(_ member: MemberID, _ lot: LotKey, _ node: NodeID) throws -> Points {
    let row = try db.rows(
      """
      SELECT granted - used FROM holdings
      WHERE member = ? AND expires_on = ? AND available_from = ? AND node = ?
      """,
      [member.bytes, lot.expiresOn.number, lot.availableFrom.number, Int64(node.number)]
    ).first
    return Points(row?[0] ?? 0)
  }

  // Update first: an insert that turns into an update would have its checks applied to the bare difference.
  private func addToLot(_ member: MemberID, _ lot: LotKey, added: Points, used: Points) throws {
    let key: [(any SQLBindable)?] = [
      member.bytes, lot.expiresOn.number, lot.availableFrom.number,
    ]
    let known = try db.change(
      """
      UPDATE lots SET added = added + ?, used = used + ?
      WHERE member = ? AND expires_on = ? AND available_from = ?
      """, [added.count, used.count] + key)
    if known == 0 {
      try db.run(
        "INSERT INTO lots (member, expires_on, available_from, added, used) VALUES (?, ?, ?, ?, ?)",
        key + [added.count, used.count])
    }
    touch(.account(member))
    unsettle(member)
  }

  func addToHolding(_ member: MemberID, _ lot: LotKey, _ node: NodeID, granted: Points, used: Points) throws {
    let key: [(any SQLBindable)?] = [
      member.bytes, lot.expiresOn.number, lot.availableFrom.number, Int64(node.number),
    ]
    let known = try db.change(
      """
      UPDATE holdings SET granted = granted + ?, used = used + ?
      WHERE member = ? AND expires_on = ? AND available_from = ? AND node = ?
      """, [granted.count, used.count] + key)
    if known == 0 {
      try db.run(
        """
        INSERT INTO holdings (member, expires_on, available_from, node, granted, used)
        VALUES (?, ?, ?, ?, ?, ?)
        """,
        key + [granted.count, used.count])
    }
    touch(.holding(member, node))
    if used > .zero { unsettle(member) }
  }

  private func move(
    _ kind: MovementKind, _ member: MemberID, _ lot: LotKey, points: Points, debt: Points,
    _ cause: inout Cause
  ) throws {
    try db.run(
      """
      INSERT INTO movements (member, node, epoch, seq, part, kind, expires_on, available_from, points, debt,
        business_ms, rulebook, cause) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """,
      [
        member.bytes, Int64(cause.node.number), cause.epoch, Int64(cause.seq.number), cause.part,
        kind.rawValue,
        lot.expiresOn.number, lot.availableFrom.number, points.count, debt.count, cause.businessTime.ms,
        cause.rulebook, cause.reference,
      ])
    cause.part += 1
  }
}
