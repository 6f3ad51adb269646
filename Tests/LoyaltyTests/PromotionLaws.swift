import Loyalty
import Seeds
import SyncProtocol
import Testing

struct PromotionLaws {
  /// What a cart costs by prices and promotions alone.
  private func net(_ rulebook: Rulebook, _ cart: Cart) -> Money {
    var cart = cart
    (cart.coupons, cart.points) = ([], .zero)
    return rulebook.quote(cart).net
  }

  /// Every rulebook in which each `best` group has one of its promotions or none.
  private func choices(_ rulebook: Rulebook) -> [Rulebook] {
    rulebook.promotionGroups.filter { $0.mode == .best }.reduce([rulebook]) { rulebooks, group in
      rulebooks.flatMap { rulebook -> [Rulebook] in
        let members = rulebook.promotions.filter { $0.group == group.id }.map(\.id)
        return (members + ["none"]).map { chosen in
          var one = rulebook
          one.promotions.removeAll { $0.group == group.id && $0.id != chosen }
          return one
        }
      }
    }
  }

  @Test func `the best of a group never costs more than any combination, tried one by one (Q3)`() {
    forAll { (samples: inout Samples) in
      var (rulebook, cart) = (samples.rulebook(), samples.cart())
      let (net, exhausted) = (net(rulebook, cart), Set(rulebook.quote(cart).context.exhausted))
      // What a store had not enough for was weighed as if it did not exist.
      rulebook.promotions.removeAll { exhausted.contains($0.id) }
      (cart.allowances, cart.promotionUses) = (nil, PromotionUses())
      return net == choices(rulebook).map { self.net($0, cart) }.min()
    }
  }

  @Test func `a group gives all, the best, or the first of its promotions`() {
    forAll { (samples: inout Samples) in
      let (rulebook, cart) = (samples.rulebook(), samples.cart())
      let outcomes = rulebook.quote(cart).outcomes
      return rulebook.promotionGroups.allSatisfy { group in
        let members = rulebook.promotions.filter { $0.group == group.id }.map(\.id)
        let codes = members.compactMap { id in outcomes.first { $0.rule == id }?.code }
        let applied = codes.count { ["promotion_applied", "gift_given"].contains($0) }
        switch group.mode {
        case .stack: return !codes.contains { $0.hasPrefix("promotion_other") }
        case .best: return applied <= 1
        case .first:
          // Whatever came before the one that applies had nothing to give.
          let gives = ["promotion_applied", "gift_given", "promotion_other_first"]
          return applied <= 1 && codes.first { gives.contains($0) } != gives[2]
        }
      }
    }
  }

  @Test func `a promotion takes off what is counted by hand`() {
    forAll { (samples: inout Samples) in
      var rulebook = Rulebook.none
      let cart = Cart(businessTime: Samples.noon, lines: samples.list(1...5) { $0.piecesLine() })
      let effect = samples.effect()
      rulebook.promotions = [Promotion(id: "p", name: Samples.words, effect: effect)]
      guard rulebook.faults().isEmpty else { return false }
      let saved = cart.lines.reduce(Money.zero) { $0 + $1.net } - net(rulebook, cart)
      return saved.minor == byHand(effect, cart.lines)
    }
  }

  /// Piece by piece and step by step, with none of the engine's code.
  private func byHand(_ effect: PromotionEffect, _ lines: [SaleLine]) -> Int64 {
    let pieces = lines.flatMap { line -> [Int64] in
      let count = line.quantity.milli / 1000
      return (1...count).map { line.gross.minor * $0 / count - line.gross.minor * ($0 - 1) / count }
    }.sorted(by: >)
    let total = pieces.reduce(0, +)
    func rated(_ permille: Int64) -> Int64 { total * (1000 - permille) / 1000 }
    switch effect {
    case .amountOff(let steps):
      return steps.filter { $0.spend.minor <= total }.map { min($0.off.minor, total) }.max() ?? 0
    case .amountOffEach(let spend, let off, let cap):
      var (left, saved) = (total, Int64(0))
      while left >= spend.minor { (left, saved) = (left - spend.minor, saved + off.minor) }
      return min(saved, cap?.minor ?? saved)
    case .rateOff(let steps, let cap):
      let saved = steps.filter { $0.spend.minor <= total }.map { rated($0.payRatePermille) }.max() ?? 0
      return min(saved, cap?.minor ?? saved)
    case .countRateOff(let steps):
      return steps.filter { $0.count <= pieces.count }.map { rated($0.payRatePermille) }.max() ?? 0
    case .buyGetFree(let buy, let free):
      return pieces.enumerated().filter { $0.offset % (buy + free) >= buy }.reduce(0) { $0 + $1.element }
    case .bundle(let count, let price):
      var (left, saved) = (pieces[...], Int64(0))
      while left.count >= count {
        saved += max(0, left.prefix(count).reduce(0, +) - price.minor)
        left = left.dropFirst(count)
      }
      return saved
    case .gift: return 0
    }
  }

  @Test func `buying what an outcome asks for brings what it promises (Q6)`() {
    forAll { (samples: inout Samples) in
      var rulebook = Rulebook.none
      let spend = 1 + samples.amount(upTo: 10_000)
      let off = Money(samples.number(1...spend))
      let effect = PromotionEffect.amountOff([.init(spend: Money(spend), off: off)])
      rulebook.promotions = [Promotion(id: "p", name: Samples.words, effect: effect)]
      var cart = Cart(businessTime: Samples.noon, lines: samples.list(1...3) { $0.piecesLine() })
      let told = rulebook.quote(cart).outcomes[0]
      guard told.code == "promotion_spend_more" else { return told.code == "promotion_applied" }
      for (more, code) in [(told.distance - 1, "promotion_spend_more"), (told.distance, "promotion_applied")]
      where more > 0 {
        var larger = cart
        larger.lines.append(SaleLine(sku: "more", quantity: Quantity(milli: 1000), gross: Money(more)))
        guard rulebook.quote(larger).outcomes[0].code == code else { return false }
      }
      cart.lines.append(SaleLine(sku: "more", quantity: Quantity(milli: 1000), gross: Money(told.distance)))
      return rulebook.quote(cart).outcomes[0].amount == told.amount
    }
  }
}

extension Samples {
  /// A line of whole pieces without a discount.
  mutating func piecesLine() -> SaleLine {
    let count = number(1...6)
    return SaleLine(
      sku: oneOf(Samples.skus), category: oneOf(Samples.categories), quantity: Quantity(milli: 1000 * count),
      gross: Money(count * oneOf([1, 50, 99, amount(upTo: 10_000)])))
  }
}
