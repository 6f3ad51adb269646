import Foundation
import ServerCore
import Storage
import SyncProtocol

/// Two records become one person, and two people again 合并与撤销合并. A merge is an alias; everything else that
/// it changes is found anew from what each record has of its own.
extension HubTransaction {
  /// One of two becomes an alias of the other; both rows stay, so that taking the alias away
  /// undoes it exactly.
  func merge(_ first: MemberID, _ second: MemberID, reason: String) throws {
    let ranks = try [rank(of: first), rank(of: second)].sorted()
    let (winner, loser) = (ranks[0].member, ranks[1].member)
    try keepingPlaces(of: try group(of: winner) + group(of: loser)) {
      try db.run("UPDATE members SET alias_of = ? WHERE member = ?", [winner.bytes, loser.bytes])
    }
    try shareVisits(of: winner, since: try homeStore(of: loser))
    try db.run(
      """
      INSERT INTO aliases (loser, winner, reason, at_ms) VALUES (?, ?, ?, ?)
      ON CONFLICT (loser)
      DO UPDATE SET winner = excluded.winner, reason = excluded.reason, at_ms = excluded.at_ms
      """,
      [loser.bytes, winner.bytes, reason, nowMs])
    try findLastVisit(of: winner)
    touch(.member(loser))
    judgeTier(of: winner)
    try forgetClass(of: loser)
    judgeClass(of: winner)
    for member in try group(of: winner) { unsettle(member) }
  }

  /// Takes the alias of `loser` away: it stands for itself again, with all that had been merged into it.
  /// Nothing that was recorded moves, so each record has what was its own all along.
  func unmerge(_ loser: MemberID) throws {
    let root = try root(of: loser)
    try keepingPlaces(of: try group(of: root)) {
      try db.run("UPDATE members SET alias_of = NULL WHERE member = ?", [loser.bytes])
    }
    try db.run("DELETE FROM aliases WHERE loser = ?", [loser.bytes])
    touch(.member(loser))
    for person in [root, loser] {
      try findLastVisit(of: person)
      judgeTier(of: person)
      judgeClass(of: person)
      for record in try group(of: person) {
        try claimWhatNobodyHas(record)
        unsettle(record)
      }
    }
  }

  /// Where a person was last, over all their records.
  private func findLastVisit(of root: MemberID) throws {
    var latest: (store: Int64, ms: Int64)?
    for record in try group(of: root) {
      let row = try db.rows("SELECT own_store, own_visit_ms FROM accounts WHERE member = ?", [record.bytes])
      guard let own = row.first.map({ (store: $0[0] as Int64, ms: $0[1] as Int64) }) else { continue }
      if latest.map({ own.ms > $0.ms }) ?? true { latest = own }
    }
    guard let latest else { return }
    try db.run(
      "UPDATE accounts SET last_store = ?, last_visit_ms = ? WHERE member = ?",
      [latest.store, latest.ms, root.bytes])
    touch(.account(root))
  }

  /// A phone or card that another record of the person gave up while they were one would find nobody.
  private func claimWhatNobodyHas(_ record: MemberID) throws {
    let registers = try registers(of: record)
    for field in [Register.phoneField, Register.cardField] {
      guard let value = registers[field]?.value else { continue }
      let key = claimKey(field, value)
      let isNew = try db.change(
        "INSERT INTO claims (kind, value, member) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
        [field, key, record.bytes])
      if isNew > 0, field == Register.phoneField { try attachWaitingSales(phone: key, to: record) }
    }
  }

  private func homeStore(of member: MemberID) throws -> NodeID {
    let row = try db.rows("SELECT home FROM members WHERE member = ?", [member.bytes]).first
    return NodeID(UInt32(row?[0] as Int64? ?? 0))
  }

  /// How many merges would stand behind each other if two people became one.
  func mergeDepth(of first: MemberID, _ second: MemberID) throws -> Int {
    let ranks = try [rank(of: first), rank(of: second)].sorted()
    return try max(mergeDepth(below: ranks[0].member), 1 + mergeDepth(below: ranks[1].member))
  }

  private func mergeDepth(below root: MemberID) throws -> Int {
    var (level, depth) = ([root], 0)
    while true {
      level = try level.flatMap { record in
        try db.rows("SELECT member FROM members WHERE alias_of = ?", [record.bytes])
          .compactMap { MemberID(bytes: $0[0] as [UInt8]) }
      }
      if level.isEmpty { return depth }
      depth += 1
    }
  }
}
