import Loyalty
import SyncProtocol

/// What the library made of an example, and where that is not what the example says.
struct GoldenRun {
  let example: GoldenCase
  private(set) var differences: [String] = []
  /// Outcome codes and kinds of earning that came up.
  private(set) var seen: Set<String> = []

  static func of(_ example: GoldenCase, _ shops: [String: GoldenShop]) -> GoldenRun {
    var run = GoldenRun(example: example)
    do {
      let (shop, rulebook) = try example.shop(shops)
      for text in example.all("sum") { try run.checkSums(text) }
      if example.has("mall") || example.has("do") || example.has("draw") || example.has("checkin") {
        try run.check(rulebook.programs, rulebook)
      } else if example.has("referral") || example.has("sold") {
        try run.checkTimes(rulebook)
      } else {
        try run.checkSale(shop, rulebook)
      }
    } catch { run.differences.append("cannot be read: \(error)") }
    return run
  }

  /// Sums among words: each part between colons and semicolons that is figures only is checked.
  private func checkSums(_ text: String) throws {
    for part in text.split(whereSeparator: { ";:".contains($0) }) {
      let isSum = part.allSatisfy { $0.isNumber || " .+-×÷()=→".contains($0) }
      if isSum { _ = try GoldenSum(String(part)) }
    }
  }

  mutating func compare(_ what: String, _ expected: some Equatable, _ actual: some Equatable) {
    let (expected, actual) = ("\(expected)", "\(actual)")
    if expected != actual { differences.append("\(what): worked out \(expected), the program has \(actual)") }
  }

  mutating func compare(_ what: String, _ expected: Money, _ actual: Money) {
    compare(what, expected.text(currency: "CNY"), actual.text(currency: "CNY"))
  }

  /// The lines that begin with `key` against what is said, in any order.
  mutating func compareWords(_ key: String, _ said: [(rule: String, words: Words)]) {
    func text(_ rule: String, _ zh: String) -> String { "\(rule)  \(zh)" }
    var missing = example.all(key).map { text($0.headed.head, $0.headed.rest.trimmed) }
    for one in said {
      let told = text(one.rule, "\(one.words.zh) · \(one.words.en)")
      if let index = missing.firstIndex(of: told) {
        missing.remove(at: index)
      } else {
        differences.append("\(key): the program also has: \(told)")
      }
    }
    differences += missing.map { "\(key): the program does not have: \($0)" }
  }

  mutating func say(_ outcomes: [RuleOutcome], as key: String = "say", _ details: [EarningDetail] = []) {
    seen.formUnion(outcomes.map(\.code) + details.map(\.label))
    compareWords(
      key,
      outcomes.map { ($0.rule, $0.words(currency: "CNY")) }
        + details.map { ($0.rule, $0.words(currency: "CNY")) })
  }
}

extension String {
  fileprivate var trimmed: String { String(drop { $0 == " " }) }
}

extension EarningDetail {
  /// Which of the sentences of `EarningWords` it is.
  var label: String {
    switch kind {
    case .rule(_, let gives): gives == .zero ? "\(currency) none" : "\(currency) rule"
    case .multiplier: permille == 2000 ? "double" : "times"
    case .bonus(let who): "bonus \(who?.rawValue ?? "any")"
    case .cap(let cap, _): "cap \(cap.rawValue)"
    case .tax: "tax"
    }
  }
}

// Sales, wallets and returns.
extension GoldenRun {
  fileprivate mutating func checkSale(_ shop: GoldenShop, _ rulebook: Rulebook) throws {
    var cart = try example.cart(shop, rulebook)
    if let wallet = example.first("wallet") {
      let coupons = try wallet.listed.map { try shop.coupon($0) }
      let found = rulebook.wallet(cart, coupons: coupons)
      let best = found.bestTogether.compactMap { id in coupons.first { $0.id == id } }
      let names = best.isEmpty ? "none" : best.map(\.code).joined(separator: ", ")
      compare("best", try example.only("best"), "\(names); \(found.saving.text(currency: "CNY"))")
      say(found.entries.map(\.outcome), as: "card")
      cart.coupons = best
    }
    let quote = rulebook.quote(cart)
    try check(quote)
    try checkReturns(of: Sale.of(quote, at: cart.businessTime), rulebook)
  }

  private mutating func check(_ quote: Quote) throws {
    let nets = example.all("net")
    compare("lines", nets.map(\.headed.head), quote.lines.map(\.sku))
    for (text, line) in zip(nets, quote.lines) {
      compare("net \(line.sku)", try text.headed.rest.money(), line.net)
    }
    compare("pay", try example.only("pay").money(), quote.toPay)
    compare("earn", try example.only("earn").count(), quote.earned.count)
    compare("growth", try example.first("growth")?.count() ?? 0, quote.growth)
    let use = try example.only("use")
    if use.contains("until") {
      let lots = quote.spent.map { "\($0.points.count) until \(Day($0.lot.expiresOn.number - 1))" }
      compare("use", use, lots.joined(separator: ", "))
    } else {
      compare("use", try use.count(), quote.pointsSpent.count)
    }
    if let valid = example.first("valid") {
      let lot = quote.earnedLot
      compare("valid", valid, "\(lot.availableFrom) to \(Day(lot.expiresOn.number - 1))")
    }
    compare("gift", example.all("gift"), quote.gifts.map { "\($0.sku) \($0.count)" })
    say(quote.outcomes, quote.earningDetails)
  }

  /// `back milk 1` begins a return; what it comes to stands below it.
  private mutating func checkReturns(of sale: Sale, _ rulebook: Rulebook) throws {
    var soFar = ReturnedSoFar(lines: sale.lines.count)
    for told in example.returns {
      func worth(_ key: String) throws -> Int64 {
        guard let text = told.first(where: { $0.key == key })?.rest else { return 0 }
        return key == "refund" ? try text.money().minor : try text.count()
      }
      let lines = try told[0].rest.listed.map { part in
        guard let index = sale.lines.firstIndex(where: { $0.sku == part.headed.head }),
          let milli = try GoldenSum(part.headed.rest).result.whole(in: 1000)
        else { throw GoldenFault("back ARTICLE PIECES: \(part)") }
        return ReturnedLine(line: index, quantity: Quantity(milli: milli))
      }
      let effects = try rulebook.effects(of: lines, from: sale, after: soFar)
      let what = "back \(told[0].rest), "
      compare(what + "refund", Money(try worth("refund")), effects.refund)
      compare(what + "restore", try worth("restore"), effects.restored.reduce(0) { $0 + $1.points.count })
      compare(what + "claw", try worth("claw"), effects.clawback.count)
      compare(what + "growth", try worth("growth"), effects.growth)
      let reopened = told.filter { $0.key == "reopen" }.map { CouponID(derivedFrom: $0.rest) }
      compare(what + "reopen", reopened, effects.coupons)
      try compareShortage(told, worth, what, effects.clawback, of: sale, rulebook)
      soFar.add(effects.asReturn(of: sale, lines))
    }
  }

  /// `have` is what the member has left of the points of the sale, `owing` what they owe already; `owe` and
  /// `lost` become of what is missing.
  private mutating func compareShortage(
    _ told: [GoldenCase.Line], _ worth: (String) throws -> Int64, _ what: String, _ wanted: Points,
    of sale: Sale, _ rulebook: Rulebook
  ) throws {
    guard told.contains(where: { $0.key == "have" }) else { return }
    let left = LotAmount(owner: GoldenCase.owner, lot: sale.earnedLot, points: Points(try worth("have")))
    let clawback = rulebook.clawback(
      wanted, earnedIn: sale.earnedLot, from: [left], known: [left], owed: Points(try worth("owing")),
      on: rulebook.businessDay(sale.businessTime))
    compare(what + "owe", try worth("owe"), clawback.shortage.debt.count)
    compare(what + "lost", try worth("lost"), clawback.shortage.loss.count)
  }
}

extension Sale {
  fileprivate static func of(_ quote: Quote, at time: Timestamp) -> Sale {
    Sale(
      id: SaleID(high: 1, low: 1), businessTime: time, member: GoldenCase.owner, phone: nil, rulebook: 1,
      lines: quote.lines, tenders: quote.vouchers + [Tender(type: "cash", amount: quote.toPay)],
      coupons: quote.coupons, spent: quote.spent, earned: quote.earned, earnedLot: quote.earnedLot,
      balance: nil, asOf: time, offline: false, outcomes: quote.outcomes, requestDigest: 0,
      growth: quote.growth, context: quote.context)
  }
}

extension ReturnEffects {
  fileprivate func asReturn(of sale: Sale, _ lines: [ReturnedLine]) -> SaleReturn {
    SaleReturn(
      id: ReturnID(high: 1, low: 1), sale: sale.id, businessTime: sale.businessTime, member: sale.member,
      isVoid: false, lines: lines, net: net, refund: refund, restored: restored, clawedBack: [],
      debt: clawback, coupons: coupons, requestDigest: 0, growth: growth)
  }
}
