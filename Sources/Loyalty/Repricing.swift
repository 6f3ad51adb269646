import SyncProtocol

/// A figure of a receipt that the rules come to differently.
public struct PriceDifference: Hashable, Sendable, Codable {
  public enum Figure: String, Hashable, Sendable, Codable {
    /// What a line costs, in minor units.
    case net
    /// What vouchers pay, in minor units.
    case vouchers
    case pointsSpent
    /// Pieces handed out.
    case gifts
    case earned
    case growth
    /// The rulebook's number; it was never published.
    case rulebook
  }

  public let figure: Figure
  /// From 0; nil for a figure of the whole sale.
  public let line: Int?
  public let receipt: Int64
  public let expected: Int64

  public init(figure: Figure, line: Int? = nil, receipt: Int64, expected: Int64) {
    self.figure = figure
    self.line = line
    self.receipt = receipt
    self.expected = expected
  }

  /// What differs, for people, who count a receipt's lines from 1.
  public var words: Words {
    let name = figure.words
    let place = line.map { Words(zh: "第 \($0 &+ 1) 行", en: " of line \($0 &+ 1)") } ?? Words(zh: "", en: "")
    return Words(
      zh: "\(place.zh)\(name.zh)：小票 \(receipt)，按规则 \(expected)",
      en: "\(name.en)\(place.en): \(receipt) on the receipt, \(expected) by the rules")
  }
}

extension PriceDifference.Figure {
  /// What it is called.
  public var words: Words {
    switch self {
    case .net: Words(zh: "实付", en: "net")
    case .vouchers: Words(zh: "代金券", en: "vouchers")
    case .pointsSpent: Words(zh: "用积分", en: "points spent")
    case .gifts: Words(zh: "赠品", en: "gifts")
    case .earned: Words(zh: "得积分", en: "earned")
    case .growth: Words(zh: "成长值", en: "growth value")
    case .rulebook: Words(zh: "规则版本", en: "rulebook")
    }
  }
}

extension Rulebook {
  /// What a sale that was priced with this rulebook should have come to, where that is not what its receipt
  /// says (law Q8). `coupons` are the sale's own, in its order, with the terms they were issued with.
  public func differences(of sale: Sale, coupons: [PresentedCoupon]) -> [PriceDifference] {
    var found: [PriceDifference] = []
    func compare(_ figure: PriceDifference.Figure, _ receipt: Int64, _ expected: Int64, line: Int? = nil) {
      if receipt != expected {
        found.append(PriceDifference(figure: figure, line: line, receipt: receipt, expected: expected))
      }
    }
    // No till makes such a line; it is priced as nothing rather than not at all.
    for (index, line) in sale.lines.enumerated() where line.beforeRules.net < .zero {
      compare(.net, line.net.minor, 0, line: index)
    }
    if !found.isEmpty { return found }
    let quote = repriced(sale, coupons)
    for (index, (sold, expected)) in zip(sale.lines, quote.lines).enumerated() {
      compare(.net, sold.net.minor, expected.net.minor, line: index)
    }
    let vouchers = sale.tenders.filter { $0.type == Tender.voucher }
    compare(
      .vouchers, vouchers.reduce(0) { $0 + $1.amount.minor },
      quote.vouchers.reduce(0) { $0 + $1.amount.minor })
    let handed = Set(sale.gifts).symmetricDifference(quote.gifts)
    if !handed.isEmpty {
      found.append(
        PriceDifference(
          figure: .gifts, receipt: Int64(sale.gifts.reduce(0) { $0 + $1.count }),
          expected: Int64(quote.gifts.reduce(0) { $0 + $1.count })))
    }
    compare(.pointsSpent, sale.pointsSpent.count, quote.pointsSpent.count)
    // Nobody to earn for: a customer who named neither card nor phone.
    let earns = sale.member != nil || sale.phone != nil
    compare(.earned, sale.earned.count, earns ? quote.earned.count : 0)
    compare(.growth, sale.growth, earns ? quote.growth : 0)
    return found
  }

  private func repriced(_ sale: Sale, _ coupons: [PresentedCoupon]) -> Quote {
    var cart = sale.cart(coupons: coupons)
    cart.capLeft = sale.context.capLeft
    return quote(
      cart, on: Occasion(sale, utcOffsetMinutes: utcOffsetMinutes),
      tier: tiers?.levels.first { $0.id == sale.context.tier },
      recorded: RecordedChoices(exhausted: Set(sale.context.exhausted)))
  }
}

extension Sale {
  /// What the till brought, as far as the sale tells.
  func cart(coupons: [PresentedCoupon]) -> Cart {
    var cart = Cart(
      businessTime: businessTime, lines: lines.map(\.beforeRules), coupons: coupons, points: pointsSpent,
      // What it held and had is the ledger's to judge; here the points it took are granted to it.
      member: context.isMember ? MemberStanding(available: pointsSpent, held: spent) : nil)
    // Only what was paid in cash is rounded; a cash sale with nothing to round comes to the same either way.
    cart.isCash = lines.contains { $0.discounts.contains { $0.kind == LineDiscount.rounding } }
    return cart
  }
}

extension SaleLine {
  /// With the till's own discounts only.
  var beforeRules: SaleLine {
    var line = self
    line.discounts.removeAll { LineDiscount.ofRules.contains($0.kind) }
    return line
  }
}
