import Compression
import Curl
import Foundation
import SyncProtocol

/// Why the hub did not do what was asked.
enum HubFault: Error, Equatable {
  case unreachable(String)
  /// The hub answered with a problem; `expectedSeq` comes with `journal_gap`.
  case refused(status: Int, code: String, detail: String, expectedSeq: JournalSeq?)
  /// An answer that is not the hub's: a proxy's page, an empty body, a cut message.
  case notUnderstood(String)
}

/// How requests reach the hub: libcurl in a shop; a replay puts a line in front of it that it can cut.
public protocol HubTransport: Sendable {
  func send(_ request: HTTPRequest) throws(CurlError) -> HTTPResponse
}

extension CurlPool: HubTransport {}

/// Speaks the sync protocol to the hub. Calls block their thread.
struct HubLink: Sendable {
  let baseURL: String
  let token: String
  let version: String
  let tillWaitMs: Int
  let transport: any HubTransport

  static let mediaType = "application/vnd.patron.sync"
  static let timeoutMs = 30_000

  func hello() throws(HubFault) -> HelloResponse {
    let response = try send("GET", "/sync/v1/hello", accept: "application/json")
    do {
      return try JSONDecoder().decode(HelloResponse.self, from: Data(response.body))
    } catch {
      throw .notUnderstood("hello: \(error)")
    }
  }

  func push(_ request: PushRequest) throws(HubFault) -> PushResponse {
    let bytes = try open(try send("POST", "/sync/v1/push", body: request.wireBytes))
    return try decode(bytes, PushResponse.init(wireBytes:))
  }

  func pull(_ cursor: Cursor?, waitMs: Int64) throws(HubFault) -> PullPage {
    var query = "?wait=\(waitMs)"
    if let cursor { query += "&cursor=" + APIClient.percentEncoded(cursor.description) }
    let response = try send("GET", "/sync/v1/pull" + query, timeoutMs: Self.timeoutMs + Int(waitMs))
    return try decode(try open(response), PullPage.init(wireBytes:))
  }

  /// Nil while the hub is making it.
  func manifest(of partition: Partition) throws(HubFault) -> SnapshotManifest? {
    let response: HTTPResponse
    do {
      let path = "/sync/v1/snapshots/" + APIClient.percentEncoded(partition.name)
      response = try send("GET", path, accept: "application/json")
    } catch .refused(_, "snapshot_not_ready", _, _) {
      return nil
    }
    do {
      return try JSONDecoder().decode(SnapshotManifest.self, from: Data(response.body))
    } catch {
      throw .notUnderstood("snapshot: \(error)")
    }
  }

  /// A chunk, checked against its name.
  func chunk(_ hash: String) throws(HubFault) -> [UInt8] {
    let response = try send("GET", "/sync/v1/chunks/" + hash)
    guard SnapshotChunk.hash(of: response.body) == hash else {
      throw .notUnderstood("a chunk whose bytes are not those of its name")
    }
    return response.body
  }

  func sale(_ id: SaleID) throws(HubFault) -> KnownSale {
    let response = try send(
      "GET", "/sync/v1/sales/\(id)", accept: "application/json", timeoutMs: tillWaitMs)
    do {
      return try JSONDecoder().decode(KnownSale.self, from: Data(response.body))
    } catch {
      throw .notUnderstood("sale: \(error)")
    }
  }

  func claim(_ request: ClaimRequest) throws(HubFault) -> PullPage {
    let response = try send("POST", "/sync/v1/claim", body: request.wireBytes, timeoutMs: tillWaitMs)
    return try decode(try open(response), PullPage.init(wireBytes:))
  }

  func identify(_ request: IdentifyRequest) throws(HubFault) -> PullPage {
    let response = try send("POST", "/sync/v1/identify", body: request.wireBytes, timeoutMs: tillWaitMs)
    return try decode(try open(response), PullPage.init(wireBytes:))
  }

  func differences(_ question: DifferenceQuestion) throws(HubFault) -> DifferenceReply {
    let response = try send("POST", "/sync/v1/differences", body: question.wireBytes)
    return try decode(try open(response), DifferenceReply.init(wireBytes:))
  }

  func rows(_ request: RowsRequest) throws(HubFault) -> RowsReply {
    let response = try send("POST", "/sync/v1/rows", body: request.wireBytes)
    return try decode(try open(response), RowsReply.init(wireBytes:))
  }

  private func decode<T>(_ bytes: [UInt8], _ read: ([UInt8]) throws(WireError) -> T) throws(HubFault) -> T {
    do {
      return try read(bytes)
    } catch {
      throw .notUnderstood("\(error)")
    }
  }

  private func open(_ response: HTTPResponse) throws(HubFault) -> [UInt8] {
    guard response.header("content-type") == Self.mediaType else {
      throw .notUnderstood("an answer of type \(response.header("content-type") ?? "none")")
    }
    guard response.header("content-encoding") == "zstd" else { return response.body }
    do {
      return try Zstd.decompress(response.body, limit: Limits.messageBytes)
    } catch {
      throw .notUnderstood("\(error)")
    }
  }

  private func send(
    _ method: String, _ path: String, body: [UInt8]? = nil, accept: String = mediaType,
    timeoutMs: Int = timeoutMs
  ) throws(HubFault) -> HTTPResponse {
    var headers = [
      (name: "Authorization", value: "Bearer \(token)"), (name: "Accept", value: accept),
      (name: "User-Agent", value: "patron-agent/\(version)"),
    ]
    if body != nil {
      headers += [(name: "Content-Type", value: Self.mediaType), (name: "Content-Encoding", value: "zstd")]
    }
    let request = HTTPRequest(
      method: method, url: baseURL + path, headers: headers, body: body.map { Zstd.compress($0) },
      timeoutMs: timeoutMs, connectTimeoutMs: 3_000, maximumResponseBytes: Limits.messageBytes)
    let response: HTTPResponse
    do {
      response = try transport.send(request)
    } catch {
      throw .unreachable("\(error)")
    }
    if response.status == 200 { return response }
    throw refusal(response)
  }

  private func refusal(_ response: HTTPResponse) -> HubFault {
    guard let problem = try? JSONValue(parsing: response.body), let code = problem.code.stringValue else {
      return .notUnderstood("status \(response.status) without a reason")
    }
    return .refused(
      status: response.status, code: code, detail: APIClient.detail(of: problem),
      expectedSeq: problem.expectedSeq.integerValue.flatMap { $0 > 0 ? JournalSeq(UInt64($0)) : nil })
  }
}
