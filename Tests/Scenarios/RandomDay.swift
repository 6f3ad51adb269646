import AgentCore
import AgentIO
import Chain
import Curl
import Foundation
import Loyalty
import Seeds
import ServerStorage
import SyncProtocol
import TestKit

/// A short day of a small chain in which anything may happen, all of it from one seed.
struct RandomDay {
  /// How often what happened; a day on which nothing does proves nothing.
  struct Tally {
    var done: [String: Int] = [:]
    static func += (all: inout Tally, one: Tally) { all.done.merge(one.done, uniquingKeysWith: +) }
  }

  struct BrokenPromise: Error {
    let quote: QuoteResponse
    let receipt: Receipt?
  }

  let seed: UInt64
  /// Whether cut-off stores risk points and coupons.
  let isRisky: Bool
  let chain: TestChain
  private var random: SplitMix64
  private var members: [MemberID] = []
  private var coupons: [(code: String, member: MemberID)] = []
  /// Every receipt that a till was given, by sale, with the store that gave it.
  private(set) var receipts: [SaleID: (receipt: Receipt, store: Int)] = [:]
  private(set) var tally = Tally()

  init(seed: UInt64, isRisky: Bool = false) throws {
    self.seed = seed
    self.isRisky = isRisky
    random = SplitMix64(seed: seed)
    let rulebook = isRisky ? OfflineRisk.capped : DemoChain.rulebook
    chain = try TestChain(stores: Int.random(in: 2...4, using: &random), seed: seed, rulebook: rulebook)
    // Three members whom all know, with points to spend.
    for number in 1...3 {
      let agent = chain[number % chain.stores.count + 1].agent
      let member = try agent.enrol(.of(nil, phone: DemoChain.phone(number))).memberId
      let receipt = try agent.sell(.of(Int64.random(in: 500...3_000, using: &random) * 100, to: member))
      receipts[receipt.saleId] = (receipt, number % chain.stores.count + 1)
      members.append(member)
    }
    _ = try chain.settle()
  }

  mutating func run(steps: Int) throws {
    for _ in 0..<steps {
      chain.advance(minutes: Int64.random(in: 0...90, using: &random))
      try step(Int.random(in: 1...chain.stores.count, using: &random))
    }
  }

  private mutating func step(_ number: Int) throws {
    let store = chain[number]
    switch Int.random(in: 0..<100, using: &random) {
    case 0..<14: try enrol(at: store)
    case 14..<36: try sell(at: number, points: 0)
    case 36..<54: try sell(at: number, points: Int64.random(in: 1...8, using: &random) * 100)
    case 54..<60: try takeBack(at: number)
    case 60..<63: try exchange(at: number)
    case 63..<66:
      let member = anyone()
      try attempt("visit") { try store.agent.checkIn(member, CheckInRequest()) }
    case 66..<68: try change(at: store)
    case 68..<73: try issueCoupon()
    case 73..<90: count(store.sync() ? "sync" : "sync in vain")
    case 90..<94:
      store.line.cut()
      count("cut")
    case 94..<96: store.line.restore()
    case 96..<98:
      try store.reopen()
      count("reopen")
    case 98: try loseReplica(of: store)
    default:
      try chain.hub.restart()
      count("hub restart")
    }
  }

  private mutating func count(_ what: String) { tally.done[what, default: 0] += 1 }

  /// A till may be refused; anything else is a fault of ours.
  @discardableResult
  private mutating func attempt<T>(_ what: String, _ work: () throws -> T) throws -> T? {
    do {
      let value = try work()
      count(what)
      return value
    } catch let refusal as TillFault {
      count("refused \(refusal.code)")
      return nil
    }
  }

  /// Mostly somebody whom all stores know.
  private mutating func anyone() -> MemberID {
    let known = Int.random(in: 0..<4, using: &random) > 0 ? members.prefix(3) : members[...]
    return known.randomElement(using: &random) ?? MemberID(high: 0, low: 1)
  }

  private mutating func phone() -> String { DemoChain.phone(Int.random(in: 1...5, using: &random)) }

  private mutating func enrol(at store: TestStore) throws {
    let request = EnrolmentRequest.of(nil, phone: Int.random(in: 0..<4, using: &random) > 0 ? phone() : nil)
    if let member = try attempt("enrol", { try store.agent.enrol(request).memberId }) {
      members.append(member)
    }
  }

  private mutating func cart(points: Int64) -> SaleRequest {
    var request = SaleRequest.of(Int64.random(in: 1...200, using: &random) * 997, points: points)
    switch Int.random(in: 0..<10, using: &random) {
    case 0: break
    case 1...2: request.phone = phone()
    default: request.memberId = anyone()
    }
    if Bool.random(using: &random), let coupon = coupons.randomElement(using: &random) {
      request.coupons = [coupon.code]
      if Int.random(in: 0..<5, using: &random) > 0 {
        (request.memberId, request.phone) = (coupon.member, nil)
      }
    }
    return request
  }

  private mutating func sell(at number: Int, points: Int64) throws {
    var request = cart(points: points)
    let agent = chain[number].agent
    let what = points > 0 ? "spend" : request.coupons == nil ? "sale" : "coupon"
    // A quote that gave all that was asked for is a promise (Q4).
    let promise = (try? agent.quote(request)).flatMap { quote in
      quote.pointsSpent == request.points ?? .zero && quote.coupons.count == request.coupons?.count ?? 0
        ? quote : nil
    }
    request.toPay = promise?.toPay
    let receipt = try attempt(what) { try agent.sell(request) }
    if let promise, receipt?.lines != promise.lines || receipt?.points.spent != promise.pointsSpent {
      throw BrokenPromise(quote: promise, receipt: receipt)
    }
    if let receipt {
      receipts[receipt.saleId] = (receipt, number)
      for outcome in receipt.outcomes where outcome.code.hasSuffix("_risked") { count(outcome.code) }
    }
  }

  /// Some or all of a sale of this store.
  private mutating func back(at number: Int) -> ReturnRequest? {
    let sold = receipts.filter { $0.value.store == number }.keys.sorted()
    guard let sale = sold.randomElement(using: &random) else { return nil }
    let part = ReturnedLine(line: 0, quantity: Quantity(milli: Int64.random(in: 1...1_000, using: &random)))
    return ReturnRequest(saleId: sale, lines: Bool.random(using: &random) ? [part] : nil)
  }

  private mutating func takeBack(at number: Int) throws {
    guard let request = back(at: number) else { return }
    let agent = chain[number].agent
    try attempt("return") { try agent.takeBack(request) }
  }

  private mutating func exchange(at number: Int) throws {
    guard let back = back(at: number) else { return }
    let request = ExchangeRequest(
      return: back, sale: cart(points: Int64.random(in: 0...4, using: &random) * 100))
    let agent = chain[number].agent
    if let receipt = try attempt("exchange", { try agent.exchange(request).sale }) {
      receipts[receipt.saleId] = (receipt, number)
    }
  }

  private mutating func change(at store: TestStore) throws {
    let (member, phone) = (anyone(), phone())
    let request = try JSONDecoder().decode(
      ProfileRequest.self,
      from: Data(#"{"attributes":{"seat":"\#(phone)"}}"#.utf8))
    try attempt("change") { try store.agent.change(member, request) }
  }

  private mutating func issueCoupon() throws {
    let member = anyone()
    do {
      let terms = isRisky ? OfflineRisk.floorTen : DemoChain.tenOff
      coupons.append((try chain.hub.issue("ten", terms, to: member), member))
      count("issue")
    } catch APIError.problem(_, "unknown_member", _, _) {
      count("issue in vain")
    }
  }

  private mutating func loseReplica(of store: TestStore) throws {
    store.close()
    for suffix in ["", "-wal", "-shm"] {
      try? FileManager.default.removeItem(atPath: store.folder.file("replica.db" + suffix))
    }
    try store.open()
    count("replica lost")
  }
}
