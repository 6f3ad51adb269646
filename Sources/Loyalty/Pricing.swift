import SyncProtocol

extension Rulebook {
  /// Prices a cart, stage by stage (docs/laws.md). Never refuses: what cannot be given has an outcome that
  /// says why. The same call prices at the till and proves the price at the hub.
  public func quote(_ cart: Cart) -> Quote {
    let tier = cart.member.flatMap { self.tier(of: $0.tierFacts, on: businessDay(cart.businessTime)) }
    return quote(cart, on: occasion(of: cart, tier: tier), tier: tier)
  }

  /// The same on an occasion that is known already. `recorded` is what a sale tells of what is not known any
  /// more.
  func quote(
    _ cart: Cart, on occasion: Occasion, tier: TierLevel?, recorded: RecordedChoices? = nil
  ) -> Quote {
    var course = PricingCourse(self, cart, on: occasion, tier: tier, recorded: recorded)
    course.applyPrices()
    course.applyPromotions()
    course.applyCoupons()
    if cart.points > .zero { course.pay(cart.points) }
    course.roundCash()
    return course.finish()
  }

  /// The occasion a cart is priced on, with its member's tier.
  public func occasion(of cart: Cart, tier: TierLevel?) -> Occasion {
    let customer = cart.member.map {
      Customer(
        tier: tier?.id, segments: $0.segments,
        traits: Customer.Traits(
          hasBought: $0.hasBought, birthday: $0.birthday, on: businessDay(cart.businessTime)))
    }
    return Occasion(
      time: cart.businessTime, utcOffsetMinutes: utcOffsetMinutes, store: cart.store, channel: cart.channel,
      customer: customer)
  }
}

/// What a sale says of choices whose grounds nobody knows any more when it is priced again.
struct RecordedChoices {
  /// Promotions left out for want of budget, stock or further uses.
  let exhausted: Set<String>
}

/// A cart on its way through the stages.
struct PricingCourse {
  let rulebook: Rulebook
  let cart: Cart
  let occasion: Occasion
  let recorded: RecordedChoices?
  var quote: Quote
  var book: AllowanceBook
  private var exhausted: [String] = []
  lazy var ranks = LineRanks(cart.lines)

  init(
    _ rulebook: Rulebook, _ cart: Cart, on occasion: Occasion, tier: TierLevel?, recorded: RecordedChoices?
  ) {
    self.rulebook = rulebook
    self.cart = cart
    self.occasion = occasion
    self.recorded = recorded
    book = AllowanceBook(held: cart.allowances, risk: cart.offline?.left ?? .zero)
    quote = Quote(
      lines: cart.lines, coupons: [], vouchers: [], spent: [], earned: .zero,
      earnedLot: rulebook.expiry.lot(earnedOn: occasion.day), tier: tier, outcomes: [])
  }

  mutating func applyPrices() { rulebook.applyPrices(of: quote.tier, on: occasion, to: &quote) }

  mutating func applyPromotions() {
    guard !rulebook.promotions.isEmpty else { return }
    var stage = PromotionStage(self, ranks)
    for applied in stage.run(taking: &book) {
      let promotion = applied.promotion.id
      for (line, amount) in applied.shares {
        quote.lines[line].discounts.append(
          LineDiscount(kind: LineDiscount.promotion, source: promotion, amount: Money(amount)))
      }
      if let gift = applied.gift { quote.gifts.append(gift) }
      quote.promotionsUsed.append(promotion)
    }
    quote.outcomes += stage.outcomes
    exhausted = stage.exhausted.sorted()
  }

  /// Stage ⑥, and what was taken on the way.
  mutating func finish() -> Quote {
    rulebook.earn(on: occasion, capLeft: cart.capLeft, into: &quote)
    quote.context.exhausted = recorded?.exhausted.sorted() ?? exhausted
    quote.allowancesUsed = book.uses
    return quote
  }

  /// Stage ④: points as a discount, from the lots this store holds, nearest expiry first; beyond them only as
  /// far as a store that is cut off may risk it.
  mutating func pay(_ wanted: Points) {
    func refuse(_ code: String, _ amount: Int64, _ distance: Int64 = 0) {
      quote.outcomes.append(RuleOutcome(rule: "points", code: code, amount: amount, distance: distance))
    }
    guard let terms = rulebook.pointsPayment else { return refuse("points_not_accepted", 0) }
    guard let member = cart.member else { return refuse("points_need_member", 0) }
    if cart.offline?.points == .online { return refuse("points_need_line", 0) }
    if wanted < terms.minimum {
      return refuse("points_below_minimum", terms.minimum.count, (terms.minimum - wanted).count)
    }
    if wanted.count % terms.step.count != 0 { return refuse("points_off_step", terms.step.count) }
    if wanted > member.available {
      return refuse("points_insufficient", member.available.count, (wanted - member.available).count)
    }
    let most = Money(quote.toPay.minor * terms.maxSharePermille / 1000)
    let worth = terms.worth(of: wanted)
    if worth > most || worth == .zero { return refuse("points_over_share", most.minor) }
    let held = SpendPlan.spendable(member.held, on: occasion.day)
    func paid(_ plan: [LotAmount]) {
      discount(worth.minor, kind: LineDiscount.points)
      quote.spent = plan
      quote.outcomes.append(
        RuleOutcome(rule: "points", code: "points_paid", amount: worth.minor, distance: wanted.count))
    }
    if let plan = SpendPlan.draw(wanted, from: held) { return paid(plan) }
    let beyond = cart.offline?.spend(
      wanted, of: member, paying: terms, left: book.riskLeft, on: occasion.day)
    switch beyond ?? .heldElsewhere {
    case .heldElsewhere: refuse("points_held_elsewhere", held.reduce(0) { $0 + $1.points.count })
    case .overRisk(let most): refuse("points_over_risk", most.count, (wanted - most).count)
    case .drawn(let plan, let beyond, let risk):
      guard book.risk(risk) else { return refuse("points_over_risk", 0, wanted.count) }
      paid(plan)
      quote.outcomes.append(
        RuleOutcome(rule: "points", code: "points_risked", amount: risk.minor, distance: beyond.count))
    }
  }
}

/// What is left to pay on each line: its net less the vouchers given for it.
func payable(_ quote: Quote) -> [Money] {
  var left = quote.lines.map(\.net)
  for voucher in quote.vouchers {
    if let line = voucher.line { left[line] -= voucher.amount }
  }
  return left
}

/// Which lots a spend draws on.
public enum SpendPlan {
  /// Held amounts that may be spent today, in spend order (law P4), pending and expired ones left out.
  public static func spendable(_ held: [LotAmount], on day: Day) -> [LotAmount] {
    held.filter { $0.points > .zero && $0.lot.isActive(on: day) }.sorted {
      ($0.lot, $0.owner) < ($1.lot, $1.owner)
    }
  }

  /// Takes `wanted` from the front; nil when there is not that much.
  public static func draw(_ wanted: Points, from lots: [LotAmount]) -> [LotAmount]? {
    let (drawn, missing) = drawUpTo(wanted, from: lots)
    return missing == .zero ? drawn : nil
  }

  /// Takes as much of `wanted` as there is, and says what is missing.
  public static func drawUpTo(_ wanted: Points, from lots: [LotAmount]) -> (
    drawn: [LotAmount], missing: Points
  ) {
    var missing = wanted
    var drawn: [LotAmount] = []
    for lot in lots where missing > .zero && drawn.count < Limits.lotsPerEntry {
      let part = min(lot.points, missing)
      drawn.append(LotAmount(owner: lot.owner, lot: lot.lot, points: part))
      missing -= part
    }
    return (drawn, missing)
  }
}
