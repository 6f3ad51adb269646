import Curl
import Foundation

/// A shop's till, speaking its agent's API.
struct Till {
  let shop: ShopName
  private let api: APIClient

  init(_ shop: Stage.Shop) throws(DemoFault) {
    self.shop = shop.name
    api = APIClient(baseURL: shop.url, token: try readToken(shop.tokenFile))
  }

  func enrol(_ person: Person) throws(DemoFault) -> JSONValue {
    try post("members", ["name": .string(person.zh), "phone": .string(person.phone)])
  }

  func member(_ person: Person) throws(DemoFault) -> JSONValue? {
    try get("members", [("phone", person.phone)])["members"].elements.first
  }

  func member(code: String) throws(DemoFault) -> JSONValue? {
    try get("members", [("code", code)])["members"].elements.first
  }

  /// Sells; nil is a customer who is not a member.
  func sell(
    to person: Person?, _ lines: [JSONValue], coupons: [String] = [], points: Int64 = 0
  ) throws(DemoFault) -> JSONValue {
    try post("sales", Self.sale(person, lines, coupons, points))
  }

  /// Tries to sell what has to be refused with `code`.
  func sellRefused(
    _ code: String, to person: Person, _ lines: [JSONValue], coupons: [String] = [], points: Int64 = 0
  ) throws(DemoFault) {
    do {
      _ = try post("sales", Self.sale(person, lines, coupons, points))
    } catch .call(_, .problem(_, code, _, _)) {
      return
    }
    throw .unexpected("\(shop.both): 应当拒绝而未拒绝 sold what it had to refuse with \(code)")
  }

  func takeBack(_ line: Int64, quantity: Int64, of sale: String) throws(DemoFault) -> JSONValue {
    try post(
      "returns",
      ["saleId": .string(sale), "lines": [["line": .integer(line), "quantity": .integer(quantity)]]])
  }

  func coupons(of member: String) throws(DemoFault) -> [JSONValue] {
    try get("members/\(member)/coupons").coupons.elements
  }

  func status() throws(DemoFault) -> JSONValue { try get("status") }

  private static func sale(
    _ person: Person?, _ lines: [JSONValue], _ coupons: [String], _ points: Int64
  ) -> JSONValue {
    var body: [String: JSONValue] = ["lines": .array(lines)]
    if let person { body["phone"] = .string(person.phone) }
    if !coupons.isEmpty { body["coupons"] = .array(coupons.map { .string($0) }) }
    if points > 0 { body["points"] = .integer(points) }
    return .object(body)
  }

  private func get(_ path: String, _ query: [(String, String)] = []) throws(DemoFault) -> JSONValue {
    do { return try api.get("/v1/" + path, query: query).body } catch {
      throw .call("\(shop.both) \(path)", error)
    }
  }

  private func post(_ path: String, _ body: JSONValue) throws(DemoFault) -> JSONValue {
    do { return try api.post("/v1/" + path, body: body, idempotencyKey: UUID().uuidString).body } catch {
      throw .call("\(shop.both) \(path)", error)
    }
  }
}
