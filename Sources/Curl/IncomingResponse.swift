/// Collects one answer while libcurl hands it over piece by piece.
final class IncomingResponse {
  private(set) var overflowed = false
  private let maximumBytes: Int
  private var status = 0
  private var headers: [(name: String, value: String)] = []
  private var headerBytes = 0
  private var body: [UInt8] = []

  /// Far above what any of our servers sends, far below what would hurt.
  private static let maximumHeaderBytes = 64 << 10

  init(maximumBytes: Int) { self.maximumBytes = maximumBytes }

  var response: HTTPResponse { HTTPResponse(status: status, headers: headers, body: body) }

  static func from(_ context: UnsafeMutableRawPointer?) -> IncomingResponse {
    guard let context else { preconditionFailure("libcurl gave back no receiver") }
    return Unmanaged<IncomingResponse>.fromOpaque(context).takeUnretainedValue()
  }

  /// Returning fewer bytes than were offered makes libcurl abandon the exchange.
  func takeBody(_ bytes: UnsafeRawBufferPointer) -> Int {
    guard body.count + bytes.count <= maximumBytes else {
      overflowed = true
      return 0
    }
    body.append(contentsOf: bytes)
    return bytes.count
  }

  func takeHeader(_ bytes: UnsafeRawBufferPointer) -> Int {
    headerBytes += bytes.count
    guard headerBytes <= Self.maximumHeaderBytes else {
      overflowed = true
      return 0
    }
    let line = String(decoding: bytes, as: UTF8.self)
    if line.hasPrefix("HTTP/") {
      // An interim answer such as 100 comes first: only the last one counts.
      status = line.split(separator: " ").dropFirst().first.flatMap { Int($0.prefix(3)) } ?? 0
      headers = []
    } else if let colon = line.firstIndex(of: ":") {
      let value = line[line.index(after: colon)...].drop { $0 == " " || $0 == "\t" }
      let end = value.lastIndex { !$0.isWhitespace }
      headers.append((line[..<colon].lowercased(), end.map { String(value[...$0]) } ?? ""))
    }
    return bytes.count
  }
}
