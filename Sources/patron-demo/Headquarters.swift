import Curl
import Foundation

/// Headquarters' own programs, speaking the hub's admin API.
struct Headquarters {
  private let api: APIClient

  init(url: String, tokenFile: String) throws(DemoFault) {
    api = APIClient(baseURL: url, token: try readToken(tokenFile))
  }

  func addStore(_ shop: ShopName) throws(DemoFault) -> String {
    let store = try post(
      "stores", ["store": .string(shop.code), "name": .string(shop.both)], "开店 open \(shop.code)")
    guard let token = store.token.stringValue else { throw .unexpected("no token for \(shop.code)") }
    return token
  }

  func publish(_ rulebook: JSONValue) throws(DemoFault) -> Int64 {
    try post("rulebooks", rulebook, "发布规则 publish").version.integerValue ?? 0
  }

  func addTemplate(_ name: String, _ terms: JSONValue) throws(DemoFault) {
    _ = try post("coupon-templates", ["template": .string(name), "terms": terms], "券模板 template")
  }

  /// The codes of the new coupons, in the order of the members.
  func issue(_ template: String, to members: [String]) throws(DemoFault) -> [String] {
    let body: JSONValue = [
      "template": .string(template), "memberIds": .array(members.map { .string($0) }),
    ]
    return try post("coupons", body, "发券 issue").coupons.elements.compactMap(\.code.stringValue)
  }

  func members(phone: String) throws(DemoFault) -> [JSONValue] {
    try get("members", [("phone", phone)])["members"].elements
  }

  func status() throws(DemoFault) -> JSONValue { try get("status") }

  func partitions() throws(DemoFault) -> [JSONValue] { try get("partitions").partitions.elements }

  private func get(_ path: String, _ query: [(String, String)] = []) throws(DemoFault) -> JSONValue {
    do { return try api.get("/admin/v1/" + path, query: query).body } catch { throw .call(path, error) }
  }

  private func post(_ path: String, _ body: JSONValue, _ what: String) throws(DemoFault) -> JSONValue {
    do { return try api.post("/admin/v1/" + path, body: body).body } catch { throw .call(what, error) }
  }
}

func readToken(_ path: String) throws(DemoFault) -> String {
  guard let bytes = FileManager.default.contents(atPath: path) else { throw .missing(path) }
  return String(decoding: bytes, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
}
