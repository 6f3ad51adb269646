import Chain
import Curl
import Testing

@Suite struct CurlTests {
  @Test func `a body goes and comes back, whatever its bytes`() async throws {
    let bytes = (0..<200_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    let response = try await RunningServer.with { client in
      try client.pool.send(HTTPRequest(method: "POST", url: client.baseURL + "/echo", body: bytes))
    }
    #expect(response.status == 200)
    #expect(response.body == bytes)
    #expect(response.header("content-length") == "200000")
  }

  @Test func `an empty body is sent as one`() async throws {
    let counts = try await RunningServer.with { client in
      try [nil, []].map { body in
        try client.pool.send(HTTPRequest(method: "POST", url: client.baseURL + "/echo", body: body)).body
          .count
      }
    }
    #expect(counts == [0, 0])
  }

  @Test func `an answer above the limit is refused, declared or not`() async throws {
    try await RunningServer.with { client in
      #expect(throws: CurlError.responseTooLarge) {
        try client.pool.send(HTTPRequest(url: client.baseURL + "/large", maximumResponseBytes: 500_000))
      }
      let body = [UInt8](repeating: 1, count: 1_001)
      #expect(throws: CurlError.responseTooLarge) {
        try client.pool.send(
          HTTPRequest(
            method: "POST", url: client.baseURL + "/echo", body: body, maximumResponseBytes: 1_000))
      }
      // The handle that gave up is fit for the next request.
      let answer = try client.get("/sales/1").body
      #expect(answer.number == "7")
    }
  }

  @Test func `a slow answer times out and a silent port is unreachable`() async throws {
    try await RunningServer.with { client in
      #expect(throws: CurlError.timedOut) {
        try client.pool.send(HTTPRequest(url: client.baseURL + "/slow", timeoutMs: 200))
      }
    }
    let error = #expect(throws: CurlError.self) {
      try CurlPool().send(HTTPRequest(url: "http://127.0.0.1:1/"))
    }
    guard case .unreachable = error else {
      Issue.record("not unreachable: \(String(describing: error))")
      return
    }
  }

  @Test func `a header with a line break is not sent`() {
    let request = HTTPRequest(url: "http://127.0.0.1:1/", headers: [("X", "a\r\nY: b")])
    #expect(throws: CurlError.failed("a header holds a line break or could not be stored")) {
      try CurlPool().send(request)
    }
  }

  @Test func `requests one after another share a connection`() async throws {
    try await RunningServer.with { client in
      let line = try Line(to: client.port)
      let through = APIClient(baseURL: "http://127.0.0.1:\(line.port)", pool: client.pool)
      for _ in 0..<5 { _ = try through.get("/sales/1") }
      #expect(line.connectionsSeen == 1)
    }
  }
}

extension APIClient {
  var port: Int { Int(baseURL.split(separator: ":")[2]) ?? 0 }
}
