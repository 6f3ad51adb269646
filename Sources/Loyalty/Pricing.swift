import SyncProtocol

extension Rulebook {
  /// Prices a cart, stage by stage (docs/laws.md). Never refuses: what cannot be given has an outcome that
  /// says why. The same call prices at the till and proves the price at the hub.
  public func quote(_ cart: Cart) -> Quote {
    let tier = cart.member.flatMap { self.tier(of: $0.tierFacts, on: businessDay(cart.businessTime)) }
    return quote(cart, on: occasion(of: cart, tier: tier), tier: tier)
  }

  /// The same on an occasion that is known already.
  func quote(_ cart: Cart, on occasion: Occasion, tier: TierLevel?) -> Quote {
    let day = occasion.day
    var quote = Quote(
      lines: cart.lines, coupons: [], vouchers: [], spent: [], earned: .zero,
      earnedLot: expiry.lot(earnedOn: day),
      tier: tier, outcomes: [])
    applyPrices(of: tier, on: occasion, to: &quote)
    applyPromotions(on: occasion, to: &quote)
    for coupon in cart.coupons { apply(coupon, at: cart.businessTime, to: &quote) }
    if cart.points > .zero { pay(cart.points, by: cart.member, on: day, into: &quote) }
    earn(on: occasion, capLeft: cart.capLeft, into: &quote)
    return quote
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

  private func applyPromotions(on occasion: Occasion, to quote: inout Quote) {
    guard !promotions.isEmpty else { return }
    var stage = PromotionStage(self, quote.lines, on: occasion)
    for applied in stage.run() {
      for (line, amount) in applied.shares {
        quote.lines[line].discounts.append(
          LineDiscount(kind: LineDiscount.promotion, source: applied.promotion.id, amount: Money(amount)))
      }
    }
    quote.outcomes += stage.outcomes
  }

  /// Stage ④: points as a discount, from the lots this store holds, nearest expiry first.
  private func pay(_ wanted: Points, by member: MemberStanding?, on day: Day, into quote: inout Quote) {
    func refuse(_ code: String, _ amount: Int64, _ distance: Int64 = 0) {
      quote.outcomes.append(RuleOutcome(rule: "points", code: code, amount: amount, distance: distance))
    }
    guard let terms = pointsPayment else { return refuse("points_not_accepted", 0) }
    guard let member else { return refuse("points_need_member", 0) }
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
    let held = SpendPlan.spendable(member.held, on: day)
    guard let plan = SpendPlan.draw(wanted, from: held) else {
      return refuse("points_held_elsewhere", held.reduce(0) { $0 + $1.points.count })
    }
    let shares = quote.shares(of: worth.minor, over: payable(quote).map(\.minor))
    for (index, share) in shares.enumerated() where share > 0 {
      quote.lines[index].discounts.append(LineDiscount(kind: LineDiscount.points, amount: Money(share)))
    }
    quote.spent = plan
    quote.outcomes.append(
      RuleOutcome(rule: "points", code: "points_paid", amount: worth.minor, distance: wanted.count))
  }
}

extension Quote {
  /// Shares an amount over the lines by their weights. Where shares tie, what is sold decides and not which
  /// was scanned first, so that the order of the lines changes no total (law Q2).
  func shares(of amount: Int64, over weights: [Int64]) -> [Int64] {
    func rank(_ line: Int) -> (String, String, Int64, Int) {
      (lines[line].sku, lines[line].category ?? "", weights[line], line)
    }
    let order = lines.indices.sorted { rank($0) < rank($1) }
    var shares = weights
    let inOrder = allocate(amount, over: order.map { weights[$0] })
    for (line, share) in zip(order, inOrder) { shares[line] = share }
    return shares
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
