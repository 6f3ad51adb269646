import AgentCore
import AgentIO
import Foundation
import Journey
import Loyalty
import SyncProtocol

/// One store's till in the replay: turns baskets into sales through the agent, as a cashier would.
final class StoreTill: @unchecked Sendable {
  let agent: StoreAgent
  let store: Int
  let code: String
  private let data: ChainData
  private let desk: Headquarters
  private let seed: UInt64
  /// Only this store's worker touches these, one window at a time.
  var receipts: [Tape.Receipt] = []
  var earlyEnds = 0
  var lastSyncMs: Int64 = 0
  var backlog = 0
  var isSent = false
  var syncSeconds = 0.0

  init(agent: StoreAgent, store: Int, code: String, data: ChainData, desk: Headquarters, seed: UInt64) {
    self.agent = agent
    self.store = store
    self.code = code
    self.data = data
    self.desk = desk
    self.seed = seed
  }

  /// Opens the store: learns who it is and the rules in force. A hub that is down is waited for.
  func introduce() throws {
    for _ in 0..<600 {
      if agent.hello(), agent.pull() { return }
      Thread.sleep(forTimeInterval: 0.1)
    }
    throw JourneyFault("store \(code) never reached the hub")
  }

  /// Rings up one basket. `line` says whether the store is connected, and can be asked to be.
  func ring(_ index: Int, line: inout LineState) throws {
    let basket = data.basket(index)
    let id = ChainRules.sale(basket.number)
    if let receipt = try known(id) { return note(basket, receipt) }
    let household = data.members[Int(basket.member)].household
    let redemptions = data.redemptions(inBasket: index)
    let member = try identify(household, basket, mustEnrol: !redemptions.isEmpty)
    let codes = try redemptions.map { try coupon(for: $0, member: member, line: &line) }
    var request = request(basket, id: id, member: member, household: household)
    request.coupons = codes.isEmpty ? nil : codes
    try sell(basket, request, member: member)
  }

  private func known(_ id: SaleID) throws -> Receipt? {
    do { return try agent.sale(id) } catch TillFault.unknownSale { return nil }
  }

  /// The member if this store knows them; else they are enrolled here, or leave only their phone number.
  private func identify(_ household: Int32, _ basket: ChainData.Basket, mustEnrol: Bool) throws -> MemberID? {
    let phone = ChainRules.phone(of: household)
    if let known = try agent.find(.phone(phone)).first { return known.memberId }
    let isFirst = data.members[Int(basket.member)].firstBasket == Int32(basket.index)
    guard isFirst || mustEnrol || dice(basket.number, 1) % 2 == 0 else { return nil }
    let id = ChainRules.member(household, at: data.stores[store])
    return try agent.enrol(
      EnrolmentRequest(
        memberId: id, name: "Household \(household)", phone: phone, channel: "till",
        businessTime: Timestamp(ms: basket.timeMs))
    ).memberId
  }

  private func request(
    _ basket: ChainData.Basket, id: SaleID, member: MemberID?, household: Int32
  ) -> SaleRequest {
    var paper: [TenderRequest] = []
    var net: Int64 = 0
    let vouchers = Dictionary(
      data.redemptions(inBasket: basket.index).compactMap { r in r.line.map { ($0, r.voucherCents) } }
    ) { $0 + $1 }
    let lines = basket.lineRange.enumerated().map { position, index -> LineRequest in
      let line = data.line(index)
      let product = data.products[Int(line.product)]
      net += Int64(line.net)
      // The part of a manufacturer's coupon that is not one of the chain's own vouchers comes as paper.
      let cents = Int64(line.coupon) - Int64(vouchers[Int32(index)] ?? 0)
      if cents > 0 { paper.append(TenderRequest(type: "coupon", amount: Money(cents), line: position)) }
      var discounts: [DiscountRequest] = []
      if line.storeDiscount > 0 {
        discounts.append(DiscountRequest(kind: "store", amount: Money(Int64(line.storeDiscount))))
      }
      if line.matchDiscount > 0 {
        discounts.append(DiscountRequest(kind: "match", amount: Money(Int64(line.matchDiscount))))
      }
      let department = data.departments[Int(product.department)]
      return LineRequest(
        sku: "\(product.number)", category: department.isEmpty ? nil : department,
        quantity: Quantity(milli: Int64(line.quantity) * 1000), amount: Money(Int64(line.gross)),
        discounts: discounts.isEmpty ? nil : discounts)
    }
    return SaleRequest(
      saleId: id, memberId: member, phone: member == nil ? ChainRules.phone(of: household) : nil,
      businessTime: Timestamp(ms: basket.timeMs), lines: lines,
      tenders: paper.isEmpty ? nil : paper + [TenderRequest(type: "cash", amount: Money(net))])
  }

  /// Every fourth customer with enough points uses some; what the store may not give is left for another day.
  private func sell(_ basket: ChainData.Basket, _ request: SaleRequest, member: MemberID?) throws {
    if let member, dice(basket.number, 2) % 4 == 0 {
      let available = try agent.member(member).points
      let net = basket.lineRange.reduce(Int64(0)) { $0 + Int64(data.line($1).net) }
      let most = min(available.count, net / 2) / ChainRules.step.count * ChainRules.step.count
      for wish in [most, ChainRules.step.count] where wish >= ChainRules.step.count && wish <= most {
        var wishing = request
        wishing.points = Points(wish)
        do {
          return note(basket, try agent.sell(wishing))
        } catch TillFault.refused {
          continue
        }
      }
    }
    note(basket, try agent.sell(request))
  }

  private func note(_ basket: ChainData.Basket, _ receipt: Receipt) {
    let discounts = receipt.lines.enumerated().compactMap { index, line -> Tape.Discount? in
      let cents = line.discounts.reduce(Int64(0)) {
        $1.kind == LineDiscount.points ? $0 + $1.amount.minor : $0
      }
      return cents > 0 ? Tape.Discount(line: index, cents: Int(cents)) : nil
    }
    receipts.append(
      Tape.Receipt(
        basket: basket.number, pointsSpent: Int(receipt.points.spent.count),
        pointsEarned: Int(receipt.points.earned.count), discounts: discounts))
  }

  /// A coupon the store can redeem now. One that it could not know of yet is fetched; a line that is down at
  /// that moment is counted as mended early, because the source says that the coupon was used.
  private func coupon(
    for redemption: ChainData.Redemption, member: MemberID?, line: inout LineState
  ) throws -> String {
    guard let member else { preconditionFailure("a customer with a coupon is identified first") }
    let template = "campaign-\(redemption.campaign)-\(redemption.number)"
    for attempt in 0..<100 {
      if let held = try agent.coupons(of: member).first(where: { $0.template == template && $0.heldHere }) {
        return held.code
      }
      if line.isDown {
        line.mend()
        earlyEnds += 1
      }
      if attempt > 0 { Thread.sleep(forTimeInterval: 0.1) }
      guard agent.push() else { continue }
      let product = redemption.line.map { data.products[Int(data.line(Int($0)).product)].number }
      try desk.issue(redemption, product: product, to: member, at: code)
      _ = agent.pull()
    }
    throw JourneyFault("the coupon of redemption \(redemption.number) never came to store \(code)")
  }

  private func dice(_ basket: Int64, _ stream: UInt64) -> UInt64 {
    var random = SeededRandom(seed: seed ^ UInt64(bitPattern: basket), stream: stream)
    return random.next()
  }
}

/// Whether a store's line is down in this window; a coupon that must be fetched mends it early.
struct LineState {
  private(set) var isDown: Bool
  private let cut: (Bool) -> Void

  init(isDown: Bool, cut: @escaping (Bool) -> Void) {
    self.isDown = isDown
    self.cut = cut
    cut(isDown)
  }

  mutating func mend() {
    isDown = false
    cut(false)
  }
}

struct JourneyFault: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}
