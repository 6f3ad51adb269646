import AgentIO
import Curl
import Testing
import TestKit

@Suite struct BadInputTests {
  @Test func `what a till gets wrong is refused with its code and field, and nothing is written`()
    async throws
  {
    try await onItsOwnThread {
      let file = try OpenAPIFile("agent/IO/openapi.yaml")
      let chain = try TestChain(stores: 1)
      let store = chain[1]
      let till = try store.serve()
      _ = try till.post("/v1/members", body: ["phone": "13800000001"])
      let sale = try till.post("/v1/sales", body: ["lines": [TillAPITests.line(1_000)]]).body.saleId
        .stringValue
      var written = try store.journalSeq()
      for bad in BadRequest.all {
        let path = bad.path.replacing("SALE", with: sale ?? "")
        let body = bad.body.map { [UInt8]($0.replacing("SALE", with: sale ?? "").utf8) }
        let response = try send(
          till, bad.method, path, body: body, headers: bad.headers.map { ($0.name, $0.value) })
        let json = try JSONValue(parsing: response.body)
        let row = "\(bad.name): \(String(decoding: response.body.prefix(200), as: UTF8.self))"
        #expect(response.status == bad.status, "\(row)")
        #expect(json.code.stringValue == bad.code, "\(row)")
        #expect(json.field.stringValue == bad.field, "\(row)")
        #expect(json.isSaidInBothLanguages, "\(row)")
        #expect(response.header("content-type") == "application/problem+json", "\(row)")
        let seq = try store.journalSeq()
        #expect(seq == written, "\(row)")
        written = seq
        if let id = bad.operation {
          let operation = try #require(file.operation(id), "\(row)")
          #expect(file.complaints(operation, sent: nil, got: response) == [], "\(row)")
        }
      }
      let after = try till.get("/v1/status").status
      #expect(after == 200)
    }
  }

  @Test func `an agent that never reached its hub says so and takes no members`() async throws {
    try await onItsOwnThread {
      let file = try OpenAPIFile("agent/IO/openapi.yaml")
      let hub = try TestHub()
      let store = try TestStore(hub, "S001")
      let till = try store.serve()
      for (id, path, body) in [
        ("enrol", "/v1/members", #"{"name":"x"}"#),
        ("sell", "/v1/sales", BadRequest.goods),
        ("findMembers", "/v1/members?q=x", nil),
      ] {
        let operation = try #require(file.operation(id))
        let response = try send(till, operation.method, path, body: body.map { [UInt8]($0.utf8) })
        #expect(response.status == 503)
        #expect(file.complaints(operation, sent: nil, got: response) == [])
      }
      let status = try till.get("/v1/status").body
      #expect(status.hubReachable == false)
      #expect(status.journalSeq == 0)
    }
  }
}
