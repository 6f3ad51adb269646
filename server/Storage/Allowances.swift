import Foundation
import Loyalty
import ServerCore
import Storage
import SyncProtocol

/// Budgets, gifts and stock: one counter each, of which every store takes only what it was granted (law Q7).
extension HubTransaction {
  /// How much there is in the chain. Lowering it takes back nothing that stores hold.
  public func setAllowance(_ name: String, total: Int64) throws {
    guard (1...Limits.tokenLength * 2).contains(name.utf8.count) else {
      throw HubFault.invalid(field: "name", reason: "has 1 to \(Limits.tokenLength * 2) bytes")
    }
    guard (0...Limits.lineMinorUnits).contains(total) else {
      throw HubFault.invalid(field: "total", reason: "is from 0 to \(Limits.lineMinorUnits)")
    }
    try db.run(
      """
      INSERT INTO allowances (name, total) VALUES (?, ?)
      ON CONFLICT (name) DO UPDATE SET total = excluded.total
      """, [name, total])
    for node in try activeNodes() { try topUp(name, for: node) }
  }

  /// What an operator sets: a gift, which has a stock before anything names it, or what is counted already
  /// because a rulebook says how much there is.
  public func setKnownAllowance(_ name: String, total: Int64) throws {
    let gift =
      name.hasPrefix(AllowanceName.gift("")) ? name.utf8.count - AllowanceName.gift("").utf8.count : 0
    guard try (1...Limits.tokenLength).contains(gift) || isCounted(name) else {
      throw HubFault.invalid(
        field: "name", reason: "is gift/<sku>, or what a rulebook counts: see patron allowances list")
    }
    try setAllowance(name, total: total)
  }

  /// Whether anybody has said how much there is of it.
  func isCounted(_ name: String) throws -> Bool {
    try !db.rows("SELECT 1 FROM allowances WHERE name = ?", [name]).isEmpty
  }

  /// What a published rulebook says there is.
  func setAllowances(of rulebook: Rulebook) throws {
    for (name, total) in rulebook.allowances.sorted(by: { $0.key < $1.key }) {
      try setAllowance(name, total: total)
    }
  }

  /// A store begins: it gets its part of everything.
  func topUpEverything(for node: NodeID) throws {
    for row in try db.rows("SELECT name FROM allowances") { try topUp(row[0], for: node) }
  }

  /// A store takes what it holds. What it took beyond that, which the law forbids but a restored disk could
  /// bring, is the answer.
  func take(_ uses: [AllowanceUse], at node: NodeID) throws -> Int64 {
    var beyond: Int64 = 0
    for use in uses where use.amount > 0 {
      let held = try allowance(use.name).holdings[node]?.held ?? 0
      let covered = min(use.amount, max(0, held))
      beyond += use.amount - covered
      if covered > 0 { try add(to: use.name, node, granted: 0, used: covered) }
      try topUp(use.name, for: node, takenAtATime: use.amount)
    }
    return beyond
  }

  /// What an order had taken goes back to the store that took it.
  func giveBack(_ uses: [AllowanceUse], at node: NodeID) throws {
    for use in uses where use.amount > 0 {
      try noteReturned(use.amount, of: use.name)
      try add(to: use.name, node, granted: use.amount, used: 0)
    }
  }

  /// Headquarters takes of what nobody holds, and never more.
  func takeFree(_ amount: Int64, of name: String) throws {
    if amount == 0 { return }
    let free = try allowance(name).free
    precondition(amount <= free, "an order was decided on what is free")
    try add(to: name, .hub, granted: amount, used: amount)
  }

  /// A store hands over what it does not need.
  func release(_ uses: [AllowanceUse], by node: NodeID) throws {
    for use in uses where use.amount > 0 {
      let part = min(use.amount, max(0, try allowance(use.name).holdings[node]?.held ?? 0))
      guard part > 0 else { continue }
      try noteReturned(part, of: use.name)
      try add(to: use.name, node, granted: 0, used: part)
    }
  }

  /// A store asks for more while a customer waits.
  func grantAllowances(_ wishes: [AllowanceUse], to node: NodeID) throws {
    for wish in wishes {
      let state = try allowance(wish.name)
      let missing = min(wish.amount - (state.holdings[node]?.held ?? 0), state.free)
      if missing > 0 { try add(to: wish.name, node, granted: missing, used: 0) }
    }
  }

  /// Both sides of a holding only grow; so what came back is counted by itself.
  func noteReturned(_ amount: Int64, of name: String) throws {
    try db.run("UPDATE allowances SET returned = returned + ? WHERE name = ?", [amount, name])
  }

  private func topUp(_ name: String, for node: NodeID, takenAtATime: Int64 = 1) throws {
    if try isForHeadquarters(name) { return }
    let stores: Int64 = try db.rows("SELECT count(*) FROM nodes WHERE revoked = 0").first?[0] ?? 0
    let grant = AllowanceRule.topUp(
      try allowance(name), for: node, stores: Int(stores), takenAtATime: takenAtATime)
    if grant > 0 { try add(to: name, node, granted: grant, used: 0) }
  }

  /// The stock of what no till orders: in a store it would be of use to nobody.
  private func isForHeadquarters(_ name: String) throws -> Bool {
    try rulebook(at: Timestamp(ms: nowMs)).programs.mall.contains {
      $0.policy == .online && $0.allowance == name
    }
  }

  private func add(to name: String, _ node: NodeID, granted: Int64, used: Int64) throws {
    try db.run(
      """
      INSERT INTO allowance_holdings (name, node, granted, used) VALUES (?1, ?2, 0, 0)
      ON CONFLICT (name, node) DO NOTHING
      """, [name, Int64(node.number)])
    try db.run(
      "UPDATE allowance_holdings SET granted = granted + ?, used = used + ? WHERE name = ? AND node = ?",
      [granted, used, name, Int64(node.number)])
    if granted > 0 { try raiseVersion(ofAllowance: name) }
    if node != .hub { touch(.allowance(name, node)) }
  }

  func allowance(_ name: String) throws -> AllowanceState {
    let row = try db.rows("SELECT total, returned FROM allowances WHERE name = ?", [name]).first
    var holdings: [NodeID: AllowanceRow] = [:]
    for row in try db.rows("SELECT node, granted, used FROM allowance_holdings WHERE name = ?", [name]) {
      holdings[NodeID(UInt32(row[0] as Int64))] = AllowanceRow(granted: row[1], used: row[2])
    }
    return AllowanceState(total: row?[0] ?? 0, returned: row?[1] ?? 0, holdings: holdings)
  }

  private func activeNodes() throws -> [NodeID] {
    try db.rows("SELECT node FROM nodes WHERE revoked = 0 ORDER BY node").map {
      NodeID(UInt32($0[0] as Int64))
    }
  }
}

/// How much there is of something scarce, what has been taken and what stores hold.
public struct AllowanceInfo: Hashable, Sendable, Codable {
  public let name: String
  public let total: Int64
  public let used: Int64
  public let held: Int64
  public let free: Int64
}

extension HubStore {
  public func allowances() throws -> [AllowanceInfo] {
    try reading { reader in
      try reader.db.rows("SELECT name FROM allowances ORDER BY name").map { row in
        let state = try reader.allowance(row[0])
        return AllowanceInfo(
          name: row[0], total: state.total,
          used: state.holdings.values.reduce(-state.returned) { $0 + $1.used },
          held: state.holdings.values.reduce(0) { $0 + $1.held }, free: state.free)
      }
    }
  }
}
