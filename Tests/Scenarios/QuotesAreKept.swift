import AgentCore
import AgentIO
import Chain
import Curl
import Foundation
import Seeds
import SyncProtocol
import TestKit
import Testing

/// What a till told its customer is what it sells, whatever came between (law Q4): ten thousand carts at one
/// store whose line is down.
@Suite struct QuotesAreKept {
  /// Of every second week, with another ladder, member price and points.
  private static func rulebook(_ week: Int) -> JSONValue {
    let words: JSONValue = ["zh": "规则", "en": "Rules"]
    let isOdd = week % 2 == 1
    return [
      "effectiveFrom": .string(
        Timestamp(ms: TestClock.start + Int64(week - 1) * 14 * 86_400_000).description),
      "name": words, "currency": "CNY", "utcOffsetMinutes": 480,
      "earning": [["id": "base", "per": 100, "points": isOdd ? 1 : 2]],
      "expiry": ["policy": "never"], "cashRounding": ["step": 10],
      "pointsPayment": [
        "points": 100, "worth": isOdd ? 100 : 90, "minimum": 100, "step": 100, "maxSharePermille": 500,
      ],
      "tiers": [
        "id": "main", "name": words, "metric": "spend", "window": ["kind": "calendarYear"],
        "downgrade": "recompute",
        "levels": [
          [
            "id": "gold", "name": words, "threshold": 500_000,
            "benefits": [["kind": "discount", "payRatePermille": 950]],
          ]
        ],
      ],
      "prices": [
        [
          "id": "member", "name": words, "kind": "member",
          "unitPrices": ["A": isOdd ? 900 : 850],
        ]
      ],
      "promotionGroups": [["id": "best", "mode": "best"]],
      "promotions": [
        [
          "id": "ladder", "name": words, "group": "best",
          "effect": [
            "type": "amountOff",
            "steps": [["spend": 5_000, "off": isOdd ? 500 : 600], ["spend": 10_000, "off": 1_500]],
          ],
        ],
        [
          "id": "second", "name": words, "group": "best", "scope": ["skus": ["B"]],
          "effect": [
            "type": "countRateOff", "steps": [["count": 2, "payRatePermille": 800]],
          ],
        ],
        [
          "id": "daily", "name": words, "limits": ["perMemberDay": 1],
          "effect": ["type": "rateOff", "steps": [["spend": 2_000, "payRatePermille": 970]]],
        ],
        [
          "id": "early", "name": words, "limits": ["perStoreDay": 30],
          "effect": ["type": "amountOff", "steps": [["spend": 1_000, "off": 33]]],
        ],
      ],
      "checkInPoints": 0, "holding": ["homePermille": 1_000, "lastStorePermille": 0],
    ]
  }

  private final class Shop {
    let chain: TestChain
    let agent: StoreAgent
    var members: [MemberID] = []
    var coupons: [MemberID: [String]] = [:]
    var sold: [SaleID] = []
    var tally: [String: Int] = [:]

    init() throws {
      chain = try TestChain(stores: 1, rulebook: QuotesAreKept.rulebook(1), in: .memory)
      for week in 2...8 { try chain.hub.publish(QuotesAreKept.rulebook(week)) }
      agent = chain[1].agent
      for number in 1...200 {
        let member = try agent.enrol(.of(nil, phone: DemoChain.phone(number))).memberId
        _ = try agent.sell(.of(1_000_000, to: member))
        members.append(member)
      }
      guard try chain.settle() else { throw Unready() }
      let codes = JSONValue.array(members.map { .string($0.description) })
      for (template, terms) in QuotesAreKept.templates {
        _ = try chain.hub.admin.post(
          "/admin/v1/coupon-templates", body: ["template": .string(template), "terms": terms])
        for _ in 0..<6 {
          let answer = try chain.hub.admin.post(
            "/admin/v1/coupons", body: ["template": .string(template), "memberIds": codes])
          for (member, coupon) in zip(members, answer.body.coupons.elements) {
            coupons[member, default: []].append(coupon.code.stringValue ?? "")
          }
        }
      }
      guard try chain.settle() else { throw Unready() }
      chain[1].line.cut()
      _ = chain[1].sync()
    }
  }

  private struct Unready: Error {}

  private static let templates: [(String, JSONValue)] = [
    ("ten", DemoChain.tenOff),
    (
      "rate",
      [
        "kind": "percentOff", "name": ["zh": "九折", "en": "Ten per cent"], "value": 900, "minimumSpend": 3_000,
      ]
    ),
  ]

  private static func cart(_ shop: Shop, _ random: inout SplitMix64) -> SaleRequest {
    var request = SaleRequest(
      lines: random.list(1...4) {
        LineRequest(
          sku: $0.oneOf(["A", "B", "C"]), quantity: Quantity(milli: 1_000 * $0.number(1...5)),
          unitPrice: Money($0.oneOf([999, 1_000, 2_500, $0.number(1...9_000)])))
      })
    request.cash = random.flag()
    guard random.number(0...7) > 0 else { return request }
    let member = random.oneOf(shop.members)
    request.memberId = member
    if random.flag() { request.points = Points(100 * random.number(1...40)) }
    if random.number(0...2) == 0, let coupons = shop.coupons[member], !coupons.isEmpty {
      request.coupons = [random.oneOf(coupons)]
    }
    return request
  }

  /// Something that may happen while the customer thinks.
  private static func somethingBetween(
    _ request: SaleRequest, _ shop: Shop, _ random: inout SplitMix64
  ) throws -> String {
    switch random.number(0...9) {
    case 0...3: return "nothing"
    case 4:
      shop.chain.advance(minutes: random.oneOf([1, 60, random.number(1...1_440)]))
      return "time"
    case 5:
      // The next rulebook, where there is one.
      shop.chain.advance(minutes: random.number(0...3) * 480)
      return "much time"
    case 6:
      var other = request
      (other.toPay, other.points) = (nil, nil)
      return try attempt(other, shop) == nil ? "refused" : "coupon or limit used"
    case 7:
      var other = cart(shop, &random)
      (other.memberId, other.coupons) = (request.memberId, nil)
      if other.memberId == nil { other.points = nil }
      return try attempt(other, shop) == nil ? "refused" : "points spent"
    case 8:
      guard let sale = shop.sold.popLast() else { return "nothing" }
      do { _ = try shop.agent.takeBack(ReturnRequest(saleId: sale)) } catch is TillFault { return "refused" }
      return "return"
    default:
      return try attempt(cart(shop, &random), shop) == nil ? "refused" : "another sale"
    }
  }

  private static func attempt(_ request: SaleRequest, _ shop: Shop) throws -> Receipt? {
    do { return try shop.agent.sell(request) } catch is TillFault { return nil }
  }

  private static func isWhole(_ quote: QuoteResponse, _ request: SaleRequest) -> Bool {
    quote.pointsSpent == request.points ?? .zero && quote.coupons.count == request.coupons?.count ?? 0
  }

  /// Whether a receipt is what was quoted, to the line.
  private static func isAs(_ quote: QuoteResponse, _ receipt: Receipt) -> Bool {
    receipt.lines == quote.lines && receipt.toPay == quote.toPay && receipt.coupons == quote.coupons
      && receipt.points.spent == quote.pointsSpent && receipt.gifts == quote.gifts
      && receipt.rulebook == quote.rulebook
      && (receipt.memberId == nil || receipt.points.earned == quote.pointsEarned)
  }

  /// Sells at the figure of a quote and judges what comes of it, by what is quoted at that moment.
  private static func holds(_ asked: SaleRequest, at told: Money, _ shop: Shop) throws -> Bool {
    var request = asked
    request.toPay = told
    let now = try shop.agent.quote(asked)
    // Every eighth time: a status reads off more than the journal's end.
    let isLooked = shop.sold.count % 8 == 0
    let before = isLooked ? try shop.agent.status().journalSeq.number : 0
    func wrote(_ entries: UInt64) throws -> Bool {
      try !isLooked || shop.agent.status().journalSeq.number == before + entries
    }
    do {
      let receipt = try shop.agent.sell(request)
      shop.sold.append(receipt.saleId)
      shop.tally["sold", default: 0] += 1
      return try isWhole(now, asked) && now.toPay == told && isAs(now, receipt) && wrote(1)
    } catch TillFault.priceDiffers(let figure, let toPay) {
      shop.tally["price_differs", default: 0] += 1
      guard isWhole(now, asked), figure == told, toPay == now.toPay, toPay != told, try wrote(0) else {
        return false
      }
      // The new figure sells.
      request.toPay = toPay
      let receipt = try shop.agent.sell(request)
      return try isAs(now, receipt) && wrote(1)
    } catch TillFault.refused(let outcome) {
      shop.tally["refused", default: 0] += 1
      guard !isWhole(now, asked), now.outcomes.contains(where: { $0.code == outcome.code }), try wrote(0)
      else { return false }
      var plain = asked
      (plain.points, plain.coupons) = (nil, nil)
      let quote = try shop.agent.quote(plain)
      plain.toPay = quote.toPay
      return try isAs(quote, shop.agent.sell(plain)) && wrote(1)
    }
  }

  @Test func `what is sold is what was quoted, or the till is told exactly what it is now (Q4)`() async throws
  {
    try await onItsOwnThread {
      let shop = try Shop()
      let began = ContinuousClock.now
      forAll { (random: inout SplitMix64) in
        let request = Self.cart(shop, &random)
        let quote = try shop.agent.quote(request)
        let between = try Self.somethingBetween(request, shop, &random)
        shop.tally[between, default: 0] += 1
        if between == "nothing", Self.isWhole(quote, request) {
          // A promise.
          var promised = request
          promised.toPay = quote.toPay
          let receipt = try shop.agent.sell(promised)
          shop.sold.append(receipt.saleId)
          return Self.isAs(quote, receipt)
        }
        return try Self.holds(request, at: quote.toPay, shop)
      }
      print("quotes: \(ContinuousClock.now - began)", shop.tally.sorted { $0.key < $1.key })
      for wanted in ["nothing", "time", "return", "points spent", "sold", "price_differs", "refused"] {
        #expect(shop.tally[wanted, default: 0] > 200, "\(wanted)")
      }
    }
  }
}
