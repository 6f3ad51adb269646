import Curl
import Foundation
import Testing
import Web

@Suite struct WebTests {
  /// What is posted to /sales, and the code and field of the answer (nil code: accepted).
  struct Case: Sendable, CustomTestStringConvertible {
    let body: String
    let code: String?
    let field: String?
    var testDescription: String { String(body.prefix(70)) }
    init(_ body: String, _ code: String?, _ field: String? = nil) {
      (self.body, self.code, self.field) = (body, code, field)
    }
  }

  static let cases = [
    Case(#"{"number":"1","lines":[{"sku":"A","quantity":1}]}"#, nil),
    Case(#"{"number":"1","lines":[{"sku":"A","quantity":1,"note":null}],"old":null}"#, nil),
    Case(#"{"number":"牛\u5976","lines":[],"tags":{"any":"key"}}"#, nil),
    Case("", "malformed_json"),
    Case("{", "malformed_json"),
    Case(#"{"number":"1","lines":[],}"#, "malformed_json"),
    Case(#"{"number":"1","lines":[]} x"#, "malformed_json"),
    Case(#"{"number":"1","lines":[01]}"#, "malformed_json"),
    Case("{\"number\":\"a\nb\",\"lines\":[]}", "malformed_json"),
    Case(
      #"{"number":"1","lines":[{"sku":"A","quantity":99999999999999999999},{"sku":"A","quantity":2}]}"#,
      "invalid_field", "lines[0].quantity"),
    Case(String(repeating: "[", count: 33) + String(repeating: "]", count: 33), "malformed_json"),
    Case(#"{"number":"1","number":"2","lines":[]}"#, "malformed_json", "number"),
    Case(#"{"number":"1","lines":[{"sku":"A","\u0073ku":"B"}]}"#, "malformed_json", "lines[0].sku"),
    Case(#"{"number":"\x","lines":[]}"#, "malformed_json"),
    Case(String(repeating: "[", count: 400), "malformed_json"),
    Case(#"{"number":"1","lines":[{"sku":"A","quantity":"1"}]}"#, "invalid_field", "lines[0].quantity"),
    Case(#"{"number":"1","lines":[{"sku":"A","quantity":1.5}]}"#, "invalid_field", "lines[0].quantity"),
    Case(#"{"number":"1","lines":[{"sku":"A"}]}"#, "invalid_field", "lines[0].quantity"),
    Case(#"{"number":null,"lines":[]}"#, "invalid_field", "number"),
    Case("[]", "invalid_field"),
    Case(
      #"{"number":"1","lines":[{"sku":"A","quantity":1},{"sku":"B","quantity":1,"pice":2}]}"#,
      "unknown_field", "lines[1].pice"),
    Case(#"{"number":"1","lines":[],"nmae":"x"}"#, "unknown_field", "nmae"),
    Case(#"{"number":"\#(String(repeating: "9", count: 1_000))","lines":[]}"#, "body_too_large"),
  ]

  @Test(arguments: cases) func `a body is read strictly`(_ test: Case) async throws {
    let response = try await RunningServer.with { client in
      try client.pool.send(
        HTTPRequest(method: "POST", url: client.baseURL + "/sales", body: [UInt8](test.body.utf8)))
    }
    let json = try JSONValue(parsing: response.body)
    #expect(json.code.stringValue == test.code)
    #expect(json.field.stringValue == test.field)
    let accepted = test.code == nil
    #expect(response.header("content-type") == "application/\(accepted ? "json" : "problem+json")")
    #expect(response.status == (accepted ? 201 : test.code == "body_too_large" ? 413 : 400))
  }

  @Test func `a text that is not UTF-8 is refused`() throws {
    let latin = [UInt8](#"{"number":""#.utf8) + [0xE9] + [UInt8](#"","lines":[]}"#.utf8)
    #expect(throws: Problem.self) { try JSONBody.decode(RunningServer.Sale.self, from: latin) }
    let wide = Array(#"{"number":"1","lines":[]}"#.utf16).flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }
    #expect(throws: Problem.self) { try JSONBody.decode(RunningServer.Sale.self, from: wide) }
  }

  @Test func `a body far above the limit is refused and the next request is served`() async throws {
    try await RunningServer.with { client in
      let body = [UInt8](repeating: 0x20, count: 5_000_000)
      let refused = try client.pool.send(
        HTTPRequest(method: "POST", url: client.baseURL + "/sales", body: body))
      #expect(refused.status == 413)
      let chunked = [("Transfer-Encoding", "chunked")]
      let alsoRefused = try client.pool.send(
        HTTPRequest(method: "POST", url: client.baseURL + "/sales", headers: chunked, body: body))
      #expect(alsoRefused.status == 413)
      let answer = try client.get("/sales/1")
      #expect(answer.status == 200)
    }
  }

  @Test func `unknown paths and wrong methods are problems with a code`() async throws {
    try await RunningServer.with { client in
      #expect(
        problem { try client.get("/nothing") }
          == .problem(
            status: 404, code: "not_found", detail: "没有此路径 nothing answers to this path", field: nil))
      #expect(
        problem { try client.post("/sales/1", body: [:]) }
          == .problem(
            status: 405, code: "method_not_allowed", detail: "此路径支持 GET this path takes GET", field: nil))
      let response = try client.pool.send(HTTPRequest(method: "DELETE", url: client.baseURL + "/sales"))
      #expect(response.header("allow") == "POST")
    }
  }

  @Test func `a domain error becomes its problem and cannot lose its code to an extra member`() async throws {
    let response = try await RunningServer.with { client in
      try client.pool.send(HTTPRequest(url: client.baseURL + "/short"))
    }
    #expect(
      String(decoding: response.body, as: UTF8.self) == """
        {"code":"insufficient_points","detail":"too few","have":3,"hint":{"en":"ask for fewer","zh":"请减少"},\
        "status":409,"text":{"en":"too few","zh":"不足"},"title":"Conflict"}
        """)
  }

  @Test func `an unforeseen error tells its number and nothing else`() async throws {
    let response = try await RunningServer.with { client in
      try client.pool.send(HTTPRequest(url: client.baseURL + "/broken"))
    }
    let json = try JSONValue(parsing: response.body)
    #expect(response.status == 500)
    #expect(json.code == "internal_error")
    #expect(UUID(uuidString: json.incident.stringValue ?? "") != nil)
    #expect(!String(decoding: response.body, as: UTF8.self).contains("hunter2"))
  }

  @Test func `a bearer token is taken from its header and missed with a challenge`() async throws {
    try await RunningServer.with { client in
      var known = client
      known.token = "patron_t_1"
      let answer = try known.get("/whoami").body
      #expect(answer == ["token": "patron_t_1"])
      for value in ["", "Basic eDp5", "Bearer", "Bearer a b"] {
        let response = try client.pool.send(
          HTTPRequest(url: client.baseURL + "/whoami", headers: [("Authorization", value)]))
        #expect(response.status == 401)
        #expect(response.header("www-authenticate") == "Bearer")
      }
    }
  }

  @Test func `answers have their keys in order and their slashes plain`() async throws {
    let response = try await RunningServer.with { client in
      try client.pool.send(HTTPRequest(url: client.baseURL + "/sales/7"))
    }
    #expect(String(decoding: response.body, as: UTF8.self) == #"{"number":"7","path":"/a/b"}"#)
  }

  @Test func `digests are equal only when every byte is`() {
    #expect(BearerToken.constantTimeEqual([1, 2, 3], [1, 2, 3]))
    #expect(!BearerToken.constantTimeEqual([1, 2, 3], [1, 2, 4]))
    #expect(!BearerToken.constantTimeEqual([1, 2, 3], [1, 2]))
  }

  @Test func `a program ends when the pipe from its parent closes`() async {
    await #expect(processExitsWith: .exitCode(ParentWatch.exitStatus)) {
      var ends: [Int32] = [0, 0]
      pipe(&ends)
      dup2(ends[0], STDIN_FILENO)
      ParentWatch.install(environment: ["PATRON_PARENT_PIPE": "1"])
      usleep(50_000)
      close(ends[1])
      sleep(20)
    }
  }
}
