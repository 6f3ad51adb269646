import SyncProtocol

/// Stage ②: promotions on the lines as stage ① left them, in the rulebook's order, each on what the ones
/// before left. A group says which of its own may take part. Lines are looked at in an order of their own, so
/// that the order in which they were scanned decides nothing (law Q2).
struct PromotionStage {
  /// A promotion whose condition is met and which covers something.
  struct Candidate: StagedOffer {
    /// Of the rulebook, and its place there: candidates are copied often, and a promotion has many parts.
    fileprivate let promotions: [Promotion]
    fileprivate let place: Int
    let effect: PromotionEffect
    /// Positions in `order`, rising, and the pieces on them.
    fileprivate(set) var covered: [Int]
    fileprivate(set) var pieces: [Int64]
    let mode: GroupMode
    let group: Int

    var promotion: Promotion { promotions[place] }

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

    var saved: Int64 { shares.reduce(0) { $0 + $1.amount } }
  }

  /// What a candidate came to in its turn, and why it was not taken though it has an effect.
  struct Judged {
    let saving: Saving
    let refusal: String?
  }

  private var order: [Int]
  private(set) var nets: [Int64]
  private(set) var candidates: [Candidate] = []
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
    for (place, promotion) in rulebook.promotions.enumerated()
    where course.recorded?.exhausted.contains(promotion.id) != true {
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
          promotions: rulebook.promotions, place: place, effect: promotion.effect, covered: covered,
          pieces: covered.map { pieces[$0] }, mode: promotion.group.flatMap { modes[$0] } ?? .stack,
          group: number))
    }
  }

  private mutating func leaveOut(_ promotion: Promotion, _ code: String) {
    exhausted.append(promotion.id)
    outcomes.append(RuleOutcome(rule: promotion.id, code: code))
  }

  /// Decides, and says in `outcomes` what came of every promotion.
  mutating func run(taking book: inout AllowanceBook) -> [Applied] {
    let (before, undecided) = (book, self)
    let (applied, judged) = settle(taking: &book)
    var hints = PromotionHints(self, undecided, before, applied)
    for (number, one) in judged.enumerated() { outcomes.append(hints.outcome(of: number, one)) }
    return applied
  }

  /// What the store does not hold enough for is left out, and everything is decided again as if it did not
  /// exist: so headquarters, which is told only what was left out, comes to the same (law Q8).
  mutating func settle(taking book: inout AllowanceBook) -> (applied: [Applied], judged: [Judged]) {
    while true {
      let (applied, judged) = decide()
      var taken = book
      let lacking = applied.compactMap { one in
        one.whyLacking(&taken).map { (number: one.number, code: $0) }
      }
      if lacking.isEmpty {
        book = taken
        return (applied, judged)
      }
      for (number, code) in lacking { leaveOut(candidates[number].promotion, code) }
      for (number, _) in lacking.reversed() { candidates.remove(at: number) }
    }
  }

  /// About how many lines are looked at when it is copied and decides once.
  var work: Int {
    var options = [Int](repeating: 1, count: groups)
    for candidate in candidates where candidate.mode == .best { options[candidate.group] += 1 }
    let choices = options.reduce(1) { min($0 * $1, RuleLimits.offerChoices) }
    return candidates.count * (choices * nets.count + 40)
  }

  /// Adds an article that costs so much, of the goods that a candidate covers. Whatever covers all that it
  /// covers in this cart covers the article as well.
  mutating func add(_ net: Int64, pieces: Int64, coveredBy number: Int) {
    let goods = candidates[number].covered
    for index in candidates.indices where candidates[index].covers(goods) {
      candidates[index].covered.append(nets.count)
      candidates[index].pieces.append(pieces)
    }
    nets.append(net)
    order.append(order.count)
  }

  /// Leaves out the others of a group that gives its best.
  mutating func leaveRivals(of number: Int) {
    let chosen = candidates[number]
    if chosen.mode == .best {
      candidates.removeAll { $0.group == chosen.group && $0.promotion.id != chosen.promotion.id }
    }
  }

  private func decide() -> (applied: [Applied], judged: [Judged]) {
    var progress = OfferProgress(left: nets, groups: groups, room: RuleLimits.salePromotions)
    let (chosen, isExhaustive) = OfferSearch(offers: candidates, start: progress).bestChoice()
    progress.chosen = chosen
    var applied: [Applied] = []
    var judged: [Judged] = []
    for (number, candidate) in candidates.enumerated() {
      let saving = candidate.saving(on: progress.left)
      let isWanted = progress.wants(number, candidate)
      let refusal: String? =
        isWanted
        ? (progress.hasRoom ? nil : "promotion_too_many")
        : candidate.mode == .first
          ? "promotion_other_first" : isExhaustive ? "promotion_other_better" : "promotion_other_chosen"
      judged.append(Judged(saving: saving, refusal: refusal))
      guard refusal == nil, let shares = saving.taken else { continue }
      progress.take(shares, candidate)
      let parts = zip(candidate.covered, shares).filter { $0.1 > 0 }
      applied.append(
        Applied(
          number: number, promotion: candidate.promotion,
          shares: parts.map { (line: order[$0], amount: $1) }, gift: saving.gift(of: candidate.promotion)))
    }
    return (applied, judged)
  }
}

extension PromotionStage.Applied {
  /// Takes what it gives away from what the store holds; the reason when there is not enough.
  fileprivate func whyLacking(_ book: inout AllowanceBook) -> String? {
    if promotion.budget != nil {
      if !book.take(saved, of: AllowanceName.budget(promotion.id)) { return "promotion_budget_spent" }
    }
    if let gift, !book.take(gift) { return "gift_out_of_stock" }
    return nil
  }
}

extension PromotionStage.Candidate {
  /// Whether it covers all of some positions, which rise.
  func covers(_ positions: [Int]) -> Bool {
    var rest = positions[...]
    for position in covered where position == rest.first { rest.removeFirst() }
    return rest.isEmpty
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
    case .given(let shares, _, _): shares
    case .gift: []
    case .missing, .missingGift, .nothing: nil
    }
  }

  fileprivate func gift(of promotion: Promotion) -> Gift? {
    guard case .gift(let step, _) = self else { return nil }
    return Gift(rule: promotion.id, sku: step.sku, count: step.count)
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
