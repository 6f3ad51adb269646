import SyncProtocol

/// Stage ②: promotions on the lines as stage ① left them, in the rulebook's order, each on what the ones
/// before left. A group says which of its own may take part. Lines are looked at in an order of their own, so
/// that the order in which they were scanned decides nothing (law Q2).
struct PromotionStage {
  /// A promotion whose condition is met and which covers something.
  private struct Candidate: StagedOffer {
    let promotion: Promotion
    let effect: PromotionEffect
    /// Positions in `order`, and the pieces on them.
    let covered: [Int]
    let pieces: [Int64]
    let mode: GroupMode
    let group: Int

    func saving(on left: [Int64]) -> Saving {
      effect.saving(on: covered.map { left[$0] }, pieces: pieces)
    }

    func effect(on left: [Int64]) -> [Int64]? {
      saving(on: left).taken
    }
  }

  struct Applied {
    /// Among the candidates.
    fileprivate let number: Int
    let promotion: Promotion
    /// By line of the quote.
    let shares: [(line: Int, amount: Int64)]
    let gift: Gift?
  }

  private let order: [Int]
  private let nets: [Int64]
  private var candidates: [Candidate] = []
  private var groups = 1
  private(set) var outcomes: [RuleOutcome] = []
  /// Left out for want of budget, stock or further uses.
  private(set) var exhausted: [String] = []

  init(_ course: PricingCourse, _ ranks: LineRanks) {
    let (rulebook, lines, cart) = (course.rulebook, course.quote.lines, course.cart)
    order = ranks.sorted {
      (lines[$0].quantity.milli, lines[$0].gross.minor, lines[$0].net.minor)
    }
    nets = order.map { lines[$0].net.minor }
    let pieces = order.map { lines[$0].wholePieces }
    let isSpecial = order.map { lines[$0].hasSpecialPrice }
    let modes = Dictionary(rulebook.promotionGroups.map { ($0.id, $0.mode) }) { first, _ in first }
    var numbers: [String: Int] = [:]
    for promotion in rulebook.promotions where course.recorded?.exhausted.contains(promotion.id) != true {
      if let unmet = promotion.when.unmet(on: course.occasion) {
        outcomes.append(RuleOutcome(rule: promotion.id, code: unmet.code, amount: unmet.amount))
        continue
      }
      let covered = order.indices.filter {
        promotion.scope.covers(lines[order[$0]]) && !(promotion.exceptSpecialPrices && isSpecial[$0])
      }
      if covered.isEmpty {
        outcomes.append(RuleOutcome(rule: promotion.id, code: "rule_other_goods"))
        continue
      }
      if promotion.limits?.isForMembers == true, course.occasion.customer == nil {
        outcomes.append(RuleOutcome(rule: promotion.id, code: "rule_members_only"))
        continue
      }
      if let code = promotion.whyExhausted(cart.promotionUses, course.book) {
        leaveOut(promotion, code)
        continue
      }
      var number = 0
      if let group = promotion.group {
        number = numbers[group] ?? groups
        if numbers.updateValue(number, forKey: group) == nil { groups += 1 }
      }
      candidates.append(
        Candidate(
          promotion: promotion, effect: promotion.effect, covered: covered,
          pieces: covered.map { pieces[$0] }, mode: promotion.group.flatMap { modes[$0] } ?? .stack,
          group: number))
    }
  }

  private mutating func leaveOut(_ promotion: Promotion, _ code: String) {
    exhausted.append(promotion.id)
    outcomes.append(RuleOutcome(rule: promotion.id, code: code))
  }

  /// Decides, and says in `outcomes` what came of every promotion. What the store does not hold enough for
  /// is left out, and everything is decided again as if it did not exist: so headquarters, which is told
  /// only what was left out, comes to the same (law Q8).
  mutating func run(taking book: inout AllowanceBook) -> [Applied] {
    while true {
      let (applied, told) = decide()
      var taken = book
      let lacking = applied.compactMap { one in
        one.whyLacking(&taken).map { (number: one.number, code: $0) }
      }
      if lacking.isEmpty {
        book = taken
        outcomes += told
        return applied
      }
      for (number, code) in lacking { leaveOut(candidates[number].promotion, code) }
      for (number, _) in lacking.reversed() { candidates.remove(at: number) }
    }
  }

  private func decide() -> (applied: [Applied], outcomes: [RuleOutcome]) {
    var progress = OfferProgress(left: nets, groups: groups, room: RuleLimits.salePromotions)
    let (chosen, isExhaustive) = OfferSearch(offers: candidates, start: progress).bestChoice()
    progress.chosen = chosen
    var applied: [Applied] = []
    var outcomes: [RuleOutcome] = []
    for (number, candidate) in candidates.enumerated() {
      let saving = candidate.saving(on: progress.left)
      let isWanted = progress.wants(number, candidate)
      let refusal: String? =
        isWanted
        ? (progress.hasRoom ? nil : "promotion_too_many")
        : candidate.mode == .first
          ? "promotion_other_first" : isExhaustive ? "promotion_other_better" : "promotion_other_chosen"
      outcomes.append(saving.outcome(of: candidate.promotion, refusal))
      guard refusal == nil, let shares = saving.taken else { continue }
      progress.take(shares, candidate)
      let parts = zip(candidate.covered, shares).filter { $0.1 > 0 }
      applied.append(
        Applied(
          number: number, promotion: candidate.promotion,
          shares: parts.map { (line: order[$0], amount: $1) }, gift: saving.gift(of: candidate.promotion)))
    }
    return (applied, outcomes)
  }
}

extension PromotionStage.Applied {
  /// Takes what it gives away from what the store holds; the reason when there is not enough.
  fileprivate func whyLacking(_ book: inout AllowanceBook) -> String? {
    if promotion.budget != nil {
      let saved = shares.reduce(0) { $0 + $1.amount }
      if !book.take(saved, of: AllowanceName.budget(promotion.id)) { return "promotion_budget_spent" }
    }
    if let gift, !book.take(gift) { return "gift_out_of_stock" }
    return nil
  }
}

extension Promotion {
  /// Why it cannot be used at all, whatever is bought.
  fileprivate func whyExhausted(_ uses: PromotionUses, _ book: AllowanceBook) -> String? {
    if let limits, uses.reach(limits, of: id) { return "promotion_limit_reached" }
    if budget != nil, book.left(AllowanceName.budget(id)) <= 0 { return "promotion_budget_spent" }
    if case .gift(let steps) = effect,
      steps.allSatisfy({ Int64($0.count) > book.left(AllowanceName.gift($0.sku)) })
    {
      return "gift_out_of_stock"
    }
    return nil
  }
}

extension Saving {
  /// The shares it takes, none for a gift; nil when it has no effect.
  fileprivate var taken: [Int64]? {
    switch self {
    case .given(let shares, _): shares
    case .gift: []
    case .missing, .missingGift, .nothing: nil
    }
  }

  fileprivate func gift(of promotion: Promotion) -> Gift? {
    guard case .gift(let step, _) = self else { return nil }
    return Gift(rule: promotion.id, sku: step.sku, count: step.count)
  }

  /// What is said of it; `refusal` is why it is not taken though it has an effect.
  fileprivate func outcome(of promotion: Promotion, _ refusal: String?) -> RuleOutcome {
    func said(_ code: String, _ amount: Int64, _ distance: Int64) -> RuleOutcome {
      RuleOutcome(rule: promotion.id, code: code, amount: amount, distance: distance)
    }
    switch self {
    case .nothing: return said("rule_no_effect", 0, 0)
    case .missing(.money(let missing), let gain): return said("promotion_spend_more", gain, missing)
    case .missing(.pieces(let missing), let gain): return said("promotion_add_more", gain, missing)
    case .missingGift(let step, let missing): return said("gift_spend_more", Int64(step.count), missing)
    case .given(let shares, let missing):
      if let refusal { return said(refusal, 0, 0) }
      return said("promotion_applied", shares.reduce(0, +), missing)
    case .gift(let step, let missing):
      if let refusal { return said(refusal, 0, 0) }
      return said("gift_given", Int64(step.count), missing)
    }
  }
}

extension SaleLine {
  /// Pieces of a line: a weighed one, or one without a quantity, counts as one.
  fileprivate var wholePieces: Int64 {
    quantity.milli > 0 && quantity.milli % 1000 == 0 ? quantity.milli / 1000 : 1
  }

  fileprivate var hasSpecialPrice: Bool {
    discounts.contains { [LineDiscount.memberPrice, LineDiscount.flashPrice].contains($0.kind) }
  }
}
