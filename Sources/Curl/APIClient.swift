/// Why a call to one of Patron's own APIs gave no result.
public enum APIError: Error, Equatable, Sendable {
  /// The server refused and said why (RFC 9457).
  case problem(status: Int, code: String, detail: String, field: String?)
  /// There was no answer.
  case transport(CurlError)
  /// There was an answer that Patron does not give; something else may be listening.
  case unexpected(status: Int, text: String)
}

/// Speaks Patron's JSON APIs: for the command line, the demo and tests. Calls block.
public struct APIClient: Sendable {
  /// A status below 400 with the JSON that came with it (null for an empty body).
  public typealias Answer = (status: Int, body: JSONValue)

  /// Scheme, host and port, without a slash at the end.
  public var baseURL: String
  /// Sent as a bearer token when set.
  public var token: String?
  /// The connections to use.
  public var pool: CurlPool
  /// How long a call may take.
  public var timeoutMs = 30_000

  /// A client for the server at `baseURL`.
  public init(baseURL: String, token: String? = nil, pool: CurlPool = CurlPool()) {
    self.baseURL = baseURL
    self.token = token
    self.pool = pool
  }

  /// Reads something.
  public func get(_ path: String, query: [(String, String)] = []) throws(APIError) -> Answer {
    let pairs = query.map { "\(Self.percentEncoded($0.0))=\(Self.percentEncoded($0.1))" }
    return try send("GET", pairs.isEmpty ? path : "\(path)?\(pairs.joined(separator: "&"))")
  }

  /// Does something; with an `idempotencyKey` it may safely be sent again.
  public func post(
    _ path: String, body: JSONValue, idempotencyKey: String? = nil
  ) throws(APIError) -> Answer {
    try send("POST", path, body: body, idempotencyKey: idempotencyKey)
  }

  /// Changes part of something.
  public func patch(
    _ path: String, body: JSONValue, idempotencyKey: String? = nil
  ) throws(APIError) -> Answer {
    try send("PATCH", path, body: body, idempotencyKey: idempotencyKey)
  }

  /// Sends any method; what the others are made of.
  public func send(
    _ method: String, _ path: String, body: JSONValue? = nil, idempotencyKey: String? = nil
  ) throws(APIError) -> Answer {
    var request = HTTPRequest(method: method, url: baseURL + path, timeoutMs: timeoutMs)
    request.headers.append(("Accept", "application/json"))
    if let token { request.headers.append(("Authorization", "Bearer \(token)")) }
    if let idempotencyKey { request.headers.append(("Idempotency-Key", idempotencyKey)) }
    if let body {
      request.headers.append(("Content-Type", "application/json"))
      do { request.body = try body.encoded() } catch { throw .transport(.failed("body: \(error)")) }
    }
    let response: HTTPResponse
    do { response = try pool.send(request) } catch { throw .transport(error) }
    return try Self.answer(response)
  }

  static func answer(_ response: HTTPResponse) throws(APIError) -> Answer {
    let json = response.body.isEmpty ? .null : try? JSONValue(parsing: response.body)
    if let json, response.status < 400 { return (response.status, json) }
    guard let json, let code = json["code"].stringValue else {
      let text = String(decoding: response.body.prefix(500), as: UTF8.self)
      throw .unexpected(status: response.status, text: text)
    }
    throw .problem(
      status: response.status, code: code, detail: detail(of: json),
      field: json["field"].stringValue)
  }

  /// What a refusal says to people, and what to do about it: in both languages where it has both.
  public static func detail(of problem: JSONValue) -> String {
    let words = ["text", "hint"].flatMap { [problem[$0]["zh"], problem[$0]["en"]].compactMap(\.stringValue) }
    return words.isEmpty ? problem["detail"].stringValue ?? "" : words.joined(separator: " ")
  }

  /// Encodes everything but the unreserved characters of RFC 3986.
  public static func percentEncoded(_ text: String) -> String {
    let digits = Array("0123456789ABCDEF".utf8)
    var encoded: [UInt8] = []
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
        UInt8(ascii: "~"):
        encoded.append(byte)
      default: encoded += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
    }
    return String(decoding: encoded, as: UTF8.self)
  }
}
