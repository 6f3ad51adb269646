import Foundation
import ServerCore
import Storage
import SyncProtocol

/// How the hub's tables look to the stores: each row of a partition, read off the tables.
extension HubTransaction {
  /// Nil where there is nothing to tell yet; no fields for a row that is gone.
  typealias Projected = (key: RowKey, fields: Fields?)

  func projection(of row: Touched) throws -> Projected? {
    switch row {
    case .member(let id):
      guard let fields = try memberRow(id)?.fields else { return nil }
      return (RowKey(kind: .member, bytes: id.bytes), fields)
    case .account(let id): return (RowKey(kind: .account, bytes: id.bytes), try accountRow(id).fields)
    case .holding(let id, let node):
      let row = try holdingRow(id, node)
      return (RowKey(kind: .holding, bytes: id.bytes), row.lots.isEmpty ? nil : row.fields)
    case .coupon(let id): return (RowKey(kind: .coupon, bytes: id.bytes), try couponRow(id)?.fields)
    case .position(let node):
      guard
        let row = try db.rows("SELECT epoch, received FROM nodes WHERE node = ?", [Int64(node.number)]).first
      else { return nil }
      let position = PositionRow(
        epoch: row[0], includedThrough: JournalSeq(UInt64(bitPattern: row[1] as Int64)))
      return (PositionRow.key, position.fields)
    case .allowance(let name, let node):
      return (AllowanceRow.key(name), try allowance(name).holdings[node].map(\.fields))
    case .result(let node, let epoch, let seq):
      guard
        let row = try db.rows(
          "SELECT outcome, reason FROM results WHERE node = ? AND epoch = ? AND seq = ?",
          [Int64(node.number), epoch, Int64(seq.number)]
        ).first
      else { return nil }
      let result = ResultRow(outcome: UInt8(truncatingIfNeeded: row[0] as Int64), reason: row[1])
      return (ResultRow.key(epoch: epoch, seq), result.fields)
    case .rulebook(let version):
      guard
        let row = try db.rows("SELECT effective_ms, document FROM rulebooks WHERE version = ?", [version])
          .first
      else { return nil }
      let document: [UInt8] = row[1]
      let rulebook = RulebookRow(
        effectiveFrom: Timestamp(ms: row[0]), document: document,
        signature: try store.keys.rulebookSigning.signature(of: document, version: version))
      return (RulebookRow.key(version: version), rulebook.fields)
    }
  }

  /// The partitions in which a row stands.
  func places(of row: Touched) throws -> [Partition] {
    switch row {
    case .member(let id), .account(let id): try places(of: id)
    case .coupon(let id): try couponOwner(id).map { try places(of: $0) } ?? []
    case .holding(_, let node), .allowance(_, let node), .position(let node), .result(let node, _, _):
      [.own(node)]
    case .rulebook: [.rulebook]
    }
  }

  func couponOwner(_ id: CouponID) throws -> MemberID? {
    try db.rows("SELECT member FROM coupons WHERE coupon = ?", [id.bytes]).first
      .flatMap { MemberID(bytes: $0[0] as [UInt8]) }
  }

  func memberRow(_ id: MemberID) throws -> MemberRow? {
    guard
      let row = try db.rows(
        "SELECT home, alias_of, enrolled_time FROM members WHERE member = ?", [id.bytes]
      ).first
    else { return nil }
    let registers = try registers(of: id)
    let phone = registers[Register.phoneField]?.value
    return MemberRow(
      maskedName: maskedName(registers[Register.nameField]?.value ?? ""),
      phoneKey: phone.map { store.phoneKey($0) },
      phoneLastDigits: phone.map { String($0.suffix(4)) } ?? "", card: registers[Register.cardField]?.value,
      birthday: registers[Register.birthdayField]?.value.map { String($0.suffix(5)) },
      home: NodeID(UInt32(row[0] as Int64)), aliasOf: (row[1] as [UInt8]?).flatMap { MemberID(bytes: $0) },
      enrolledAt: HybridTime(packed: UInt64(bitPattern: row[2] as Int64)))
  }

  func registers(of id: MemberID) throws -> [String: StampedValue] {
    var values: [String: StampedValue] = [:]
    for row in try db.rows(
      "SELECT field, value, time, node FROM registers WHERE member = ?", [id.bytes])
    {
      values[row[0]] = StampedValue(
        value: row[1], time: HybridTime(packed: UInt64(bitPattern: row[2] as Int64)),
        node: NodeID(UInt32(row[3] as Int64)))
    }
    return values
  }

  func accountRow(_ id: MemberID) throws -> AccountRow {
    let key = id.bytes
    let account = try db.rows("SELECT debt, last_store FROM accounts WHERE member = ?", [key]).first
    let lots = try db.rows(
      """
      SELECT available_from, expires_on, added - used FROM lots WHERE member = ? AND added > used
      ORDER BY expires_on, available_from
      """, [key])
    return AccountRow(
      lots: lots.map { LotBalance(lot: LotKey(row: $0), remainder: Points($0[2])) },
      debt: Points(account?[0] ?? 0),
      joined: try joined(id), months: try months(of: id), floors: try floors(of: id),
      dayEarned: try dayEarned(of: id), checkIns: try checkIns(of: id), uses: try uses(of: id),
      memberships: try memberships(of: id), segments: try segments(of: id),
      lastStore: NodeID(UInt32(account?[1] as Int64? ?? 0)))
  }

  private func holdingRow(_ id: MemberID, _ node: NodeID) throws -> HoldingRow {
    let rows = try db.rows(
      """
      SELECT available_from, expires_on, granted, used FROM holdings
      WHERE member = ? AND node = ? AND granted > used
      """, [id.bytes, Int64(node.number)])
    var lots: [LotKey: Holding] = [:]
    for row in rows { lots[LotKey(row: row)] = Holding(granted: Points(row[2]), used: Points(row[3])) }
    return HoldingRow(lots: lots)
  }

  func couponRow(_ id: CouponID) throws -> CouponRow? {
    try db.rows(
      "SELECT member, code, template, terms, state, holder, bound_to FROM coupons WHERE coupon = ?",
      [id.bytes]
    )
    .first.flatMap { row in
      guard let member = MemberID(bytes: row[0] as [UInt8]), let state = CouponRow.State(rawValue: row[4])
      else {
        return nil
      }
      return CouponRow(
        member: member, code: row[1], template: row[2], terms: row[3] as [UInt8], state: state,
        holder: NodeID(UInt32(row[5] as Int64)), boundTo: (row[6] as Int64?).map { NodeID(UInt32($0)) })
    }
  }
}

extension LotKey {
  /// From columns available_from, expires_on.
  init(row: SQLRow) {
    self.init(availableFrom: Day(Int32(row[0] as Int64)), expiresOn: Day(Int32(row[1] as Int64)))
  }
}
