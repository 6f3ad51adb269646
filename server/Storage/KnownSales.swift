import Compression
import Foundation
import Loyalty
import Storage
import SyncProtocol

/// Sales as their stores recorded them, read from the batches they came in.
extension HubTransaction {
  func knownSale(_ id: SaleID) throws -> KnownSale? {
    guard
      let row = try db.rows("SELECT node, epoch, seq, sale_no FROM sales WHERE sale = ?", [id.bytes]).first
    else { return nil }
    // One that came a moment ago is in no batch yet.
    guard let sale = try arrivedSales[id] ?? sale(of: row[0], epoch: row[1], seq: row[2]) else { return nil }
    let returns = try db.rows(
      """
      SELECT sale_return, business_ms, is_void, net, refund, restored, clawed_back, debt, growth, loss
      FROM returns WHERE sale_no = ? ORDER BY business_ms, sale_return
      """, [row[3] as Int64]
    ).compactMap { try saleReturn($0, of: id, member: sale.member) }
    return KnownSale(sale: sale, returns: returns)
  }

  private func sale(of node: Int64, epoch: Int64, seq: Int64) throws -> Sale? {
    let row = try db.rows(
      """
      SELECT message FROM batches WHERE node = ? AND epoch = ? AND first_seq <= ? AND last_seq >= ?
      ORDER BY first_seq DESC LIMIT 1
      """, [node, epoch, seq, seq]
    ).first
    let entry = try row.flatMap { row in
      try PushRequest(kept: row[0] as [UInt8]).entries.first { Int64($0.seq.number) == seq }
    }
    guard case .sale(let sale)? = entry?.body else { return nil }
    return sale
  }

  /// A return with the sums it came to: that is all that another return has to know of it.
  private func saleReturn(_ row: SQLRow, of sale: SaleID, member: MemberID?) throws -> SaleReturn? {
    guard let id = ReturnID(bytes: row[0] as [UInt8]) else { return nil }
    func amount(_ points: Int64) -> [LotAmount] {
      guard points > 0 else { return [] }
      return [
        LotAmount(owner: member ?? MemberID(high: 0, low: 0), lot: Movement.noLot, points: Points(points))
      ]
    }
    let lines = try db.rows(
      "SELECT line, quantity FROM return_lines WHERE sale_return = ? ORDER BY line", [id.bytes]
    ).map { ReturnedLine(line: $0[0], quantity: Quantity(milli: $0[1])) }
    return SaleReturn(
      id: id, sale: sale, businessTime: Timestamp(ms: row[1]), member: member, isVoid: row[2] as Int64 != 0,
      lines: lines, net: Money(row[3]), refund: Money(row[4]), restored: amount(row[5]),
      clawedBack: amount(row[6]), debt: Points(row[7]), loss: Points(row[9]), coupons: [], requestDigest: 0,
      growth: row[8])
  }

  // MARK: returns of sales that their store did not know

  /// Works out what a return comes to, for a store that could only pay money back. A sale that has not
  /// arrived yet is waited for.
  func resolve(_ back: SaleReturn, _ entry: Entry, from node: NodeID, epoch: Int64) throws -> (
    EntryOutcome, String
  ) {
    guard let known = try knownSale(back.sale) else {
      try db.run(
        "INSERT INTO waiting_returns (sale, node, epoch, seq, entry) VALUES (?, ?, ?, ?, ?)",
        [back.sale.bytes, Int64(node.number), epoch, Int64(entry.seq.number), entry.canonicalBytes])
      return (.accepted, "")
    }
    let rulebook = try currentRulebooks().first { $0.version == known.sale.rulebook } ?? .none
    let day = rulebook.businessDay(back.businessTime)
    let soFar = ReturnedSoFar(known.sale, known.returns)
    let effects: ReturnEffects
    do {
      effects = try rulebook.effects(of: back.lines, from: known.sale, after: soFar, on: day)
    } catch {
      throw EntryFault(reason: error.reason)
    }
    let member = try db.rows("SELECT member FROM sales WHERE sale = ?", [back.sale.bytes]).first
      .flatMap { ($0[0] as [UInt8]?).flatMap { MemberID(bytes: $0) } }
    let isOwned = member != nil || known.sale.phone != nil
    let left = try member.map { try points(of: $0) } ?? known.sale.earnedWaiting
    let shortage = rulebook.clawback(
      isOwned ? effects.clawback : .zero, earnedIn: known.sale.earnedLot, from: [],
      known: left + effects.restored, owed: try member.map { try debt(of: $0) } ?? .zero, on: day
    ).shortage
    let whole = SaleReturn(
      id: back.id, sale: back.sale, businessTime: back.businessTime, member: member, isVoid: false,
      lines: back.lines, net: effects.net, refund: back.refund, restored: effects.restored, clawedBack: [],
      debt: shortage.debt, loss: shortage.loss, coupons: effects.coupons, requestDigest: back.requestDigest,
      growth: effects.growth)
    let cause = Cause(
      node: node, epoch: epoch, seq: entry.seq, businessTime: back.businessTime, rulebook: 0,
      reference: back.id.bytes)
    let outcome = try record(whole, cause)
    if back.refund != effects.refund {
      let reason = "refunded \(back.refund.minor), the goods were paid with \(effects.refund.minor)"
      try db.run(
        """
        INSERT INTO refund_differences (sale_return, node, seq, refund, expected)
        VALUES (?, ?, ?, ?, ?)
        ON CONFLICT DO NOTHING
        """,
        [back.id.bytes, Int64(node.number), Int64(entry.seq.number), back.refund.minor, effects.refund.minor])
      return (.compensated, reason)
    }
    return outcome
  }

  /// A sale has arrived whose goods came back elsewhere before it.
  func resolveWaiting(for sale: SaleID) throws {
    let waiting = try db.rows(
      "SELECT node, epoch, entry FROM waiting_returns WHERE sale = ? ORDER BY node, epoch, seq", [sale.bytes])
    if waiting.isEmpty { return }
    try db.run("DELETE FROM waiting_returns WHERE sale = ?", [sale.bytes])
    for row in waiting {
      let entry = try Entry(canonicalBytes: row[2] as [UInt8])
      guard case .saleReturn(let back) = entry.body else { continue }
      _ = try resolve(back, entry, from: NodeID(UInt32(row[0] as Int64)), epoch: row[1])
    }
  }
}

extension PushRequest {
  /// A batch as it came: compressed or not, binary or JSON.
  init(kept bytes: [UInt8]) throws {
    let isCompressed = bytes.starts(with: [0x28, 0xB5, 0x2F, 0xFD])
    let plain = isCompressed ? try Zstd.decompress(bytes, limit: Limits.messageBytes) : bytes
    if plain.starts(with: Array("PT".utf8)) {
      try self.init(wireBytes: plain)
    } else {
      self = try JSONDecoder().decode(PushRequest.self, from: Data(plain))
    }
  }
}

extension HubStore {
  /// For a store: it learns nobody's phone by it.
  public func knownSale(_ id: SaleID) throws -> KnownSale {
    guard let known = try reading({ try $0.knownSale(id) }) else { throw HubFault.unknownSale }
    return KnownSale(sale: known.sale.masked, returns: known.returns)
  }
}
