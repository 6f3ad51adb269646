import AgentCore
import AgentIO
import Chain
import Curl
import Foundation
import GRDB
import Loyalty
import Storage
import SyncProtocol

/// A till's durable sale against the least that SQLite needs to make the same bytes durable. Both write to
/// the same disk in turns of a few hundred, so that a busy moment of the machine falls on both.
struct JournalBench {
  let sales: Int
  let lines: Int

  struct Result: Codable {
    let sales: Int
    let linesPerSale: Int
    let bytesPerEntry: Int
    let ceiling: Figures
    let sale: Figures
    /// Sale ÷ ceiling.
    let p50Ratio: Double
    let p99Ratio: Double
    let targetP99Ratio: Double
  }

  static let turn = 200
  /// Customers who come in turn.
  static let members = 500

  func run() throws -> Result {
    let folder = try TemporaryFolder("patron-bench")
    let programs = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
      .deletingLastPathComponent()
    let hub = try ManagedProcess(
      programs.appendingPathComponent("patron-hub").path,
      ["serve", "--data-folder", folder.path + "/hub", "--port", "0"],
      logFile: folder.path + "/hub.log")
    defer { hub.kill9() }
    let agent = try openAgent(folder.path, hub: try hub.waitUntilReady())
    let members = try (0..<Self.members).map { number in
      try agent.enrol(EnrolmentRequest(name: "Bench", phone: "138\(10_000_000 + number)")).memberId
    }
    let bare = try SQLiteFile.openQueue(folder.path + "/bare.db", durability: .acknowledged)
    try bare.write {
      try $0.execute(sql: "CREATE TABLE entries (seq INTEGER PRIMARY KEY, body BLOB NOT NULL) STRICT")
    }
    var ceiling = Latencies()
    var sold = Latencies()
    let body = try sampleEntry(members[0]).canonicalBytes
    for start in stride(from: 0, to: sales, by: Self.turn) {
      for number in start..<min(sales, start + Self.turn) {
        let request = cart(number, members[number % members.count])
        _ = try sold.measure { try agent.sell(request) }
      }
      for _ in start..<min(sales, start + Self.turn) {
        try ceiling.measure { try bare.write { try $0.run("INSERT INTO entries (body) VALUES (?)", [body]) } }
      }
    }
    let (bareFigures, saleFigures) = (ceiling.summary(), sold.summary())
    return Result(
      sales: sales, linesPerSale: lines, bytesPerEntry: body.count, ceiling: bareFigures, sale: saleFigures,
      p50Ratio: saleFigures.p50Us / bareFigures.p50Us, p99Ratio: saleFigures.p99Us / bareFigures.p99Us,
      targetP99Ratio: 1.5)
  }

  private func openAgent(_ folder: String, hub: String) throws -> StoreAgent {
    let token = String(
      decoding: FileManager.default.contents(atPath: folder + "/hub/admin.token") ?? Data(), as: UTF8.self)
    let client = APIClient(baseURL: hub, token: token.trimmingCharacters(in: .whitespacesAndNewlines))
    let store = try client.post("/admin/v1/stores", body: ["store": "S001"]).body.token.stringValue ?? ""
    _ = try client.post("/admin/v1/rulebooks", body: try JSONValue(parsing: Array(Self.rulebook.utf8)))
    let agent = try StoreAgent(
      AgentConfiguration(folder: folder + "/agent", hubURL: hub, token: store), environment: .machine,
      transport: CurlPool())
    guard agent.hello(), agent.pull() else {
      throw BenchFault(description: "the agent did not reach the hub")
    }
    return agent
  }

  private func cart(_ number: Int, _ member: MemberID) -> SaleRequest {
    SaleRequest(
      memberId: member,
      lines: (0..<lines).map { line in
        let sku = "6901234\(100_000 + (number * 37 + line * 911) % 8_000)"
        return LineRequest(
          sku: sku, name: "有机牛奶 \(line)", category: "dairy",
          quantity: Quantity(milli: Int64(1 + (number + line) % 4) * 1000),
          unitPrice: Money(Int64(199 + (number * 53 + line * 17) % 4_000)))
      })
  }

  /// An entry as the journal holds it, for its size.
  private func sampleEntry(_ member: MemberID) throws -> Entry {
    let draft = try SaleDraft(cart(1, member))
    let lot = LotKey(availableFrom: Day(20_454), expiresOn: Day(21_184))
    let sale = Sale(
      id: SaleID(derivedFrom: "bench"), businessTime: Timestamp(ms: 1_795_000_000_000), member: member,
      phone: nil,
      rulebook: 1, lines: draft.lines, tenders: [Tender(type: "cash", amount: Money(12_345))], coupons: [],
      spent: [],
      earned: Points(12), earnedLot: lot, balance: Points(345), asOf: Timestamp(ms: 1_795_000_000_000),
      offline: false,
      outcomes: [], requestDigest: 0x1234_5678_9ABC_DEF0)
    return Entry(seq: JournalSeq(1_000), time: HybridTime(ms: 1_795_000_000_000), body: .sale(sale))
  }

  private static let rulebook = """
    {"name":{"zh":"基准","en":"Bench"},"currency":"CNY","utcOffsetMinutes":480,
     "earning":[{"id":"base","per":100,"points":1}],"expiry":{"policy":"yearEnd","years":1},
     "tiers":{"id":"main","name":{"zh":"等级","en":"Tiers"},"metric":"spend","window":{"kind":"calendarYear"},
     "downgrade":"recompute","levels":[{"id":"silver","name":{"zh":"银卡","en":"Silver"},"threshold":0}]},
     "checkInPoints":1,"holding":{"homePermille":500,"lastStorePermille":250}}
    """
}

struct BenchFault: Error, CustomStringConvertible { let description: String }

extension JournalBench.Result {
  func printTable() {
    print("\(sales) sales of \(linesPerSale) lines, \(bytesPerEntry) bytes each 笔销售")
    print(Figures.header)
    print(ceiling.row("bare SQLite commit of the same bytes 同字节裸提交"))
    print(sale.row("durable sale at the till 收银提交"))
    print(
      "ratio 比值: p50 \(hundredths(p50Ratio)), p99 \(hundredths(p99Ratio)) (target 目标 ≤ \(targetP99Ratio))")
  }
}
