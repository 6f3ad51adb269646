import Foundation
import Loyalty
import ServerCore
import Storage
import SyncProtocol

/// Where a possible duplicate 疑似重复 stands.
public enum DuplicateState: String, Hashable, Sendable, Codable, CaseIterable {
  case open
  case merged
  case notSame
}

/// Two records that may be one person, as lists show them.
public struct PossibleDuplicate: Hashable, Sendable, Codable {
  public let number: Int64
  public let first: PersonName
  public let second: PersonName
  public let why: Words
  public let at: Timestamp
  public let state: DuplicateState
  public let decidedAt: Timestamp?
  public let actor: String?
  public let reason: String?
}

/// Both side by side, for whoever decides.
public struct DuplicateDetail: Hashable, Sendable, Codable {
  /// A person over all their records; the name is masked unless it was asked for.
  public struct Person: Hashable, Sendable, Codable {
    public let summary: PersonSummary
    public let name: String
    public let phoneLastDigits: String
    public let birthday: String?
    public let card: String?
    public let store: String
    public let enrolledAt: Timestamp
    public let channel: String
    public let lastStore: String
  }

  public let duplicate: PossibleDuplicate
  public let first: Person
  public let second: Person
}

/// A row of the table.
struct DuplicateRow {
  let number: Int64
  let first: MemberID
  let second: MemberID
  let reason: String
  let atMs: Int64
  let state: DuplicateState
  let decidedMs: Int64?
  let actor: String?
  let note: String?

  static let columns = """
    SELECT number, first, second, reason, at_ms, state, decided_ms, actor, note FROM duplicates
    """

  init?(_ row: SQLRow) {
    guard let first = MemberID(bytes: row[1] as [UInt8]), let second = MemberID(bytes: row[2] as [UInt8])
    else { return nil }
    (number, self.first, self.second, reason, atMs) = (row[0], first, second, row[3], row[4])
    (state, decidedMs) = (DuplicateState(rawValue: row[5]) ?? .open, row[6])
    (actor, note) = (row[7], row[8])
  }
}

extension HubTransaction {
  /// Somebody is to be asked about two people; what has been asked once is not asked again.
  func noteDuplicate(_ first: MemberID, _ second: MemberID, reason: String) throws {
    if try !duplicates(between: [first], and: [second]).isEmpty { return }
    try db.run(
      "INSERT INTO duplicates (first, second, reason, at_ms) VALUES (?, ?, ?, ?)",
      [first.bytes, second.bytes, reason, nowMs])
  }

  /// Whether somebody has decided that these are two people, by whichever of their records.
  func areToldApart(_ first: MemberID, _ second: MemberID) throws -> Bool {
    try duplicates(between: group(of: first), and: group(of: second)).contains { $0.state == .notSame }
  }

  /// What has been asked about two people.
  func duplicates(between first: [MemberID], and second: [MemberID]) throws -> [DuplicateRow] {
    try first.flatMap { one in
      try second.flatMap { other in
        try db.rows(
          """
          \(DuplicateRow.columns) WHERE first = ?1 AND second = ?2
          UNION ALL \(DuplicateRow.columns) WHERE first = ?2 AND second = ?1
          """, [one.bytes, other.bytes]
        ).compactMap { DuplicateRow($0) }
      }
    }
  }

  /// Decides everything that was asked about two people.
  func settleDuplicates(
    of first: MemberID, _ second: MemberID, as state: DuplicateState, by actor: String, note: String
  ) throws {
    for row in try duplicates(between: group(of: first), and: group(of: second)) where row.state != state {
      try db.run(
        "UPDATE duplicates SET state = ?, decided_ms = ?, actor = ?, note = ? WHERE number = ?",
        [state.rawValue, nowMs, actor, note, row.number])
    }
  }

  /// They are two people: nobody is asked again, and what both claim stays with whoever claimed it first.
  public func keepApart(_ number: Int64, _ reason: DeskReason, by actor: String) throws -> DuplicateDetail {
    try reason.require()
    let row = try openDuplicate(number)
    try settleDuplicates(
      of: root(of: row.first), root(of: row.second), as: .notSame, by: actor, note: reason.reason)
    try audit(
      .duplicateNotSame, .duplicate(number), before: ["state": row.state.rawValue],
      after: ["state": DuplicateState.notSame.rawValue, "first": "\(row.first)", "second": "\(row.second)"],
      reason: reason.reason, by: actor)
    return try detail(ofDuplicate: number, isFull: false)
  }

  /// They are one person: an ordinary merge.
  public func mergeDuplicate(_ number: Int64, _ reason: DeskReason, by actor: String, dryRun: Bool = false)
    throws -> MergeReport
  {
    let row = try openDuplicate(number)
    return try merge(
      row.first, MergeRequest(with: row.second, reason: reason.reason), by: actor, dryRun: dryRun)
  }

  private func openDuplicate(_ number: Int64) throws -> DuplicateRow {
    let row = try duplicateRow(number)
    guard row.state == .open else { throw DeskFault.decided(state: row.state.rawValue) }
    return row
  }

  private func duplicateRow(_ number: Int64) throws -> DuplicateRow {
    let found = try db.rows("\(DuplicateRow.columns) WHERE number = ?", [number]).first
    guard let row = found.flatMap({ DuplicateRow($0) }) else { throw DeskFault.unknownDuplicate }
    return row
  }

  fileprivate func described(_ row: DuplicateRow) throws -> PossibleDuplicate {
    func name(_ member: MemberID) throws -> PersonName {
      try personName(member)
        ?? PersonName(memberId: member, code: ShortCode(member).description, maskedName: "")
    }
    return PossibleDuplicate(
      number: row.number, first: try name(row.first), second: try name(row.second),
      why: Words(reason: row.reason), at: Timestamp(ms: row.atMs), state: row.state,
      decidedAt: row.decidedMs.map { Timestamp(ms: $0) }, actor: row.actor, reason: row.note)
  }

  fileprivate func detail(ofDuplicate number: Int64, isFull: Bool) throws -> DuplicateDetail {
    let row = try duplicateRow(number)
    return DuplicateDetail(
      duplicate: try described(row), first: try person(row.first, isFull: isFull),
      second: try person(row.second, isFull: isFull))
  }

  private func person(_ record: MemberID, isFull: Bool) throws -> DuplicateDetail.Person {
    let registers = try registers(of: record)
    let member = try memberRow(record)
    let name = registers[Register.nameField]?.value ?? ""
    let enrolled = try db.rows(
      "SELECT enrolled_ms, channel FROM members WHERE member = ?", [record.bytes]
    ).first
    return DuplicateDetail.Person(
      summary: try summary(of: record), name: isFull ? name : maskedName(name),
      phoneLastDigits: member?.phoneLastDigits ?? "", birthday: registers[Register.birthdayField]?.value,
      card: registers[Register.cardField]?.value, store: try storeCode(of: member?.home ?? .hub),
      enrolledAt: Timestamp(ms: enrolled?[0] ?? 0), channel: enrolled?[1] ?? "",
      lastStore: try storeCode(of: accountRow(record).lastStore))
  }

  fileprivate func duplicates(_ filter: DeskFilter) throws -> [PossibleDuplicate] {
    var conditions = try conditions(filter)
    if let node = filter.node {
      conditions.add(
        "EXISTS (SELECT 1 FROM members m WHERE m.member IN (first, second) AND m.home = ?)",
        Int64(node.number))
    }
    return try db.rows(
      "\(DuplicateRow.columns) \(conditions.sql) ORDER BY number DESC LIMIT ?",
      conditions.arguments + [DeskLimits.page]
    ).compactMap { try DuplicateRow($0).map { try described($0) } }
  }
}

extension HubStore {
  public func duplicates(_ filter: DeskFilter) throws -> DeskPage<PossibleDuplicate> {
    try reading { DeskPage(try $0.duplicates(filter), number: \.number) }
  }

  public func duplicate(_ number: Int64, isFull: Bool) throws -> DuplicateDetail {
    try reading { try $0.detail(ofDuplicate: number, isFull: isFull) }
  }
}
