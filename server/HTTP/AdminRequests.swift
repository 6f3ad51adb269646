import Loyalty
import ServerStorage
import SyncProtocol

struct NewStoreRequest: Codable {
  let store: StoreCode
  let name: String?
  let region: String?
  let regions: [String]?
}

/// A store with how it is doing.
struct StoreStatus: Codable {
  let store: StoreResponse
  let lastSeen: Timestamp?
  let version: String?
  let position: HubSeq
  let head: HubSeq
}

struct StoreList: Codable { let stores: [StoreStatus] }
struct HubMemberList: Codable { let members: [HubMember] }
struct RulebookList: Codable {
  let rulebooks: [Rulebook]
  let published: [PublishedVersion]
  /// What the signatures are checked with (hexadecimal).
  let rulebookKey: String
}

struct SaleList: Codable {
  let sales: [HubSale]
  /// Send it back as `cursor` for the next page; nil at the end.
  let nextCursor: String?
}

struct HubStatus: Codable {
  let version: String
  let time: Timestamp
  let head: HubSeq
  let logEpoch: Int64
  let stores: Int
  let totals: HubTotals
}

struct PartitionList: Codable { let partitions: [PartitionInfo] }
struct MemberTotalsList: Codable { let members: [MemberTotals] }
struct PeriodList: Codable { let periods: [PeriodTotals] }
struct ExceptionList: Codable { let exceptions: [HubException] }
struct AllowanceRequest: Codable {
  let name: String
  let total: Int64
}

struct AllowanceList: Codable { let allowances: [AllowanceInfo] }
struct SegmentList: Codable { let segments: [SegmentInfo] }
