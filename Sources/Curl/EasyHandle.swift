import CCurl
import CCurlShim

/// One libcurl handle with the connection it keeps alive; used by one thread at a time.
final class EasyHandle: @unchecked Sendable {
  private let curl: UnsafeMutableRawPointer
  private let complaint: UnsafeMutablePointer<CChar>
  private static let complaintBytes = Int(CURL_ERROR_SIZE)

  init?() {
    guard let curl = curl_easy_init() else { return nil }
    self.curl = curl
    complaint = .allocate(capacity: Self.complaintBytes)
    complaint.initialize(repeating: 0, count: Self.complaintBytes)
  }

  deinit {
    curl_easy_cleanup(curl)
    complaint.deallocate()
  }

  func perform(_ request: HTTPRequest, authorities: String?) -> Result<HTTPResponse, CurlError> {
    guard let list = headerList(of: request) else {
      return .failure(.failed("a header holds a line break or could not be stored"))
    }
    defer { curl_slist_free_all(list) }
    // Resetting forgets options but keeps the live connections.
    curl_easy_reset(curl)
    complaint.pointee = 0
    setConnection(request, authorities: authorities)
    ccurl_set_list(curl, CURLOPT_HTTPHEADER, list)
    let incoming = IncomingResponse(maximumBytes: request.maximumResponseBytes)
    receive(into: incoming)
    let code = withExtendedLifetime(incoming) { sendBody(of: request) }
    // Neither list, body nor receiver may be reachable from an idle handle.
    curl_easy_reset(curl)
    return result(code, incoming)
  }

  private func setConnection(_ request: HTTPRequest, authorities: String?) {
    ccurl_set_string(curl, CURLOPT_URL, request.url)
    ccurl_set_string(curl, CURLOPT_PROTOCOLS_STR, "http,https")
    // libcurl 7.88 over HTTP/2 fails after some two hundred requests on one connection to a NIO server.
    ccurl_set_long(curl, CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
    // Without this, time-outs use SIGALRM, which no thread of ours expects.
    ccurl_set_long(curl, CURLOPT_NOSIGNAL, 1)
    ccurl_set_long(curl, CURLOPT_TCP_NODELAY, 1)
    ccurl_set_long(curl, CURLOPT_TCP_KEEPALIVE, 1)
    ccurl_set_long(curl, CURLOPT_TIMEOUT_MS, request.timeoutMs)
    ccurl_set_long(curl, CURLOPT_CONNECTTIMEOUT_MS, request.connectTimeoutMs)
    ccurl_set_offset(curl, CURLOPT_MAXFILESIZE_LARGE, curl_off_t(request.maximumResponseBytes))
    ccurl_set_pointer(curl, CURLOPT_ERRORBUFFER, complaint)
    if let authorities { ccurl_set_string(curl, CURLOPT_CAINFO, authorities) }
  }

  private func headerList(of request: HTTPRequest) -> UnsafeMutablePointer<curl_slist>? {
    // Waiting for "100 Continue" costs a second with servers that never send it.
    var lines = ["Expect:"]
    if !request.headers.contains(where: { $0.name.lowercased() == "content-type" }) {
      // libcurl would otherwise call every body a form.
      lines.append("Content-Type:")
    }
    for header in request.headers {
      lines.append(header.value.isEmpty ? "\(header.name);" : "\(header.name): \(header.value)")
    }
    if lines.contains(where: { $0.utf8.contains { $0 == 10 || $0 == 13 || $0 == 0 } }) { return nil }
    var list: UnsafeMutablePointer<curl_slist>?
    for line in lines {
      guard let longer = curl_slist_append(list, line) else {
        curl_slist_free_all(list)
        return nil
      }
      list = longer
    }
    return list
  }

  private func receive(into incoming: IncomingResponse) {
    let context = Unmanaged.passUnretained(incoming).toOpaque()
    ccurl_set_pointer(curl, CURLOPT_WRITEDATA, context)
    ccurl_set_pointer(curl, CURLOPT_HEADERDATA, context)
    ccurl_set_receive(curl, CURLOPT_WRITEFUNCTION) { bytes, size, count, context in
      IncomingResponse.from(context).takeBody(UnsafeRawBufferPointer(start: bytes, count: size * count))
    }
    ccurl_set_receive(curl, CURLOPT_HEADERFUNCTION) { bytes, size, count, context in
      IncomingResponse.from(context).takeHeader(UnsafeRawBufferPointer(start: bytes, count: size * count))
    }
  }

  private func sendBody(of request: HTTPRequest) -> CURLcode {
    if request.method == "HEAD" {
      ccurl_set_long(curl, CURLOPT_NOBODY, 1)
      return curl_easy_perform(curl)
    }
    let expectsBody = ["POST", "PUT", "PATCH"].contains(request.method)
    guard let body = request.body ?? (expectsBody ? [] : nil) else {
      ccurl_set_long(curl, CURLOPT_HTTPGET, 1)
      ccurl_set_string(curl, CURLOPT_CUSTOMREQUEST, request.method)
      return curl_easy_perform(curl)
    }
    ccurl_set_long(curl, CURLOPT_POST, 1)
    ccurl_set_string(curl, CURLOPT_CUSTOMREQUEST, request.method)
    ccurl_set_offset(curl, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(body.count))
    // libcurl reads the body in place, so it must stay where it is until the exchange is over; the added
    // byte gives an empty body an address, because libcurl takes NULL to mean "read from stdin".
    var bytes = body
    if bytes.isEmpty { bytes = [0] }
    return bytes.withUnsafeMutableBytes { buffer in
      ccurl_set_pointer(curl, CURLOPT_POSTFIELDS, buffer.baseAddress)
      return curl_easy_perform(curl)
    }
  }

  private func result(_ code: CURLcode, _ incoming: IncomingResponse) -> Result<HTTPResponse, CurlError> {
    if code == CURLE_OK { return .success(incoming.response) }
    if incoming.overflowed || code == CURLE_FILESIZE_EXCEEDED { return .failure(.responseTooLarge) }
    let text = complaint.pointee == 0 ? String(cString: curl_easy_strerror(code)) : String(cString: complaint)
    switch code {
    case CURLE_OPERATION_TIMEDOUT: return .failure(.timedOut)
    case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY, CURLE_COULDNT_CONNECT:
      return .failure(.unreachable(text))
    default: return .failure(.failed(text))
    }
  }
}
