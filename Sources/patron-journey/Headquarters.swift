import Curl
import Foundation
import Journey
import Loyalty
import SyncProtocol

/// The replay's desk at headquarters: what an operator would do through the hub's API. A hub that is down is
/// waited for, because the replay kills it on purpose.
struct Headquarters: Sendable {
  let client: APIClient

  static let patienceSeconds = 60

  private func insist(_ call: () throws -> APIClient.Answer) throws -> JSONValue {
    let deadline = Date().addingTimeInterval(Double(Self.patienceSeconds))
    while true {
      do {
        return try call().body
      } catch APIError.transport(let error) {
        if Date() > deadline { throw APIError.transport(error) }
        Thread.sleep(forTimeInterval: 0.1)
      }
    }
  }

  func get(_ path: String, query: [(String, String)] = []) throws -> JSONValue {
    try insist { try client.get(path, query: query) }
  }

  func post<T: Encodable>(_ path: String, _ body: T, key: String? = nil) throws -> JSONValue {
    let json = try JSONValue(parsing: [UInt8](try JSONEncoder().encode(body)))
    return try insist { try client.post(path, body: json, idempotencyKey: key) }
  }

  func addStore(_ code: String) throws -> StoreTicket {
    struct Body: Encodable { let store: String }
    let answer = try post("/admin/v1/stores", Body(store: code))
    return StoreTicket(code: code, token: answer.token.stringValue ?? "")
  }

  /// Issues the coupon of one redemption to the member, bound to the store where the source says it was used.
  /// Asking again finds the same coupon.
  func issue(_ redemption: ChainData.Redemption, product: Int32?, to member: MemberID, at store: String)
    throws
  {
    struct Template: Encodable {
      let template: String
      let terms: CouponTerms
    }
    struct Issue: Encodable {
      let template: String
      let memberIds: [MemberID]
      let store: String
    }
    let isVoucher = redemption.voucherCents > 0
    let name = "campaign-\(redemption.campaign)-\(redemption.number)"
    let terms = CouponTerms(
      kind: isVoucher ? .voucher : .exchange,
      name: Words(zh: "活动 \(redemption.campaign)", en: "Campaign \(redemption.campaign)"),
      value: Int64(redemption.voucherCents), skus: product.map { ["\($0)"] })
    _ = try post("/admin/v1/coupon-templates", Template(template: name, terms: terms))
    do {
      _ = try post(
        "/admin/v1/coupons", Issue(template: name, memberIds: [member], store: store),
        key: "redemption/\(redemption.number)")
    } catch APIError.problem(_, "conflicting_repeat", _, _) {
      // It went to another of this person's records before; the coupon is on its way.
      return
    }
  }
}
