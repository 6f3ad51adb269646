import Foundation
import Loyalty
import Storage
import SyncProtocol

/// A store as headquarters sees it.
public struct StoreResponse: Hashable, Sendable, Codable {
  public let store: StoreCode
  public let node: NodeID
  public let name: String
  public let region: String
  /// What it carries; `*` is all.
  public let regions: [String]
  public let receivedEntries: Int64
  public let clockLeadMs: Int64
  public let revoked: Bool
}

public struct NewStore: Hashable, Sendable, Codable {
  public let store: StoreCode
  public let node: NodeID
  /// Shown once; the hub keeps only its hash.
  public let token: String
}

/// A rulebook as it went out to the stores.
public struct PublishedVersion: Hashable, Sendable, Codable {
  public let version: Int64
  public let publishedAt: Timestamp
  /// Headquarters' (hexadecimal).
  public let signature: String
  /// The later version that takes effect no later than this one, which therefore never does.
  public let replacedBy: Int64?
}

/// Who a bearer token belongs to.
public enum Caller: Hashable, Sendable {
  case store(NodeID, StoreCode)
  case user(name: String, role: String)
}

extension HubTransaction {
  /// `regions` are those it carries; its own alone unless it says otherwise.
  public func addStore(
    _ code: StoreCode, name: String, region: String? = nil, regions: [String]? = nil
  ) throws -> NewStore {
    guard try db.rows("SELECT 1 FROM nodes WHERE store = ?", [code.text]).isEmpty else {
      throw HubFault.storeExists
    }
    guard name.count <= Limits.textLength else {
      throw HubFault.invalid(field: "name", reason: "has at most \(Limits.textLength) characters")
    }
    let region = region ?? Shape.defaultRegion
    try noteRegion(region)
    let token = store.newToken()
    let added = try db.rows(
      "INSERT INTO nodes (store, name, region, token_hash, chain_hash) VALUES (?, ?, ?, ?, ?) RETURNING node",
      [code.text, name, region, HubStore.tokenHash(token), ChainHash.empty.bytes])
    let node = NodeID(UInt32(added[0][0] as Int64))
    try setRegions(regions ?? [region], of: node)
    touch(.position(node))
    try topUpEverything(for: node)
    return NewStore(store: code, node: node, token: token)
  }

  public func changeStore(_ code: StoreCode, name: String?, region: String?, regions: [String]?) throws {
    let node = try node(of: code)
    if let name {
      guard name.count <= Limits.textLength else {
        throw HubFault.invalid(field: "name", reason: "has at most \(Limits.textLength) characters")
      }
      try db.run("UPDATE nodes SET name = ? WHERE node = ?", [name, Int64(node.number)])
    }
    if let region {
      try noteRegion(region)
      try db.run("UPDATE nodes SET region = ? WHERE node = ?", [region, Int64(node.number)])
    }
    if let regions { try setRegions(regions, of: node) }
  }

  /// Gives a user a new token; an earlier one stops working.
  public func setUser(_ name: String, role: String) throws -> String {
    let token = store.newToken()
    try db.run(
      """
      INSERT INTO users (name, token_hash, role) VALUES (?, ?, ?)
      ON CONFLICT (name) DO UPDATE SET token_hash = excluded.token_hash, role = excluded.role
      """,
      [name, HubStore.tokenHash(token), role])
    return token
  }

  /// Publishes a rulebook under the next number; the same document again changes nothing.
  public func publish(_ draft: Rulebook) throws -> Rulebook {
    let rulebook = try wouldPublish(draft)
    if try currentRulebooks().contains(where: { $0.version == rulebook.version }) { return rulebook }
    try db.run(
      "INSERT INTO rulebooks (version, effective_ms, published_ms, document) VALUES (?, ?, ?, ?)",
      [rulebook.version, rulebook.effectiveFrom.ms, nowMs, try rulebook.encoded()])
    forgetRulebooks()
    touch(.rulebook(rulebook.version))
    try setAllowances(of: rulebook)
    return rulebook
  }

  /// What publishing it would give: the next number, or the rulebook in force if that says the same.
  func wouldPublish(_ draft: Rulebook) throws -> Rulebook {
    guard try draft.encoded().count <= Limits.rulebookBytes else {
      throw HubFault.invalid(
        field: "", reason: "has at most \(Limits.rulebookBytes) bytes as JSON")
    }
    if let fault = draft.faults().first { throw HubFault.invalid(field: fault.path, reason: fault.reason) }
    for (path, template) in draft.templates where try !isTemplate(template) {
      throw HubFault.invalid(field: path, reason: "names no coupon template that there is")
    }
    let known = try currentRulebooks()
    var rulebook = draft
    rulebook.version = (known.map(\.version).max() ?? 0) + 1
    if draft.effectiveFrom == Rulebook.onPublication { rulebook.effectiveFrom = Timestamp(ms: nowMs) }
    if let last = known.last {
      // Days and months that sums stand under already, and amounts, keep their meaning.
      for (field, isKept) in [
        ("currency", draft.currency == last.currency),
        ("utcOffsetMinutes", draft.utcOffsetMinutes == last.utcOffsetMinutes),
      ] where !isKept {
        throw HubFault.invalid(field: field, reason: "stays what the first rulebook said")
      }
      var same = last
      (same.version, same.effectiveFrom) = (rulebook.version, rulebook.effectiveFrom)
      if same == rulebook, last.effectiveFrom <= rulebook.effectiveFrom { return last }
      // What has happened keeps the rules that it happened under.
      guard rulebook.effectiveFrom.ms >= nowMs else {
        throw HubFault.invalid(field: "effectiveFrom", reason: "is not past, but for the first rulebook")
      }
    }
    return rulebook
  }
}

extension HubStore {
  /// Checks a rulebook as publishing does, and publishes nothing.
  public func check(_ draft: Rulebook) throws -> Rulebook { try reading { try $0.wouldPublish(draft) } }

  public func caller(token: String) throws -> Caller? {
    let hash = Self.tokenHash(token)
    return try pool.read { db in
      if let row = try db.rows("SELECT node, store FROM nodes WHERE token_hash = ? AND revoked = 0", [hash])
        .first
      {
        return StoreCode(row[1]).map { .store(NodeID(UInt32(row[0] as Int64)), $0) }
      }
      return try db.rows("SELECT name, role FROM users WHERE token_hash = ?", [hash]).first
        .map { .user(name: $0[0], role: $0[1]) }
    }
  }

  public func stores() throws -> [StoreResponse] {
    try pool.read { db in
      let carried = Dictionary(
        grouping: try db.rows("SELECT node, region FROM node_regions ORDER BY node, region")
      ) { $0[0] as Int64 }
      return try db.rows(
        "SELECT node, store, name, region, received, clock_lead_ms, revoked FROM nodes ORDER BY store"
      )
      .compactMap { row in
        StoreCode(row[1]).map {
          StoreResponse(
            store: $0, node: NodeID(UInt32(row[0] as Int64)), name: row[2], region: row[3],
            regions: (carried[row[0]] ?? []).map { $0[1] },
            receivedEntries: row[4],
            clockLeadMs: row[5], revoked: row[6] as Int64 != 0)
        }
      }
    }
  }

  /// All versions, and of each when it was published and what it is signed with.
  public func rulebooks() throws -> (rulebooks: [Rulebook], published: [PublishedVersion]) {
    let rows = try pool.read { db in
      try db.rows("SELECT version, document, published_ms FROM rulebooks ORDER BY version")
    }
    let rulebooks = try rows.map { try Rulebook.decode($0[1]) }
    let published = try rows.map { row in
      PublishedVersion(
        version: row[0], publishedAt: Timestamp(ms: row[2]),
        signature: Hex.text(try keys.rulebookSigning.signature(of: row[1], version: row[0])),
        replacedBy: rulebooks.first { $0.version == row[0] }?.replacement(among: rulebooks)?.version)
    }
    return (rulebooks, published)
  }

  /// What a node is told when it introduces itself.
  public func hello(_ node: NodeID) throws -> HelloResponse {
    try pool.read { db in
      guard
        let row = try db.rows(
          "SELECT store, region, epoch, received, chain_hash FROM nodes WHERE node = ?", [Int64(node.number)]
        ).first, let store = StoreCode(row[0])
      else { throw HubFault.unknownStore }
      let (regions, all) = (try Shape.regions(of: node, db), try Shape.allRegions(db))
      return HelloResponse(
        protocolVersion: Int(Frame.version), node: node, store: store, region: row[1], regions: regions,
        hasVisitors: !all.isSubset(of: regions), epoch: row[2],
        logEpoch: keys.logEpoch, head: committedHead,
        receivedThrough: JournalSeq(UInt64(bitPattern: row[3] as Int64)),
        chainHash: Hex.text(row[4] as [UInt8]),
        phoneIndexKey: Hex.text(keys.phoneIndex), digestKey: Hex.text(keys.digest),
        rulebookKey: keys.rulebookSigning.publicKey.text, hubTime: Timestamp(ms: environment.nowMs()))
    }
  }
}
