import Foundation
import HTTPTypes
import Hummingbird
import Loyalty
import ServerStorage
import SyncProtocol
import Web

/// What headquarters' people and programs ask (server/HTTP/openapi.yaml).
struct AdminRoutes {
  let hub: Hub

  static let requestBytes = 4 << 20

  func add(to router: Router<HubContext>) {
    let admin = router.group("admin/v1").add(middleware: HubAuthentication(hub: hub, audience: .users))
    addStores(to: admin)
    addRegions(to: admin)
    addMembersAndSales(to: admin)
    addPoints(to: admin)
    addSegments(to: admin)
    addOrders(to: admin)
    addRules(to: admin)
    addTemplates(to: admin)
    addCoupons(to: admin)
    addIssues(to: admin)
    addPreviews(to: admin)
    addQuarantine(to: admin)
    addConflicts(to: admin)
    addDuplicates(to: admin)
    addMerges(to: admin)
    addFigures(to: admin)
  }

  private func addStores(to admin: RouterGroup<HubContext>) {
    admin.get("stores") { _, _ in
      try await answer {
        StoreList(stores: try hub.store.stores().map { status(of: $0) })
      }
    }
    admin.get("stores/:code") { _, context in
      let code = StoreCode(context.name("code"))
      return try await answer { try status(of: code) }
    }
    admin.post("stores") { request, _ in
      let body = try await request.decodeJSON(NewStoreRequest.self, limit: Self.requestBytes)
      let store = try await hub.writer.write {
        try $0.addStore(
          body.store, name: body.name ?? body.store.text, region: body.region, regions: body.regions)
      }
      return try Response.json(store, status: 201)
    }
  }

  func status(of code: StoreCode?) throws -> StoreStatus {
    guard let store = try hub.store.stores().first(where: { $0.store == code }) else {
      throw HubFault.unknownStore
    }
    return status(of: store)
  }

  private func status(of store: StoreResponse) -> StoreStatus {
    let seen = hub.presence[store.node]
    return StoreStatus(
      store: store, lastSeen: seen.map { Timestamp(ms: $0.atMs) }, version: seen?.version,
      position: seen?.position ?? .none, head: hub.store.committedHead)
  }

  /// A draft as an operator writes it; its number is given when it is published.
  private func rulebook(in request: Request) async throws -> Rulebook {
    let draft = try await request.decodeJSON(Rulebook.self, limit: Self.requestBytes)
    guard draft.version == 0 else {
      throw Problem.invalid("version", "is given when it is published")
    }
    return draft
  }

  private func addRules(to admin: RouterGroup<HubContext>) {
    admin.get("rulebooks") { _, _ in
      try await answer {
        let (rulebooks, published) = try hub.store.rulebooks()
        return RulebookList(
          rulebooks: rulebooks, published: published,
          rulebookKey: hub.store.keys.rulebookSigning.publicKey.text)
      }
    }
    admin.post("rulebooks") { request, _ in
      let rulebook = try await rulebook(in: request)
      return try Response.json(try await hub.writer.write { try $0.publish(rulebook) }, status: 201)
    }
    // A path of its own: a hub that does not know it refuses, where it would publish in spite of a parameter.
    admin.post("rulebooks/check") { request, _ in
      let rulebook = try await rulebook(in: request)
      return try await answer { try hub.store.check(rulebook) }
    }
  }

  private func addFigures(to admin: RouterGroup<HubContext>) {
    admin.get("status") { _, _ in
      try await answer {
        HubStatus(
          version: Hub.version, time: Timestamp(ms: hub.store.environment.nowMs()),
          head: hub.store.committedHead,
          logEpoch: hub.store.keys.logEpoch, stores: try hub.store.stores().count,
          totals: try hub.store.totals())
      }
    }
    admin.get("totals") { _, _ in try await answer { try hub.store.totals() } }
    admin.get("totals/members") { request, _ in
      let after = request.uri.queryParameters["after"].flatMap { MemberID(String($0)) }
      return try await answer {
        MemberTotalsList(members: try hub.store.memberTotals(after: after, limit: 5_000))
      }
    }
    admin.get("totals/periods") { request, _ in
      let query = request.uri.queryParameters
      let length = query["lengthMs"].flatMap { Int64($0) } ?? 86_400_000
      let origin = query["originMs"].flatMap { Int64($0) } ?? 0
      guard length >= 60_000 else {
        throw HubFault.invalid(field: "lengthMs", reason: "is at least a minute")
      }
      return try await answer {
        PeriodList(periods: try hub.store.salesByPeriod(lengthMs: length, originMs: origin))
      }
    }
    admin.get("partitions") { _, _ in
      try await answer { PartitionList(partitions: try hub.store.partitions()) }
    }
    admin.get("allowances") { _, _ in
      try await answer { AllowanceList(allowances: try hub.store.allowances()) }
    }
    admin.post("allowances") { request, _ in
      let body = try await request.decodeJSON(AllowanceRequest.self, limit: Self.requestBytes)
      try await hub.writer.write { try $0.setKnownAllowance(body.name, total: body.total) }
      return try Response.json(body, status: 201)
    }
    admin.get("referrals") { request, _ in
      let after = try Self.after(in: request)
      return try await answer { try hub.store.referrals(after: after) }
    }
    admin.get("exceptions") { request, _ in
      let all = request.uri.queryParameters["all"] == "true"
      return try await answer { ExceptionList(exceptions: try hub.store.exceptions(all: all)) }
    }
  }

  func answer<T: Encodable & Sendable>(_ work: @escaping @Sendable () throws -> T) async throws
    -> Response
  {
    try Response.json(try await onBlockingThread(work))
  }
}

extension RequestContext {
  /// A part of the path that may have been written in any language.
  func name(_ name: String) -> String {
    parameters.get(name).map { $0.removingPercentEncoding ?? $0 } ?? ""
  }

  func hubID<Kind>(_ name: String) throws -> ID<Kind> {
    guard let text = parameters.get(name), let id = ID<Kind>(text) else {
      throw HubFault.invalid(field: name, reason: "is not a UUID")
    }
    return id
  }
}

extension Hub {
  public static let version = "0.1.0"

  /// The request's idempotency key, or a new one.
  func key(of request: Request) -> String {
    HTTPField.Name("Idempotency-Key").flatMap { request.headers[$0] }
      ?? String(store.environment.random(), radix: 36) + String(store.environment.random(), radix: 36)
  }

  public func router() -> Router<HubContext> {
    let router = Router(context: HubContext.self)
    router.add(middleware: ProblemMiddleware())
    router.get("healthz") { _, _ in Response(status: .ok) }
    SyncRoutes(hub: self).add(to: router)
    AdminRoutes(hub: self).add(to: router)
    return router
  }
}
