import HTTPTypes
import Hummingbird
import ServerStorage
import SyncProtocol
import Web

/// Values that lost 冲突, people who may be one 疑似重复, and merges by hand 合并与撤销合并.
extension AdminRoutes {
  func addConflicts(to admin: RouterGroup<HubContext>) {
    admin.get("conflicts") { request, _ in
      let filter = try await deskFilter(request, states: ConflictState.allCases.map(\.rawValue))
      return try await answer { try hub.store.conflicts(filter) }
    }
    admin.get("conflicts/:number") { _, context in
      let number = try context.rowNumber()
      return try await answer { try hub.store.conflict(number) }
    }
    admin.post("conflicts/:number/put-back") { request, context in
      let (number, user) = (try context.rowNumber(), context.userName)
      let reason = try await reason(in: request)
      return try Response.json(try await hub.writer.write { try $0.putBack(number, reason, by: user) })
    }
    admin.post("conflicts/:number/dismiss") { request, context in
      let (number, user) = (try context.rowNumber(), context.userName)
      let note = try await request.decodeJSON(DeskNote.self, limit: Self.requestBytes)
      return try Response.json(
        try await hub.writer.write {
          try $0.dismissConflict(number, reason: note.reason ?? "", by: user)
        })
    }
  }

  func addDuplicates(to admin: RouterGroup<HubContext>) {
    admin.get("duplicates") { request, _ in
      let filter = try await deskFilter(request, states: DuplicateState.allCases.map(\.rawValue))
      return try await answer { try hub.store.duplicates(filter) }
    }
    admin.get("duplicates/:number") { request, context in
      let number = try context.rowNumber()
      let isFull = request.uri.queryParameters["full"] == "true"
      return try await answer { try hub.store.duplicate(number, isFull: isFull) }
    }
    admin.post("duplicates/:number/not-same") { request, context in
      let (number, user) = (try context.rowNumber(), context.userName)
      let reason = try await reason(in: request)
      return try Response.json(try await hub.writer.write { try $0.keepApart(number, reason, by: user) })
    }
    for (path, dryRun) in [("merge", false), ("merge/check", true)] {
      admin.post("duplicates/:number/\(path)") { request, context in
        let (number, user) = (try context.rowNumber(), context.userName)
        let reason = try await reason(in: request)
        return try Response.json(
          try await hub.writer.write { try $0.mergeDuplicate(number, reason, by: user, dryRun: dryRun) })
      }
    }
    admin.get("duplicate-scan") { _, _ in try await answer { try hub.store.duplicateScan() } }
    admin.post("duplicate-scan") { _, _ in try Response.json(try await hub.searchDuplicates()) }
  }

  func addMerges(to admin: RouterGroup<HubContext>) {
    for (path, dryRun) in [("merge", false), ("merge/check", true)] {
      admin.post("members/:id/\(path)") { request, context in
        let id: MemberID = try context.hubID("id")
        let user = context.userName
        let body = try await request.decodeJSON(MergeRequest.self, limit: Self.requestBytes)
        return try Response.json(
          try await hub.writer.write { try $0.merge(id, body, by: user, dryRun: dryRun) })
      }
    }
    for (path, dryRun) in [("unmerge", false), ("unmerge/check", true)] {
      admin.post("members/:id/\(path)") { request, context in
        let id: MemberID = try context.hubID("id")
        let user = context.userName
        let reason = try await reason(in: request)
        return try Response.json(
          try await hub.writer.write { try $0.unmerge(id, reason, by: user, dryRun: dryRun) })
      }
    }
  }
}
