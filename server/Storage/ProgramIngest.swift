import Foundation
import Loyalty
import Storage
import SyncProtocol

/// What members do beside purchases, as facts: orders of the points mall, participation, prizes.
extension HubTransaction {
  func record(_ order: PlacedOrder, _ cause: Cause) throws -> (EntryOutcome, String) {
    var cause = cause
    try requireMember(order.member)
    try db.run(
      """
      INSERT INTO mall_orders (mall_order, member, node, item, quantity, points, money, business_ms, rulebook,
        state) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'placed')
      """,
      [
        order.id.bytes, order.member.bytes, Int64(cause.node.number), order.item, order.quantity,
        order.spent.reduce(Int64(0)) { $0 + $1.points.count }, order.money.minor, order.businessTime.ms,
        order.rulebook,
      ])
    try use(UseCount.mall(order.item), order.quantity, by: order.member, at: order.businessTime)
    return try settled(order.spent, order.stock, &cause)
  }

  func record(_ close: ClosedOrder, _ cause: Cause) throws -> (EntryOutcome, String) {
    var cause = cause
    let closed = try db.change(
      "UPDATE mall_orders SET state = ?, closed_ms = ? WHERE mall_order = ? AND state = 'placed'",
      [close.isCancelled ? "cancelled" : "fulfilled", close.businessTime.ms, close.order.bytes])
    guard closed == 1 else { throw EntryFault(reason: "the order \(close.order) is not open here") }
    guard close.isCancelled else { return (.accepted, "") }
    try restore(close.restored, at: cause.node, &cause)
    try giveBack(close.stock, at: cause.node)
    try use(UseCount.mall(close.item), -close.quantity, by: close.member, at: close.businessTime)
    return (.accepted, "")
  }

  func record(_ part: Participation, _ cause: Cause) throws -> (EntryOutcome, String) {
    var cause = cause
    try requireMember(part.member)
    try db.run(
      """
      INSERT INTO participations (participation, member, node, activity, business_ms, rulebook, earned,
        growth) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
      """,
      [
        part.id.bytes, part.member.bytes, Int64(cause.node.number), part.activity, part.businessTime.ms,
        part.rulebook, part.earned.count, part.growth,
      ])
    try earn(part.earned, lot: part.earnedLot, member: part.member, holder: cause.node, &cause)
    let day = try rulebook(at: part.businessTime).businessDay(part.businessTime)
    var month = MonthSum(month: MonthSum.month(of: day))
    month.growth = part.growth
    try addMonth(month, to: part.member)
    try use(UseCount.activity(part.activity), 1, by: part.member, at: part.businessTime)
    return (.accepted, "")
  }

  func record(_ prize: PrizeDrawn, _ cause: Cause) throws -> (EntryOutcome, String) {
    var cause = cause
    try requireMember(prize.member)
    try db.run(
      """
      INSERT INTO prizes (prize_drawn, member, node, draw, business_ms, rulebook, seed, prize)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?)
      """,
      [
        prize.id.bytes, prize.member.bytes, Int64(cause.node.number), prize.draw, prize.businessTime.ms,
        prize.rulebook, Int64(bitPattern: prize.seed), prize.prize,
      ])
    try use(UseCount.draw(prize.draw), 1, by: prize.member, at: prize.businessTime)
    let outcome = try settled(prize.spent, prize.stock, &cause)
    try earn(prize.earned, lot: prize.earnedLot, member: prize.member, holder: cause.node, &cause)
    let draw = try currentRulebooks().first { $0.version == prize.rulebook }?.programs.draws
      .first { $0.id == prize.draw }
    if let template = draw?.prizes.first(where: { $0.id == prize.prize })?.reward?.template {
      _ = try giveCoupon(template, to: prize.member, because: "prize/\(prize.draw)", key: "prize/\(prize.id)")
    }
    return outcome
  }

  /// Takes the points and the stock that an entry names.
  private func settled(
    _ spent: [LotAmount], _ stock: [AllowanceUse], _ cause: inout Cause
  ) throws -> (EntryOutcome, String) {
    let beyond = try take(spent, kind: .spend, at: cause.node, &cause)
    if beyond > .zero { return (.acceptedAsDebt, "spent \(beyond.count) points more than held") }
    let missing = try take(stock, at: cause.node)
    return missing > 0 ? (.compensated, "took \(missing) more than the store held") : (.accepted, "")
  }

  /// Counts what is limited for a member.
  func use(_ name: String, _ count: Int64, by member: MemberID, at time: Timestamp) throws {
    let day = try rulebook(at: time).businessDay(time)
    try db.run(
      """
      INSERT INTO member_uses (member, name, day, count) VALUES (?, ?, ?, ?)
      ON CONFLICT (member, name, day) DO UPDATE SET count = member_uses.count + excluded.count
      """, [member.bytes, name, Int64(day.number), count])
    touch(.account(member))
  }

  /// What a sale uses of what is limited, and buys of paid memberships, by the rulebook it names.
  func recordPrograms(of sale: Sale, by member: MemberID) throws {
    guard let rulebook = try currentRulebooks().first(where: { $0.version == sale.rulebook }) else { return }
    for name in rulebook.counted(in: sale) { try use(name, 1, by: member, at: sale.businessTime) }
    for bought in rulebook.memberships(in: sale) {
      try db.run(
        """
        INSERT INTO memberships (sale, line, member, business_ms, level, months, days, quantity)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT DO NOTHING
        """,
        [
          bought.sale.bytes, bought.line, member.bytes, bought.time.ms, bought.level, bought.months,
          bought.days,
          bought.quantity.milli,
        ])
      touch(.account(member))
      judgeTier(of: member)
    }
  }
}

// What accounts say of all this.
extension HubTransaction {
  func uses(of member: MemberID) throws -> [UseCount] {
    var uses: [String: UseCount] = [:]
    for row in try db.rows(
      "SELECT name, day, count FROM member_uses WHERE member = ? ORDER BY name, day", [member.bytes])
    {
      let (name, day): (String, Day) = (row[0], Day(Int32(row[1] as Int64)))
      uses[name] = UseCount(name: name, total: (uses[name]?.total ?? 0) + row[2], day: day, today: row[2])
    }
    // The latest, should anybody have used more than a row tells.
    let told = uses.values.sorted { ($1.day, $0.name) < ($0.day, $1.name) }.prefix(Limits.useCounts)
    return told.sorted { $0.name < $1.name }
  }

  func memberships(of member: MemberID) throws -> [BoughtMembership] {
    try db.rows(
      """
      SELECT sale, line, business_ms, level, months, days, quantity FROM memberships WHERE member = ?
      ORDER BY business_ms DESC, sale, line LIMIT ?
      """, [member.bytes, Limits.memberships]
    ).reversed().compactMap { row in
      guard let sale = SaleID(bytes: row[0] as [UInt8]) else { return nil }
      return BoughtMembership(
        sale: sale, line: Int(row[1] as Int64), time: Timestamp(ms: row[2]), level: row[3],
        months: (row[4] as Int64?).map { Int($0) }, days: (row[5] as Int64?).map { Int($0) },
        quantity: Quantity(milli: row[6]), returns: try returns(ofSale: sale, line: row[1]))
    }
  }

  private func returns(ofSale sale: SaleID, line: Int64) throws -> [BoughtMembership.Returned] {
    try db.rows(
      """
      SELECT sale_return, r.business_ms, sum(l.quantity) FROM sales s JOIN returns r USING (sale_no)
        JOIN return_lines l USING (sale_return)
      WHERE s.sale = ? AND l.line = ? GROUP BY sale_return ORDER BY r.business_ms, sale_return
      """, [sale.bytes, line]
    ).compactMap { row in
      ReturnID(bytes: row[0] as [UInt8]).map {
        BoughtMembership.Returned(id: $0, time: Timestamp(ms: row[1]), quantity: Quantity(milli: row[2]))
      }
    }
  }

  /// What check-ins came to by the rulebook in force now; nil without any. A till whose clock stood in the
  /// year 2035 does not end them until then.
  func checkIns(of member: MemberID) throws -> CheckInState? {
    let rulebook = try rulebook(at: Timestamp(ms: nowMs))
    guard let program = rulebook.checkInProgram else { return nil }
    let counted = program.isPlain ? 1 : ProgramLimits.streakDays * 2
    let days = try db.rows(
      """
      SELECT business_ms FROM check_ins WHERE member = ? AND business_ms <= ?
      ORDER BY business_ms DESC LIMIT ?
      """, [member.bytes, nowMs + Limits.clockLeadMs, counted]
    ).map { rulebook.businessDay(Timestamp(ms: $0[0])) }
    return CheckInHistory(days: days).results(under: { _ in program }).last?.state
  }
}
