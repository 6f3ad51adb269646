import Loyalty
import Storage
import SyncProtocol

/// Which rows which stores carry. A member's rows stand in the region of the person 会员所属区域, and in the own
/// partition of every store the person visited lately.
extension HubTransaction {
  /// Where the rows of a member's record stand.
  func places(of member: MemberID) throws -> [Partition] {
    if let known = memberPlaces[member] { return known }
    let rows = try db.rows(
      """
      SELECT m.region, v.node FROM members m LEFT JOIN visitors v ON v.member = ? WHERE m.member = ?
      """, [member.bytes, try root(of: member).bytes])
    guard let first = rows.first else { return [] }
    let visited = rows.compactMap { row in
      (row[1] as Int64?).map { Partition.own(NodeID(UInt32($0))) }
    }
    let places = [.region(first[0])] + visited
    memberPlaces[member] = places
    return places
  }

  /// A person is at a store that does not carry them: all their records join the store's own partition for
  /// `visitorDays`. False when the store carries the person's region anyway.
  @discardableResult
  public func welcomeVisitor(_ member: MemberID, at node: NodeID) throws -> Bool {
    let root = try root(of: member)
    try requireKnown(root)
    if try carries(node, root) { return false }
    let until = nowMs + store.policy.visitorDays * 86_400_000
    for record in try group(of: root) { try setVisitor(record, at: node, until: until) }
    return true
  }

  private func setVisitor(_ record: MemberID, at node: NodeID, until: Int64) throws {
    let known = try db.change(
      "UPDATE visitors SET until_ms = ? WHERE member = ? AND node = ?",
      [until, record.bytes, Int64(node.number)])
    if known > 0 { return }
    try db.run(
      "INSERT INTO visitors (member, node, until_ms) VALUES (?, ?, ?)",
      [record.bytes, Int64(node.number), until])
    memberPlaces[record] = nil
    try touchRows(of: record)
    unsettle(record)
  }

  /// A store meets somebody whom it does not know; answers who it is.
  public func identify(_ request: IdentifyRequest, at node: NodeID) throws -> MemberID {
    let found: MemberID?
    switch request.kind {
    case .phoneKey: found = try claimant(Register.phoneField, request.value)
    case .card: found = try claimant(Register.cardField, request.value)
    case .code:
      found = try db.rows("SELECT member FROM members WHERE code = ?", [request.value]).first
        .flatMap { MemberID(bytes: $0[0] as [UInt8]) }
    case .member: found = MemberID(bytes: request.value)
    }
    guard let found else { throw HubFault.unknownMember }
    try welcomeVisitor(found, at: node)
    return try root(of: found)
  }

  private func claimant(_ kind: String, _ value: [UInt8]) throws -> MemberID? {
    try db.rows("SELECT member FROM claims WHERE kind = ? AND value = ?", [kind, value]).first
      .flatMap { MemberID(bytes: $0[0] as [UInt8]) }
  }

  /// Lets go of visitors whose time is over, at most `limit`; answers how many there were.
  public func endVisits(limit: Int) throws -> Int {
    let over = try db.rows(
      "SELECT member, node FROM visitors WHERE until_ms < ? ORDER BY until_ms LIMIT ?", [nowMs, limit])
    for row in over {
      guard let member = MemberID(bytes: row[0] as [UInt8]) else { continue }
      try leave(.own(NodeID(UInt32(row[1] as Int64))), member)
      try db.run(
        "DELETE FROM visitors WHERE member = ? AND node = ?", [member.bytes, row[1] as Int64])
    }
    return over.count
  }

  /// Moves a person, with all their records, to another region.
  public func move(_ member: MemberID, to region: String) throws {
    try noteRegion(region)
    let root = try root(of: member)
    try requireKnown(root)
    try keepingPlaces(of: try group(of: root)) {
      try db.run("UPDATE members SET region = ? WHERE member = ?", [region, root.bytes])
    }
  }

  /// Moves the people who belong to a store to another region, at most `limit` of them; answers how many
  /// moved.
  public func moveMembers(of code: StoreCode, to region: String, limit: Int) throws -> Int {
    try noteRegion(region)
    let rows = try db.rows(
      "SELECT member FROM members WHERE home = ? AND region <> ? AND alias_of IS NULL LIMIT ?",
      [Int64(try node(of: code).number), region, limit])
    for member in rows.compactMap({ MemberID(bytes: $0[0] as [UInt8]) }) { try move(member, to: region) }
    return rows.count
  }

  /// Runs what may change where records stand; the rows leave the places that are theirs no longer.
  func keepingPlaces(of records: [MemberID], _ change: () throws -> Void) throws {
    for record in records {
      for place in try places(of: record) { try leave(place, record) }
    }
    try change()
    memberPlaces = [:]
  }

  /// A record's rows may have to go from a partition: whether they stay shows when the transaction ends.
  private func leave(_ partition: Partition, _ record: MemberID) throws {
    memberPlaces[record] = nil
    for row in try rows(of: record) { touch(row, leaving: partition) }
  }

  private func touchRows(of record: MemberID) throws { for row in try rows(of: record) { touch(row) } }

  private func rows(of record: MemberID) throws -> [Touched] {
    let coupons = try db.rows("SELECT coupon FROM coupons WHERE member = ?", [record.bytes])
    return [.member(record), .account(record)]
      + coupons.compactMap { CouponID(bytes: $0[0] as [UInt8]).map { .coupon($0) } }
  }

  /// Two persons were one all along: whoever visits one of them visits all their records, and the store where
  /// one of them began goes on knowing them.
  func shareVisits(of root: MemberID, since home: NodeID) throws {
    let records = try group(of: root)
    let visits = try records.flatMap { record in
      try db.rows("SELECT node, until_ms FROM visitors WHERE member = ?", [record.bytes])
    }
    for visit in visits {
      for record in records {
        try setVisitor(record, at: NodeID(UInt32(visit[0] as Int64)), until: visit[1])
      }
    }
    if home != .hub { try welcomeVisitor(root, at: home) }
  }

  // MARK: stores

  /// Whether the store carries the person's region.
  private func carries(_ node: NodeID, _ root: MemberID) throws -> Bool {
    let known = try nodeRegions[node] ?? Shape.regions(of: node, db)
    nodeRegions[node] = known
    return try places(of: root).first.map { place in known.contains { .region($0) == place } } ?? true
  }

  /// Whether a member's rows reach a store, by their region or as a visitor's.
  func places(of member: MemberID, include node: NodeID) throws -> Bool {
    guard node != .hub else { return false }
    return try places(of: member).contains(.own(node)) || carries(node, try root(of: member))
  }

  func region(of node: NodeID) throws -> String {
    try db.rows("SELECT region FROM nodes WHERE node = ?", [Int64(node.number)]).first?[0]
      ?? Shape.defaultRegion
  }

  func setRegions(_ regions: [String], of node: NodeID) throws {
    guard (1...ShapeLimits.storeRegions).contains(regions.count) else {
      throw HubFault.invalid(field: "regions", reason: "names 1 to \(ShapeLimits.storeRegions) regions")
    }
    for region in regions where region != Shape.everything { try noteRegion(region) }
    nodeRegions = [:]
    try db.run("DELETE FROM node_regions WHERE node = ?", [Int64(node.number)])
    for region in Set(regions).sorted() {
      try db.run("INSERT INTO node_regions (node, region) VALUES (?, ?)", [Int64(node.number), region])
    }
  }

  /// A region begins when it is first named.
  func noteRegion(_ region: String) throws {
    try requireRegionName(region)
    try db.run("INSERT INTO regions (region) VALUES (?) ON CONFLICT DO NOTHING", [region])
  }

  private func requireRegionName(_ region: String) throws {
    guard (1...Limits.tokenLength).contains(region.utf8.count), region != Shape.everything,
      !region.contains("/")
    else {
      throw HubFault.invalid(
        field: "region", reason: "has 1 to \(Limits.tokenLength) bytes and no oblique stroke")
    }
  }
}

/// A region, with how many belong to it.
public struct RegionInfo: Hashable, Sendable, Codable {
  public let region: String
  /// Persons, each once however many records they have.
  public let members: Int64
  /// Stores whose members belong here, and stores that carry it.
  public let stores: Int64
  public let carriers: Int64
}

extension HubStore {
  /// The partitions a node carries.
  public func shape(of node: NodeID) throws -> [Partition] {
    try pool.read { try Shape.partitions(of: node, $0) }
  }

  /// How many of a store's own members stand in another region.
  public func membersToMove(of code: StoreCode, to region: String) throws -> Int64 {
    try reading { reader in
      try reader.db.rows(
        "SELECT count(*) FROM members WHERE home = ? AND region <> ? AND alias_of IS NULL",
        [Int64(try reader.node(of: code).number), region]
      ).first?[0] ?? 0
    }
  }

  public func regions() throws -> [RegionInfo] {
    try pool.read { db in
      try db.rows(
        """
        SELECT region,
          (SELECT count(*) FROM members m WHERE m.region = r.region AND m.alias_of IS NULL),
          (SELECT count(*) FROM nodes n WHERE n.region = r.region),
          (SELECT count(DISTINCT c.node) FROM node_regions c WHERE c.region IN (r.region, '*'))
        FROM regions r ORDER BY region
        """
      ).map { RegionInfo(region: $0[0], members: $0[1], stores: $0[2], carriers: $0[3]) }
    }
  }
}

/// What a store carries.
public enum Shape {
  /// Until a chain is divided, all members are of one region.
  public static let defaultRegion = "main"
  /// In a store's list of regions: all of them, for a chain small enough.
  public static let everything = "*"

  static func regions(of node: NodeID, _ db: any SQLConnection) throws -> [String] {
    let rows = try db.rows(
      "SELECT region FROM node_regions WHERE node = ? ORDER BY region", [Int64(node.number)])
    let named = rows.map { $0[0] as String }
    guard named.contains(everything) else { return named }
    return try allRegions(db).sorted()
  }

  static func allRegions(_ db: any SQLConnection) throws -> Set<String> {
    let rows = try db.rows(
      "SELECT region FROM regions")
    return Set(rows.map { $0[0] as String })
  }

  /// A store's partitions, in the order in which a cursor names them.
  static func partitions(of node: NodeID, _ db: any SQLConnection) throws -> [Partition] {
    ([.own(node), .rulebook] + (try regions(of: node, db)).map { .region($0) }).sorted()
  }
}

/// Bounds of shapes.
public enum ShapeLimits {
  /// Regions that one store names; more are what `*` is for.
  public static let storeRegions = 16
  /// Members that one transaction moves or lets go: a waiting store waits for no more.
  public static let movesAtATime = 500
}

/// What a chain decides about its hub, beyond the rulebook.
public struct HubPolicy: Sendable {
  /// Days that a visitor's rows stay at a store that does not carry their region.
  public var visitorDays: Int64 = 30
  /// Days that a change stays in the feed at least, and at most while some store has not read it.
  public var feedDays: Int64 = 3
  public var feedMaximumDays: Int64 = 30
  /// Days after which a store that is not heard from holds up no change.
  public var activeDays: Int64 = 14

  public init() {}
}
