import Foundation
import Loyalty
import Storage
import SyncProtocol

/// A member's statement 积分明细: every movement with its reason, and the balance after it.
public struct StatementResponse: Hashable, Sendable, Codable {
  public struct Line: Hashable, Sendable, Codable {
    public let day: Day
    /// A kind of movement, `activated` or `expired`.
    public let kind: String
    /// Change of the available points.
    public let points: Points
    public let balance: Points
    /// The sale, return, check-in or decision behind it.
    public let cause: String?
    public let text: Words
  }

  public let memberId: MemberID
  public let balance: Points
  public let lines: [Line]
}

/// What the chain owes its members in points 积分负债, cohort by cohort.
public struct LiabilityResponse: Hashable, Sendable, Codable {
  public struct Figures: Hashable, Sendable, Codable {
    public let issued, restored, adjusted, transferredIn, spent, clawedBack, settled, transferredOut: Points
    public let expired, outstanding: Points
    /// What the outstanding points stand for, less what is expected to lapse; nil where points pay nothing.
    public let value: Money?
  }

  public struct Cohort: Hashable, Sendable, Codable {
    /// The first day of the month from which the points may be spent, and the first day they are gone.
    public let month: Day
    public let expiresOn: Day
    public let figures: Figures
  }

  public let day: Day
  public let currency: String
  public let cohorts: [Cohort]
  public let total: Figures
  /// Points that members owe, and that were written off.
  public let debt: Points
  public let writtenOff: Points
  /// Expired for each thousand issued, of the cohorts that are closed.
  public let breakagePermille: Int64?
}

extension HubStore {
  public func statement(of id: MemberID) throws -> StatementResponse {
    try reading { reader in
      let root = try reader.root(of: id)
      try reader.requireKnown(root)
      let now = Timestamp(ms: environment.nowMs())
      let rulebook = try reader.rulebook(at: now)
      let day = rulebook.businessDay(now)
      let ledger = try reader.ledger(of: root)
      var facts = StatementFacts(reader, utcOffsetMinutes: rulebook.utcOffsetMinutes)
      let lines = try ledger.statement(through: day, utcOffsetMinutes: rulebook.utcOffsetMinutes)
        .map { line in
          StatementResponse.Line(
            day: line.day, kind: line.kind, points: line.points, balance: line.balance,
            cause: line.movement?.cause.flatMap { ID<Movement>(bytes: $0) }?.description,
            text: line.words(try facts.fact(behind: line.movement), currency: rulebook.currency))
        }
      return StatementResponse(
        memberId: root, balance: ledger.available(on: day), lines: lines)
    }
  }

  /// As it was after a business day, as far as is known now; today without one.
  public func liability(on day: Day?, breakagePermille: Int64) throws -> LiabilityResponse {
    try reading { reader in
      let now = Timestamp(ms: environment.nowMs())
      let rulebook = try reader.rulebook(at: now)
      var liability = Liability(
        on: day ?? rulebook.businessDay(now), utcOffsetMinutes: rulebook.utcOffsetMinutes)
      for row in try reader.db.rows("SELECT member FROM accounts ORDER BY member") {
        guard let member = MemberID(bytes: row[0] as [UInt8]) else { continue }
        liability.add(MemberLedger(try reader.movements(of: member)))
      }
      func figures(_ figures: LiabilityFigures) -> LiabilityResponse.Figures {
        LiabilityResponse.Figures(
          issued: figures.issued, restored: figures.restored, adjusted: figures.adjusted,
          transferredIn: figures.transferredIn, spent: figures.spent, clawedBack: figures.clawedBack,
          settled: figures.settled, transferredOut: figures.transferredOut, expired: figures.expired,
          outstanding: figures.outstanding,
          value: rulebook.pointsPayment.map { figures.value(at: $0, breakagePermille: breakagePermille) })
      }
      return LiabilityResponse(
        day: liability.day, currency: rulebook.currency,
        cohorts: liability.cohorts.sorted { $0.key < $1.key }.map {
          LiabilityResponse.Cohort(
            month: $0.key.month, expiresOn: $0.key.expiresOn, figures: figures($0.value))
        },
        total: figures(liability.total), debt: liability.debt, writtenOff: liability.writtenOff,
        breakagePermille: liability.breakage.permille)
    }
  }
}

extension StatementLine {
  fileprivate var movement: Movement? { if case .movement(let movement) = event { movement } else { nil } }

  fileprivate var kind: String {
    switch event {
    case .movement(let movement): movement.kind.rawValue
    case .activated: "activated"
    case .expired: "expired"
    }
  }
}

/// Finds what a statement has to say of the causes of movements, each once.
private struct StatementFacts {
  private let reader: HubTransaction
  private let utcOffsetMinutes: Int
  private var known: [[UInt8]: StatementFact?] = [:]

  init(_ reader: HubTransaction, utcOffsetMinutes: Int) {
    self.reader = reader
    self.utcOffsetMinutes = utcOffsetMinutes
  }

  mutating func fact(behind movement: Movement?) throws -> StatementFact? {
    guard let movement, let cause = movement.cause else { return nil }
    if let fact = known[cause] { return fact }
    let fact = try find(cause, movement)
    known[cause] = .some(fact)
    return fact
  }

  private func find(_ cause: [UInt8], _ movement: Movement) throws -> StatementFact? {
    switch movement.kind {
    case .transferIn, .transferOut: return try member(behind: cause, of: movement)
    case .adjust: return nil
    default: break
    }
    let sales = try reader.db.rows(
      "SELECT net, name, business_ms FROM sales JOIN nodes USING (node) WHERE sale = ?", [cause])
    if let row = sales.first {
      return .sale(net: Money(row[0]), store: row[1], on: day(row[2]))
    }
    let returns = try reader.db.rows(
      """
      SELECT r.net, name, s.business_ms FROM returns r JOIN sales s USING (sale_no)
        JOIN nodes n ON n.node = r.node WHERE sale_return = ?
      """, [cause])
    if let row = returns.first {
      return .saleReturn(net: Money(row[0]), store: row[1], soldOn: day(row[2]))
    }
    if let name = try program(behind: cause) { return .campaign(name) }
    if let fact = try reward(behind: cause, to: movement.owner) { return fact }
    return try reader.db.rows(
      "SELECT name FROM check_ins JOIN nodes USING (node) WHERE check_in = ?", [cause]
    ).first.map { .checkIn(store: $0[0]) }
  }

  /// An activity, a draw or an item of the mall, by the name it had then.
  private func program(behind cause: [UInt8]) throws -> Words? {
    let queries = [
      "SELECT activity, rulebook FROM participations WHERE participation = ?",
      "SELECT draw, rulebook FROM prizes WHERE prize_drawn = ?",
      "SELECT item, rulebook FROM mall_orders WHERE mall_order = ?",
    ]
    for query in queries {
      guard let row = try reader.db.rows(query, [cause]).first else { continue }
      let version: Int64 = row[1]
      let programs = try reader.currentRulebooks().first { $0.version == version }?.programs
      let id: String = row[0]
      return programs?.activities.first { $0.id == id }?.name ?? programs?.draws.first { $0.id == id }?.name
        ?? programs?.mall.first { $0.id == id }?.name ?? Words(zh: id, en: id)
    }
    return nil
  }

  private func reward(behind cause: [UInt8], to member: MemberID) throws -> StatementFact? {
    for row in try reader.db.rows("SELECT benefit FROM benefits_given WHERE member = ?", [member.bytes]) {
      let benefit: String = row[0]
      if ID<Reward>(derivedFrom: "gift/\(member)/\(benefit)").bytes == cause {
        return .campaign(
          benefit == GiftDue.signUpKey
            ? Words(zh: "开卡礼", en: "Sign-up gift") : Words(zh: "生日礼", en: "Birthday gift"))
      }
    }
    let effects = try reader.db.rows(
      "SELECT effect, number FROM referral_effects WHERE member = ?", [member.bytes])
    let effect = effects.first {
      ID<Reward>(derivedFrom: "\($0[0] as String)/\($0[1] as Int64)").bytes == cause
    }
    guard let key = effect.map({ $0[0] as String }) else { return nil }
    return .referral(isMerged: try isMerged(key))
  }

  /// Whether the new member of a recommendation is, since a merge, who recommended them or was there before.
  private func isMerged(_ key: String) throws -> Bool {
    guard let referee = Referral.referee(ofReward: key) else { return false }
    let group = try reader.group(of: try reader.root(of: referee))
    let times = try group.map { record in
      let row = try reader.db.rows("SELECT enrolled_ms FROM members WHERE member = ?", [record.bytes]).first
      return (record, row.map { $0[0] as Int64 } ?? .max)
    }
    let row = try reader.db.rows("SELECT referrer FROM members WHERE member = ?", [referee.bytes]).first
    let referrer = row.flatMap { ($0[0] as [UInt8]?).flatMap { MemberID(bytes: $0) } }
    let isOne = try referrer.map { group.contains(try reader.root(of: $0)) } ?? false
    return isOne || times.min { ($0.1, $0.0) < ($1.1, $1.0) }?.0 != referee
  }

  /// The other side of a transfer.
  private func member(behind decision: [UInt8], of movement: Movement) throws -> StatementFact? {
    let column = movement.kind == .transferIn ? "member" : "other"
    guard
      let row = try reader.db.rows("SELECT \(column) FROM decisions WHERE decision = ?", [decision]).first,
      let other = (row[0] as [UInt8]?).flatMap({ MemberID(bytes: $0) }),
      let name = try reader.memberRow(other)?.maskedName, !name.isEmpty
    else { return nil }
    return .member(name)
  }

  private func day(_ ms: Int64) -> Day { Timestamp(ms: ms).day(utcOffsetMinutes: utcOffsetMinutes) }
}
