import Loyalty
import Storage
import SyncProtocol

/// Reads people with their past, a page of them at a time. A person is all the records that were merged into
/// one, so pages are of standing records and bring the others along.
struct PastMembers {
  private let merged: [MemberID: [MemberID]]
  /// Growth value from taking part in something, by record: the table has no index for it.
  private let growth: [MemberID: [(time: Timestamp, growth: Int64)]]
  private let from: Timestamp
  private let until: Timestamp

  /// People in a page: so that some thousand sales are in memory at a time.
  static let page = 128

  init(from: Timestamp, until: Timestamp, _ reader: HubTransaction) throws {
    (self.from, self.until) = (from, until)
    var merged: [MemberID: [MemberID]] = [:]
    for row in try reader.db.rows("SELECT member FROM members WHERE alias_of IS NOT NULL") {
      guard let record = MemberID(bytes: row[0] as [UInt8]) else { continue }
      merged[try reader.root(of: record), default: []].append(record)
    }
    self.merged = merged
    var growth: [MemberID: [(time: Timestamp, growth: Int64)]] = [:]
    for row in try reader.db.rows(
      """
      SELECT member, business_ms, growth FROM participations
      WHERE growth <> 0 AND business_ms >= ? AND business_ms < ?
      """, [from.ms, until.ms])
    {
      guard let record = MemberID(bytes: row[0] as [UInt8]) else { continue }
      growth[record, default: []].append((Timestamp(ms: row[1]), row[2]))
    }
    self.growth = growth
  }

  /// The next standing records.
  static func page(after last: MemberID?, _ db: any SQLConnection) throws -> [MemberID] {
    try db.rows(
      "SELECT member FROM members WHERE alias_of IS NULL AND member > ? ORDER BY member LIMIT ?",
      [last?.bytes ?? [], page]
    ).compactMap { MemberID(bytes: $0[0] as [UInt8]) }
  }

  func people(_ roots: [MemberID], _ sales: PastSales, _ reader: HubTransaction) throws -> [PastMember] {
    let records = roots.flatMap { [$0] + (merged[$0] ?? []) }
    let found = try MemberRecords(records, from: from, until: until, sales, reader)
    return roots.map { root in
      let own = [root] + (merged[root] ?? [])
      let clock = found.clock
      var facts = TierFacts(history: MetricHistory(joined: found.joined[root] ?? Day(0)))
      var uses = MemberUses()
      var events: [(time: Timestamp, event: PastMember.Event)] = []
      var bought: [BoughtMembership] = []
      for record in own {
        facts.history.merge(
          MetricHistory(
            joined: found.joined[record] ?? facts.history.joined, months: found.months[record] ?? []))
        facts.overrides += (found.floors[record] ?? []).map { TierOverride($0) }
        bought += found.bought[record] ?? []
        for use in found.uses[record] ?? [] { uses.add(use) }
        events += found.events[record] ?? []
        events += (growth[record] ?? []).map { part -> (time: Timestamp, event: PastMember.Event) in
          var sum = MonthSum(month: MonthSum.month(of: part.time.day(utcOffsetMinutes: clock)))
          sum.growth = part.growth
          return (part.time, .months(sum))
        }
      }
      facts.pay(bought, utcOffsetMinutes: clock)
      // Of one moment, in the order in which they came.
      let order = events.indices.sorted { (events[$0].time, $0) < (events[$1].time, $1) }
      return PastMember(id: root, facts: facts, uses: uses, events: order.map { events[$0].event })
    }
  }
}

/// What the tables have of a page's records, each kind with one query.
private struct MemberRecords {
  var joined: [MemberID: Day] = [:]
  var months: [MemberID: [MonthSum]] = [:]
  var floors: [MemberID: [TierFloor]] = [:]
  var uses: [MemberID: [UseCount]] = [:]
  var bought: [MemberID: [BoughtMembership]] = [:]
  var events: [MemberID: [(time: Timestamp, event: PastMember.Event)]] = [:]
  /// Minutes from UTC.
  let clock: Int

  init(
    _ records: [MemberID], from: Timestamp, until: Timestamp, _ sales: PastSales, _ reader: HubTransaction
  ) throws {
    clock = try reader.rulebook(at: until).utcOffsetMinutes
    let db = reader.db
    let ids: [(any SQLBindable)?] = records.map(\.bytes)
    let among = "member IN (\(records.map { _ in "?" }.joined(separator: ", ")))"
    func each(
      _ sql: String, _ more: [(any SQLBindable)?] = [], _ body: (MemberID, SQLRow) throws -> Void
    ) throws {
      for row in try db.rows(sql, ids + more) {
        if let member = MemberID(bytes: row[0] as [UInt8]) { try body(member, row) }
      }
    }
    try each("SELECT member, enrolled_ms FROM members WHERE \(among)") { member, row in
      let time = Timestamp(ms: row[1])
      joined[member] = try reader.rulebook(at: time).businessDay(time)
    }
    try each("SELECT member, month, spend, gross_spend, count, growth FROM months WHERE \(among)") {
      months[$0, default: []].append(
        MonthSum(
          month: Int32($1[1] as Int64), spend: Money($1[2]), grossSpend: Money($1[3]), count: $1[4],
          growth: $1[5]))
    }
    try each("SELECT member, level, from_day, until_day FROM tier_overrides WHERE \(among)") {
      floors[$0, default: []].append(
        TierFloor(level: $1[1], from: Day(Int32($1[2] as Int64)), until: Day(Int32($1[3] as Int64))))
    }
    try each("SELECT DISTINCT member FROM memberships WHERE \(among)") { member, _ in
      bought[member] = try reader.memberships(of: member)
    }
    let first = from.day(utcOffsetMinutes: clock)
    try each(
      """
      SELECT member, name, sum(count), max(day) FROM member_uses
      WHERE \(among) AND name LIKE 'promotion/%' AND day < ? GROUP BY member, name
      """, [Int64(first.number)]
    ) {
      uses[$0, default: []].append(
        UseCount(name: $1[1], total: $1[2], day: Day(Int32($1[3] as Int64)), today: 0))
    }
    try readSales(among, ids, from, until, sales, db)
  }

  private mutating func readSales(
    _ among: String, _ ids: [(any SQLBindable)?], _ from: Timestamp, _ until: Timestamp, _ past: PastSales,
    _ db: any SQLConnection
  ) throws {
    var voided: Set<Int64> = []
    var backs: [(member: MemberID, time: Timestamp, sum: MonthSum)] = []
    for row in try db.rows(
      """
      SELECT s.member, r.business_ms, r.net, r.is_void, r.growth, s.sale_no
      FROM (SELECT member, sale_no FROM sales WHERE \(among)) s CROSS JOIN returns r USING (sale_no)
      WHERE r.business_ms >= ? ORDER BY r.business_ms, r.sale_return
      """, ids + [from.ms])
    {
      guard let member = MemberID(bytes: row[0] as [UInt8]) else { continue }
      let (time, net, isVoid) = (Timestamp(ms: row[1]), row[2] as Int64, row[3] as Int64)
      if isVoid != 0 { voided.insert(row[5]) }
      let sum = MonthSum(
        month: MonthSum.month(of: time.day(utcOffsetMinutes: clock)), spend: Money(-net),
        grossSpend: Money(-isVoid * net), count: -isVoid, growth: -(row[4] as Int64))
      if time < until { backs.append((member, time, sum)) }
    }
    let coupons = try db.rows(
      "SELECT coupon, code, terms, sale FROM coupons WHERE \(among) AND sale IS NOT NULL", ids
    ).compactMap { StoredCoupon($0) }
    let rows = try db.rows(
      """
      SELECT \(PastSales.columns) FROM sales WHERE \(among) AND business_ms >= ? AND business_ms < ?
      ORDER BY business_ms, sale_no
      """, ids + [from.ms, until.ms])
    for sale in try past.sales(rows, coupons: coupons, voided: voided, in: db) {
      guard let member = sale.sale.member else { continue }
      events[member, default: []].append((sale.sale.businessTime, .sale(sale)))
    }
    for back in backs { events[back.member, default: []].append((back.time, .months(back.sum))) }
  }
}
