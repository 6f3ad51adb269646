import Hummingbird
import HTTPTypes
import Loyalty
import ServerStorage
import SyncProtocol
import Web

/// A request whose caller is known.
public struct HubContext: RequestContext {
  public var coreContext: CoreRequestContextStorage
  var caller: Caller?

  public init(source: ApplicationRequestContextSource) {
    coreContext = .init(source: source)
    caller = nil
  }

  func store() throws(Problem) -> NodeID {
    guard case .store(let node, _) = caller else { throw BearerToken.missing }
    return node
  }

  /// Who asks, for what is kept of their doing.
  var userName: String { if case .user(let name, _)? = caller { name } else { "" } }
}

/// Lets in only callers of one kind, by their bearer token.
struct HubAuthentication: RouterMiddleware {
  enum Audience { case stores, users }

  let hub: Hub
  let audience: Audience

  func handle(
    _ request: Request, context: HubContext, next: (Request, HubContext) async throws -> Response
  ) async throws -> Response {
    let token = try BearerToken.from(request)
    guard let caller = try hub.store.caller(token: token) else { throw BearerToken.missing }
    var context = context
    context.caller = caller
    switch (caller, audience) {
    case (.store(let node, _), .stores):
      let agent = request.headers[.userAgent] ?? ""
      let version = agent.hasPrefix("patron-agent/") ? String(agent.dropFirst(13).prefix(32)) : ""
      hub.presence.note(node, atMs: hub.store.environment.nowMs(), version: version)
    case (.user, .users): break
    default: throw Problem(403, "forbidden", "this token is not for this part of the hub")
    }
    return try await next(request, context)
  }
}

extension HubFault: ProblemConvertible {
  public var problem: Problem {
    switch self {
    case .unknownStore: Problem(404, "unknown_store", "there is no such store")
    case .storeExists: Problem(409, "store_exists", "a store of this code exists")
    case .unknownMember: Problem(404, "unknown_member", "there is no such member")
    case .unknownSale: Problem(404, "unknown_sale", "there is no such sale")
    case .unknownTemplate:
      Problem(404, "unknown_template", "there is no such coupon template", field: "template")
    case .unknownOrder: Problem(404, "unknown_order", "there is no such order 没有此兑换订单")
    case .orderOfStore:
      Problem(
        409, "order_of_store", "a store took the order 此订单由门店受理", hint: "close it at the store that took it")
    case .orderRefused(let outcome):
      Problem(
        409, outcome.code, "\(outcome.words(currency: "").en) \(outcome.words(currency: "").zh)",
        field: "item",
        members: ["amount": outcome.amount, "distance": outcome.distance])
    case .templateExists:
      Problem(409, "template_exists", "a template of this name has other terms", field: "template")
    case .invalid(let field, let reason): Problem(422, "invalid_field", "\(field) \(reason)", field: field)
    case .conflictingRepeat:
      Problem(409, "conflicting_repeat", "the same idempotency key came before with another body")
    case .refused(let refusal): Problem(422, refusal.code, "\(refusal.words.en) \(refusal.words.zh)")
    case .cursorUnknown:
      Problem(410, "cursor_unknown", "this cursor is not of this feed", hint: "start again without a cursor")
    }
  }
}

extension CouponFault: ProblemConvertible {
  public var problem: Problem {
    switch self {
    case .unknownCoupon:
      Problem(404, "unknown_coupon", "there is no such coupon 没有此券", field: "code")
    case .unknownIssue: Problem(404, "unknown_issue", "there is no such issue 没有此批次")
    case .issue(let fault, let field): Problem(409, fault.code, Self.text(fault.words), field: field)
    case .life(let fault): Problem(409, fault.code, Self.text(fault.words))
    case .heldByStore(let store):
      Problem(
        409, "coupon_held_by_store", "store \(store) holds the coupon 此券由门店 \(store) 保管",
        hint: "wait until the store has given it back, or void it")
    case .claimed: Problem(409, "coupon_claimed", "another member has claimed it 已被其他会员领取", field: "code")
    case .notVoided: Problem(409, "coupon_not_voided", "it has not been voided 此券未作废")
    case .issueVoided:
      Problem(409, "coupon_issue_voided", "the whole issue was voided 整批已作废", hint: "issue new codes")
    case .tooManyGuesses(let waitMs):
      Problem(
        429, "too_many_guesses", "too many codes that were wrong 错误券码过多，请稍后再试",
        headers: [("Retry-After", "\((waitMs + 999) / 1000)")])
    }
  }

  private static func text(_ words: Words) -> String { "\(words.en) \(words.zh)" }
}
