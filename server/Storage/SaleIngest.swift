import Foundation
import Loyalty
import Storage
import SyncProtocol

/// Sales, returns and check-ins as facts. A sale is never refused: each of its loyalty effects ends
/// accepted, accepted as debt, or compensated.
extension HubTransaction {
  func record(_ sale: Sale, at time: HybridTime, _ cause: Cause) throws -> (EntryOutcome, String) {
    let outcome = try recordNew(sale, at: time, cause)
    try resolveWaiting(for: sale.id)
    return outcome
  }

  private func recordNew(_ sale: Sale, at time: HybridTime, _ cause: Cause) throws -> (EntryOutcome, String) {
    var cause = cause
    guard try db.rows("SELECT 1 FROM sales WHERE sale = ?", [sale.id.bytes]).isEmpty else {
      throw EntryFault(reason: "the sale id \(sale.id) has been used by another entry")
    }
    if let member = sale.member { try requireMember(member) }
    let phone = sale.phone.map { store.phoneKey($0).bytes }
    let identified = try sale.member ?? phone.flatMap { try owner(ofPhone: $0) }
    if let phone, identified == nil { try raiseVersion(ofPhone: phone) }
    let number = try insert(sale, member: identified, phone: phone, at: time, cause)
    try insertLines(of: sale, number)
    try reprice(sale, number)
    arrivedSales[sale.id] = sale
    var outcome: (EntryOutcome, String) = (.accepted, "")
    for coupon in sale.coupons {
      if try !redeem(coupon, in: sale, at: cause.node) { outcome = (.compensated, "coupon_redeemed_twice") }
    }
    let beyond = try take(sale.spent, kind: .spend, at: cause.node, &cause)
    if beyond > .zero {
      // A store that risked points may have risked a coupon with them: it hears of both.
      let also = outcome.1.isEmpty ? "" : ", \(outcome.1)"
      outcome = (.acceptedAsDebt, "spent \(beyond.count) points more than held\(also)")
    }
    let missing = try take(sale.allowances, at: cause.node)
    if missing > 0 { outcome = (.compensated, "took \(missing) more of its allowances than the store held") }
    guard let identified else { return outcome }
    try recordPrograms(of: sale, by: identified)
    // A store that knew the member holds what it earned; what comes through the phone is the hub's to grant.
    try earn(
      sale.earned, lot: sale.earnedLot, member: identified, holder: sale.member == nil ? nil : cause.node,
      &cause)
    let day = try rulebook(at: sale.businessTime).businessDay(sale.businessTime)
    try addMonth(MonthSum(sale, on: day), to: identified)
    try addDayEarned(sale.earned, on: day, to: identified)
    try visit(identified, at: cause.node, sale.businessTime)
    return outcome
  }

  private func insert(
    _ sale: Sale, member: MemberID?, phone: [UInt8]?, at time: HybridTime, _ cause: Cause
  ) throws -> Int64 {
    let outcomes =
      sale.outcomes.isEmpty ? nil : String(decoding: try JSONEncoder().encode(sale.outcomes), as: UTF8.self)
    let added = try db.rows(
      """
      INSERT INTO sales (sale, node, epoch, seq, member, phone_key, business_ms, time, rulebook, gross, net,
        earned, spent, earned_expires_on, earned_available_from, balance, offline, outcomes, growth, context)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING sale_no
      """,
      [
        sale.id.bytes, Int64(cause.node.number), cause.epoch, Int64(cause.seq.number),
        member.map(\.bytes), phone, sale.businessTime.ms, Int64(bitPattern: time.packed),
        sale.rulebook,
        sale.gross.minor, sale.net.minor, sale.earned.count, sale.pointsSpent.count,
        sale.earnedLot.expiresOn.number, sale.earnedLot.availableFrom.number, sale.balance?.count,
        sale.offline,
        outcomes, sale.growth,
        String(decoding: try JSONEncoder().encode(sale.context), as: UTF8.self),
      ])
    return added[0][0]
  }

  private func insertLines(of sale: Sale, _ number: Int64) throws {
    for (index, line) in sale.lines.enumerated() {
      try db.run(
        """
        INSERT INTO sale_lines (sale_no, line, sku, name, category, quantity, gross, net)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        """,
        [
          number, index, line.sku, line.name, line.category, line.quantity.milli, line.gross.minor,
          line.net.minor,
        ])
      for (part, discount) in line.discounts.enumerated() {
        try db.run(
          "INSERT INTO sale_discounts (sale_no, line, part, kind, source, amount) VALUES (?, ?, ?, ?, ?, ?)",
          [number, index, part, discount.kind, discount.source, discount.amount.minor])
      }
    }
    for (part, gift) in sale.gifts.enumerated() {
      try db.run(
        "INSERT INTO sale_gifts (sale_no, part, rule, sku, count) VALUES (?, ?, ?, ?, ?)",
        [number, part, gift.rule, gift.sku, gift.count])
    }
    for (part, tender) in sale.tenders.enumerated() {
      try db.run(
        "INSERT INTO sale_tenders (sale_no, part, type, amount, line, coupon) VALUES (?, ?, ?, ?, ?, ?)",
        [number, part, tender.type, tender.amount.minor, tender.line, tender.coupon.map(\.bytes)])
    }
  }

  func record(_ back: SaleReturn, _ cause: Cause) throws -> (EntryOutcome, String) {
    var cause = cause
    guard
      let row = try db.rows(
        "SELECT sale_no, business_ms, member FROM sales WHERE sale = ?", [back.sale.bytes]
      ).first
    else { throw EntryFault(reason: "the sale \(back.sale) is not known here") }
    let number: Int64 = row[0]
    let restored = back.restored.reduce(Int64(0)) { $0 + $1.points.count }
    let clawed = back.clawedBack.reduce(Int64(0)) { $0 + $1.points.count }
    try db.run(
      """
      INSERT INTO returns (sale_return, sale_no, node, epoch, seq, member, is_void, business_ms, net,
        refund, restored, clawed_back, debt, growth, loss)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """,
      [
        back.id.bytes, number, Int64(cause.node.number), cause.epoch, Int64(cause.seq.number),
        back.member.map(\.bytes), back.isVoid, back.businessTime.ms, back.net.minor,
        back.refund.minor,
        restored, clawed, back.debt.count, back.growth, back.loss.count,
      ])
    for line in back.lines {
      try db.run(
        """
        INSERT INTO return_lines (sale_return, line, quantity) VALUES (?, ?, ?)
        ON CONFLICT (sale_return, line) DO UPDATE SET quantity = return_lines.quantity + excluded.quantity
        """, [back.id.bytes, line.line, line.quantity.milli])
    }
    for coupon in back.coupons { try revive(coupon, of: back.sale, at: cause.node) }
    try restore(back.restored, at: cause.node, &cause)
    let beyond = try take(back.clawedBack, kind: .clawback, at: cause.node, &cause)
    // A sale that named only a phone may have found its member meanwhile, or may find them later.
    let member = back.member ?? (row[2] as [UInt8]?).flatMap { MemberID(bytes: $0) }
    if let member {
      try owe(back.debt + back.loss, by: member, &cause)
      try writeOff(back.loss, of: member, &cause)
      let day = try rulebook(at: back.businessTime).businessDay(back.businessTime)
      try addMonth(MonthSum(back, on: day), to: member)
      touch(.account(member))
      judgeTier(of: member)
    }
    if let twice = try returnedTwice(number) {
      if let member {
        try giveBackExcess(of: back, to: member, owed: beyond + back.debt, sale: number, &cause)
      }
      return (.compensated, twice)
    }
    if beyond + back.debt > .zero {
      return (.acceptedAsDebt, "clawback of \(beyond.count + back.debt.count) points is owed")
    }
    return (.accepted, "")
  }

  /// Two stores that could not speak to each other may take the same goods back.
  private func returnedTwice(_ number: Int64) throws -> String? {
    let row = try db.rows(
      """
      SELECT l.line FROM sale_lines l JOIN returns r USING (sale_no)
        JOIN return_lines b ON b.sale_return = r.sale_return AND b.line = l.line
      WHERE l.sale_no = ? GROUP BY l.line, l.quantity HAVING sum(b.quantity) > l.quantity
      """, [number]
    ).first
    return row.map { "line \($0[0] as Int64) has come back more often than it was sold" }
  }

  /// What two returns of the same goods took back beyond what the sale earned is the member's: first it is
  /// not owed any more, then it is put back where it was taken (law P6).
  private func giveBackExcess(
    of back: SaleReturn, to member: MemberID, owed: Points, sale number: Int64, _ cause: inout Cause
  ) throws {
    let rows = try db.rows(
      """
      SELECT sum(r.clawed_back + r.debt + r.loss) - max(s.earned) FROM sales s JOIN returns r USING (sale_no)
      WHERE sale_no = ?
      """, [number])
    guard let row = rows.first else { return }
    var excess = min(Points(row[0]), back.clawedBack.reduce(back.debt) { $0 + $1.points })
    guard excess > .zero else { return }
    let notOwed = min(excess, owed)
    try writeOff(notOwed, of: member, &cause)
    excess = excess - notOwed
    try restore(SpendPlan.drawUpTo(excess, from: back.clawedBack).drawn, at: cause.node, &cause)
  }

  func record(_ checkIn: CheckIn, _ cause: Cause) throws -> (EntryOutcome, String) {
    var cause = cause
    try requireMember(checkIn.member)
    try db.run(
      "INSERT INTO check_ins (check_in, member, node, business_ms, earned) VALUES (?, ?, ?, ?, ?)",
      [
        checkIn.id.bytes, checkIn.member.bytes, Int64(cause.node.number), checkIn.businessTime.ms,
        checkIn.earned.count,
      ])
    try earn(checkIn.earned, lot: checkIn.earnedLot, member: checkIn.member, holder: cause.node, &cause)
    try visit(checkIn.member, at: cause.node, checkIn.businessTime)
    return (.accepted, "")
  }

  /// The store last visited is the one of the latest business time, in whatever order visits arrive.
  func visit(_ member: MemberID, at node: NodeID, _ time: Timestamp) throws {
    // A till in the year 2035 must not pin its customers to itself until then.
    let seenMs = min(time.ms, nowMs)
    let standing = try root(of: member)
    for record in Set([member, standing]) {
      try db.run(
        "UPDATE accounts SET last_store = ?, last_visit_ms = ? WHERE member = ? AND last_visit_ms <= ?",
        [Int64(node.number), seenMs, record.bytes, seenMs])
      touch(.account(record))
    }
    try db.run(
      "UPDATE accounts SET own_store = ?, own_visit_ms = ? WHERE member = ? AND own_visit_ms <= ?",
      [Int64(node.number), seenMs, member.bytes, seenMs])
    try welcomeVisitor(standing, at: node)
    unsettle(member)
    for other in try group(of: standing) { unsettle(other) }
  }

  /// Sales that named a phone nobody had claimed yet find their member.
  func attachWaitingSales(phone: [UInt8], to member: MemberID) throws {
    let waiting = try db.rows(
      """
      SELECT sale_no, node, epoch, seq, business_ms, rulebook, earned, earned_available_from,
        earned_expires_on, net, sale, growth
      FROM sales WHERE phone_key = ? AND member IS NULL ORDER BY sale_no
      """, [phone])
    for row in waiting {
      var cause = Cause(
        node: NodeID(UInt32(row[1] as Int64)), epoch: row[2],
        seq: JournalSeq(UInt64(bitPattern: row[3] as Int64)),
        businessTime: Timestamp(ms: row[4]), rulebook: row[5], reference: [UInt8](row[10] as [UInt8]))
      let lot = LotKey(availableFrom: Day(Int32(row[7] as Int64)), expiresOn: Day(Int32(row[8] as Int64)))
      try db.run("UPDATE sales SET member = ? WHERE sale_no = ?", [member.bytes, row[0] as Int64])
      try earn(Points(row[6]), lot: lot, member: member, holder: nil, &cause)
      let day = try rulebook(at: cause.businessTime).businessDay(cause.businessTime)
      let month = MonthSum(
        month: MonthSum.month(of: day), spend: Money(row[9]), grossSpend: Money(row[9]), count: 1,
        growth: row[11])
      try addMonth(month, to: member)
      try addDayEarned(Points(row[6]), on: day, to: member)
      try visit(member, at: cause.node, cause.businessTime)
      try takeBackEarlierReturns(ofSale: row[0], from: member)
    }
  }

  /// Goods of a sale came back before the sale found its member: their points are owed from now on.
  private func takeBackEarlierReturns(ofSale number: Int64, from member: MemberID) throws {
    let returns = try db.rows(
      """
      SELECT node, epoch, seq, business_ms, debt, net, sale_return, growth, is_void, loss FROM returns
      WHERE sale_no = ? AND member IS NULL
      """, [number])
    for row in returns {
      let time = Timestamp(ms: row[3])
      var cause = Cause(
        node: NodeID(UInt32(row[0] as Int64)), epoch: row[1],
        seq: JournalSeq(UInt64(bitPattern: row[2] as Int64)),
        businessTime: time, rulebook: 0, reference: row[6])
      let (debt, loss) = (Points(row[4]), Points(row[9]))
      try owe(debt + loss, by: member, &cause)
      try writeOff(loss, of: member, &cause)
      let isVoid: Int64 = row[8]
      let month = MonthSum(
        month: MonthSum.month(of: try rulebook(at: time).businessDay(time)), spend: .zero - Money(row[5]),
        grossSpend: Money(-isVoid * row[5]), count: -isVoid, growth: -(row[7] as Int64))
      try addMonth(month, to: member)
    }
  }
}
