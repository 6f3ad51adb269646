import HTTPTypes
import Hummingbird
import NIOCore
import ServerStorage
import SyncProtocol
import Web

/// Entries that could not be applied 隔离区: people try them again, or set them aside for good.
extension AdminRoutes {
  func addQuarantine(to admin: RouterGroup<HubContext>) {
    admin.get("quarantine") { request, _ in
      let filter = try await deskFilter(request, states: QuarantineState.allCases.map(\.rawValue))
      return try await answer { try hub.store.quarantine(filter) }
    }
    admin.get("quarantine/export") { _, _ in quarantineLines() }
    admin.get("quarantine/:number") { _, context in
      let number = try context.rowNumber()
      return try await answer { try hub.store.quarantined(number) }
    }
    for (path, dryRun) in [("retry", false), ("retry/check", true)] {
      admin.post("quarantine/:number/\(path)") { request, context in
        let (number, user) = (try context.rowNumber(), context.userName)
        let note = try await request.decodeJSON(DeskNote.self, limit: Self.requestBytes)
        return try Response.json(
          try await hub.writer.write(weight: DeskLimits.retriedAtATime) {
            try $0.retryEntry(number, reason: note.reason ?? "", by: user, dryRun: dryRun)
          })
      }
    }
    for (path, dryRun) in [("discard", false), ("discard/check", true)] {
      admin.post("quarantine/:number/\(path)") { request, context in
        let (number, user) = (try context.rowNumber(), context.userName)
        let reason = try await reason(in: request)
        return try Response.json(
          try await hub.writer.write(weight: DeskLimits.retriedAtATime) {
            try $0.discardEntry(number, reason, by: user, dryRun: dryRun)
          })
      }
    }
    admin.post("quarantine/:number/restore") { request, context in
      let (number, user) = (try context.rowNumber(), context.userName)
      let reason = try await reason(in: request)
      return try Response.json(
        try await hub.writer.write { try $0.restoreEntry(number, reason, by: user) })
    }
    admin.get("audit") { request, _ in
      let query = request.uri.queryParameters
      var filter = AuditFilter()
      filter.actor = query["actor"].map { String($0) }
      filter.action = try query["action"].map { text in
        guard AuditAction(rawValue: String(text)) != nil else {
          throw HubFault.invalid(field: "action", reason: "is none of the values that there are")
        }
        return String(text)
      }
      filter.subject = query["subject"].map { String($0) }
      filter.page = try await deskFilter(request)
      return try await answer { [filter] in try hub.store.auditLog(filter) }
    }
  }

  /// Every entry there is or was in quarantine, a line of JSON each, written as they are read.
  private func quarantineLines() -> Response {
    let store = hub.store
    return Response(
      status: .ok, headers: [.contentType: "application/jsonl"],
      body: ResponseBody { writer in
        var last: Int64 = 0
        while true {
          let from = last
          let page = try await onBlockingThread {
            try store.quarantineLines(after: from, limit: DeskLimits.page)
          }
          guard let page else { break }
          try await writer.write(ByteBuffer(string: page.lines))
          last = page.last
        }
        try await writer.finish(nil)
      })
  }
}
