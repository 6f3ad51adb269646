import Foundation
import HTTPTypes
import Hummingbird
import Loyalty
import NIOCore
import ServerCore
import ServerStorage
import SyncProtocol
import Synchronization
import Web

/// The coupon desk of headquarters 发券台.
extension AdminRoutes {
  func addTemplates(to admin: RouterGroup<HubContext>) {
    admin.get("coupon-templates") { _, _ in
      try await answer {
        TemplateList(templates: try hub.store.templates().map { try response(to: $0) })
      }
    }
    admin.post("coupon-templates") { request, _ in
      let body = try await request.decodeJSON(TemplateRequest.self, limit: Self.requestBytes)
      try await hub.writer.write { try $0.addTemplate(body.template, body.asTemplate) }
      return try Response.json(try await template(body.template), status: 201)
    }
    admin.post("coupon-templates/:name/state") { request, context in
      let name = context.name("name")
      let body = try await request.decodeJSON(TemplateStateRequest.self, limit: Self.requestBytes)
      try await hub.writer.write { try $0.changeTemplate(name, to: body.state) }
      return try Response.json(try await template(name))
    }
  }

  private func template(_ name: String) async throws -> TemplateResponse {
    try await onBlockingThread { try response(to: try hub.store.template(name)) }
  }

  private func response(to status: TemplateStatus) throws -> TemplateResponse {
    let (words, notice) = try hub.store.words(of: status.template)
    return TemplateResponse(status, words: words, notice: notice)
  }

  func addCoupons(to admin: RouterGroup<HubContext>) {
    admin.post("coupons") { request, context in
      let body = try await request.decodeJSON(IssueRequest.self, limit: Self.requestBytes)
      let (key, user) = (hub.key(of: request), context.userName)
      let coupons = try await hub.writer.write(weight: body.memberIds.count) {
        try $0.issueCoupons(body.template, to: body.memberIds, boundTo: body.store, by: user, key: key)
      }
      return try Response.json(IssueResponse(coupons: coupons), status: 201)
    }
    admin.get("coupons/:code") { _, context in
      let code = context.name("code")
      return try await answer { try hub.store.coupon(called: code) }
    }
    admin.post("coupons/:code/transfer") { request, context in
      let (code, user) = (context.name("code"), context.userName)
      let body = try await request.decodeJSON(CouponTransferRequest.self, limit: Self.requestBytes)
      let coupon = try await hub.writer.write {
        try $0.transferCoupon(code, to: body.toMemberId, reason: body.reason, by: user)
      }
      return try Response.json(coupon, status: 201)
    }
    admin.post("coupons/:code/void") { request, context in
      let (code, user) = (context.name("code"), context.userName)
      let body = try await request.decodeJSON(ReasonRequest.self, limit: Self.requestBytes)
      try await hub.writer.write { try $0.voidCoupon(code, reason: body.reason, by: user) }
      return try await answer { try hub.store.coupon(called: code) }
    }
    admin.post("coupons/:code/restore") { request, context in
      let (code, user) = (context.name("code"), context.userName)
      let body = try await request.decodeJSON(ReasonRequest.self, limit: Self.requestBytes)
      try await hub.writer.write { try $0.restoreCoupon(code, reason: body.reason, by: user) }
      return try await answer { try hub.store.coupon(called: code) }
    }
    admin.post("coupon-voids") { request, context in
      let body = try await request.decodeJSON(VoidOrder.self, limit: Self.requestBytes)
      return try Response.json(try await hub.voidUnused(body, by: context.userName))
    }
    admin.post("coupon-voids/check") { request, _ in
      let body = try await request.decodeJSON(VoidOrder.self, limit: Self.requestBytes)
      return try await answer { try hub.store.previewVoid(body) }
    }
    admin.post("members/:id/coupon-claims") { request, context in
      let id: MemberID = try context.hubID("id")
      let body = try await request.decodeJSON(CouponClaimRequest.self, limit: Self.requestBytes)
      return try Response.json(
        try await hub.claimCoupon(body.code, for: id, by: context.userName), status: 201)
    }
  }

  func addIssues(to admin: RouterGroup<HubContext>) {
    admin.get("coupon-issues") { _, _ in
      try await answer { CouponIssueList(issues: try hub.store.issues()) }
    }
    admin.post("coupon-issues") { request, context in
      let body = try await request.decodeJSON(CouponIssueOrder.self, limit: Self.issueBytes)
      let (key, user) = (hub.key(of: request), context.userName)
      let known = try await onBlockingThread { try hub.store.begunIssue(body, key: key) }
      let id: CouponIssueID
      if let known {
        id = known
      } else {
        let preview = try await onBlockingThread { try hub.store.preview(body) }
        id = try await hub.writer.write { try $0.beginIssue(body, preview, by: user, key: key) }
      }
      hub.issuer.wake()
      return try Response.json(try await onBlockingThread { try hub.store.issue(id) }, status: 201)
    }
    admin.post("coupon-issues/check") { request, _ in
      let body = try await request.decodeJSON(CouponIssueOrder.self, limit: Self.issueBytes)
      return try await answer { try hub.store.preview(body) }
    }
    admin.get("coupon-issues/:id") { _, context in
      let id: CouponIssueID = try context.hubID("id")
      return try await answer { try hub.store.issue(id) }
    }
    admin.get("coupon-issues/:id/codes") { request, context in
      try codes(of: try context.hubID("id"), request)
    }
  }

  /// Room for as many ids as an issue may name.
  private static let issueBytes = 48 * CouponLimits.namedMembers

  /// Codes as CSV, written as they are read: a million need no memory.
  private func codes(of id: CouponIssueID, _ request: Request) throws -> Response {
    let query = request.uri.queryParameters
    let after = try query["after"].map { text in
      guard let code = ShortCode(String(text)) else {
        throw HubFault.invalid(field: "after", reason: "is a code")
      }
      return code
    }
    let limit = try query["limit"].map { text in
      guard let limit = Int(text), limit > 0 else {
        throw HubFault.invalid(field: "limit", reason: "is more than nothing")
      }
      return limit
    }
    _ = try hub.store.issue(id)
    let store = hub.store
    return Response(
      status: .ok, headers: [.contentType: "text/csv; charset=utf-8"],
      body: ResponseBody { writer in
        try await writer.write(ByteBuffer(string: "code,state\n"))
        var (last, left) = (after, limit ?? .max)
        while left > 0 {
          let (from, count) = (last, min(left, CouponLimits.exportPage))
          let page = try await onBlockingThread { try store.codePage(of: id, after: from, limit: count) }
          guard let page else { break }
          try await writer.write(ByteBuffer(string: page.lines))
          last = page.last
          left -= count
        }
        try await writer.finish(nil)
      })
  }
}

extension Hub {
  /// Wrong codes cost a try of the member's and of the caller's (law C4).
  func claimCoupon(_ code: String, for member: MemberID, by caller: String) async throws -> IssuedCoupon {
    let person = try await onBlockingThread { [store] in try store.standing(of: member) }
    let nowMs = store.environment.nowMs()
    if let wait = guesses.withLock({ $0.begin(person, by: caller, nowMs: nowMs) }) {
      throw CouponFault.tooManyGuesses(waitMs: wait)
    }
    do {
      let coupon = try await writer.write { try $0.claimCoupon(code, for: person, by: caller) }
      guesses.withLock { $0.succeeded(person, by: caller) }
      return coupon
    } catch CouponFault.unknownCoupon {
      throw CouponFault.unknownCoupon
    } catch CouponFault.claimed {
      throw CouponFault.claimed
    } catch {
      // The code was none that was guessed wrong.
      guesses.withLock { $0.succeeded(person, by: caller) }
      throw error
    }
  }

  /// Goes on until all that an order names is voided; cut short, the same order again does the rest.
  func voidUnused(_ order: VoidOrder, by user: String) async throws -> VoidCounts {
    var total = VoidCounts()
    while true {
      let part = try await writer.write(weight: CouponLimits.endBatch) {
        try $0.voidUnused(order, by: user)
      }
      total.coupons += part.coupons
      total.codes += part.codes
      total.heldByStores += part.heldByStores
      if part.coupons == 0 { return total }
    }
  }
}
