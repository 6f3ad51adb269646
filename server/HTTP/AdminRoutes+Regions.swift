import HTTPTypes
import Hummingbird
import ServerStorage
import SyncProtocol
import Web

struct StoreChangeRequest: Codable {
  let name: String?
  /// Where its own members belong from now on.
  let region: String?
  /// The regions it carries; `*` for all.
  let regions: [String]?
}

struct RegionRequest: Codable { let region: String }

struct MovedMembers: Codable {
  let moved: Int
  /// How many are still to move: ask again while there are any.
  let left: Int64
}

struct RegionList: Codable { let regions: [RegionInfo] }

/// Regions of members, and which stores carry them.
extension AdminRoutes {
  func addRegions(to admin: RouterGroup<HubContext>) {
    admin.get("regions") { _, _ in try await answer { RegionList(regions: try hub.store.regions()) } }
    admin.patch("stores/:code") { request, context in
      let code = try store(context)
      let body = try await request.decodeJSON(StoreChangeRequest.self, limit: Self.requestBytes)
      try await hub.writer.write {
        try $0.changeStore(code, name: body.name, region: body.region, regions: body.regions)
      }
      return try await answer { try status(of: code) }
    }
    admin.post("stores/:code/members/region") { request, context in
      let code = try store(context)
      let body = try await request.decodeJSON(RegionRequest.self, limit: Self.requestBytes)
      let moved = try await hub.writer.write(weight: ShapeLimits.movesAtATime) {
        try $0.moveMembers(of: code, to: body.region, limit: ShapeLimits.movesAtATime)
      }
      return try await answer {
        MovedMembers(moved: moved, left: try hub.store.membersToMove(of: code, to: body.region))
      }
    }
    admin.post("stores/:code/members/region/check") { request, context in
      let code = try store(context)
      let body = try await request.decodeJSON(RegionRequest.self, limit: Self.requestBytes)
      return try await answer {
        MovedMembers(moved: 0, left: try hub.store.membersToMove(of: code, to: body.region))
      }
    }
    admin.post("members/:id/region") { request, context in
      let id: MemberID = try context.hubID("id")
      let body = try await request.decodeJSON(RegionRequest.self, limit: Self.requestBytes)
      try await hub.writer.write { try $0.move(id, to: body.region) }
      return try await answer { try hub.store.member(id) }
    }
  }

  private func store(_ context: HubContext) throws -> StoreCode {
    guard let code = StoreCode(context.name("code")) else { throw HubFault.unknownStore }
    return code
  }
}
