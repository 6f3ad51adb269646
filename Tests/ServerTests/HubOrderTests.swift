import Curl
import Foundation
import Seeds
import ServerStorage
import SyncProtocol
import Testing
import TestKit

/// Orders of the points mall that headquarters takes itself.
@Suite struct HubOrderTests {
  /// Two items that no till orders; stores are granted no points ahead.
  private static let rulebook: JSONValue = [
    "effectiveFrom": "2026-01-01T00:00:00Z",
    "name": ["zh": "商城", "en": "Mall"], "currency": "CNY", "utcOffsetMinutes": 480, "earning": [],
    "expiry": ["policy": "never"], "checkInPoints": 0,
    "holding": ["homePermille": 0, "lastStorePermille": 0],
    "mall": [
      [
        "id": "cup", "name": ["zh": "水杯", "en": "Cup"], "sku": "cup", "points": 30, "money": 100,
        "stock": 12, "policy": "online",
      ],
      [
        "id": "pen", "name": ["zh": "钢笔", "en": "Pen"], "sku": "pen", "points": 7, "perMember": 4,
        "policy": "online",
      ],
    ],
  ]

  private static func place(
    _ admin: APIClient, _ item: String, _ quantity: Int64, for member: String, key: String?
  ) throws -> (order: JSONValue?, code: String?) {
    let body: JSONValue = ["item": .string(item), "quantity": .integer(quantity)]
    return try answer(admin, "/admin/v1/members/\(member)/orders", body, key: key)
  }

  /// What was done, or the code of the refusal.
  private static func answer(
    _ admin: APIClient, _ path: String, _ body: JSONValue, key: String? = nil
  ) throws -> (order: JSONValue?, code: String?) {
    let headers = key.map { [(name: "Idempotency-Key", value: $0)] } ?? []
    let response = try send(admin, "POST", path, body: try body.encoded(), headers: headers)
    let json = try JSONValue(parsing: response.body)
    return response.status < 300 ? (json, nil) : (Optional.none, json.code.stringValue)
  }

  private struct Desk {
    let hub: TestHub
    let members: [String]

    init(members count: Int) throws {
      hub = try TestHub()
      try hub.publish(rulebook)
      var store = try WireStore(hub, "S001")
      let ids: [MemberID] = (1...count).map { Write.id($0) }
      for id in ids { store.write(Write.enrolment(id, [:])) }
      try store.push()
      members = ids.map(\.description)
    }

    func give(_ points: Int64, to member: String) throws {
      _ = try hub.admin.post(
        "/admin/v1/members/\(member)/adjustments", body: ["points": .integer(points), "reason": "gift"])
    }

    /// The order, or the code of the refusal.
    func place(_ item: String, _ quantity: Int64, for member: String, key: String? = nil) throws -> (
      order: JSONValue?, code: String?
    ) { try HubOrderTests.place(hub.admin, item, quantity, for: member, key: key) }

    func close(_ order: JSONValue, _ action: String) throws -> String? {
      let path = "/admin/v1/orders/\(order.orderId.stringValue ?? "")/\(action)"
      return try HubOrderTests.answer(hub.admin, path, .null).code
    }

    func points(of member: String) throws -> Int64 {
      try hub.admin.get("/admin/v1/members/\(member)").body.points.integerValue ?? -1
    }

    func used() throws -> Int64 {
      try hub.store.allowances().first { $0.name == "mall/cup" }?.used ?? -1
    }
  }

  /// What a clerk with pencil and paper would have written down.
  private struct Books {
    let desk: Desk
    var random = SplitMix64(seed: Seed.ofThisRun)
    var points: [String: Int64] = [:]
    var pens: [String: Int64] = [:]
    var left: Int64 = 12
    var orders: [(order: JSONValue, state: String)] = []
    var tally: [String: Int] = [:]

    mutating func give() throws {
      let member = desk.members.randomElement(using: &random) ?? ""
      try desk.give(50, to: member)
      points[member, default: 0] += 50
    }

    mutating func place() throws {
      let member = desk.members.randomElement(using: &random) ?? ""
      let item = Bool.random(using: &random) ? "cup" : "pen"
      let quantity = Int64.random(in: 1...3, using: &random)
      let cost = quantity * (item == "cup" ? 30 : 7)
      let wanted = refusal(item, quantity, cost, member)
      let (order, code) = try desk.place(item, quantity, for: member)
      #expect(code == wanted)
      tally[code ?? "placed", default: 0] += 1
      guard let order else { return }
      #expect(order.points == .integer(cost) && order.node == 0 && order.actor == "admin")
      points[member, default: 0] -= cost
      if item == "cup" { left -= quantity } else { pens[member, default: 0] += quantity }
      orders.append((order, "placed"))
    }

    private func refusal(_ item: String, _ quantity: Int64, _ cost: Int64, _ member: String) -> String? {
      if item == "pen", quantity > 4 - (pens[member] ?? 0) { return "mall_limit_reached" }
      if cost > points[member] ?? 0 { return "mall_points_insufficient" }
      return item == "cup" && quantity > left ? "mall_out_of_stock" : nil
    }

    mutating func close() throws {
      guard let number = orders.indices.randomElement(using: &random) else { return }
      let (order, state) = orders[number]
      let isCancelled = Bool.random(using: &random)
      let wanted = isCancelled ? "cancelled" : "fulfilled"
      let code = try desk.close(order, isCancelled ? "cancel" : "fulfil")
      #expect(code == (state == "placed" || state == wanted ? nil : "mall_already_\(state)"))
      guard state == "placed" else { return }
      orders[number].state = wanted
      guard isCancelled, let owner = order.memberId.stringValue else { return }
      points[owner, default: 0] += order.points.integerValue ?? 0
      let quantity = order.quantity.integerValue ?? 0
      if order.item == "cup" { left += quantity } else { pens[owner, default: 0] -= quantity }
    }

    func check() throws {
      for member in desk.members {
        let balance = try desk.points(of: member)
        #expect(balance == points[member] ?? 0)
      }
      let used = try desk.used()
      #expect(used == 12 - left)
    }
  }

  @Test func `points and stock go together or not at all, and come back together once (C6)`() async throws {
    try await onItsOwnThread {
      let desk = try Desk(members: 3)
      var books = Books(desk: desk)
      for _ in 0..<400 {
        switch Int.random(in: 0..<10, using: &books.random) {
        case 0: try books.give()
        case 1...5: try books.place()
        default: try books.close()
        }
        try books.check()
      }
      for code in ["placed", "mall_out_of_stock", "mall_points_insufficient", "mall_limit_reached"] {
        #expect(books.tally[code] ?? 0 > 0, "\(code) should happen")
      }
      let listed = try desk.hub.admin.get("/admin/v1/orders", query: [("state", "cancelled")]).body.orders
      let cancelled = books.orders.count { $0.state == "cancelled" }
      #expect(listed.elements.count == min(100, cancelled))
      for member in desk.members {
        let statement = try desk.hub.admin.get("/admin/v1/members/\(member)/statement").body
        #expect(statement.balance == .integer(books.points[member] ?? 0))
      }
    }
  }

  @Test func `requests that race take no more than there is, and a key orders once`() async throws {
    try await onItsOwnThread {
      let desk = try Desk(members: 1)
      let admin = desk.hub.admin
      let member = desk.members[0]
      try desk.give(1_000, to: member)
      let plan = try desk.hub.admin.post(
        "/admin/v1/members/\(member)/orders/check", body: ["item": "cup", "quantity": 2]
      ).body
      #expect(plan.points == 60 && plan.money == 200 && plan.balance == 940)
      #expect(try desk.points(of: member) == 1_000)
      let answers = try inParallel(16) { number in
        try Self.place(admin, "cup", 1, for: member, key: "order-\(number / 2)").order?.orderId
      }
      #expect(Set(answers.compactMap { $0 }).count == 8)
      #expect(try desk.points(of: member) == 760)
      #expect(try desk.place("pen", 1, for: member, key: "order-0").code == "conflicting_repeat")
      let racing = try inParallel(16) {
        try Self.place(admin, "cup", 1, for: member, key: "race-\($0)").code
      }
      #expect(racing.count { $0 == nil } == 4)
      #expect(racing.allSatisfy { $0 == nil || $0 == "mall_out_of_stock" })
      #expect(try desk.used() == 12)
      // Every page once, whatever its size.
      var seen: [MallOrderID] = []
      var after: HubOrderCursor?
      repeat {
        let page = try desk.hub.store.orders(of: nil, in: nil, after: after, limit: 5)
        seen += page.orders.map(\.orderId)
        after = page.next.flatMap { HubOrderCursor($0.description) }
      } while after != nil
      #expect(seen.count == 12 && Set(seen).count == 12)
    }
  }
}
