import Chain
import Curl
import Testing

@Suite struct LineTests {
  @Test func `a large body passes unharmed in both directions`() async throws {
    try await RunningServer.with { client in
      let line = try Line(to: client.port)
      let bytes = (0..<1_000_000).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ $0 >> 9) }
      let response = try client.pool.send(
        HTTPRequest(method: "POST", url: "http://127.0.0.1:\(line.port)/echo", body: bytes))
      #expect(response.body == bytes)
    }
  }

  @Test func `a cut breaks what is under way, refuses what is new, and is mended`() async throws {
    try await RunningServer.with { client in
      let line = try Line(to: client.port)
      let through = APIClient(baseURL: "http://127.0.0.1:\(line.port)", pool: client.pool)
      _ = try through.get("/sales/1")
      line.cut()
      #expect(throws: APIError.self) { try through.get("/sales/1") }
      #expect(throws: APIError.self) { try through.get("/sales/1") }
      line.restore()
      let answer = try through.get("/sales/1")
      #expect(answer.status == 200)
    }
  }

  @Test func `a line follows its server to another port`() async throws {
    try await RunningServer.with { client in
      let line = try Line(to: 1)
      let through = APIClient(baseURL: "http://127.0.0.1:\(line.port)", pool: client.pool)
      #expect(throws: APIError.self) { try through.get("/sales/1") }
      line.retarget(to: client.port)
      let answer = try through.get("/sales/1")
      #expect(answer.status == 200)
    }
  }

  @Test func `an answer that ends with the connection arrives whole`() async throws {
    let server = try OneShotServer(bytes: 3_000_000)
    let line = try Line(to: server.port)
    #expect(try server.bytesReceived(through: line.port, pausing: true) == 3_000_000)
  }

  @Test func `a line that is let go breaks its connections`() async throws {
    try await RunningServer.with { client in
      var line: Line? = try Line(to: client.port)
      let through = APIClient(baseURL: "http://127.0.0.1:\(line?.port ?? 0)", pool: client.pool)
      _ = try through.get("/sales/1")
      line = nil
      #expect(throws: APIError.self) { try through.get("/sales/1") }
    }
  }
}
