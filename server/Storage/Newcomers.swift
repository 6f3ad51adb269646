import Loyalty
import Storage
import SyncProtocol

/// Who joined in some business days, with what all their records have bought since; a page of people at a
/// time, each once.
struct Newcomers {
  private let fromMs: Int64
  private let untilMs: Int64

  /// People in a page: so that some thousand sales are in memory at a time.
  static let page = 256

  init(_ days: ClosedRange<Day>, utcOffsetMinutes: Int) {
    func begin(_ day: Int64) -> Int64 { day * 86_400_000 - Int64(utcOffsetMinutes) * 60_000 }
    fromMs = begin(Int64(days.lowerBound.number))
    untilMs = begin(Int64(days.upperBound.number) + 1)
  }

  func forEach(_ reader: HubTransaction, _ body: (ReferralFacts) -> Void) throws {
    let merged = try merged(reader)
    var last: MemberID?
    while true {
      let page = try reader.db.rows(
        """
        SELECT member FROM members
        WHERE alias_of IS NULL AND member > ? AND enrolled_ms >= ? AND enrolled_ms < ?
        ORDER BY member LIMIT ?
        """, [last?.bytes ?? [], fromMs, untilMs, Self.page]
      ).compactMap { MemberID(bytes: $0[0] as [UInt8]) }
      try read(page.filter { merged[$0] == nil }.map { [$0] }, reader).forEach(body)
      guard page.count == Self.page else { break }
      last = page.last
    }
    // A person of several records may have joined with any of them.
    var persons = merged.sorted { $0.key < $1.key }.map { [$0.key] + $0.value }[...]
    while !persons.isEmpty {
      try read(Array(persons.prefix(Self.page)), reader).filter(isNew).forEach(body)
      persons = persons.dropFirst(Self.page)
    }
  }

  private func isNew(_ person: ReferralFacts) -> Bool {
    person.joinings.map(\.time.ms).min().map { fromMs <= $0 && $0 < untilMs } ?? false
  }

  /// Records by the standing one that they were merged into.
  private func merged(_ reader: HubTransaction) throws -> [MemberID: [MemberID]] {
    var merged: [MemberID: [MemberID]] = [:]
    for row in try reader.db.rows("SELECT member FROM members WHERE alias_of IS NOT NULL") {
      guard let record = MemberID(bytes: row[0] as [UInt8]) else { continue }
      merged[try reader.root(of: record), default: []].append(record)
    }
    return merged
  }

  /// What the tables have of some people, each kind with one query.
  private func read(_ persons: [[MemberID]], _ reader: HubTransaction) throws -> [ReferralFacts] {
    let ids: [(any SQLBindable)?] = persons.joined().map(\.bytes)
    let among = "member IN (\(ids.map { _ in "?" }.joined(separator: ", ")))"
    var (joinings, purchases, returns): ([MemberID: Timestamp], [MemberID: [ReferralFacts.Purchase]], _) = (
      [:], [:], [SaleID: [ReferralFacts.Return]]()
    )
    for row in try reader.db.rows("SELECT member, enrolled_ms FROM members WHERE \(among)", ids) {
      if let member = MemberID(bytes: row[0] as [UInt8]) { joinings[member] = Timestamp(ms: row[1]) }
    }
    // What was bought before the first of these days nobody bought since joining.
    let sales =
      "(SELECT member, sale_no, sale, business_ms, net FROM sales WHERE \(among) AND business_ms >= ?) AS b"
    for row in try reader.db.rows("SELECT member, sale, business_ms, net FROM \(sales)", ids + [fromMs]) {
      guard let member = MemberID(bytes: row[0] as [UInt8]), let sale = SaleID(bytes: row[1] as [UInt8])
      else { continue }
      purchases[member, default: []].append(
        ReferralFacts.Purchase(sale: sale, member: member, time: Timestamp(ms: row[2]), net: Money(row[3])))
    }
    for row in try reader.db.rows(
      """
      SELECT b.sale, r.sale_return, r.business_ms, r.net FROM \(sales) JOIN returns r USING (sale_no)
      """, ids + [fromMs])
    {
      guard let sale = SaleID(bytes: row[0] as [UInt8]), let id = ReturnID(bytes: row[1] as [UInt8]) else {
        continue
      }
      returns[sale, default: []].append(
        ReferralFacts.Return(id: id, sale: sale, time: Timestamp(ms: row[2]), net: Money(row[3])))
    }
    return persons.map { records in
      let bought = records.flatMap { purchases[$0] ?? [] }
      return ReferralFacts(
        joinings: records.compactMap { record in
          joinings[record].map { ReferralFacts.Joining(member: record, time: $0) }
        }, purchases: bought, returns: bought.flatMap { returns[$0.sale] ?? [] })
    }
  }
}
