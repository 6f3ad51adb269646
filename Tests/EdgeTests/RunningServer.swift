import Curl
import Foundation
import Hummingbird
import Logging
import Loyalty
import Web

/// A real server on a free port, with routes that show what a server of ours does.
enum RunningServer {
  struct Item: Codable {
    let sku: String
    let quantity: Int
    let note: String?
  }
  struct Sale: Codable {
    let number: String
    let lines: [Item]
    let tags: [String: String]?
  }
  struct Short: ProblemConvertible {
    var problem: Problem {
      Problem(
        409, "insufficient_points", Words(zh: "不足", en: "too few"),
        hint: Words(zh: "请减少", en: "ask for fewer"), members: ["have": 3, "code": "x"])
    }
  }
  struct Secret: Error { let password = "hunter2" }

  static func router() -> Router<BasicRequestContext> {
    let router = Router()
    router.add(middleware: ProblemMiddleware())
    router.post("sales") { request, _ in
      let sale = try await request.decodeJSON(Sale.self, limit: 1_000)
      return try Response.json(sale, status: 201)
    }
    router.get("sales/{number}") { _, context in try Response.json(["path": "/a/b", "number": "7"]) }
    router.get("short") { _, _ -> Response in throw Short() }
    router.get("broken") { _, _ -> Response in throw Secret() }
    router.get("whoami") { request, _ in try Response.json(["token": BearerToken.from(request)]) }
    router.post("echo") { request, _ in
      let bytes = try await request.bytes(limit: 1 << 20)
      return Response(status: .ok, body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    }
    router.get("large") { _, _ in
      // No declared length: the reader must notice by itself.
      let body = ResponseBody { writer in
        for _ in 0..<64 { try await writer.write(ByteBuffer(repeating: 65, count: 16 << 10)) }
        try await writer.finish(nil)
      }
      return Response(status: .ok, body: body)
    }
    router.get("slow") { _, _ in
      try await Task.sleep(for: .milliseconds(700))
      return try Response.json(["late": true])
    }
    return router
  }

  /// Serves while `use` runs; `use` may block, as it has a thread of its own.
  @discardableResult
  static func with<Value: Sendable>(
    _ use: @escaping @Sendable (APIClient) throws -> Value
  ) async throws -> Value {
    let (ports, ready) = AsyncStream.makeStream(of: Int.self)
    var logger = Logger(label: "test")
    logger.logLevel = .critical
    let server = Task { [logger] in
      try await serve(
        router(), on: Listener(port: 0), logger: logger, name: "test", onReady: { ready.yield($0) })
    }
    defer { server.cancel() }
    guard let port = await ports.first(where: { _ in true }) else { throw CancellationError() }
    return try await withCheckedThrowingContinuation { continuation in
      Thread.detachNewThread {
        continuation.resume(with: Result { try use(APIClient(baseURL: "http://127.0.0.1:\(port)")) })
      }
    }
  }
}

/// The problem a call ends with, for `#expect`.
func problem(_ call: () throws -> APIClient.Answer) -> APIError? {
  do {
    _ = try call()
    return nil
  } catch {
    return error as? APIError
  }
}
