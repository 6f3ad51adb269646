import Foundation
import HTTPTypes
import Hummingbird
import Loyalty
import ServerStorage
import SyncProtocol
import Web

/// What headquarters asks of members and their sales.
extension AdminRoutes {
  func addMembersAndSales(to admin: RouterGroup<HubContext>) {
    admin.get("members") { request, _ in
      let query = request.uri.queryParameters
      func value(_ name: Substring) -> String? { query[name].map { String($0) } }
      let (phone, card, code, text) = (value("phone"), value("card"), value("code"), value("q"))
      guard phone != nil || card != nil || code != nil || text != nil else {
        throw HubFault.invalid(field: "q", reason: "give one of phone, card, code or q")
      }
      return try await answer {
        HubMemberList(members: try hub.store.findMembers(phone: phone, card: card, code: code, text: text))
      }
    }
    admin.get("members/:id") { _, context in
      let id: MemberID = try context.hubID("id")
      return try await answer { try hub.store.member(id) }
    }
    admin.get("sales") { request, _ in
      let query = request.uri.queryParameters
      let member = try query["member"].map { text in
        guard let id = MemberID(String(text)) else {
          throw HubFault.invalid(field: "member", reason: "is not a UUID")
        }
        return id
      }
      let node = query["node"].flatMap { UInt32($0) }.map { NodeID($0) }
      let before = query["cursor"].flatMap { Int64($0) }
      return try await answer {
        let (sales, next) = try hub.store.sales(member: member, node: node, before: before, limit: 100)
        return SaleList(sales: sales, nextCursor: next.map { String($0) })
      }
    }
    admin.get("sales/:id") { _, context in
      let id: SaleID = try context.hubID("id")
      return try await answer { try hub.store.sale(id) }
    }
    admin.get("sales/:id/explain") { _, context in
      let id: SaleID = try context.hubID("id")
      return try await answer { try hub.store.explain(sale: id) }
    }
    admin.get("members/:id/explain") { _, context in
      let id: MemberID = try context.hubID("id")
      return try await answer { try hub.store.explain(member: id) }
    }
    admin.get("members/:id/tier") { _, context in
      let id: MemberID = try context.hubID("id")
      return try await answer { try hub.store.memberTier(id) }
    }
    admin.post("members/:id/tier-overrides") { request, context in
      let id: MemberID = try context.hubID("id")
      let body = try await request.decodeJSON(OverrideRequest.self, limit: Self.requestBytes)
      let (key, user) = (hub.key(of: request), context.userName)
      let override = try await hub.writer.write {
        try $0.overrideTier(of: id, body, by: user, key: key)
      }
      return try Response.json(override, status: 201)
    }
  }

  func addPoints(to admin: RouterGroup<HubContext>) {
    admin.get("members/:id/statement") { _, context in
      let id: MemberID = try context.hubID("id")
      return try await answer { try hub.store.statement(of: id) }
    }
    admin.post("members/:id/adjustments") { request, context in
      let id: MemberID = try context.hubID("id")
      let body = try await request.decodeJSON(AdjustmentRequest.self, limit: Self.requestBytes)
      let (key, user) = (hub.key(of: request), context.userName)
      return try Response.json(
        try await hub.writer.write { try $0.adjust(id, body, by: user, key: key) }, status: 201)
    }
    admin.post("transfers") { request, context in
      let body = try await request.decodeJSON(TransferRequest.self, limit: Self.requestBytes)
      let (key, user) = (hub.key(of: request), context.userName)
      return try Response.json(
        try await hub.writer.write { try $0.transfer(body, by: user, key: key) }, status: 201)
    }
    admin.get("tier-movements") { request, _ in
      let (from, to) = (try Self.day("from", of: request), try Self.day("to", of: request))
      return try await answer { try hub.store.tierMovements(from: from, to: to) }
    }
    admin.get("referral-value") { request, _ in
      let (from, to) = (try Self.day("from", of: request), try Self.day("to", of: request))
      let limit = try request.uri.queryParameters["limit"].map { text in
        guard let limit = Int(text), Self.referrers.contains(limit) else {
          throw HubFault.invalid(
            field: "limit", reason: "is from \(Self.referrers.lowerBound) to \(Self.referrers.upperBound)")
        }
        return limit
      }
      return try await answer { try hub.store.referralValue(from: from, to: to, limit: limit ?? 100) }
    }
    admin.get("liability") { request, _ in
      let query = request.uri.queryParameters
      let day = try Self.day("day", of: request)
      let breakage = try query["breakagePermille"].map { text in
        guard let permille = Int64(text), (0...1000).contains(permille) else {
          throw HubFault.invalid(field: "breakagePermille", reason: "is from 0 to 1000")
        }
        return permille
      }
      return try await answer { try hub.store.liability(on: day, breakagePermille: breakage ?? 0) }
    }
    admin.get("nightly") { _, _ in try await answer { try hub.store.nightlyProgress() } }
    admin.post("nightly") { _, _ in
      try await hub.runNight()
      return try await answer { try hub.store.nightlyProgress() }
    }
  }

  /// Referrers in one answer: what fits on some pages.
  private static let referrers = 1...1_000

  /// Days that somebody may ask for, from 1970 to 9999: nothing else has to be reckoned with.
  private static let days = Day(0)...Day(2_932_896)

  static func day(_ name: String, of request: Request) throws -> Day? {
    try request.uri.queryParameters[name[...]].map { text in
      guard let day = Day(String(text)), days.contains(day) else {
        throw HubFault.invalid(field: name, reason: "is written 2026-11-22")
      }
      return day
    }
  }
}
