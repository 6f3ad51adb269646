import Compression
import Foundation
import HTTPTypes
import Hummingbird
import Loyalty
import NIOCore
import ServerCore
import ServerStorage
import SyncProtocol
import Web

/// The sync protocol over HTTP (protocol/SPEC.md).
struct SyncRoutes {
  let hub: Hub

  static let mediaType = "application/vnd.patron.sync"

  func add(to router: Router<HubContext>) {
    let sync = router.group("sync/v1").add(middleware: HubAuthentication(hub: hub, audience: .stores))
    sync.get("hello") { _, context in try Response.json(hub.store.hello(try context.store())) }
    sync.post("push") { request, context in try await push(request, from: try context.store()) }
    sync.get("pull") { request, context in try await pull(request, for: try context.store()) }
    sync.get("sales/:id") { _, context in
      let id: SaleID = try context.hubID("id")
      return try Response.json(try await onBlockingThread { try hub.store.knownSale(id) })
    }
    sync.post("identify") { request, context in try await identify(request, by: try context.store()) }
    sync.post("differences") { request, context in
      try await differences(request, for: try context.store())
    }
    sync.post("rows") { request, context in try await rows(request, for: try context.store()) }
    sync.get("snapshots/:partition") { _, context in
      try await manifest(of: Partition(context.name("partition")), for: try context.store())
    }
    sync.get("chunks/:hash") { _, context in
      let (node, hash) = (try context.store(), context.name("hash"))
      let bytes = try await onBlockingThread { try hub.snapshots.chunk(hash, for: node) }
      return Response(
        status: .ok, headers: [.contentType: Self.mediaType],
        body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    }
    sync.post("claim") { request, context in try await claim(request, by: try context.store()) }
  }

  private func push(_ request: Request, from node: NodeID) async throws -> Response {
    let (push, message) = try await message(request, PushRequest.init(wireBytes:), json: PushRequest.self)
    let result: IngestResult
    do {
      result = try await hub.writer.write(weight: push.entries.count) { transaction in
        let result = try transaction.ingest(push, from: node)
        if result.applied > 0 { try transaction.keep(message, push, from: node) }
        return result
      }
    } catch let fault as PushFault {
      throw problem(fault)
    }
    let response = PushResponse(
      receivedThrough: result.received, chainHash: result.hash,
      hubTime: Timestamp(ms: hub.store.environment.nowMs()), results: result.results)
    return try answer(request, response.wireBytes, json: response)
  }

  private func pull(_ request: Request, for node: NodeID) async throws -> Response {
    let cursor = try cursor(request)
    let wait = request.uri.queryParameters["wait"].flatMap { Int64($0) } ?? 0
    guard (0...Limits.longPollMs).contains(wait) else {
      throw Problem.invalid("wait", "is from 0 to \(Limits.longPollMs) ms")
    }
    var page = try await onBlockingThread { try hub.feed.page(after: cursor, for: node) }
    if wait > 0, page.sections.isEmpty, page.to == page.head {
      let shape = Set(try await onBlockingThread { try hub.store.shape(of: node) })
      await hub.signal.wait(for: shape, after: page.head, ms: wait)
      page = try await onBlockingThread { try hub.feed.page(after: cursor, for: node) }
    }
    hub.presence.note(node, atMs: hub.store.environment.nowMs(), position: page.from)
    return try answer(request, page)
  }

  private func claim(_ request: Request, by node: NodeID) async throws -> Response {
    let (claim, _) = try await message(request, ClaimRequest.init(wireBytes:), json: ClaimRequest.self)
    try await hub.writer.write { try $0.grant(claim, to: node) }
    let page = try await onBlockingThread { try hub.feed.page(after: claim.cursor, for: node) }
    return try answer(request, page)
  }

  private func identify(_ request: Request, by node: NodeID) async throws -> Response {
    let (wanted, _) = try await message(request, IdentifyRequest.init(wireBytes:), json: IdentifyRequest.self)
    _ = try await hub.writer.write { try $0.identify(wanted, at: node) }
    let page = try await onBlockingThread { try hub.feed.page(after: wanted.cursor, for: node) }
    return try answer(request, page)
  }

  private func manifest(of partition: Partition, for node: NodeID) async throws -> Response {
    let manifest = try await onBlockingThread { try hub.snapshots.manifest(of: partition, for: node) }
    guard let manifest else {
      throw Problem(
        503, "snapshot_not_ready", Words(zh: "快照正在生成", en: "the snapshot is being made"),
        headers: [("Retry-After", "1")])
    }
    return try Response.json(manifest)
  }

  private func differences(_ request: Request, for node: NodeID) async throws -> Response {
    let question = try await frame(request, DifferenceQuestion.init(wireBytes:))
    let reply = try await onBlockingThread { try hub.store.differences(question, for: node) }
    return frame(reply.wireBytes)
  }

  private func rows(_ request: Request, for node: NodeID) async throws -> Response {
    let wanted = try await frame(request, RowsRequest.init(wireBytes:))
    let reply = try await onBlockingThread { try hub.store.rows(wanted, for: node) }
    return frame(reply.wireBytes)
  }

  private func cursor(_ request: Request) throws -> SyncProtocol.Cursor? {
    guard let text = request.uri.queryParameters["cursor"] else { return nil }
    guard let cursor = SyncProtocol.Cursor(String(text)) else { throw HubFault.cursorUnknown }
    return cursor
  }

  /// The message in either form, and its bytes as they are kept.
  private func message<T: Codable & Sendable>(
    _ request: Request, _ read: ([UInt8]) throws(WireError) -> T, json: T.Type
  ) async throws -> (T, [UInt8]) {
    let body = try await request.bytes(limit: Limits.messageBytes)
    if request.headers[.contentType] == "application/json" {
      return (try understood { try JSONBody.decode(json, from: body) }, body)
    }
    return (try understood { try read(try unpacked(body, of: request)) }, body)
  }

  /// A message that has no JSON form.
  private func frame<T>(_ request: Request, _ read: ([UInt8]) throws(WireError) -> T) async throws -> T {
    let body = try await request.bytes(limit: Limits.messageBytes)
    return try understood { try read(try unpacked(body, of: request)) }
  }

  private func unpacked(_ body: [UInt8], of request: Request) throws -> [UInt8] {
    request.headers[.contentEncoding] == "zstd"
      ? try Zstd.decompress(body, limit: Limits.messageBytes) : body
  }

  private func understood<T>(_ read: () throws -> T) throws -> T {
    do { return try read() } catch let error as ZstdError {
      throw malformed("同步消息无法读取", "\(error)")
    } catch let error as WireError {
      throw malformed("同步消息无法读取", "\(error)")
    }
  }

  private func frame(_ bytes: [UInt8]) -> Response {
    Response(
      status: .ok, headers: [.contentType: Self.mediaType, .contentEncoding: "zstd"],
      body: ResponseBody(byteBuffer: ByteBuffer(bytes: Zstd.compress(bytes))))
  }

  private func answer(_ request: Request, _ bytes: [UInt8], json: some Encodable) throws -> Response {
    if request.headers[.accept] == "application/json" { return try Response.json(json) }
    return frame(bytes)
  }

  /// A page's sections are compressed already, once for every store that gets them.
  private func answer(_ request: Request, _ page: PullPage) throws -> Response {
    if request.headers[.accept] == "application/json" {
      return try Response.json(OpenedPage(page) { try Zstd.decompress($0, limit: Limits.messageBytes) })
    }
    return Response(
      status: .ok, headers: [.contentType: Self.mediaType],
      body: ResponseBody(byteBuffer: ByteBuffer(bytes: page.wireBytes)))
  }

  private func malformed(_ zh: String, _ en: String) -> Problem {
    Problem(400, "malformed_message", Words(zh: zh, en: en))
  }

  private func problem(_ fault: PushFault) -> Problem {
    switch fault {
    case .epochMismatch(let expected):
      Problem(
        409, "epoch_mismatch", Words(zh: "此节点的纪元为 \(expected)", en: "this node's epoch is \(expected)"),
        members: ["expectedEpoch": expected])
    case .gap(let expected):
      Problem(
        409, "journal_gap",
        Words(zh: "缺少流水，请从 \(expected.number) 起发送", en: "entries are missing; send from \(expected.number)"),
        members: ["expectedSeq": expected.number])
    case .fork(let seq):
      Problem(
        409, "journal_fork",
        Words(zh: "流水 \(seq.number) 此前收到的内容不同", en: "entry \(seq.number) was received with another content"),
        hint: Words(zh: "门店的磁盘被恢复或复制过", en: "the store's disk was restored or copied"))
    case .brokenChain:
      malformed("流水与所附的链式哈希不符", "the entries do not give the chain hash that came with them")
    }
  }
}
