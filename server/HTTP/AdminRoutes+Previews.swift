import HTTPTypes
import Hummingbird
import Loyalty
import ServerStorage
import SyncProtocol
import Web

struct PreviewRequest: Codable {
  let rulebook: Rulebook
  let weeks: Int
}

/// Drafts tried on the past.
extension AdminRoutes {
  func addPreviews(to admin: RouterGroup<HubContext>) {
    admin.post("rulebooks/preview") { request, _ in
      let body = try await request.decodeJSON(PreviewRequest.self, limit: Self.requestBytes)
      guard body.rulebook.version == 0 else {
        throw Problem.invalid("rulebook.version", "is given when it is published")
      }
      let job = try await onBlockingThread {
        try hub.previews.start(body.rulebook, weeks: body.weeks, hub.store)
      }
      guard let job else {
        throw Problem(
          409, "preview_running",
          Words(zh: "另一个预演正在进行，请等待或取消", en: "another preview is running; wait for it or cancel it"))
      }
      return try Response.json(job.progress, status: 202)
    }
    admin.get("rulebooks/preview/:id") { _, context in try Response.json(try preview(context).progress) }
    admin.delete("rulebooks/preview/:id") { _, context in
      let job = try preview(context)
      job.cancel()
      return try Response.json(job.progress)
    }
  }

  private func preview(_ context: HubContext) throws -> PreviewJob {
    let id: PreviewID = try context.hubID("id")
    guard let job = hub.previews[id] else {
      throw Problem(
        404, "unknown_preview",
        Words(zh: "没有此预演，总部只留最近几个", en: "there is no such preview; the hub keeps only the last few"))
    }
    return job
  }
}
