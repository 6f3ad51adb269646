import AgentIO
import AgentCore
import Chain
import Foundation
import GRDB
import ServerStorage
import SyncProtocol
import TestKit

extension RandomDay {
  /// Heals everything, lets all stores sync until nobody has news, and counts: empty when all agrees.
  func reckon() throws -> [String] {
    guard try chain.settle() else {
      return ["the chain does not come to rest: \(try chain.unrest())"]
    }
    return try chain.differences() + lostOrDoubled() + books() + views() + risks()
  }

  /// Every receipt is at the hub, once, as it was printed, and nothing else is there.
  private func lostOrDoubled() throws -> [String] {
    var faults: [String] = []
    let sales = try chain.hub.store.totals().sales
    if sales != Int64(receipts.count) { faults.append("\(sales) sales for \(receipts.count) receipts") }
    for (id, (receipt, _)) in receipts {
      let sale = try chain.hub.store.sale(id)
      if sale.net != receipt.net || sale.pointsSpent != receipt.points.spent {
        faults.append("sale \(id) is not as printed")
      }
    }
    let strange =
      ["quarantine", "possibleDuplicate"] + (isRisky ? [] : ["doubleRedemption", "overspentPoints"])
    faults += try chain.hub.store.exceptions().filter { strange.contains($0.kind) }
      .map { "\($0.kind): \($0.detail)" }
    for store in chain.stores {
      for result in try store.agent.status().results {
        let isRisk = ["spent", "coupon_redeemed_twice"].contains { result.reason.hasPrefix($0) }
        let isFine = result.outcome == .merged || result.reason.hasPrefix("clawback") || isRisky && isRisk
        if !isFine { faults.append("\(store.code) \(result.seq.number): \(result.outcome) \(result.reason)") }
      }
    }
    return faults
  }

  /// What headquarters books as overspent or redeemed twice, receipts have said was risked.
  private func risks() throws -> [String] {
    func said(_ code: String) -> [Receipt.Outcome] {
      receipts.values.flatMap(\.receipt.outcomes).filter { $0.code == code }
    }
    let exceptions = try chain.hub.store.exceptions()
    let overspent = try DatabaseQueue(path: chain.hub.folder.file("hub.db")).read {
      try Int64.fetchOne($0, sql: "SELECT coalesce(sum(points), 0) FROM overspends") ?? 0
    }
    let risked = said("points_risked").reduce(0) { $0 + $1.distance }
    let isTwice = exceptions.contains { $0.kind == "doubleRedemption" }
    return (overspent > risked ? ["\(overspent) points overspent, \(risked) risked"] : [])
      + (isTwice && said("coupon_risked").isEmpty ? ["a coupon redeemed twice that nobody risked"] : [])
  }

  /// The ledger at the hub: balances are sums of movements, nobody holds what is not there.
  private func books() throws -> [String] {
    let queries = [
      "a lot is not the sum of its movements": """
      SELECT count(*) FROM lots l WHERE added - used <> (SELECT coalesce(sum(points), 0) FROM movements m
        WHERE m.member = l.member AND m.expires_on = l.expires_on AND m.available_from = l.available_from)
      """,
      "a movement has no lot": """
      SELECT count(*) FROM movements m WHERE points <> 0 AND NOT EXISTS (SELECT 1 FROM lots l
        WHERE m.member = l.member AND m.expires_on = l.expires_on AND m.available_from = l.available_from)
      """,
      "a debt is not the sum of its movements": """
      SELECT count(*) FROM accounts a WHERE debt <> (SELECT coalesce(sum(debt), 0) FROM movements m
        WHERE m.member = a.member)
      """,
      "stores hold more of a lot than there is": """
      SELECT count(*) FROM (SELECT member, expires_on, available_from, sum(granted - used) AS held
        FROM holdings GROUP BY 1, 2, 3) h
        JOIN lots l USING (member, expires_on, available_from) WHERE h.held > l.added - l.used
      """,
      "a lot is overdrawn": "SELECT count(*) FROM lots WHERE used > added OR used < 0",
      "a sale earned twice": """
      SELECT count(*) FROM (
        SELECT cause FROM movements WHERE kind = 'earn' GROUP BY cause HAVING count(*) > 1)
      """,
    ]
    let file = try DatabaseQueue(path: chain.hub.folder.file("hub.db"))
    defer { try? file.close() }
    return try file.read { db in
      try queries.compactMap { name, sql in
        let count = try Int.fetchOne(db, sql: sql) ?? 0
        return count == 0 ? nil : "\(count) × \(name)"
      }
    }
  }

  /// All stores say the same of every member, and so does the hub.
  private func views() throws -> [String] {
    var faults: [String] = []
    for id in try chain.hub.store.memberTotals(after: nil, limit: 1_000).map(\.memberId) {
      let hub = try chain.hub.member(id)
      let expected = "\(hub.memberId) \(hub.points.count) \(hub.tier ?? "")"
      for store in chain.stores {
        let seen = try store.agent.member(id)
        let told = "\(seen.memberId) \(seen.points.count) \(seen.tier ?? "")"
        if told != expected { faults.append("\(store.code) sees \(told), the hub \(expected)") }
      }
    }
    return faults
  }
}
