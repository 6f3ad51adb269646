import Curl
import Foundation
import ServerStorage
import SyncProtocol
import Testing
import TestKit

@Suite struct HubRefusalTests {
  /// Who asks, and what they get on users' and on stores' routes.
  static let callers: [(name: String, authorization: String, users: Int, stores: Int)] = [
    ("nobody", "", 401, 401), ("a stranger", "Bearer x", 401, 401),
    ("another scheme", "Basic eDp5", 401, 401),
    ("a store", "Bearer STORE", 403, 200), ("a user", "Bearer USER", 200, 403),
  ]

  @Test func `each kind of caller reaches its own routes and no others`() async throws {
    try await onItsOwnThread {
      let file = try OpenAPIFile("server/HTTP/openapi.yaml")
      let hub = try TestHub()
      let store = try hub.addStore("S001")
      for operation in file.operations where operation.id != "health" {
        let isStores = operation.path.hasPrefix("/sync")
        for caller in Self.callers {
          let authorization = caller.authorization.replacing("STORE", with: store.token)
            .replacing("USER", with: hub.admin.token ?? "")
          let response = try send(
            hub.admin, operation.method, file.example(operation).path,
            body: operation.method == "POST" ? [] : nil, headers: [("Authorization", authorization)])
          let expected = isStores ? caller.stores : caller.users
          let row = "\(caller.name) at \(operation.id): \(response.status)"
          if expected == 200 {
            // Let in: whether the request itself makes sense is another question.
            #expect(![401, 403].contains(response.status), "\(row)")
          } else {
            #expect(response.status == expected, "\(row)")
            #expect(file.complaints(operation, sent: nil, got: response) == [], "\(row)")
          }
        }
      }
      let health = try send(hub.admin, "GET", "/healthz", headers: [("Authorization", "")]).status
      #expect(health == 200)
    }
  }

  /// Operation, path, body, and the refusal.
  static let refusals: [(String, String, String?, Int, String, String?)] = [
    ("addStore", "/admin/v1/stores", "{", 400, "malformed_json", nil),
    ("addStore", "/admin/v1/stores", #"{"store":"S 1"}"#, 400, "invalid_field", "store"),
    ("addStore", "/admin/v1/stores", #"{"store":"S001"}"#, 409, "store_exists", nil),
    ("addStore", "/admin/v1/stores", #"{"store":"S9","place":"x"}"#, 400, "unknown_field", "place"),
    (
      "addStore", "/admin/v1/stores", #"{"store":"S9","name":"\#(String(repeating: "x", count: 501))"}"#, 422,
      "invalid_field", "name"
    ),
    ("store", "/admin/v1/stores/S404", nil, 404, "unknown_store", nil),
    ("findMembers", "/admin/v1/members", nil, 422, "invalid_field", "q"),
    ("member", "/admin/v1/members/17", nil, 422, "invalid_field", "id"),
    ("member", "/admin/v1/members/\(HubAPITests.member)", nil, 404, "unknown_member", nil),
    ("sale", "/admin/v1/sales/\(HubAPITests.sale)", nil, 404, "unknown_sale", nil),
    ("sales", "/admin/v1/sales?member=x", nil, 422, "invalid_field", "member"),
    ("periodTotals", "/admin/v1/totals/periods?lengthMs=1", nil, 422, "invalid_field", "lengthMs"),
    (
      "setAllowance", "/admin/v1/allowances", #"{"name":"gfit/cup","total":1}"#, 422, "invalid_field", "name"
    ),
    ("setAllowance", "/admin/v1/allowances", #"{"name":"gift/","total":1}"#, 422, "invalid_field", "name"),
    ("setAllowance", "/admin/v1/allowances", #"{"name":"mall/x","total":1}"#, 422, "invalid_field", "name"),
    ("publishRulebook", "/admin/v1/rulebooks", "{}", 400, "invalid_field", "name"),
    rulebook(#""version":7"#, 400, "version"),
    rulebook(
      #""tiers":{"id":"t","name":{"zh":"等级","en":"Tiers"},"metric":"spend","window":{"kind":"calendarYear"},"#
        + #""downgrade":"step","levels":[{"id":"a","name":{"zh":"甲","en":"A"},"threshold":0,"#
        + #""benefits":[{"kind":"upgradeGift","template":"none"}]}]}"#, 422,
      "tiers.levels[0].benefits[0].template"),
    rulebook(
      #""promotions":[{"id":"\#(String(repeating: "x", count: 65))","name":{"zh":"促销","en":"Promotion"},"#
        + #""effect":{"type":"buyGetFree","buy":2,"free":1}}]"#, 422, "promotions[0].id"),
    (
      "addCouponTemplate", "/admin/v1/coupon-templates",
      #"{"template":"t","terms":{"kind":"amountOff","name":{"zh":"","en":""},"value":0,"minimumSpend":0}}"#,
      422, "invalid_field", "terms.value"
    ),
    (
      "addCouponTemplate", "/admin/v1/coupon-templates",
      #"{"template":"t","terms":{"kind":"free","name":{"zh":"","en":""},"value":0,"minimumSpend":0}}"#, 400,
      "invalid_field", "terms.kind"
    ),
    (
      "issueCoupons", "/admin/v1/coupons", #"{"template":"none","memberIds":[]}"#, 404, "unknown_template",
      "template"
    ),
    template(#""kind":"gift","value":0,"giftSku":"A""#, "", 422, "terms.giftSku"),
    template(#""kind":"exchange","value":0,"policy":"floorLimit""#, "", 422, "terms.policy"),
    template(
      #""kind":"amountOff","value":1,"when":{"segments":["vip"]}"#, "", 422, "terms.when.segments"),
    template(#""kind":"amountOff","value":1"#, #","stock":0"#, 422, "stock"),
    template(#""kind":"amountOff","value":1"#, #","perMember":0"#, 422, "perMember"),
    template(#""kind":"amountOff","value":1"#, #","validDays":-1"#, 422, "validDays"),
    template(#""kind":"amountOff","value":1"#, #","state":"ended""#, 422, "state"),
    template(#""kind":"amountOff","value":1"#, #","state":"open""#, 400, "state"),
    template(#""kind":"amountOff","value":1"#, #","stocks":5"#, 400, "stocks", "unknown_field"),
    (
      "changeCouponTemplate", "/admin/v1/coupon-templates/none/state", #"{"state":"paused"}"#, 404,
      "unknown_template", "template"
    ),
    ("coupon", "/admin/v1/coupons/NONE", nil, 404, "unknown_coupon", "code"),
    (
      "transferCoupon", "/admin/v1/coupons/NONE/transfer",
      #"{"toMemberId":"\#(HubAPITests.member)","reason":"x"}"#, 404, "unknown_coupon", "code"
    ),
    ("voidCoupon", "/admin/v1/coupons/NONE/void", #"{"reason":"x"}"#, 404, "unknown_coupon", "code"),
    ("voidCoupon", "/admin/v1/coupons/NONE/void", #"{"reason":" "}"#, 422, "invalid_field", "reason"),
    ("restoreCoupon", "/admin/v1/coupons/NONE/restore", #"{"reason":"x"}"#, 404, "unknown_coupon", "code"),
    ("voidUnused", "/admin/v1/coupon-voids", #"{"reason":"x"}"#, 422, "invalid_field", "template"),
    (
      "voidUnused", "/admin/v1/coupon-voids", #"{"template":"none","reason":"x"}"#, 404, "unknown_template",
      "template"
    ),
    (
      "checkVoid", "/admin/v1/coupon-voids/check", #"{"issueId":"\#(HubAPITests.issue)","reason":"x"}"#, 404,
      "unknown_issue", nil
    ),
    (
      "startCouponIssue", "/admin/v1/coupon-issues", #"{"template":"none"}"#, 422, "invalid_field",
      "memberIds"
    ),
    (
      "startCouponIssue", "/admin/v1/coupon-issues", #"{"template":"none","all":true,"count":5}"#, 422,
      "invalid_field", "memberIds"
    ),
    (
      "startCouponIssue", "/admin/v1/coupon-issues", #"{"template":"none","count":0}"#, 422,
      "invalid_field", "count"
    ),
    (
      "checkCouponIssue", "/admin/v1/coupon-issues/check", #"{"template":"none","all":true}"#, 404,
      "unknown_template", "template"
    ),
    ("couponIssue", "/admin/v1/coupon-issues/17", nil, 422, "invalid_field", "id"),
    ("couponIssue", "/admin/v1/coupon-issues/\(HubAPITests.issue)", nil, 404, "unknown_issue", nil),
    ("couponCodes", "/admin/v1/coupon-issues/\(HubAPITests.issue)/codes", nil, 404, "unknown_issue", nil),
    (
      "couponCodes", "/admin/v1/coupon-issues/\(HubAPITests.issue)/codes?after=x", nil, 422,
      "invalid_field", "after"
    ),
    (
      "claimCoupon", "/admin/v1/members/\(HubAPITests.member)/coupon-claims", #"{"code":"x"}"#, 404,
      "unknown_member", nil
    ),
    ("tierMovements", "/admin/v1/tier-movements?from=x", nil, 422, "invalid_field", "from"),
    (
      "tierMovements", "/admin/v1/tier-movements?from=2026-02-01&to=2026-01-01", nil, 422, "invalid_field",
      "from"
    ),
    ("referralValue", "/admin/v1/referral-value?limit=0", nil, 422, "invalid_field", "limit"),
    (
      "referralValue", "/admin/v1/referral-value?from=2026-02-01&to=2026-01-01", nil, 422, "invalid_field",
      "from"
    ),
    ("changeSegment", "/admin/v1/segments/vip/members", "{}", 422, "invalid_field", "add"),
    ("changeSegment", "/admin/v1/segments/vip/members", #"{"add":["x"]}"#, 400, "invalid_field", "add[0]"),
    (
      "checkSegment", "/admin/v1/segments/\(String(repeating: "x", count: 65))/check",
      #"{"add":["\#(HubAPITests.member)"]}"#, 422, "invalid_field", "segment"
    ),
    (
      "changeSegment", "/admin/v1/segments/class%2Floyal/members", #"{"add":["\#(HubAPITests.member)"]}"#,
      422,
      "invalid_field", "segment"
    ),
    (
      "checkSegment", "/admin/v1/segments/class%2Fvip/check", #"{"add":["\#(HubAPITests.member)"]}"#, 422,
      "invalid_field", "segment"
    ),
    ("classes", "/admin/v1/classes?since=x", nil, 422, "invalid_field", "since"),
    ("classMembers", "/admin/v1/classes/vip/members", nil, 422, "invalid_field", "class"),
    ("classMembers", "/admin/v1/classes/new/members?after=x", nil, 422, "invalid_field", "after"),
    ("segmentMembers", "/admin/v1/segments/vip/members?after=x", nil, 422, "invalid_field", "after"),
    (
      "placeOrder", "/admin/v1/members/\(HubAPITests.member)/orders", #"{"item":"cup"}"#, 404,
      "unknown_member", nil
    ),
    (
      "checkOrder", "/admin/v1/members/\(HubAPITests.member)/orders/check", #"{"item":"cup","count":1}"#, 400,
      "unknown_field", "count"
    ),
    ("orders", "/admin/v1/orders?state=open", nil, 422, "invalid_field", "state"),
    ("orders", "/admin/v1/orders?cursor=17", nil, 422, "invalid_field", "cursor"),
    ("orders", "/admin/v1/orders?member=x", nil, 422, "invalid_field", "member"),
    ("order", "/admin/v1/orders/17", nil, 422, "invalid_field", "id"),
    ("order", "/admin/v1/orders/\(HubAPITests.order)", nil, 404, "unknown_order", nil),
    ("fulfilOrder", "/admin/v1/orders/\(HubAPITests.order)/fulfil", nil, 404, "unknown_order", nil),
    ("cancelOrder", "/admin/v1/orders/\(HubAPITests.order)/cancel", nil, 404, "unknown_order", nil),
    ("quarantine", "/admin/v1/quarantine?state=open", nil, 422, "invalid_field", "state"),
    ("quarantine", "/admin/v1/quarantine?store=S404", nil, 404, "unknown_store", nil),
    ("quarantine", "/admin/v1/quarantine?from=x", nil, 422, "invalid_field", "from"),
    ("quarantine", "/admin/v1/quarantine?cursor=x", nil, 422, "invalid_field", "cursor"),
    ("quarantinedEntry", "/admin/v1/quarantine/x", nil, 422, "invalid_field", "number"),
    ("quarantinedEntry", "/admin/v1/quarantine/7", nil, 404, "unknown_entry", nil),
    ("retryEntry", "/admin/v1/quarantine/7/retry", "{}", 404, "unknown_entry", nil),
    ("checkRetry", "/admin/v1/quarantine/7/retry/check", "{}", 404, "unknown_entry", nil),
    ("discardEntry", "/admin/v1/quarantine/7/discard", "{}", 400, "invalid_field", "reason"),
    ("discardEntry", "/admin/v1/quarantine/7/discard", #"{"reason":" "}"#, 422, "invalid_field", "reason"),
    ("checkDiscard", "/admin/v1/quarantine/7/discard/check", #"{"reason":"x"}"#, 404, "unknown_entry", nil),
    ("restoreEntry", "/admin/v1/quarantine/7/restore", #"{"reason":"x"}"#, 404, "unknown_entry", nil),
    ("conflicts", "/admin/v1/conflicts?state=waiting", nil, 422, "invalid_field", "state"),
    ("conflict", "/admin/v1/conflicts/7", nil, 404, "unknown_conflict", nil),
    ("putBack", "/admin/v1/conflicts/7/put-back", #"{"reason":"x"}"#, 404, "unknown_conflict", nil),
    ("dismissConflict", "/admin/v1/conflicts/7/dismiss", "{}", 404, "unknown_conflict", nil),
    ("duplicates", "/admin/v1/duplicates?state=waiting", nil, 422, "invalid_field", "state"),
    ("duplicate", "/admin/v1/duplicates/7", nil, 404, "unknown_duplicate", nil),
    ("mergeDuplicate", "/admin/v1/duplicates/7/merge", #"{"reason":"x"}"#, 404, "unknown_duplicate", nil),
    ("keepApart", "/admin/v1/duplicates/7/not-same", #"{"reason":"x"}"#, 404, "unknown_duplicate", nil),
    (
      "mergeMembers", "/admin/v1/members/\(HubAPITests.member)/merge",
      #"{"with":"\#(HubAPITests.friend)","reason":"x"}"#, 404, "unknown_member", nil
    ),
    (
      "checkMerge", "/admin/v1/members/\(HubAPITests.member)/merge/check",
      #"{"with":"\#(HubAPITests.friend)","reason":""}"#, 422, "invalid_field", "reason"
    ),
    (
      "unmergeMember", "/admin/v1/members/\(HubAPITests.member)/unmerge", #"{"reason":"x"}"#, 404,
      "unknown_member", nil
    ),
    ("auditLog", "/admin/v1/audit?action=none", nil, 422, "invalid_field", "action"),
    ("auditLog", "/admin/v1/audit?to=x", nil, 422, "invalid_field", "to"),
  ]

  /// A template of so many terms, with further fields.
  private static func template(
    _ terms: String, _ more: String, _ status: Int, _ field: String, _ code: String = "invalid_field"
  ) -> (String, String, String?, Int, String, String?) {
    let body = """
      {"template":"t","terms":{"name":{"zh":"","en":""},"minimumSpend":0,\(terms)}\(more)}
      """
    return ("addCouponTemplate", "/admin/v1/coupon-templates", body, status, code, field)
  }

  /// A rulebook that may be published but for one part.
  private static func rulebook(
    _ part: String, _ status: Int, _ field: String
  ) -> (String, String, String?, Int, String, String?) {
    let body = """
      {"name":{"zh":"规则","en":"Rules"},"currency":"CNY","utcOffsetMinutes":480,"earning":[],
       "expiry":{"policy":"never"},"checkInPoints":0,
       "holding":{"homePermille":0,"lastStorePermille":0},\(part)}
      """
    return ("publishRulebook", "/admin/v1/rulebooks", body, status, "invalid_field", field)
  }

  @Test func `what a user gets wrong is refused with its code and field, and nothing is written`()
    async throws
  {
    try await onItsOwnThread {
      let file = try OpenAPIFile("server/HTTP/openapi.yaml")
      let hub = try TestHub()
      _ = try hub.addStore("S001")
      let head = hub.store.committedHead
      for (id, path, body, status, code, field) in Self.refusals {
        let operation = try #require(file.operation(id))
        let response = try send(hub.admin, operation.method, path, body: body.map { [UInt8]($0.utf8) })
        let problem = try JSONValue(parsing: response.body)
        let row = "\(path) \(body ?? ""): \(String(decoding: response.body, as: UTF8.self))"
        #expect(response.status == status, "\(row)")
        #expect(problem.code.stringValue == code, "\(row)")
        #expect(problem.field.stringValue == field, "\(row)")
        #expect(problem.isSaidInBothLanguages, "\(row)")
        #expect(file.complaints(operation, sent: nil, got: response) == [], "\(row)")
        #expect(hub.store.committedHead == head, "\(row)")
      }
      let wrong = try send(hub.admin, "DELETE", "/admin/v1/stores")
      #expect(wrong.status == 405)
      #expect(try JSONValue(parsing: wrong.body).code == "method_not_allowed")
    }
  }

  /// Pushes that are no messages, in each form.
  static let messages: [(type: String, body: [UInt8], code: String)] = [
    ("application/json", [], "malformed_json"),
    ("application/json", Array("{}".utf8), "invalid_field"),
    ("application/vnd.patron.sync", [], "malformed_message"),
    ("application/vnd.patron.sync", Array("PT".utf8), "malformed_message"),
    (
      "application/vnd.patron.sync", [80, 84, 1, 1] + [UInt8](repeating: 255, count: 64), "malformed_message"
    ),
    ("text/html", Array("<html>".utf8), "malformed_message"),
  ]

  @Test func `what is no message is malformed, in both forms, and an incident in neither`() async throws {
    try await onItsOwnThread {
      let hub = try TestHub()
      var store = try WireStore(hub, "S001")
      for (type, body, code) in Self.messages {
        for path in ["/sync/v1/push", "/sync/v1/claim"] {
          let response = try send(store.client, "POST", path, body: body, headers: [("Content-Type", type)])
          #expect(response.status == 400, "\(type) \(path)")
          #expect(try JSONValue(parsing: response.body).code.stringValue == code)
        }
      }
      for zstd in [[], Array("no frame".utf8)] {
        let response = try send(
          store.client, "POST", "/sync/v1/push", body: zstd,
          headers: [("Content-Type", "application/vnd.patron.sync"), ("Content-Encoding", "zstd")])
        #expect(response.status == 400)
      }
      // Entries that the binary form could not carry: their positions do not follow each other.
      store.write(Write.sale(Write.id(1), 100))
      store.write(Write.sale(Write.id(2), 100))
      let push = store.request()
      let odd = PushRequest(
        epoch: 1, firstSeq: push.firstSeq, previousHash: push.previousHash,
        entries: push.entries.reversed(), chainHash: push.chainHash)
      let response = try send(
        store.client, "POST", "/sync/v1/push", body: [UInt8](try JSONEncoder().encode(odd)))
      #expect(response.status == 400)
      #expect(try JSONValue(parsing: response.body).code == "malformed_message")
      for query in ["cursor=x", "cursor=", "cursor=1.2.3", "wait=-1", "wait=50001"] {
        let status = try send(store.client, "GET", "/sync/v1/pull?\(query)").status
        #expect(status == (query.hasPrefix("wait") ? 400 : 410), "\(query)")
      }
      #expect(try hub.store.totals().sales == 0)
    }
  }
}
