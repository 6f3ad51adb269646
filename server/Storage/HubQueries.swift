import Foundation
import Loyalty
import Storage
import SyncProtocol

/// A member as headquarters sees them.
public struct HubMember: Hashable, Sendable, Codable {
  public let memberId: MemberID
  public let code: String
  public let aliasOf: MemberID?
  public let mergedIn: [MemberID]
  public let registers: [String: String]
  public let home: NodeID
  /// Where the person's records stand.
  public let region: String
  public let lastStore: NodeID
  public let enrolledAt: Timestamp
  public let channel: String
  public let tier: String?
  /// What more would do, or what keeps it; nil without a tier scheme.
  public let tierProgress: Words?
  /// Nil where the rulebook has no classes.
  public let memberClass: ClassStanding?
  public let points: Points
  public let debt: Points
  public let lots: [LotBalance]
}

public struct HubSale: Hashable, Sendable, Codable {
  public let saleId: SaleID
  public let node: NodeID
  public let memberId: MemberID?
  public let businessTime: Timestamp
  public let gross: Money
  public let net: Money
  public let pointsEarned: Points
  public let pointsSpent: Points
  public let rulebook: Int64
  public let offline: Bool
  public let lines: [SaleLine]?
}

public struct PartitionInfo: Hashable, Sendable, Codable {
  public let partition: Partition
  public let rows: UInt64
  public let digest: String
}

/// Where a member stands, and how they came there.
public struct MemberTier: Hashable, Sendable, Codable {
  public enum State: String, Hashable, Sendable, Codable { case active, atRisk, grace }

  public let level: String?
  public let state: State
  public let since: Day?
  public let periodEnds: Day?
  public let nextLevel: String?
  public let distance: Int64?
  public let retentionDistance: Int64?
  public let progress: Words?
  public let changes: [ToldTierChange]
  public let overrides: [TierOverride]

  init(
    _ standing: TierStanding?, currency: String, changes: [ToldTierChange], overrides: [TierOverride]
  ) {
    level = standing?.level?.id
    state =
      switch standing?.state {
      case .atRisk: .atRisk
      case .grace: .grace
      case .active, nil: .active
      }
    since = standing?.since
    periodEnds = standing?.periodEnds
    nextLevel = standing?.nextLevel?.id
    (distance, retentionDistance) = (standing?.distance, standing?.retentionDistance)
    progress = standing?.words(currency: currency)
    (self.changes, self.overrides) = (changes, overrides)
  }
}

extension HubStore {
  public func memberTier(_ id: MemberID) throws -> MemberTier {
    try reading { reader in
      let root = try reader.root(of: id)
      try reader.requireKnown(root)
      let now = Timestamp(ms: environment.nowMs())
      let rulebook = try reader.rulebook(at: now)
      return MemberTier(
        try rulebook.tiers?.standing(of: reader.tierFacts(of: root), on: rulebook.businessDay(now)),
        currency: rulebook.currency, changes: try reader.tierChanges(of: root),
        overrides: try reader.tierOverrides(of: root))
    }
  }

  func reading<T>(_ body: (HubTransaction) throws -> T) throws -> T {
    try pool.read { try body(HubTransaction($0, self)) }
  }

  /// The member that stands for this id, with all that was merged into it.
  public func member(_ id: MemberID) throws -> HubMember {
    try reading { reader in
      let root = try reader.root(of: id)
      guard
        let row = try reader.db.rows(
          "SELECT home, enrolled_ms, channel, region FROM members WHERE member = ?", [root.bytes]
        ).first
      else { throw HubFault.unknownMember }
      let group = try reader.group(of: root)
      let accounts = try group.map { try reader.accountRow($0) }
      let now = Timestamp(ms: environment.nowMs())
      let rulebook = try reader.rulebook(at: now)
      let day = rulebook.businessDay(now)
      let lots = accounts.flatMap(\.lots)
      let debt = accounts.reduce(Points.zero) { $0 + $1.debt }
      let standing = try rulebook.tiers?.standing(of: reader.tierFacts(of: root), on: day)
      return HubMember(
        memberId: root, code: ShortCode(root).description, aliasOf: nil, mergedIn: Array(group.dropFirst()),
        registers: try reader.registers(of: root).compactMapValues(\.value),
        home: NodeID(UInt32(row[0] as Int64)), region: row[3],
        lastStore: accounts[0].lastStore, enrolledAt: Timestamp(ms: row[1]), channel: row[2],
        tier: standing?.level?.id, tierProgress: standing?.words(currency: rulebook.currency),
        memberClass: try reader.classStanding(of: root),
        points: lots.reduce(.zero - debt) { $1.lot.isActive(on: day) ? $0 + $1.remainder : $0 }, debt: debt,
        lots: lots)
    }
  }

  /// Members by phone, card, code, or (`text`) any of these or an exact name; at most fifty.
  public func findMembers(phone: String? = nil, card: String? = nil, code: String? = nil, text: String? = nil)
    throws
    -> [HubMember]
  {
    let ids = try pool.read { db -> [MemberID] in
      func claim(_ kind: String, _ value: [UInt8]) throws -> [MemberID] {
        try db.rows("SELECT member FROM claims WHERE kind = ? AND value = ?", [kind, value])
          .compactMap { MemberID(bytes: $0[0] as [UInt8]) }
      }
      var found: [MemberID] = []
      if let number = (phone ?? text).flatMap({ PhoneNumber($0) }) {
        found += try claim(Register.phoneField, phoneKey(number.text).bytes)
      }
      if let card = card ?? text { found += try claim(Register.cardField, Array(card.utf8)) }
      if let code = (code ?? text).flatMap({ ShortCode($0) }) {
        found += try db.rows("SELECT member FROM members WHERE code = ?", [code.bytes])
          .compactMap { MemberID(bytes: $0[0] as [UInt8]) }
      }
      if let text {
        found += try db.rows(
          "SELECT member FROM registers WHERE field = 'name' AND value = ? LIMIT 50", [text]
        )
        .compactMap { MemberID(bytes: $0[0] as [UInt8]) }
      }
      return found
    }
    var members: [HubMember] = []
    for id in ids {
      let member = try member(id)
      if !members.contains(where: { $0.memberId == member.memberId }) { members.append(member) }
    }
    return members
  }

  public func sale(_ id: SaleID) throws -> HubSale {
    try pool.read { db in
      guard let row = try db.rows("\(Self.saleColumns) WHERE sale = ?", [id.bytes]).first else {
        throw HubFault.unknownSale
      }
      let number: Int64 = row[0]
      var discounts: [Int64: [LineDiscount]] = [:]
      for row in try db.rows(
        "SELECT line, kind, source, amount FROM sale_discounts WHERE sale_no = ? ORDER BY line, part",
        [number])
      {
        discounts[row[0], default: []].append(
          LineDiscount(kind: row[1], source: row[2], amount: Money(row[3])))
      }
      let lines = try db.rows(
        "SELECT line, sku, name, category, quantity, gross FROM sale_lines WHERE sale_no = ? ORDER BY line",
        [number]
      ).map {
        SaleLine(
          sku: $0[1], name: $0[2], category: $0[3], quantity: Quantity(milli: $0[4]), gross: Money($0[5]),
          discounts: discounts[$0[0]] ?? [])
      }
      return try Self.sale(row, lines: lines)
    }
  }

  /// Sales newest first, `limit` at a time, before the sale number `before`. The second value continues.
  public func sales(member: MemberID?, node: NodeID?, before: Int64?, limit: Int) throws -> (
    [HubSale], Int64?
  ) {
    try pool.read { db in
      var conditions: [String] = []
      var arguments: [(any SQLBindable)?] = []
      if let member {
        // A sale keeps the record it was made for; a person is all the records that were merged into one.
        let reader = try HubTransaction(db, self)
        let records = try reader.group(of: try reader.root(of: member))
        conditions.append("member IN (\(records.map { _ in "?" }.joined(separator: ", ")))")
        arguments += records.map(\.bytes)
      }
      if let node {
        conditions.append("node = ?")
        arguments.append(Int64(node.number))
      }
      if let before {
        conditions.append("sale_no < ?")
        arguments.append(before)
      }
      let filter = conditions.isEmpty ? "" : "WHERE " + conditions.joined(separator: " AND ")
      let rows = try db.rows(
        "\(Self.saleColumns) \(filter) ORDER BY sale_no DESC LIMIT ?", arguments + [limit])
      let next: Int64? = rows.count == limit ? rows.last?[0] : nil
      return (try rows.map { try Self.sale($0, lines: nil) }, next)
    }
  }

  private static let saleColumns = """
    SELECT sale_no, sale, node, member, business_ms, gross, net, earned, spent, rulebook, offline FROM sales
    """

  private static func sale(_ row: SQLRow, lines: [SaleLine]?) throws -> HubSale {
    guard let id = SaleID(bytes: row[1] as [UInt8]) else { throw HubFault.unknownSale }
    return HubSale(
      saleId: id, node: NodeID(UInt32(row[2] as Int64)),
      memberId: (row[3] as [UInt8]?).flatMap { MemberID(bytes: $0) },
      businessTime: Timestamp(ms: row[4]), gross: Money(row[5]), net: Money(row[6]),
      pointsEarned: Points(row[7]),
      pointsSpent: Points(row[8]), rulebook: row[9], offline: row[10] as Int64 != 0, lines: lines)
  }

  public func partitions() throws -> [PartitionInfo] {
    try pool.read { db in
      try db.rows("SELECT name, count, high, low FROM partitions ORDER BY name").map { row in
        let high = UInt128(UInt64(bitPattern: row[2] as Int64))
        let sum = high << 64 | UInt128(UInt64(bitPattern: row[3] as Int64))
        return PartitionInfo(
          partition: Partition(row[0]), rows: UInt64(bitPattern: row[1] as Int64),
          digest: String(sum, radix: 16))
      }
    }
  }
}
