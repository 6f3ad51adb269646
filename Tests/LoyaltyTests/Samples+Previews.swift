import Seeds
import SyncProtocol

@testable import Loyalty

/// A few members and nobody's sales, each as an honest till recorded it with one rulebook.
struct PastChain {
  var members: [PastMember] = []
  var unknown: [PastSale] = []
  let until = Timestamp(ms: Samples.noon.ms + 40 * 86_400_000)

  var sales: [PastSale] {
    unknown
      + members.flatMap(\.events).compactMap { if case .sale(let past) = $0 { past } else { nil } }
  }

  func preview(_ draft: Rulebook, _ current: Rulebook) -> RulebookPreview {
    var preview = RulebookPreview(draft: draft, current: current, published: [current], until: until)
    for member in members { preview.replay(member) }
    for past in unknown { preview.replay(past) }
    return preview
  }
}

extension Samples {
  /// Money of everyday carts; a store's own limits are the till's to know.
  mutating func previewRulebook() -> Rulebook {
    var rulebook = rulebook()
    rulebook.version = 1
    rulebook.promotions = rulebook.promotions.map {
      Promotion(
        id: $0.id, name: $0.name, when: $0.when, scope: $0.scope, effect: $0.effect, group: $0.group,
        exceptSpecialPrices: $0.exceptSpecialPrices, budget: $0.budget,
        limits: $0.limits.map { PromotionLimits(perMember: $0.perMember, perMemberDay: $0.perMemberDay) })
    }
    return rulebook
  }

  /// Another rulebook of the same clock; often only a promotion or the tiers are other ones.
  mutating func draft(of rulebook: Rulebook) -> Rulebook {
    let other = previewRulebook()
    var draft = rulebook
    if flag() { draft.promotions = other.promotions }
    if flag() { draft.tiers = other.tiers }
    if flag() { draft.earning = other.earning }
    if flag() { draft.pointsPayment = other.pointsPayment }
    if flag() { draft.earningCaps = other.earningCaps }
    draft.version = 0
    return draft
  }

  /// Plays tills: each sale is quoted with what the member had by then.
  mutating func pastChain(of rulebook: Rulebook) -> PastChain {
    var chain = PastChain()
    for number in 0..<number(0...3) {
      chain.members.append(member(UInt64(number), rulebook))
    }
    chain.unknown = list(0...2) { samples in
      var cart = samples.pastCart(at: samples.pastTime())
      cart.points = .zero
      return samples.sold(cart, nil, rulebook)
    }
    return chain
  }

  private mutating func pastTime() -> Timestamp {
    Timestamp(ms: Samples.noon.ms + number(0...60) * 43_200_000)
  }

  private mutating func pastCart(at time: Timestamp) -> Cart {
    var cart = cart(lines: 1...3)
    cart.businessTime = time
    cart.lines = list(1...3) { samples in
      SaleLine(
        sku: samples.oneOf(Samples.skus), category: samples.maybe { $0.oneOf(Samples.categories) },
        quantity: Quantity(milli: 1_000 * samples.number(1...3)), gross: Money(samples.number(0...900)))
    }
    // One coupon at a time: of several that are weighed against each other a sale keeps only the best.
    cart.coupons = Array(cart.coupons.prefix(1))
    cart.member = nil
    cart.allowances = nil
    cart.promotionUses = PromotionUses()
    return cart
  }

  private mutating func member(_ number: UInt64, _ rulebook: Rulebook) -> PastMember {
    let id = MemberID(high: 9, low: number)
    var standing = standing()
    var history = history()
    var uses = MemberUses()
    var earned: [Day: Points] = [:]
    var events: [PastMember.Event] = []
    if flag() { uses.add(UseCount(name: "promotion/promotion0", total: 1, day: Day(0), today: 1)) }
    let before = uses
    for time in list(0...5, { $0.pastTime() }).sorted() {
      let day = rulebook.businessDay(time)
      if self.number(0...3) == 0 {
        let back = MonthSum(
          month: MonthSum.month(of: day), spend: Money(self.number(-300...0)), grossSpend: .zero, count: 0,
          growth: self.number(-20...20))
        history.add(back)
        events.append(.months(back))
        continue
      }
      standing.tierFacts = TierFacts(history: history)
      var cart = pastCart(at: time)
      cart.member = standing
      cart.capLeft = rulebook.earningCaps.left(after: earned[day] ?? .zero)
      cart.promotionUses = uses.promotionUses(of: rulebook, on: day, storeDay: [:])
      let past = sold(cart, id, rulebook)
      for name in rulebook.counted(in: past.sale) {
        uses.add(UseCount(name: name, total: 1, day: day, today: 1))
      }
      earned[day, default: .zero] += past.sale.earned
      history.add(MonthSum(past.sale, on: day))
      events.append(.sale(past))
    }
    return PastMember(id: id, facts: TierFacts(history: history), uses: before, events: events)
  }

  private mutating func sold(_ cart: Cart, _ member: MemberID?, _ rulebook: Rulebook) -> PastSale {
    let quote = rulebook.quote(cart)
    let earns = member != nil
    let sale = Sale(
      id: id(), businessTime: cart.businessTime, member: member, phone: nil, rulebook: rulebook.version,
      lines: quote.lines, tenders: quote.vouchers + [Tender(type: "cash", amount: quote.toPay)],
      coupons: quote.coupons, spent: quote.spent, earned: earns ? quote.earned : .zero,
      earnedLot: quote.earnedLot, balance: nil, asOf: cart.businessTime, offline: false,
      outcomes: quote.outcomes, requestDigest: 0, growth: earns ? quote.growth : 0, context: quote.context,
      gifts: quote.gifts, allowances: quote.allowancesUsed)
    return PastSale(sale, coupons: cart.coupons.filter { quote.coupons.contains($0.id) })
  }
}

/// The same sums, written the slow way: for every sale the member's months are added up anew.
struct PreviewOracle {
  var before: Int64 = 0
  var after: Int64 = 0
  var earned: Int64 = 0
  var growth: Int64 = 0
  var gains: [Int64] = []
  var memberGains: [Int64] = []
  var moved: Set<MemberMove> = []
  private let published: Rulebook

  init(_ chain: PastChain, _ draft: Rulebook, _ current: Rulebook) {
    published = current
    for past in chain.unknown { _ = price(past, draft, nil) }
    for member in chain.members {
      var changes: [MonthSum] = []
      var promotions: [(id: String, day: Day)] = []
      var points: [(day: Day, earned: Int64)] = []
      let first = gains.count
      for event in member.events {
        switch event {
        case .months: break
        case .sale(let past):
          let day = draft.businessDay(past.sale.businessTime)
          let sum = MonthSum(past.sale, on: day)
          changes.append(
            MonthSum(
              month: sum.month, spend: Money(-sum.spend.minor), grossSpend: Money(-sum.spend.minor),
              count: -1,
              growth: -sum.growth))
        }
      }
      for (place, event) in member.events.enumerated() {
        guard case .sale(let past) = event else { continue }
        let day = draft.businessDay(past.sale.businessTime)
        // Returns to come are not known yet.
        let later = member.events[place...].compactMap { event -> MonthSum? in
          guard case .months(let sum) = event else { return nil }
          return MonthSum(
            month: sum.month, spend: Money(-sum.spend.minor), grossSpend: Money(-sum.grossSpend.minor),
            count: -sum.count, growth: -sum.growth)
        }
        let history = MetricHistory(
          joined: member.facts.history.joined, months: member.facts.history.months + changes + later)
        var uses = PromotionUses()
        for promotion in draft.promotions {
          let of = promotions.filter { $0.id == promotion.id }
          let earlier = member.uses.total(of: "promotion/\(promotion.id)")
          uses.member[promotion.id] = of.count + Int(earlier)
          uses.memberDay[promotion.id] = of.filter { $0.day == day }.count
        }
        let today = points.filter { $0.day == day }.reduce(0) { $0 + $1.earned }
        let quote = price(past, draft, (TierFacts(history: history), uses, Points(today)))
        promotions += quote.promotionsUsed.map { ($0, day) }
        points.append((day, quote.earned.count))
        changes.append(
          MonthSum(
            month: MonthSum.month(of: day), spend: quote.net, grossSpend: quote.net, count: 1,
            growth: quote.growth))
      }
      if gains.count > first { memberGains.append(gains[first...].reduce(0, +)) }
      let end = draft.businessDay(chain.until)
      let history = MetricHistory(
        joined: member.facts.history.joined, months: member.facts.history.months + changes)
      let from = current.tier(of: member.facts, on: end)?.id
      let to = draft.tier(of: TierFacts(history: history), on: end)?.id
      if from != to { moved.insert(MemberMove(member: member.id, from: from, to: to)) }
    }
  }

  private mutating func price(
    _ past: PastSale, _ whole: Rulebook, _ known: (facts: TierFacts, uses: PromotionUses, today: Points)?
  ) -> Quote {
    let sale = past.sale
    var draft = whole
    // What had run out for others, too, runs out again.
    for promotion in published.promotions where sale.context.exhausted.contains(promotion.id) {
      let isGift = if case .gift = promotion.effect { true } else { false }
      if isGift || promotion.budget != nil || promotion.limits?.perStoreDay != nil {
        draft.promotions.removeAll { $0 == promotion }
      }
    }
    var cart = Cart(businessTime: sale.businessTime, lines: sale.lines, coupons: past.coupons)
    for line in cart.lines.indices {
      cart.lines[line].discounts = sale.lines[line].discounts.filter { $0.kind == "store" }
    }
    cart.points = sale.pointsSpent
    cart.isCash = sale.lines.contains { $0.discounts.contains { $0.kind == "rounding" } }
    var tier: TierLevel?
    if let known {
      cart.member = MemberStanding(
        tierFacts: known.facts, available: sale.pointsSpent, held: sale.spent)
      cart.promotionUses = known.uses
      cart.capLeft = draft.earningCaps.left(after: known.today)
      tier = draft.tier(of: known.facts, on: draft.businessDay(sale.businessTime))
    }
    let customer = known.map { _ in
      Customer(
        tier: tier?.id, segments: Set(sale.context.segments),
        traits: Customer.Traits(rawValue: sale.context.traits))
    }
    let occasion = Occasion(
      time: sale.businessTime, utcOffsetMinutes: draft.utcOffsetMinutes, store: sale.context.store,
      channel: sale.context.channel, customer: customer)
    let quote = draft.quote(cart, on: occasion, tier: tier)
    let vouchers = sale.tenders.filter { $0.type == "voucher" }.reduce(0) { $0 + $1.amount.minor }
    let paid = sale.net.minor - vouchers
    before += paid
    after += quote.toPay.minor
    gains.append(paid - quote.toPay.minor)
    if known != nil {
      earned += quote.earned.count
      growth += quote.growth
    }
    return quote
  }
}
