import Compression
import Curl
import Foundation
import ServerStorage
import SyncProtocol
import TestKit

/// A store that speaks the protocol by hand: it can say what no agent would.
struct WireStore {
  private(set) var client: APIClient
  /// What it carries.
  let shape: [Partition]
  var epoch: Int64 = 1
  private(set) var entries: [Entry] = []
  private(set) var hashes: [ChainHash] = [.empty]
  private let clock: TestClock

  init(_ hub: TestHub, _ code: String) throws {
    let store = try hub.addStore(code)
    client = APIClient(baseURL: hub.url, token: store.token, pool: CurlPool(keptHandles: 2))
    shape = try hub.store.shape(of: store.node)
    clock = hub.clock
  }

  /// Writes an entry into the journal, to be pushed later.
  @discardableResult
  mutating func write(_ body: EntryBody, at time: HybridTime? = nil) -> Entry {
    let last = entries.last?.time ?? .zero
    let now = HybridTime(ms: clock.nowMs)
    let time = time ?? (now > last ? now : HybridTime(packed: last.packed + 1))
    let entry = Entry(seq: JournalSeq(UInt64(entries.count + 1)), time: time, body: body)
    entries.append(entry)
    hashes.append(hashes[hashes.count - 1].extended(by: entry.canonicalBytes))
    return entry
  }

  /// A push of the entries `from` (the first is 1) `through`.
  func request(from: Int = 1, through: Int? = nil) -> PushRequest {
    let end = through ?? entries.count
    return PushRequest(
      epoch: epoch, firstSeq: JournalSeq(UInt64(from)), previousHash: hashes[from - 1],
      entries: Array(entries[(from - 1)..<end]), chainHash: hashes[end])
  }

  struct Refusal: Error, Equatable {
    let status: Int
    let code: String
    let expectedSeq: Int64?
  }

  @discardableResult
  func push(_ request: PushRequest) throws -> PushResponse {
    try PushResponse(wireBytes: try exchange("POST", "/sync/v1/push", request.wireBytes))
  }

  @discardableResult
  func push(from: Int = 1) throws -> PushResponse { try push(request(from: from)) }

  /// Where the store stands after a page.
  func cursor(_ page: PullPage) -> SyncProtocol.Cursor {
    SyncProtocol.Cursor(logEpoch: page.logEpoch, position: page.to, shape: shape)
  }

  func pull(_ cursor: SyncProtocol.Cursor? = nil, waitMs: Int = 0) throws -> PullPage {
    let query = cursor.map { "&cursor=" + APIClient.percentEncoded($0.description) } ?? ""
    return try PullPage(wireBytes: try exchange("GET", "/sync/v1/pull?wait=\(waitMs)" + query, nil))
  }

  /// The same journal, on a disk as it was some time ago.
  mutating func cut(to count: Int) {
    entries = Array(entries.prefix(count))
    hashes = Array(hashes.prefix(count + 1))
  }

  /// The same store, for a hub that has moved.
  func reaching(_ hub: TestHub) -> WireStore {
    var moved = self
    moved.client.baseURL = hub.url
    return moved
  }

  func claim(_ request: ClaimRequest) throws -> PullPage {
    try PullPage(wireBytes: try exchange("POST", "/sync/v1/claim", request.wireBytes))
  }

  private func exchange(_ method: String, _ path: String, _ body: [UInt8]?) throws -> [UInt8] {
    let response = try send(
      client, method, path, body: body.map { Zstd.compress($0) },
      headers: [("Content-Type", "application/vnd.patron.sync"), ("Content-Encoding", "zstd")])
    guard response.status == 200 else {
      let problem = try JSONValue(parsing: response.body)
      throw Refusal(
        status: response.status, code: problem.code.stringValue ?? "",
        expectedSeq: problem.expectedSeq.integerValue)
    }
    return response.header("content-encoding") == "zstd"
      ? try Zstd.decompress(response.body, limit: Limits.messageBytes) : response.body
  }
}

/// Bodies of entries, as an agent would write them.
enum Write {
  static let lot = LotKey(
    availableFrom: Day(year: 2026, month: 1, day: 1)!, expiresOn: Day(year: 2028, month: 1, day: 1)!)

  static func id<Kind>(_ number: Int) -> ID<Kind> {
    ID(high: 0x0199_0000_0000_7000, low: 0x8000_0000_0000_0000 | UInt64(number))
  }

  static func enrolment(_ member: MemberID, _ registers: [String: String]) -> EntryBody {
    .enrolment(
      Enrolment(
        member: member, businessTime: Timestamp(ms: TestClock.start), channel: "till",
        registers: registers.sorted { $0.key < $1.key }.map { Register(name: $0.key, value: $0.value) },
        requestDigest: 1))
  }

  static func profile(_ member: MemberID, _ name: String, _ value: String?) -> EntryBody {
    .profile(ProfileChange(member: member, registers: [Register(name: name, value: value)]))
  }

  /// Goods for `minor`, a point a yuan.
  static func sale(
    _ id: SaleID, _ minor: Int64, to member: MemberID? = nil, phone: String? = nil,
    spent: [LotAmount] = [], coupons: [CouponID] = [], category: String? = nil
  ) -> EntryBody {
    .sale(
      Sale(
        id: id, businessTime: Timestamp(ms: TestClock.start), member: member, phone: phone, rulebook: 1,
        lines: [
          SaleLine(sku: "A", category: category, quantity: Quantity(milli: 1_000), gross: Money(minor))
        ],
        tenders: [Tender(type: "cash", amount: Money(minor))], coupons: coupons, spent: spent,
        earned: Points(minor / 100), earnedLot: lot, balance: nil, asOf: Timestamp(ms: TestClock.start),
        offline: true, outcomes: [], requestDigest: 1))
  }

  static func takeBack(
    _ id: ReturnID, of sale: SaleID, _ minor: Int64, from member: MemberID? = nil,
    clawedBack: [LotAmount] = [], debt: Int64 = 0, coupons: [CouponID] = []
  ) -> EntryBody {
    .saleReturn(
      SaleReturn(
        id: id, sale: sale, businessTime: Timestamp(ms: TestClock.start), member: member, isVoid: false,
        lines: [ReturnedLine(line: 0, quantity: Quantity(milli: 1_000))], net: Money(minor),
        refund: Money(minor), restored: [], clawedBack: clawedBack, debt: Points(debt), coupons: coupons,
        requestDigest: 1))
  }
}
