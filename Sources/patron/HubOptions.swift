import ArgumentParser
import Curl
import Foundation
import Terminal

/// Where the hub is and who asks: the same for every command.
struct HubOptions: ParsableArguments {
  @Option(help: "URL of the hub; PATRON_HUB (http://127.0.0.1:7000). 总部地址") var hub: String?
  @Option(help: "File with your token; PATRON_TOKEN_FILE, or the token in PATRON_TOKEN. 令牌文件")
  var tokenFile: String?
  @Flag(help: "Print the hub's JSON. 输出 JSON") var json = false

  /// The hub as the caller named it, checked.
  func connect() throws -> HubClient {
    // A variable set to nothing is how shells and unit files say that it is not set.
    let environment = ProcessInfo.processInfo.environment.filter { !$0.value.isEmpty }
    let given = hub ?? environment["PATRON_HUB"] ?? "http://127.0.0.1:7000"
    guard let url = URL(string: given), ["http", "https"].contains(url.scheme), url.host != nil else {
      throw Failure.setting("hub", "应为网址 is a URL such as http://127.0.0.1:7000")
    }
    let base = given.hasSuffix("/") ? String(given.dropLast()) : given
    return HubClient(api: APIClient(baseURL: base, token: try token(environment)))
  }

  private func token(_ environment: [String: String]) throws -> String {
    if let path = tokenFile ?? environment["PATRON_TOKEN_FILE"] {
      guard let bytes = FileManager.default.contents(atPath: path) else {
        throw Failure.setting("token-file", "无法读取 cannot read \(path)")
      }
      let token = String(decoding: bytes, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
      return try checked(token, "token-file")
    }
    guard let token = environment["PATRON_TOKEN"] else {
      throw Failure.setting(
        "token-file", "必填 is required: --token-file, PATRON_TOKEN_FILE or PATRON_TOKEN")
    }
    return try checked(token, "PATRON_TOKEN")
  }

  // A line break in it would end the header it travels in.
  private func checked(_ token: String, _ name: String) throws -> String {
    guard !token.isEmpty, token.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
      throw Failure.setting(name, "不是令牌 does not hold a token")
    }
    return token
  }

  /// Prints the hub's JSON, or what people read.
  func show(_ answer: JSONValue, _ lines: () throws -> [String]) throws {
    if json {
      print(String(decoding: try answer.encoded(), as: UTF8.self))
    } else {
      for line in try lines() { print(line) }
    }
  }
}

/// Speaks the hub's admin API; what it throws is a `Failure`.
struct HubClient {
  var api: APIClient

  /// For what headquarters may take minutes to do.
  var patient: HubClient {
    var api = api
    api.timeoutMs = 600_000
    return HubClient(api: api)
  }

  func get(_ path: String, _ query: [(String, String?)] = []) throws -> JSONValue {
    let given = query.compactMap { name, value in value.map { (name, $0) } }
    do { return try api.get("/admin/v1/" + path, query: given).body } catch {
      throw Failure(error, hub: api.baseURL)
    }
  }

  func post(_ path: String, _ body: JSONValue, key: String? = nil) throws -> JSONValue {
    do { return try api.post("/admin/v1/" + path, body: body, idempotencyKey: key).body } catch {
      throw Failure(error, hub: api.baseURL)
    }
  }

  /// Something that is not JSON.
  func text(_ path: String, _ query: [(String, String?)]) throws -> String {
    let given = query.compactMap { name, value in
      value.map { "\(name)=\(APIClient.percentEncoded($0))" }
    }
    let url = "\(api.baseURL)/admin/v1/\(path)?\(given.joined(separator: "&"))"
    let response: HTTPResponse
    do {
      response = try api.pool.send(
        HTTPRequest(
          url: url, headers: [("Authorization", "Bearer \(api.token ?? "")")], timeoutMs: api.timeoutMs))
    } catch {
      throw Failure(.transport(error), hub: api.baseURL)
    }
    guard response.status >= 400 else { return String(decoding: response.body, as: UTF8.self) }
    let problem = try? JSONValue(parsing: response.body)
    guard let problem, let code = problem.code.stringValue else {
      throw Failure(.unexpected(status: response.status, text: ""), hub: api.baseURL)
    }
    throw Failure.refused(code: code, detail: APIClient.detail(of: problem), field: problem.field.stringValue)
  }

  func patch(_ path: String, _ body: JSONValue) throws -> JSONValue {
    do { return try api.patch("/admin/v1/" + path, body: body).body } catch {
      throw Failure(error, hub: api.baseURL)
    }
  }

  func delete(_ path: String) throws -> JSONValue {
    do { return try api.send("DELETE", "/admin/v1/" + path).body } catch {
      throw Failure(error, hub: api.baseURL)
    }
  }

  /// Stores by the number under which everything else names them.
  func storeCodes() throws -> [JSONValue: String] {
    let stores = try get("stores").stores.elements
    return Dictionary(stores.map { ($0.store.node, $0.store.store.text) }, uniquingKeysWith: { $1 })
  }
}
