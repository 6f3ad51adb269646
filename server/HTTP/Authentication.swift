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
    default:
      throw Problem(
        403, "forbidden", Words(zh: "此令牌不能用于总部的这一部分", en: "this token is not for this part of the hub"))
    }
    return try await next(request, context)
  }
}

extension HubFault: ProblemConvertible {
  public var problem: Problem {
    switch self {
    case .unknownStore: Problem(404, "unknown_store", Words(zh: "没有此门店", en: "there is no such store"))
    case .storeExists: Problem(409, "store_exists", Words(zh: "已有此代码的门店", en: "a store of this code exists"))
    case .unknownMember: Problem(404, "unknown_member", Words(zh: "没有此会员", en: "there is no such member"))
    case .unknownSale: Problem(404, "unknown_sale", Words(zh: "没有此销售", en: "there is no such sale"))
    case .unknownTemplate:
      Problem(
        404, "unknown_template", Words(zh: "没有此券模板", en: "there is no such coupon template"),
        field: "template")
    case .unknownOrder: Problem(404, "unknown_order", Words(zh: "没有此兑换订单", en: "there is no such order"))
    case .orderOfStore:
      Problem(
        409, "order_of_store", Words(zh: "此订单由门店受理", en: "a store took the order"),
        hint: Words(zh: "请在受理的门店办理", en: "close it at the store that took it"))
    case .orderRefused(let outcome):
      Problem(
        409, outcome.code, outcome.words(currency: ""), field: "item",
        members: ["amount": outcome.amount, "distance": outcome.distance])
    case .templateExists:
      Problem(
        409, "template_exists", Words(zh: "已有同名而条款不同的模板", en: "a template of this name has other terms"),
        field: "template")
    case .invalid(let field, let reason): .invalid(field, reason, status: 422)
    case .conflictingRepeat:
      Problem(
        409, "conflicting_repeat",
        Words(zh: "同一幂等键此前的内容不同，未作处理", en: "the same idempotency key came before with another body"))
    case .refused(let refusal): Problem(422, refusal.code, refusal.words)
    case .shapeChanged:
      Problem(
        409, "shape_changed",
        Words(zh: "此门店同步的区域已变更", en: "what this store carries has changed"),
        hint: Words(zh: "请重新握手", en: "say hello to hear what it carries now"))
    case .unknownChunk:
      Problem(
        404, "unknown_chunk", Words(zh: "没有此数据块", en: "there is no such chunk"),
        hint: Words(zh: "请重新获取快照清单", en: "ask for the snapshot's manifest again"))
    case .cursorTooOld:
      Problem(
        410, "cursor_too_old",
        Words(zh: "此后的变更已不再保留", en: "the changes after this cursor are kept no longer"),
        hint: Words(zh: "请对账", en: "reconcile"))
    case .cursorUnknown:
      Problem(
        410, "cursor_unknown", Words(zh: "游标不属于此数据流", en: "this cursor is not of this feed"),
        hint: Words(zh: "请不带游标重新开始", en: "start again without a cursor"))
    }
  }
}

extension DeskFault: ProblemConvertible {
  public var problem: Problem {
    switch self {
    case .unknownEntry:
      Problem(404, "unknown_entry", Words(zh: "隔离区没有此条", en: "there is no such entry in quarantine"))
    case .unknownConflict:
      Problem(404, "unknown_conflict", Words(zh: "没有此冲突", en: "there is no such conflict"))
    case .unknownDuplicate:
      Problem(
        404, "unknown_duplicate", Words(zh: "没有此疑似重复", en: "there is no such possible duplicate"))
    case .decided(let state):
      Problem(
        409, "already_decided", Words(zh: "已处理（\(state)）", en: "it has been decided already (\(state))"),
        members: ["state": state])
    case .contradicted:
      Problem(
        409, "entry_contradicted",
        Words(zh: "同一门店后来的流水已改写此项", en: "a later entry of the same store wrote what this one would write"))
    case .valueStands:
      Problem(409, "value_stands", Words(zh: "现值即为此值", en: "this is the value that stands"))
    case .samePerson:
      Problem(409, "same_person", Words(zh: "两者已是同一位会员", en: "both are one person already"))
    case .notMerged:
      Problem(
        409, "not_merged", Words(zh: "此会员未并入他人", en: "the record was not merged into another"))
    case .mergesTooDeep:
      Problem(
        409, "merges_too_deep",
        Words(zh: "合并层数过多", en: "more merges would stand behind each other than stores follow"),
        hint: Words(zh: "请先撤销其中的合并", en: "undo some of the merges first"))
    }
  }
}

extension CouponFault: ProblemConvertible {
  public var problem: Problem {
    switch self {
    case .unknownCoupon:
      Problem(404, "unknown_coupon", Words(zh: "没有此券", en: "there is no such coupon"), field: "code")
    case .unknownIssue: Problem(404, "unknown_issue", Words(zh: "没有此批次", en: "there is no such issue"))
    case .issue(let fault, let field): Problem(409, fault.code, fault.words, field: field)
    case .life(let fault): Problem(409, fault.code, fault.words)
    case .heldByStore(let store):
      Problem(
        409, "coupon_held_by_store",
        Words(zh: "此券由门店 \(store) 保管", en: "store \(store) holds the coupon"),
        hint: Words(zh: "等门店交还，或作废此券", en: "wait until the store has given it back, or void it"))
    case .claimed:
      Problem(
        409, "coupon_claimed", Words(zh: "已被其他会员领取", en: "another member has claimed it"), field: "code")
    case .notVoided: Problem(409, "coupon_not_voided", Words(zh: "此券未作废", en: "it has not been voided"))
    case .issueVoided:
      Problem(
        409, "coupon_issue_voided", Words(zh: "整批已作废", en: "the whole issue was voided"),
        hint: Words(zh: "请重新发券", en: "issue new codes"))
    case .tooManyGuesses(let waitMs):
      Problem(
        429, "too_many_guesses",
        Words(zh: "错误券码过多，请稍后再试", en: "too many codes that were wrong; try again later"),
        headers: [("Retry-After", "\((waitMs + 999) / 1000)")])
    }
  }
}
