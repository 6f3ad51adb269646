import AgentCore
import AgentIO
import Curl
import SyncProtocol
import Testing
import TestKit

@Suite struct RepeatTests {
  /// A request that creates something, with a change that makes it another.
  struct Repeat: Sendable, CustomTestStringConvertible {
    let path: String
    let body: JSONValue
    let other: JSONValue
    let key: String?
    var testDescription: String { "\(path) \(key ?? "by its id")" }
  }

  static let goods: JSONValue = [["sku": "A", "quantity": 1, "amount": 1_000]]
  static let member = "01990000-0000-7000-8000-000000000001"
  static let sale = "01990000-0000-7000-8000-000000000002"
  static let id = "01990000-0000-7000-8000-00000000000a"

  static let repeats = [
    Repeat(path: "/v1/sales", body: ["lines": goods], other: ["lines": goods, "toPay": 1_000], key: "k1"),
    Repeat(
      path: "/v1/sales", body: ["saleId": .string(id), "lines": goods],
      other: ["saleId": .string(id), "lines": goods, "phone": "13800000002"], key: nil),
    Repeat(path: "/v1/members", body: ["name": "A"], other: ["name": "B"], key: "k2"),
    Repeat(
      path: "/v1/members", body: ["memberId": .string(id), "phone": "13800000003"],
      other: ["memberId": .string(id), "phone": "13800000004"], key: nil),
    Repeat(
      path: "/v1/returns", body: ["saleId": .string(sale)],
      other: ["saleId": .string(sale), "lines": [["line": 0, "quantity": 1]]], key: "k3"),
    Repeat(
      path: "/v1/returns", body: ["returnId": .string(id), "saleId": .string(sale)],
      other: ["returnId": .string(id), "saleId": .string(sale), "lines": [["line": 0, "quantity": 1]]],
      key: nil),
    exchange([:], ["toPay": 0], key: "k4"),
    exchange(["return": ["returnId": .string(id)]], ["sale": ["phone": "13800000005"]], key: nil),
    exchange(
      ["sale": ["saleId": .string(id)]], ["return": ["lines": [["line": 0, "quantity": 1]]]], key: nil),
  ]

  /// Goods for the same goods, with these fields beside; the other one with more of them.
  private static func exchange(
    _ fields: [String: [String: JSONValue]], _ more: [String: JSONValue], key: String?
  ) -> Repeat {
    func body(_ more: [String: JSONValue]) -> JSONValue {
      var parts: [String: JSONValue] = [
        "return": .object(["saleId": .string(sale)].merging(fields["return"] ?? [:]) { $1 }),
        "sale": .object(["lines": goods].merging(fields["sale"] ?? [:]) { $1 }),
      ]
      for (name, value) in more {
        parts[name] =
          value.members.isEmpty
          ? value : .object((parts[name]?.members ?? [:]).merging(value.members) { $1 })
      }
      return .object(parts)
    }
    return Repeat(path: "/v1/exchanges", body: body([:]), other: body(more), key: key)
  }

  @Test(arguments: repeats)
  func `the same again answers the same bytes and writes nothing, another body is a conflict`(
    _ test: Repeat
  ) async throws {
    try await onItsOwnThread {
      let chain = try TestChain(stores: 1)
      let store = chain[1]
      let till = try store.serve()
      _ = try till.post("/v1/members", body: ["memberId": .string(Self.member), "phone": "13800000001"])
      _ = try till.post(
        "/v1/sales",
        body: ["saleId": .string(Self.sale), "memberId": .string(Self.member), "lines": Self.goods])
      let headers = test.key.map { [(name: "Idempotency-Key", value: $0)] } ?? []
      let first = try send(till, "POST", test.path, body: try test.body.encoded(), headers: headers)
      #expect(first.status == 201)
      let seq = try store.journalSeq()
      store.clock.advance(minutes: 3)
      let again = try send(till, "POST", test.path, body: try test.body.encoded(), headers: headers)
      #expect(again.status == 201)
      #expect(again.body == first.body)
      let other = try send(till, "POST", test.path, body: try test.other.encoded(), headers: headers)
      #expect(other.status == 409)
      #expect(try JSONValue(parsing: other.body).code == "conflicting_repeat")
      #expect(try store.journalSeq() == seq)
      // Hearing from headquarters, the store gives back what it holds too much of.
      _ = store.sync()
      let synced = try store.journalSeq()
      try store.reopen()
      let later = try send(
        try store.serve(), "POST", test.path, body: try test.body.encoded(), headers: headers)
      #expect(later.status == 201)
      if test.path != "/v1/members" { #expect(later.body == first.body) }
      #expect(try store.journalSeq() == synced)
    }
  }

  @Test func `a visit with the same key counts once`() async throws {
    try await onItsOwnThread {
      let chain = try TestChain(stores: 1)
      let till = try chain[1].serve()
      _ = try till.post("/v1/members", body: ["memberId": .string(Self.member)])
      let path = "/v1/members/\(Self.member)/check-ins"
      for _ in 0..<3 {
        let answer = try till.post(path, body: [:], idempotencyKey: "visit-1")
        #expect(answer.body.points == 5)
      }
      let another = try till.post(path, body: [:], idempotencyKey: "visit-2").body.points
      #expect(another == 5, "a day earns once")
    }
  }

  @Test func `a till that never heard the answer and asks twice at once is served once`() async throws {
    try await onItsOwnThread {
      let chain = try TestChain(stores: 1)
      let till = try chain[1].serve()
      let body: JSONValue = ["lines": Self.goods]
      let answers = try inParallel(16) { _ in
        try till.post("/v1/sales", body: body, idempotencyKey: "twice").body
      }
      #expect(Set(answers).count == 1)
      #expect(try chain[1].journalSeq() == 1)
    }
  }
}
