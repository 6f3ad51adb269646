import Foundation
import ServerCore
import Storage
import SyncProtocol

/// Members, their registers, and who is whom.
extension HubTransaction {
  func enrol(_ enrolment: Enrolment, at time: HybridTime, from node: NodeID) throws -> (EntryOutcome, String)
  {
    let key = enrolment.member.bytes
    guard try db.rows("SELECT 1 FROM members WHERE member = ?", [key]).isEmpty else {
      throw EntryFault(reason: "the member id \(enrolment.member) has been taken")
    }
    try db.run(
      """
      INSERT INTO members (member, home, region, enrolled_time, enrolled_ms, channel, code, referrer)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?)
      """,
      [
        key, Int64(node.number), try region(of: node), Int64(bitPattern: time.packed),
        enrolment.businessTime.ms, enrolment.channel,
        ShortCode(enrolment.member).bytes, enrolment.referrer?.bytes,
      ])
    try db.run(
      """
      INSERT INTO accounts (member, debt, last_store, last_visit_ms, own_store, own_visit_ms)
      VALUES (?1, 0, ?2, ?3, ?2, ?3)
      """,
      [key, Int64(node.number), enrolment.businessTime.ms])
    touch(.member(enrolment.member))
    touch(.account(enrolment.member))
    judgeTier(of: enrolment.member)
    judgeClass(of: enrolment.member)
    welcome(enrolment.member)
    return try write(enrolment.registers, of: enrolment.member, at: time, from: node)
  }

  /// Last writer wins, field by field; a value that loses to a different one is kept as a conflict. A claim
  /// from the future counts as made now, so that a wrong clock never wins by being wrong.
  func write(
    _ registers: [Register], of member: MemberID, at time: HybridTime, from node: NodeID
  ) throws -> (EntryOutcome, String) {
    let claimed = time.ms > nowMs + Limits.clockLeadMs ? HybridTime(ms: nowMs) : time
    let before = try self.registers(of: member)
    var written: [Register] = []
    for register in registers {
      let mine = StampedValue(value: register.value, time: claimed, node: node)
      // One node's entries come in the order they were made, whatever its clock said.
      if let theirs = before[register.name], theirs.node != node, !mine.wins(over: theirs) {
        if theirs.value != mine.value { try keepConflict(mine, lostTo: theirs, register.name, member) }
        continue
      }
      if let theirs = before[register.name], theirs.value != mine.value, theirs.node != node {
        try keepConflict(theirs, lostTo: mine, register.name, member)
      }
      try db.run(
        """
        INSERT INTO registers (member, field, value, time, node) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (member, field)
        DO UPDATE SET value = excluded.value, time = excluded.time, node = excluded.node
        """,
        [
          member.bytes, register.name, register.value, Int64(bitPattern: claimed.packed),
          Int64(node.number),
        ])
      written.append(register)
    }
    // Who is whom is decided by all that was written, wherever in the list a name or birthday stands.
    var outcome: (EntryOutcome, String) = (.accepted, "")
    for register in written {
      if let merged = try claim(register, of: member, before: before[register.name]?.value) {
        outcome = merged
      }
    }
    touch(.member(member))
    return outcome
  }

  func keepConflict(
    _ lost: StampedValue, lostTo kept: StampedValue, _ field: String, _ member: MemberID
  ) throws {
    try db.run(
      """
      INSERT INTO conflicts (member, field, time, node, value, kept, kept_time, kept_node, at_ms)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT DO NOTHING
      """,
      [
        member.bytes, field, Int64(bitPattern: lost.time.packed), Int64(lost.node.number), lost.value,
        kept.value, Int64(bitPattern: kept.time.packed), Int64(kept.node.number), nowMs,
      ])
  }

  /// A phone or card is a claim, unique at the hub. A second claim makes one member of two.
  private func claim(_ register: Register, of member: MemberID, before: String?) throws -> (
    EntryOutcome, String
  )? {
    guard [Register.phoneField, Register.cardField].contains(register.name), register.value != before else {
      return nil
    }
    if let before {
      try db.run(
        "DELETE FROM claims WHERE kind = ? AND value = ? AND member = ?",
        [register.name, claimKey(register.name, before), member.bytes])
    }
    guard let value = register.value else { return nil }
    let key = claimKey(register.name, value)
    let owner = try db.rows("SELECT member FROM claims WHERE kind = ? AND value = ?", [register.name, key])
      .first
    guard let owner = owner.flatMap({ MemberID(bytes: $0[0] as [UInt8]) }) else {
      try db.run(
        "INSERT INTO claims (kind, value, member) VALUES (?, ?, ?)", [register.name, key, member.bytes])
      if register.name == Register.phoneField { try raiseVersion(ofPhone: key) }
      if register.name == Register.phoneField { try attachWaitingSales(phone: key, to: member) }
      return nil
    }
    let (first, second) = (try root(of: owner), try root(of: member))
    if first == second { return nil }
    // Somebody has decided that these are two people: the first keeps what both claim.
    if try areToldApart(first, second) { return nil }
    if let reason = try differs(first, second) {
      try noteDuplicate(first, second, reason: reason)
      return (.merged, "possible_duplicate: \(reason)")
    }
    if try mergeDepth(of: first, second) > DeskLimits.mergeDepth {
      try noteDuplicate(first, second, reason: "more merges than stores follow")
      return (.merged, "possible_duplicate: more merges than stores follow")
    }
    try settleDuplicates(of: first, second, as: .merged, by: "sync", note: "same \(register.name)")
    try merge(first, second, reason: "same \(register.name)")
    return (.merged, "same_\(register.name)")
  }

  func claimKey(_ kind: String, _ value: String) -> [UInt8] {
    kind == Register.phoneField ? store.phoneKey(value).bytes : Array(value.utf8)
  }

  /// Why two persons are not one, as far as all their records say.
  private func differs(_ first: MemberID, _ second: MemberID) throws -> String? {
    PersonRule.difference(
      try group(of: first).map { try registers(of: $0) }, try group(of: second).map { try registers(of: $0) }
    ).map { "different \($0)" }
  }

  func rank(of member: MemberID) throws -> IdentityRank {
    guard
      let row = try db.rows(
        "SELECT verified, enrolled_time FROM members WHERE member = ?", [member.bytes]
      ).first
    else { throw EntryFault(reason: "the member \(member) is not known here") }
    return IdentityRank(
      isVerified: row[0] as Int64 != 0, enrolledAt: HybridTime(packed: UInt64(bitPattern: row[1] as Int64)),
      member: member)
  }

  /// The record that stands for a member after all merges.
  func root(of member: MemberID) throws -> MemberID {
    var current = member
    for _ in 0..<64 {
      let row = try db.rows("SELECT alias_of FROM members WHERE member = ?", [current.bytes]).first
      guard let next = row.flatMap({ $0[0] as [UInt8]? }).flatMap({ MemberID(bytes: $0) }) else {
        return current
      }
      current = next
    }
    throw EntryFault(reason: "the merges of \(member) run in a circle")
  }

  /// The standing record and all that were merged into it.
  func group(of root: MemberID) throws -> [MemberID] {
    var ids = [root]
    var position = 0
    while position < ids.count {
      ids += try db.rows("SELECT member FROM members WHERE alias_of = ?", [ids[position].bytes])
        .compactMap { MemberID(bytes: $0[0] as [UInt8]) }
      position += 1
    }
    return ids
  }

  /// The record that has claimed a phone. What comes by the phone is that record's own, so that it goes with
  /// it when a merge is undone.
  func owner(ofPhone key: [UInt8]) throws -> MemberID? {
    try db.rows("SELECT member FROM claims WHERE kind = 'phone' AND value = ?", [key]).first
      .flatMap { MemberID(bytes: $0[0] as [UInt8]) }
  }
}
