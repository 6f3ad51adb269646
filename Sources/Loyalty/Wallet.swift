import SyncProtocol

/// One coupon of a member's, seen from a cart.
public struct WalletEntry: Hashable, Sendable {
  public let coupon: CouponID
  public let code: String
  public let expiresAt: Timestamp?
  /// What it alone would take off this cart.
  public let saving: Money
  public let isUsable: Bool
  /// What it would come to, or why it cannot be used and how far away it is (law Q6).
  public let outcome: RuleOutcome
}

/// A member's coupons, seen from a cart 券包.
public struct Wallet: Hashable, Sendable {
  /// The best first: by saving, then the one that expires first, then by code.
  public let entries: [WalletEntry]
  /// What to present, in this order, for the cheapest sale; of equal choices the one that uses up the fewest.
  /// Coupons that give no money are left to the customer.
  public let bestTogether: [CouponID]
  /// What those take off together.
  public let saving: Money
  /// Whether every choice in that order was weighed; else coupons were added one by one, the best each time,
  /// and of very many only those that save most alone.
  public let isExhaustive: Bool
}

extension Rulebook {
  /// What each of a member's coupons, and the best of them together, would save on a cart after its prices
  /// and promotions. The cart's own coupons and points are not looked at.
  public func wallet(_ cart: Cart, coupons: [PresentedCoupon]) -> Wallet {
    let tier = cart.member.flatMap { self.tier(of: $0.tierFacts, on: businessDay(cart.businessTime)) }
    var course = PricingCourse(
      self, cart, on: occasion(of: cart, tier: tier), tier: tier, recorded: nil)
    course.applyPrices()
    course.applyPromotions()
    var seen: Set<CouponID> = []
    let sorted = coupons.filter { seen.insert($0.id).inserted }.map { coupon in
      (coupon: coupon, entry: course.entry(of: coupon))
    }.sorted { a, b in
      let (left, right) = (a.entry, b.entry)
      if left.saving != right.saving { return left.saving > right.saving }
      let (first, second) = (left.expiresAt?.ms ?? .max, right.expiresAt?.ms ?? .max)
      return (first, left.code, left.coupon) < (second, right.code, right.coupon)
    }
    // A share of what is there is worth most before amounts are taken off, and what pays comes last.
    let saving = sorted.filter { $0.entry.saving > .zero }
    let useful = saving.prefix(RuleLimits.walletCoupons).enumerated()
      .sorted {
        ($0.element.coupon.terms.kind.turn, $0.offset) < ($1.element.coupon.terms.kind.turn, $1.offset)
      }
      .map(\.element.coupon)
    let best = course.bestTogether(useful)
    return Wallet(
      entries: sorted.map(\.entry), bestTogether: best.coupons.map(\.id), saving: Money(best.saving),
      isExhaustive: best.isExhaustive)
  }
}

extension CouponTerms.Kind {
  fileprivate var turn: Int {
    switch self {
    case .fixedPrice: 0
    case .percentOff: 1
    case .amountOff: 2
    case .voucher: 3
    case .exchange, .gift: 4
    }
  }
}

extension PricingCourse {
  fileprivate mutating func entry(of coupon: PresentedCoupon) -> WalletEntry {
    var (stage, taken) = (CouponStage(self, [coupon], ranks), book)
    let outcome = stage.run(taking: &taken).outcomes[0]
    return WalletEntry(
      coupon: coupon.id, code: coupon.code, expiresAt: coupon.terms.expiresAt,
      saving: Money(outcome.isCouponUse ? outcome.amount : 0), isUsable: outcome.isCouponUse,
      outcome: outcome)
  }

  /// What these save together; nil when one of them would not be used.
  private mutating func saving(of coupons: [PresentedCoupon]) -> Int64? {
    var (stage, taken) = (CouponStage(self, coupons, ranks), book)
    let applied = stage.run(taking: &taken).applied
    return applied.count == coupons.count ? quote.toPay.minor - stage.total : nil
  }

  fileprivate mutating func bestTogether(
    _ coupons: [PresentedCoupon]
  ) -> (coupons: [PresentedCoupon], saving: Int64, isExhaustive: Bool) {
    let most = min(RuleLimits.offerChoices, RuleLimits.offerWork / max(1, quote.lines.count))
    if coupons.count < Int.bitWidth - 1, 1 << coupons.count <= most {
      let best = bestOfAll(coupons)
      return (best.coupons, best.saving, true)
    }
    let best = bestByOne(coupons)
    return (best.coupons, best.saving, false)
  }

  private mutating func bestOfAll(_ coupons: [PresentedCoupon]) -> (coupons: [PresentedCoupon], saving: Int64)
  {
    var best: (coupons: [PresentedCoupon], saving: Int64) = ([], 0)
    for choice in 1..<max(1, 1 << coupons.count) {
      let chosen = coupons.enumerated().filter { choice >> $0.offset & 1 == 1 }.map(\.element)
      guard chosen.count <= Limits.saleCoupons, let saving = saving(of: chosen) else { continue }
      if (saving, best.coupons.count) > (best.saving, chosen.count) { best = (chosen, saving) }
    }
    return best
  }

  private mutating func bestByOne(_ coupons: [PresentedCoupon]) -> (coupons: [PresentedCoupon], saving: Int64)
  {
    var (chosen, saved) = ([Bool](repeating: false, count: coupons.count), Int64(0))
    func presented() -> [PresentedCoupon] { zip(coupons, chosen).filter(\.1).map(\.0) }
    for _ in 0..<min(Limits.saleCoupons, coupons.count) {
      var next: Int?
      for index in coupons.indices where !chosen[index] {
        chosen[index] = true
        if let saving = saving(of: presented()), saving > saved { (next, saved) = (index, saving) }
        chosen[index] = false
      }
      guard let next else { break }
      chosen[next] = true
    }
    return (presented(), saved)
  }
}
