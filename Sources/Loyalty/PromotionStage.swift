import SyncProtocol

/// Stage ②: promotions on the lines as stage ① left them, in the rulebook's order, each on what the ones
/// before left. A group says which of its own may take part. Lines are looked at in an order of their own, so
/// that the order in which they were scanned decides nothing (law Q2).
struct PromotionStage {
  /// A promotion whose condition is met and which covers something.
  private struct Candidate {
    let promotion: Promotion
    let covered: [Int]
    let mode: PromotionGroup.Mode
  }

  struct Applied {
    let promotion: Promotion
    /// By line of the quote.
    let shares: [(line: Int, amount: Int64)]
  }

  private let order: [Int]
  private let pieces: [Int64]
  private let nets: [Int64]
  private var candidates: [Candidate] = []
  private(set) var outcomes: [RuleOutcome] = []

  init(_ rulebook: Rulebook, _ lines: [SaleLine], on occasion: Occasion) {
    order = lines.indices.sorted { Self.rank(lines[$0], $0) < Self.rank(lines[$1], $1) }
    pieces = order.map { lines[$0].wholePieces }
    nets = order.map { lines[$0].net.minor }
    let isSpecial = order.map { lines[$0].hasSpecialPrice }
    let modes = Dictionary(rulebook.promotionGroups.map { ($0.id, $0.mode) }) { first, _ in first }
    for promotion in rulebook.promotions {
      if let unmet = promotion.when.unmet(on: occasion) {
        outcomes.append(RuleOutcome(rule: promotion.id, code: unmet.code, amount: unmet.amount))
        continue
      }
      let covered = order.indices.filter {
        promotion.scope.covers(lines[order[$0]]) && !(promotion.exceptSpecialPrices && isSpecial[$0])
      }
      if covered.isEmpty {
        outcomes.append(RuleOutcome(rule: promotion.id, code: "rule_other_goods"))
      } else {
        let mode = promotion.group.flatMap { modes[$0] } ?? .stack
        candidates.append(Candidate(promotion: promotion, covered: covered, mode: mode))
      }
    }
  }

  private static func rank(_ line: SaleLine, _ index: Int) -> (String, String, Int64, Int64, Int64, Int) {
    (line.sku, line.category ?? "", line.quantity.milli, line.gross.minor, line.net.minor, index)
  }

  /// Decides, and says in `outcomes` what came of every promotion.
  mutating func run() -> [Applied] {
    let (chosen, isExhaustive) = bestChoice()
    var applied: [Applied] = []
    var notes: [RuleOutcome] = []
    _ = apply(chosen) { candidate, saving, isTaken in
      func note(_ code: String, _ amount: Int64 = 0, _ distance: Int64 = 0) {
        notes.append(
          RuleOutcome(rule: candidate.promotion.id, code: code, amount: amount, distance: distance))
      }
      switch saving {
      case .nothing: note("rule_no_effect")
      case .missing(.money(let missing), let gain): note("promotion_spend_more", gain, missing)
      case .missing(.pieces(let missing), let gain): note("promotion_add_more", gain, missing)
      case .given(let shares, let missing) where isTaken:
        note("promotion_applied", shares.reduce(0, +), missing)
        let parts = zip(candidate.covered, shares).filter { $0.1 > 0 }
        applied.append(
          Applied(promotion: candidate.promotion, shares: parts.map { (line: order[$0], amount: $1) }))
      case .given:
        switch candidate.mode {
        case .stack: note("promotion_too_many")
        case .best where chosen[candidate.promotion.group ?? ""] == candidate.promotion.id:
          note("promotion_too_many")
        case .best: note(isExhaustive ? "promotion_other_better" : "promotion_other_chosen")
        case .first: note("promotion_other_first")
        }
      }
    }
    outcomes += notes
    return applied
  }

  /// Goes through the candidates with one choice for each `best` group; answers what the lines then come to.
  private func apply(
    _ chosen: [String: String], _ tell: (Candidate, Saving, _ isTaken: Bool) -> Void = { _, _, _ in }
  ) -> Int64 {
    var left = nets
    var taken = 0
    var decided: Set<String> = []
    for candidate in candidates {
      let saving = saving(of: candidate, on: left)
      guard case .given(let shares, _) = saving else {
        tell(candidate, saving, false)
        continue
      }
      let group = candidate.promotion.group ?? ""
      let isWanted =
        switch candidate.mode {
        case .stack: true
        case .best: chosen[group] == candidate.promotion.id
        case .first: decided.insert(group).inserted
        }
      let isTaken = isWanted && taken < RuleLimits.salePromotions
      tell(candidate, saving, isTaken)
      guard isTaken else { continue }
      taken += 1
      for (line, share) in zip(candidate.covered, shares) { left[line] -= share }
    }
    return left.reduce(0, +)
  }

  private func saving(of candidate: Candidate, on left: [Int64]) -> Saving {
    candidate.promotion.effect.saving(
      on: candidate.covered.map { SavingLine(net: left[$0], pieces: pieces[$0]) })
  }

  /// For each `best` group the promotion that the cheapest sale takes, or none of it. All combinations are
  /// weighed while there are few enough; else each group takes its own best in turn.
  private func bestChoice() -> (chosen: [String: String], isExhaustive: Bool) {
    var options: [(group: String, promotions: [String?])] = []
    for candidate in candidates where candidate.mode == .best {
      // What is left on lines only falls, so what saves nothing now saves nothing later.
      guard let group = candidate.promotion.group, saving(of: candidate, on: nets).total > 0 else { continue }
      let id = candidate.promotion.id
      if let known = options.firstIndex(where: { $0.group == group }) {
        options[known].promotions.insert(id, at: options[known].promotions.count - 1)
      } else {
        options.append((group, [id, nil]))
      }
    }
    if options.isEmpty { return ([:], true) }
    let combinations = options.reduce(1) { min($0 * $1.promotions.count, RuleLimits.promotionChoices + 1) }
    let isSmall =
      combinations <= RuleLimits.promotionChoices && combinations * nets.count <= RuleLimits.promotionWork
    var chosen: [String: String] = [:]
    if isSmall { return (cheapest(options[...], chosen).chosen, true) }
    for option in options { chosen = cheapest([option], chosen).chosen }
    return (chosen, false)
  }

  /// The cheapest of all ways to go on from the choices made; where two cost the same, the earlier promotion
  /// stands.
  private func cheapest(
    _ options: ArraySlice<(group: String, promotions: [String?])>, _ made: [String: String]
  ) -> (chosen: [String: String], total: Int64) {
    guard let (group, promotions) = options.first else { return (made, apply(made)) }
    var best: (chosen: [String: String], total: Int64)?
    for promotion in promotions {
      var chosen = made
      chosen[group] = promotion
      let found = cheapest(options.dropFirst(), chosen)
      if found.total < best?.total ?? .max { best = found }
    }
    return best ?? (made, apply(made))
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
