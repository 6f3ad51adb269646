/// One request to be sent by `CurlPool`.
public struct HTTPRequest: Sendable {
  /// The method in capitals, as it goes on the wire.
  public var method: String
  /// The absolute URL, already percent-encoded.
  public var url: String
  /// Headers in the order in which they are sent.
  public var headers: [(name: String, value: String)]
  /// The body; nil for a request that has none.
  public var body: [UInt8]?
  /// The whole exchange must be over within this time.
  public var timeoutMs: Int
  /// A connection must stand within this time.
  public var connectTimeoutMs: Int
  /// A longer body is refused as soon as it is declared or seen.
  public var maximumResponseBytes: Int

  /// A request with limits fit for a short question on a store's line.
  public init(
    method: String = "GET", url: String, headers: [(name: String, value: String)] = [], body: [UInt8]? = nil,
    timeoutMs: Int = 30_000, connectTimeoutMs: Int = 5_000, maximumResponseBytes: Int = 16 << 20
  ) {
    self.method = method
    self.url = url
    self.headers = headers
    self.body = body
    self.timeoutMs = timeoutMs
    self.connectTimeoutMs = connectTimeoutMs
    self.maximumResponseBytes = maximumResponseBytes
  }
}

/// A complete answer.
public struct HTTPResponse: Sendable {
  /// The status of the final answer.
  public let status: Int
  /// Header names are lower-cased; order and repetitions are kept.
  public let headers: [(name: String, value: String)]
  /// The body as it came, not decompressed.
  public let body: [UInt8]

  /// The first value of a header, given in lower case.
  public func header(_ name: String) -> String? { headers.first { $0.name == name }?.value }
}

/// Why there is no answer.
public enum CurlError: Error, Equatable, Sendable {
  /// No connection: the name is unknown or nobody listens, so the other side has seen nothing.
  case unreachable(String)
  /// Time ran out; the other side may or may not have acted.
  case timedOut
  /// The answer is longer than the request allows.
  case responseTooLarge
  /// Anything else, in libcurl's words; the other side may or may not have acted.
  case failed(String)
}
