import SyncProtocol

extension Rulebook {
  /// Stage ⑥: what the priced lines earn. The quote keeps the context, so that a return finds the same again.
  func earn(on occasion: Occasion, capLeft: Points?, into quote: inout Quote) {
    let earned = earnings(on: quote.lines.map { EarningLine($0) }, occasion: occasion, capLeft: capLeft)
    (quote.earned, quote.earnedLot, quote.growth) = (earned.points, earned.lot, earned.growth)
    quote.earningDetails = earned.details
    quote.context = SaleContext(occasion, segments: mentionedSegments, capLeft: capLeft)
  }

  /// The segments that some rule asks for: what a sale has to keep of a member's.
  public var mentionedSegments: Set<String> {
    Set(pricingConditions.flatMap { $0.segments ?? [] })
  }

  /// Of all rules that have a say in what a sale costs and earns.
  var pricingConditions: [Condition] {
    let ofEarning = earning.map(\.when) + multipliers.map(\.when) + bonuses.map(\.when)
    return ofEarning + prices.map(\.when) + promotions.map(\.when)
  }
}

extension SaleContext {
  /// What a sale keeps of its occasion; of the segments only the given ones.
  public init(_ occasion: Occasion, segments: Set<String>, capLeft: Points? = nil) {
    let customer = occasion.customer
    self.init(
      store: occasion.store, channel: occasion.channel, tier: customer?.tier,
      segments: customer.map { $0.segments.intersection(segments).sorted() } ?? [],
      traits: customer?.traits.rawValue ?? 0, isMember: customer != nil, capLeft: capLeft)
  }
}

extension Occasion {
  /// The occasion a sale was priced on.
  public init(_ sale: Sale, utcOffsetMinutes: Int) {
    self.init(sale, utcOffsetMinutes: utcOffsetMinutes, tier: sale.context.tier)
  }

  /// The same with another tier.
  init(_ sale: Sale, utcOffsetMinutes: Int, tier: String?) {
    let context = sale.context
    self.init(
      time: sale.businessTime, utcOffsetMinutes: utcOffsetMinutes, store: context.store,
      channel: context.channel,
      customer: context.isMember
        ? Customer(
          tier: tier, segments: Set(context.segments),
          traits: Customer.Traits(rawValue: context.traits)) : nil)
  }
}
