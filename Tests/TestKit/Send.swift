import Curl

/// Sends anything at all, for tests of what a server does with it.
public func send(
  _ client: APIClient, _ method: String, _ path: String, body: [UInt8]? = nil,
  headers: [(name: String, value: String)] = []
) throws -> HTTPResponse {
  var headers = headers
  if let token = client.token, !headers.contains(where: { $0.name == "Authorization" }) {
    headers.append(("Authorization", "Bearer \(token)"))
  }
  if body != nil, !headers.contains(where: { $0.name == "Content-Type" }) {
    headers.append(("Content-Type", "application/json"))
  }
  return try client.pool.send(
    HTTPRequest(method: method, url: client.baseURL + path, headers: headers, body: body))
}
