import Hummingbird
import ServerStorage
import SyncProtocol
import Web

/// Groups of members for the rules that ask for them.
extension AdminRoutes {
  func addSegments(to admin: RouterGroup<HubContext>) {
    admin.get("segments") { _, _ in
      try await answer { SegmentList(segments: try hub.store.segments()) }
    }
    admin.get("segments/:segment/members") { request, context in
      let segment = context.name("segment")
      let after = try Self.after(in: request)
      return try await answer { try hub.store.members(ofSegment: segment, after: after) }
    }
    admin.post("segments/:segment/members") { request, context in
      let segment = context.name("segment")
      let body = try await request.decodeJSON(SegmentChange.self, limit: Self.requestBytes)
      let user = context.userName
      return try Response.json(
        try await hub.writer.write { try $0.change(segment: segment, body, by: user) })
    }
    admin.post("segments/:segment/check") { request, context in
      let segment = context.name("segment")
      let body = try await request.decodeJSON(SegmentChange.self, limit: Self.requestBytes)
      return try await answer { try hub.store.wouldChange(segment: segment, body) }
    }
    admin.get("classes") { request, _ in
      let since = try Self.day("since", of: request)
      return try await answer { try hub.store.classCounts(since: since) }
    }
    admin.get("classes/:class/members") { request, context in
      let name = context.name("class")
      let after = try Self.after(in: request)
      return try await answer { try hub.store.members(ofClass: name, after: after) }
    }
  }

  static func after(in request: Request) throws -> MemberID? {
    try request.uri.queryParameters["after"].map { text in
      guard let id = MemberID(String(text)) else {
        throw HubFault.invalid(field: "after", reason: "is not a UUID")
      }
      return id
    }
  }
}
