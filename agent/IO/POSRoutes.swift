import AgentCore
import Crypto
import Foundation
import HTTPTypes
import Hummingbird
import Loyalty
import SyncProtocol
import Web

/// The till's contract over HTTP: each route translates, the agent decides (agent/IO/openapi.yaml).
public struct POSRoutes: Sendable {
  let agent: StoreAgent
  let tillTokenHash: [UInt8]
  /// Tills whose requests wait for headquarters must not keep the others from selling.
  private static let threads = BlockingThreads(count: 32)

  /// `tillToken` is what tills send as their bearer token.
  public init(_ agent: StoreAgent, tillToken: String) {
    self.agent = agent
    tillTokenHash = Array(SHA256.hash(data: Array(tillToken.utf8)))
  }

  public func router() -> Router<BasicRequestContext> {
    let router = Router()
    router.add(middleware: ProblemMiddleware())
    router.get("healthz") { _, _ in Response(status: .ok) }
    router.get("metrics") { _, _ in try await Self.threads.run { try metrics() } }
    let v1 = router.group("v1").add(middleware: TillAuthentication(hash: tillTokenHash))
    addMembers(to: v1)
    addSales(to: v1)
    addLocks(to: v1)
    addPrograms(to: v1)
    v1.get("status") { _, _ in try await answer { try agent.status() } }
    return router
  }

  private func addMembers(to v1: RouterGroup<BasicRequestContext>) {
    v1.post("members") { request, _ in
      let body = try await request.decodeJSON(EnrolmentRequest.self, limit: Limits.tillRequestBytes)
      let key = try request.idempotencyKey()
      return try await answer(201) { try agent.enrol(body, key: key) }
    }
    v1.get("members") { request, _ in
      let queries: [(String, (String) -> MemberQuery)] = [
        ("phone", MemberQuery.phone), ("card", MemberQuery.card), ("code", MemberQuery.code),
        ("q", MemberQuery.text),
      ]
      for (name, query) in queries {
        if let value = request.uri.queryParameters[Substring(name)] {
          let wanted = query(String(value))
          return try await answer { MemberList(members: try agent.find(wanted)) }
        }
      }
      throw TillFault.invalid(field: "q", reason: "give one of phone, card, code or q")
    }
    v1.get("members/:id") { _, context in
      let id: MemberID = try context.id("id")
      return try await answer { try agent.member(id) }
    }
    v1.patch("members/:id") { request, context in
      let body = try await request.decodeJSON(ProfileRequest.self, limit: Limits.tillRequestBytes)
      let id: MemberID = try context.id("id")
      return try await answer { try agent.change(id, body) }
    }
    v1.get("members/:id/points") { _, context in
      let id: MemberID = try context.id("id")
      return try await answer { try agent.points(of: id) }
    }
    v1.get("members/:id/coupons") { _, context in
      let id: MemberID = try context.id("id")
      return try await answer { CouponList(coupons: try agent.coupons(of: id)) }
    }
    v1.get("members/:id/history") { _, context in
      let id: MemberID = try context.id("id")
      return try await answer { HistoryList(items: try agent.history(of: id)) }
    }
    v1.post("members/:id/check-ins") { request, context in
      let body = try await request.optionalJSON(CheckInRequest.self) ?? CheckInRequest()
      let id: MemberID = try context.id("id")
      let key = try request.idempotencyKey()
      return try await answer(201) { try agent.checkIn(id, body, key: key) }
    }
  }

  private func addSales(to v1: RouterGroup<BasicRequestContext>) {
    v1.post("quotes") { request, _ in
      let body = try await request.decodeJSON(SaleRequest.self, limit: Limits.tillRequestBytes)
      return try await answer { try agent.quote(body) }
    }
    v1.post("wallet") { request, _ in
      let body = try await request.decodeJSON(SaleRequest.self, limit: Limits.tillRequestBytes)
      return try await answer { try agent.wallet(body) }
    }
    v1.get("quotes/:id/explain") { _, context in
      let id: QuoteID = try context.id("id")
      return try await answer { try agent.explain(quote: id) }
    }
    v1.get("sales/:id/explain") { _, context in
      let id: SaleID = try context.id("id")
      return try await answer { try agent.explain(sale: id) }
    }
    v1.post("sales") { request, _ in
      let body = try await request.decodeJSON(SaleRequest.self, limit: Limits.tillRequestBytes)
      let key = try request.idempotencyKey()
      return try await answer(201) { try agent.sell(body, key: key) }
    }
    v1.get("sales/:id") { _, context in
      let id: SaleID = try context.id("id")
      return try await answer { try agent.sale(id) }
    }
    v1.post("sales/:id/void") { request, context in
      let body = try await request.optionalJSON(VoidRequest.self) ?? VoidRequest()
      let id: SaleID = try context.id("id")
      return try await answer(201) { try agent.void(id, body) }
    }
    v1.post("returns") { request, _ in
      let body = try await request.decodeJSON(ReturnRequest.self, limit: Limits.tillRequestBytes)
      let key = try request.idempotencyKey()
      return try await answer(201) { try agent.takeBack(body, key: key) }
    }
    v1.post("exchanges") { request, _ in
      let body = try await request.decodeJSON(ExchangeRequest.self, limit: Limits.tillRequestBytes)
      let key = try request.idempotencyKey()
      return try await answer(201) { try ofSale { try agent.exchange(body, key: key) } }
    }
    // A path of its own: an agent that does not know it refuses, where it would exchange in spite of a flag.
    v1.post("exchanges/quote") { request, _ in
      let body = try await request.decodeJSON(ExchangeRequest.self, limit: Limits.tillRequestBytes)
      return try await answer { try ofSale { try agent.quote(body) } }
    }
  }

  private func addLocks(to v1: RouterGroup<BasicRequestContext>) {
    v1.post("coupons/:code/lock") { request, context in
      let body = try await request.decodeJSON(CouponLockRequest.self, limit: Limits.tillRequestBytes)
      let code = context.parameters.get("code") ?? ""
      return try await answer { try ofCode { try agent.lock(code, body) } }
    }
    v1.delete("coupons/:code/lock") { request, context in
      let code = context.parameters.get("code") ?? ""
      let holder = request.uri.queryParameters["holder"].map { String($0) } ?? ""
      return try await answer { try ofCode { try agent.unlock(code, by: holder) } }
    }
  }

  /// What is refused of a coupon that the path names.
  private func ofCode<T>(_ work: () throws -> T) throws -> T {
    do { return try work() } catch let fault as TillFault {
      var problem = fault.problem
      if problem.field == "coupons" { problem.field = "code" }
      throw problem
    }
  }

  /// What is refused of an exchange's wishes is in its sale.
  private func ofSale<T>(_ work: () throws -> T) throws -> T {
    do { return try work() } catch let fault as TillFault {
      var problem = fault.problem
      if let field = problem.field, ["coupons", "points"].contains(field) { problem.field = "sale.\(field)" }
      throw problem
    }
  }

  /// What is refused is a program's, of which a request names one in `field`, and none where it has no body.
  private func naming<T>(_ field: String?, _ work: () throws -> T) throws -> T {
    do { return try work() } catch let fault as TillFault {
      var problem = fault.problem
      if case .refused = fault { problem.field = field }
      throw problem
    }
  }

  private func addPrograms(to v1: RouterGroup<BasicRequestContext>) {
    v1.post("orders") { request, _ in
      let body = try await request.decodeJSON(OrderRequest.self, limit: Limits.tillRequestBytes)
      let key = try request.idempotencyKey()
      return try await answer(201) { try naming("item") { try agent.order(body, key: key) } }
    }
    v1.get("orders/:id") { _, context in
      let id: MallOrderID = try context.id("id")
      return try await answer { try agent.order(id) }
    }
    v1.post("orders/:id/fulfil") { _, context in
      let id: MallOrderID = try context.id("id")
      return try await answer(201) { try naming(nil) { try agent.fulfil(id) } }
    }
    v1.post("orders/:id/cancel") { _, context in
      let id: MallOrderID = try context.id("id")
      return try await answer(201) { try naming(nil) { try agent.cancel(id) } }
    }
    v1.post("members/:id/activities") { request, context in
      let body = try await request.decodeJSON(ProgramRequest.self, limit: Limits.tillRequestBytes)
      let id: MemberID = try context.id("id")
      let key = try request.idempotencyKey()
      return try await answer(201) { try naming("program") { try agent.participate(id, body, key: key) } }
    }
    v1.post("members/:id/draws") { request, context in
      let body = try await request.decodeJSON(ProgramRequest.self, limit: Limits.tillRequestBytes)
      let id: MemberID = try context.id("id")
      let key = try request.idempotencyKey()
      return try await answer(201) { try naming("program") { try agent.draw(id, body, key: key) } }
    }
  }

  /// The agent's work waits for disks and, when it claims, for the hub.
  private func answer<T: Encodable & Sendable>(
    _ status: Int = 200, _ work: @escaping @Sendable () throws -> T
  ) async throws -> Response {
    try Response.json(try await Self.threads.run(work), status: status)
  }

  private func metrics() throws -> Response {
    let status = try agent.status()
    let lines = [
      "# TYPE patron_agent_unsent_entries gauge", "patron_agent_unsent_entries \(status.unsentEntries)",
      "# TYPE patron_agent_oldest_unsent_age_ms gauge",
      "patron_agent_oldest_unsent_age_ms \(status.oldestUnsentAgeMs)",
      "# TYPE patron_agent_hub_reachable gauge", "patron_agent_hub_reachable \(status.hubReachable ? 1 : 0)",
      "# TYPE patron_agent_replica_position counter",
      "patron_agent_replica_position \(status.replicaPosition.number)",
      "# TYPE patron_agent_rulebooks_not_understood gauge",
      "patron_agent_rulebooks_not_understood \(status.rulebooksNotUnderstood.count)",
      "# TYPE patron_agent_rulebooks_not_signed gauge",
      "patron_agent_rulebooks_not_signed \(status.rulebooksNotSigned.count)",
      "# TYPE patron_agent_disk_free_bytes gauge", "patron_agent_disk_free_bytes \(status.diskFreeBytes)",
    ]
    return Response(
      status: .ok, headers: [.contentType: "text/plain; version=0.0.4"],
      body: ResponseBody(byteBuffer: ByteBuffer(string: lines.joined(separator: "\n") + "\n")))
  }
}

struct MemberList: Codable { let members: [MemberResponse] }
struct CouponList: Codable { let coupons: [CouponResponse] }
struct HistoryList: Codable { let items: [HistoryItem] }

struct TillAuthentication: RouterMiddleware {
  let hash: [UInt8]

  func handle(
    _ request: Request, context: BasicRequestContext,
    next: (Request, BasicRequestContext) async throws -> Response
  ) async throws -> Response {
    let token = try BearerToken.from(request)
    guard BearerToken.constantTimeEqual(hash, Array(SHA256.hash(data: Array(token.utf8)))) else {
      throw BearerToken.missing
    }
    return try await next(request, context)
  }
}

extension TillFault: ProblemConvertible {
  public var problem: Problem {
    var problem = Problem(status, code, words)
    switch self {
    case .invalid(let field, _): problem.field = field.isEmpty ? nil : field
    case .unknownCoupon: problem.field = "coupons"
    case .alreadyMember(let member): problem.members["memberId"] = member
    case .priceDiffers(let asked, let toPay):
      problem.members["toPay"] = toPay
      problem.members["difference"] = Money(toPay.minor &- asked.minor)
    case .refused(let outcome):
      problem.field = outcome.field
      problem.members["amount"] = outcome.amount
      problem.members["distance"] = outcome.distance
    default: break
    }
    return problem
  }
}

extension RuleOutcome {
  /// Which wish of a cart was refused.
  fileprivate var field: String { rule == "points" ? "points" : "coupons" }
}

extension Request {
  /// At most 128 characters; the same key again means the same thing created (RFC draft "Idempotency-Key").
  func idempotencyKey() throws(TillFault) -> String? {
    guard let name = HTTPField.Name("Idempotency-Key"), let key = headers[name] else { return nil }
    guard (1...128).contains(key.utf8.count) else {
      throw .invalid(field: "Idempotency-Key", reason: "has 1 to 128 characters")
    }
    return key
  }

  func optionalJSON<T: Codable>(_ type: T.Type) async throws -> T? {
    if headers[.contentLength] == "0" || (headers[.contentLength] == nil && headers[.transferEncoding] == nil)
    {
      return nil
    }
    return try await decodeJSON(type, limit: Limits.tillRequestBytes)
  }
}

extension RequestContext {
  func id<Kind>(_ name: String) throws(TillFault) -> ID<Kind> {
    guard let text = parameters.get(name), let id = ID<Kind>(text) else {
      throw .invalid(field: name, reason: "is not a UUID")
    }
    return id
  }
}
