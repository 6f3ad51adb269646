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
