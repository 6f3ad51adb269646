import Crypto
import Foundation
import Loyalty
import ServerCore
import Storage
import SyncProtocol

public enum CouponIssueKind {}
public typealias CouponIssueID = ID<CouponIssueKind>

/// Coupons for many 批量发券: for the members named, for all, for those of a tier, or codes for whoever comes
/// with one. Just one of the four.
public struct CouponIssueOrder: Hashable, Sendable, Codable {
  public let template: String
  public let memberIds: [MemberID]?
  public let all: Bool?
  public let tier: String?
  public let count: Int64?
  /// Binds the coupons to one store.
  public let store: StoreCode?
}

/// What an order would come to.
public struct CouponIssuePreview: Hashable, Sendable, Codable {
  /// Members it is for, or codes.
  public let total: Int64
  /// Of them, those who may have one coupon more.
  public let eligible: Int64
  /// What the template's stock still has; nil without one.
  public let left: Int64?
}

public struct CouponIssueStatus: Hashable, Sendable, Codable {
  public enum State: String, Hashable, Sendable, Codable {
    case running
    case done
    /// By what `stopped` says; the rest was not tried.
    case stopped
  }

  public struct Failure: Hashable, Sendable, Codable {
    public let memberId: MemberID
    public let code: String
  }

  public struct Codes: Hashable, Sendable, Codable {
    public let unclaimed: Int64
    public let claimed: Int64
    public let voided: Int64
  }

  public let issueId: CouponIssueID
  public let template: String
  public let audience: String
  public let tier: String?
  public let state: State
  /// The code of what stopped it.
  public let stopped: String?
  public let total: Int64
  public let done: Int64
  /// Of those done: members who may have no more. The first of them are listed.
  public let failed: Int64
  public let failures: [Failure]
  /// What became of the codes; nil for an issue to members.
  public let codes: Codes?
  public let actor: String
  public let createdAt: Timestamp
  public let finishedAt: Timestamp?
}

extension CouponIssueOrder {
  enum Audience: String { case members, all, tier, codes }

  static func id(key: String) -> CouponIssueID { CouponIssueID(derivedFrom: "coupon-issue/\(key)") }

  func digest() throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    return Array(SHA256.hash(data: try encoder.encode(self)))
  }

  func audience() throws -> Audience {
    let given: [Audience] =
      [memberIds == nil ? nil : .members, all == true ? .all : nil, tier == nil ? nil : .tier]
      .compactMap { $0 } + (count == nil ? [] : [.codes])
    guard given.count == 1, let audience = given.first else {
      throw HubFault.invalid(field: "memberIds", reason: "give one of memberIds, all, tier or count")
    }
    if let memberIds, !(1...CouponLimits.namedMembers).contains(memberIds.count) {
      throw HubFault.invalid(field: "memberIds", reason: "names 1 to \(CouponLimits.namedMembers) members")
    }
    if let count, !(1...CouponLimits.issuedCodes).contains(count) {
      throw HubFault.invalid(field: "count", reason: "is from 1 to \(CouponLimits.issuedCodes)")
    }
    return audience
  }
}

extension HubTransaction {
  /// Counts whom an order is for, and who may have one more.
  func preview(_ order: CouponIssueOrder) throws -> CouponIssuePreview {
    let audience = try order.audience()
    let stored = try requireTemplate(order.template)
    if let store = order.store { _ = try node(of: store) }
    if let tier = order.tier {
      let levels = try rulebook(at: Timestamp(ms: nowMs)).tiers?.levels ?? []
      guard levels.contains(where: { $0.id == tier }) else {
        throw HubFault.invalid(field: "tier", reason: "is a level of the rulebook in force")
      }
    }
    try requireIssuing(stored)
    let left = stored.template.stock.map { max(0, $0 - stored.issued) }
    if audience == .codes {
      let count = order.count ?? 0
      return CouponIssuePreview(total: count, eligible: count, left: left)
    }
    let sated = try whoHasEnough(of: stored)
    var (total, eligible) = (Int64(0), Int64(0))
    func count(_ member: MemberID) throws {
      total += 1
      if sated.isEmpty { eligible += 1 } else if try !sated.contains(root(of: member)) { eligible += 1 }
    }
    switch audience {
    case .members: for member in order.memberIds ?? [] { try count(member) }
    case .all where sated.isEmpty:
      total = try db.rows("SELECT count(*) FROM members WHERE alias_of IS NULL").first?[0] ?? 0
      eligible = total
    default:
      var after: MemberID?
      while true {
        let next = try standing(after: after, limit: CouponLimits.exportPage)
        for member in next where try isOf(order.tier, member) { try count(member) }
        guard let last = next.last else { break }
        after = last
      }
    }
    return CouponIssuePreview(total: total, eligible: eligible, left: left)
  }

  /// Begins an issue to many; the same key again is the same issue.
  public func beginIssue(
    _ order: CouponIssueOrder, _ preview: CouponIssuePreview, by actor: String, key: String
  ) throws -> CouponIssueID {
    if let known = try begunIssue(order, key: key) { return known }
    let (audience, id) = (try order.audience(), CouponIssueOrder.id(key: key))
    let stored = try requireTemplate(order.template)
    try requireIssuing(stored)
    if preview.eligible == 0 { throw CouponFault.issue(.count) }
    if let stock = stored.template.stock, preview.eligible > stock - stored.issued {
      throw CouponFault.issue(.outOfStock(left: max(0, stock - stored.issued)))
    }
    let bound = try order.store.map { try node(of: $0) }
    let added = try db.rows(
      """
      INSERT INTO coupon_issues (issue, digest, template, audience, tier, bound_to, actor, state, total,
        created_ms)
      VALUES (?, ?, ?, ?, ?, ?, ?, 'running', ?, ?) RETURNING number
      """,
      [
        id.bytes, try order.digest(), order.template, audience.rawValue, order.tier,
        bound.map { Int64($0.number) }, actor, preview.total, nowMs,
      ])
    let number: Int64 = added[0][0]
    for (position, member) in (order.memberIds ?? []).enumerated() {
      try db.run(
        "INSERT INTO coupon_issue_members (issue, position, member) VALUES (?, ?, ?)",
        [number, position, member.bytes])
    }
    return id
  }

  /// The issue that began under this key; another order under it is refused.
  func begunIssue(_ order: CouponIssueOrder, key: String) throws -> CouponIssueID? {
    let id = CouponIssueOrder.id(key: key)
    guard let row = try db.rows("SELECT digest FROM coupon_issues WHERE issue = ?", [id.bytes]).first else {
      return nil
    }
    guard row[0] as [UInt8] == (try order.digest()) else { throw HubFault.conflictingRepeat }
    return id
  }

  /// Members who stand for themselves, in order of id.
  func standing(after: MemberID?, limit: Int) throws -> [MemberID] {
    try db.rows(
      "SELECT member FROM members WHERE alias_of IS NULL AND member > ? ORDER BY member LIMIT ?",
      [after?.bytes ?? [], limit]
    ).compactMap { MemberID(bytes: $0[0] as [UInt8]) }
  }

  func isOf(_ tier: String?, _ member: MemberID) throws -> Bool {
    guard let tier else { return true }
    let now = Timestamp(ms: nowMs)
    let rulebook = try rulebook(at: now)
    let level = try rulebook.tiers?.level(of: tierFacts(of: member), on: rulebook.businessDay(now))
    return level?.id == tier
  }

  /// That the template issues at all now, whoever asks.
  private func requireIssuing(_ stored: StoredTemplate) throws {
    let now = Timestamp(ms: nowMs)
    do {
      _ = try stored.template.issue(
        1, issued: stored.issued, ofMember: 0, at: now,
        utcOffsetMinutes: try rulebook(at: now).utcOffsetMinutes)
    } catch let fault as CouponIssueFault {
      throw CouponFault.issue(fault)
    }
  }

  /// People who were issued as many as they may have.
  private func whoHasEnough(of stored: StoredTemplate) throws -> Set<MemberID> {
    guard let most = stored.template.perMember else { return [] }
    var counts: [MemberID: Int64] = [:]
    let rows = try db.rows(
      "SELECT member, count(*) FROM coupons WHERE template = ? AND origin IS NULL GROUP BY member",
      [stored.name])
    for row in rows {
      guard let member = MemberID(bytes: row[0] as [UInt8]) else { continue }
      counts[try root(of: member), default: 0] += row[1]
    }
    return Set(counts.filter { $0.value >= most }.keys)
  }
}

extension HubStore {
  public func preview(_ order: CouponIssueOrder) throws -> CouponIssuePreview {
    try reading { try $0.preview(order) }
  }

  public func begunIssue(_ order: CouponIssueOrder, key: String) throws -> CouponIssueID? {
    try reading { try $0.begunIssue(order, key: key) }
  }

  /// The first issue behind another that is not over.
  public func nextIssue(after number: Int64) throws -> Int64? {
    try pool.read { db in
      try db.rows(
        "SELECT number FROM coupon_issues WHERE state = 'running' AND number > ? ORDER BY number LIMIT 1",
        [number]
      ).first?[0]
    }
  }

  public func issue(_ id: CouponIssueID) throws -> CouponIssueStatus {
    guard let status = try issues("WHERE issue = ?", [id.bytes]).first else { throw CouponFault.unknownIssue }
    return status
  }

  /// The newest first, at most a hundred.
  public func issues() throws -> [CouponIssueStatus] { try issues("ORDER BY number DESC LIMIT 100", []) }

  private func issues(_ filter: String, _ arguments: [(any SQLBindable)?]) throws -> [CouponIssueStatus] {
    try pool.read { db in
      try db.rows(
        """
        SELECT issue, template, audience, tier, state, stopped, total, done, failed, actor, created_ms,
          finished_ms, number, voided, claimed, withdrawn
        FROM coupon_issues \(filter)
        """, arguments
      ).compactMap { row in
        guard let id = CouponIssueID(bytes: row[0] as [UInt8]),
          let state = CouponIssueStatus.State(rawValue: row[4])
        else { return nil }
        let failures = try db.rows(
          "SELECT member, code FROM coupon_issue_failures WHERE issue = ? ORDER BY position",
          [row[12] as Int64]
        ).compactMap { row in
          MemberID(bytes: row[0] as [UInt8]).map { CouponIssueStatus.Failure(memberId: $0, code: row[1]) }
        }
        let (claimed, withdrawn) = (row[14] as Int64, row[15] as Int64)
        let isVoided = row[13] as Int64 != 0
        let open = row[7] - claimed - withdrawn
        let isOfCodes = row[2] == CouponIssueOrder.Audience.codes.rawValue
        return CouponIssueStatus(
          issueId: id, template: row[1], audience: row[2], tier: row[3], state: state, stopped: row[5],
          total: row[6], done: row[7], failed: row[8], failures: failures,
          codes: isOfCodes
            ? CouponIssueStatus.Codes(
              unclaimed: isVoided ? 0 : open, claimed: claimed, voided: withdrawn + (isVoided ? open : 0))
            : nil,
          actor: row[9], createdAt: Timestamp(ms: row[10]),
          finishedAt: (row[11] as Int64?).map { Timestamp(ms: $0) })
      }
    }
  }
}
