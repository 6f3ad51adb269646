import AgentCore
import AgentIO
import Curl
import Foundation
import ServerHTTP
import ServerStorage
import SyncProtocol
import Testing
import TestKit

/// The hub's API against its file, server/HTTP/openapi.yaml.
@Suite struct HubAPITests {
  static let member = "01990000-0000-7000-8000-000000000001"
  static let sale = "01990000-0000-7000-8000-000000000002"
  static let preview = "01990000-0000-7000-8000-00000000000a"
  static let friend = "01990000-0000-7000-8000-000000000009"

  /// Stand in the file for what only a running hub has.
  static let code = "H7K2M9PX4QWEY"
  static let claimCode = "H7K2M9PX4QWEZ"
  static let issue = "01990000-0000-7000-8000-0000000000aa"
  static let order = "01990000-0000-7000-8000-0000000000c1"

  /// Operations in an order in which the file's examples work; the store's own are called by `sync`.
  static let before = ["health", "addStore", "checkRulebook", "publishRulebook", "addCouponTemplate"]
  static let sync = [
    "hello", "push", "pull", "claim", "identify", "knownSale", "snapshot",
    "chunk", "differences", "rows",
  ]
  static let after = [
    "issueCoupons", "coupon", "transferCoupon", "voidCoupon", "restoreCoupon", "checkCouponIssue",
    "startCouponIssue", "couponIssue", "couponIssues", "couponCodes", "claimCoupon", "checkVoid",
    "voidUnused", "changeCouponTemplate", "overrideTier", "memberTier", "explainSale", "explainMember",
    "changeSegment", "segments", "segmentMembers", "checkSegment", "classes", "classMembers", "setAllowance",
    "allowances", "referrals",
    "adjustPoints", "transferPoints", "checkOrder", "placeOrder", "orders", "order", "fulfilOrder",
    "cancelOrder", "statement", "tierMovements", "referralValue",
    "liability", "runNightly", "nightly", "stores", "store", "changeStore", "regions", "moveMember",
    "checkMoveMembers", "moveMembers", "findMembers", "member",
    "sales", "sale",
    "rulebooks",
    "couponTemplates", "startPreview", "preview", "cancelPreview", "status", "totals", "memberTotals",
    "periodTotals", "partitions", "exceptions",
  ]
  /// What people of headquarters do about what sync could not settle.
  static let desk = [
    "quarantine", "quarantinedEntry", "exportQuarantine", "checkRetry", "retryEntry", "checkDiscard",
    "discardEntry", "restoreEntry", "conflicts", "conflict", "putBack", "dismissConflict", "duplicates",
    "duplicate", "checkMergeDuplicate", "mergeDuplicate", "keepApart", "scanDuplicates", "duplicateScan",
    "checkMerge", "mergeMembers", "checkUnmerge", "unmergeMember", "auditLog",
  ]

  @Test func `the file has exactly the routes that the hub serves`() async throws {
    try await onItsOwnThread {
      let file = try OpenAPIFile("server/HTTP/openapi.yaml")
      let hub = try TestHub()
      #expect(file.routes == OpenAPIFile.routes(of: hub.hub.router()))
      #expect(Set(file.operations.map(\.id)) == Set(Self.before + Self.sync + Self.after + Self.desk))
    }
  }

  @Test func `every example of the file works, and every answer is as the file says`() async throws {
    try await onItsOwnThread {
      let file = try OpenAPIFile("server/HTTP/openapi.yaml")
      let hub = try TestHub()
      var token = ""
      // Codes and issues get their names while the examples run.
      var names: [String: String] = [:]
      func real(_ text: String) -> String { names.reduce(text) { $0.replacing($1.key, with: $1.value) } }
      func call(_ id: String) throws {
        let operation = try #require(file.operation(id))
        let (path, example) = file.example(operation)
        let body = try example.map {
          try JSONValue(parsing: Array(real(String(decoding: try $0.encoded(), as: UTF8.self)).utf8))
        }
        let response = try send(hub.admin, operation.method, real(path), body: try body?.encoded())
        let text = String(decoding: response.body.prefix(300), as: UTF8.self)
        #expect(response.status == operation.successStatus, "\(id): \(text)")
        #expect(file.complaints(operation, sent: body, got: response) == [])
        switch id {
        case "addStore": token = try JSONValue(parsing: response.body).token.stringValue ?? ""
        case "issueCoupons":
          names[Self.code] = try JSONValue(parsing: response.body).coupons[0].code.stringValue
        case "transferCoupon": names[Self.code] = try JSONValue(parsing: response.body).code.stringValue
        case "startCouponIssue":
          let issue = try JSONValue(parsing: response.body).issueId.stringValue ?? ""
          names[Self.issue] = issue
          #expect(try hub.finished(issue: issue).state == "done")
        case "couponCodes":
          names[Self.claimCode] = text.split(separator: "\n").dropFirst().first.map { String($0.prefix(13)) }
        case "placeOrder": names[Self.order] = try JSONValue(parsing: response.body).orderId.stringValue
        case "fulfilOrder":
          // What was handed over is not cancelled; the next one is.
          let path = "/admin/v1/members/\(Self.member)/orders"
          names[Self.order] = try hub.admin.post(path, body: ["item": "cup"]).body.orderId.stringValue
        case "startPreview":
          names[Self.preview] = try JSONValue(parsing: response.body).previewId.stringValue
        default: break
        }
      }
      for id in Self.before { try call(id) }
      try Self.speakJSON(file, APIClient(baseURL: hub.url, token: token))
      for id in Self.after { try call(id) }
      try Self.makeTrouble(at: hub)
      for id in Self.desk { try call(id) }
    }
  }

  /// Another store writes an entry that cannot be applied, changes two fields of the member's, and enrols two
  /// people with the member's phone.
  private static func makeTrouble(at hub: TestHub) throws {
    let member = try #require(MemberID(Self.member))
    var store = try WireStore(hub, "S002")
    store.write(Write.sale(Write.id(21), 100, to: Write.id(22)))
    hub.clock.advance(minutes: 1)
    store.write(Write.profile(member, "name", "王小民"))
    store.write(Write.profile(member, "card", "C-1002"))
    store.write(Write.enrolment(Write.id(23), ["phone": "+8613800138000", "name": "李四"]))
    store.write(Write.enrolment(Write.id(24), ["phone": "+8613800138000", "name": "赵六"]))
    try store.push()
  }

  /// The sync protocol in its JSON form: an enrolment, a sale, a return, a visit and a release.
  static func speakJSON(_ file: OpenAPIFile, _ store: APIClient) throws {
    func call(_ id: String, _ path: String, _ body: JSONValue? = nil) throws -> JSONValue {
      let operation = try #require(file.operation(id))
      let response = try send(
        store, operation.method, path, body: try body?.encoded(), headers: [("Accept", "application/json")])
      let text = String(decoding: response.body.prefix(300), as: UTF8.self)
      #expect(response.status == 200, "\(id): \(text)")
      #expect(file.complaints(operation, sent: body, got: response) == [])
      return try JSONValue(parsing: response.body)
    }
    let hello = try call("hello", "/sync/v1/hello")
    #expect(hello.receivedThrough == 0)
    let member = try #require(MemberID(Self.member))
    let sale = try #require(SaleID(Self.sale))
    let bodies = [
      Write.enrolment(member, ["name": "王小明", "phone": "+8613800138000", "card": "C-1001"]),
      Write.profile(member, "birthday", nil), Write.sale(sale, 20_000, to: member),
      Write.takeBack(Write.id(3), of: sale, 100, from: member, debt: 1),
      EntryBody.checkIn(
        CheckIn(
          id: Write.id(4), member: member, businessTime: Timestamp(ms: TestClock.start), rulebook: 1,
          earned: Points(5), earnedLot: Write.lot)),
      EntryBody.release(
        Release(points: [LotAmount(owner: member, lot: Write.lot, points: Points(50))], coupons: [])),
      Write.enrolment(try #require(MemberID(Self.friend)), ["name": "王大明"]),
    ]
    var hash = ChainHash.empty
    let entries = bodies.enumerated().map { index, body in
      let entry = Entry(
        seq: JournalSeq(UInt64(index + 1)), time: HybridTime(ms: TestClock.start + Int64(index)), body: body)
      hash = hash.extended(by: entry.canonicalBytes)
      return entry
    }
    let push = PushRequest(
      epoch: 1, firstSeq: JournalSeq(1), previousHash: .empty, entries: entries, chainHash: hash)
    let body = try JSONValue(parsing: [UInt8](try JSONEncoder().encode(push)))
    let first = try call("push", "/sync/v1/push", body)
    #expect(first.receivedThrough == 7)
    #expect(try call("push", "/sync/v1/push", body).results == first.results)
    let page = try call("pull", "/sync/v1/pull")
    #expect(page.to == page.head)
    #expect(page.sections.elements.map(\.partition) == ["region/main", "rulebook", "store/1"])
    let epoch = hello.logEpoch.integerValue ?? 0
    let cursor = "\(epoch).\(page.to.integerValue ?? 0).region/main.rulebook.store/1"
    let claim: JSONValue = [
      "cursor": .string(cursor), "coupons": [],
      "points": [["member": .string(Self.member), "points": 120]],
    ]
    _ = try call("claim", "/sync/v1/claim", claim)
    let card = "C-1001".utf8.map { JSONValue.integer(Int64($0)) }
    _ = try call(
      "identify", "/sync/v1/identify", ["cursor": .string(cursor), "kind": 2, "value": .array(card)])
    _ = try call("snapshot", "/sync/v1/snapshots/rulebook")
    #expect(try call("knownSale", "/sync/v1/sales/\(Self.sale)").returns.elements.count == 1)
  }

  @Test func `the binary and the JSON form say the same`() async throws {
    try await onItsOwnThread {
      let chain = try TestChain(stores: 1)
      let member = try chain[1].agent.enrol(.of("甲", phone: DemoChain.phone(1))).memberId
      _ = try chain[1].agent.sell(.of(50_000, to: member))
      #expect(try chain.settle())
      let store = APIClient(baseURL: chain.hub.url, token: chain[1].token)
      let json = try store.get("/sync/v1/pull").body
      let hub = try chain.hub.digests()
      let told = json.sections.elements.map {
        let digest = $0.body.digest
        return "\($0.partition.stringValue ?? "") "
          + "\(digest.count.integerValue ?? 0)/\(digest.sum.stringValue ?? "")"
      }
      #expect(told == hub.map { "\($0.key) \($0.value)" }.sorted())
    }
  }
}
