import SyncProtocol

/// Stage ②: promotions on the lines as stage ① left them, in the rulebook's order, each on what the ones
/// before left. A group says which of its own may take part. Lines are looked at in an order of their own, so
/// that the order in which they were scanned decides nothing (law Q2).
struct PromotionStage {
  /// A promotion whose condition is met and which covers something.
  private struct Candidate {
    let effect: PromotionEffect
    /// Positions in `order`, and the pieces on them.
    let covered: [Int]
    let pieces: [Int64]
    let mode: PromotionGroup.Mode
    /// Numbers groups from 0; what has none stacks and is in group 0.
    let group: Int
  }

  struct Applied {
    let promotion: Promotion
    /// By line of the quote.
    let shares: [(line: Int, amount: Int64)]
  }

  private let order: [Int]
  private let nets: [Int64]
  private var candidates: [Candidate] = []
  private var promotions: [Promotion] = []
  private var groups = 1
  private(set) var outcomes: [RuleOutcome] = []

  init(_ rulebook: Rulebook, _ lines: [SaleLine], on occasion: Occasion) {
    order = lines.indices.sorted { Self.rank(lines[$0], $0) < Self.rank(lines[$1], $1) }
    nets = order.map { lines[$0].net.minor }
    let pieces = order.map { lines[$0].wholePieces }
    let isSpecial = order.map { lines[$0].hasSpecialPrice }
    let modes = Dictionary(rulebook.promotionGroups.map { ($0.id, $0.mode) }) { first, _ in first }
    var numbers: [String: Int] = [:]
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
        continue
      }
      var number = 0
      if let group = promotion.group {
        number = numbers[group] ?? groups
        if numbers.updateValue(number, forKey: group) == nil { groups += 1 }
      }
      promotions.append(promotion)
      candidates.append(
        Candidate(
          effect: promotion.effect, covered: covered, pieces: covered.map { pieces[$0] },
          mode: promotion.group.flatMap { modes[$0] } ?? .stack, group: number))
    }
  }

  private static func rank(_ line: SaleLine, _ index: Int) -> (String, String, Int64, Int64, Int64, Int) {
    (line.sku, line.category ?? "", line.quantity.milli, line.gross.minor, line.net.minor, index)
  }

  /// Decides, and says in `outcomes` what came of every promotion.
  mutating func run() -> [Applied] {
    let (chosen, isExhaustive) = bestChoice()
    var progress = Progress(left: nets, groups: groups)
    progress.chosen = chosen
    var applied: [Applied] = []
    for (number, candidate) in candidates.enumerated() {
      let saving = progress.saving(candidate)
      let isWanted = progress.wants(number, candidate)
      let isTaken = isWanted && progress.hasRoom
      let (code, amount, distance) = outcome(of: saving, candidate.mode, isWanted, isTaken, isExhaustive)
      outcomes.append(
        RuleOutcome(rule: promotions[number].id, code: code, amount: amount, distance: distance))
      guard isTaken, case .given(let shares, _) = saving else { continue }
      progress.take(shares, candidate)
      let parts = zip(candidate.covered, shares).filter { $0.1 > 0 }
      applied.append(
        Applied(promotion: promotions[number], shares: parts.map { (line: order[$0], amount: $1) }))
    }
    return applied
  }

  private func outcome(
    of saving: Saving, _ mode: PromotionGroup.Mode, _ isWanted: Bool, _ isTaken: Bool, _ isExhaustive: Bool
  ) -> (code: String, amount: Int64, distance: Int64) {
    switch saving {
    case .nothing: return ("rule_no_effect", 0, 0)
    case .missing(.money(let missing), let gain): return ("promotion_spend_more", gain, missing)
    case .missing(.pieces(let missing), let gain): return ("promotion_add_more", gain, missing)
    case .given(let shares, let missing):
      if isTaken { return ("promotion_applied", shares.reduce(0, +), missing) }
      if isWanted { return ("promotion_too_many", 0, 0) }
      if mode == .first { return ("promotion_other_first", 0, 0) }
      return (isExhaustive ? "promotion_other_better" : "promotion_other_chosen", 0, 0)
    }
  }

  /// How far the promotions have been gone through, and what they left.
  private struct Progress {
    var left: [Int64]
    /// By `best` group: the candidate that it takes.
    var chosen: [Int?]
    /// By `first` group: whether one has been taken.
    private var isSettled: [Bool]
    private var taken = 0

    init(left: [Int64], groups: Int) {
      self.left = left
      chosen = [Int?](repeating: nil, count: groups)
      isSettled = [Bool](repeating: false, count: groups)
    }

    var hasRoom: Bool { taken < RuleLimits.salePromotions }

    func wants(_ number: Int, _ candidate: Candidate) -> Bool {
      switch candidate.mode {
      case .stack: true
      case .best: chosen[candidate.group] == number
      case .first: !isSettled[candidate.group]
      }
    }

    func saving(_ candidate: Candidate) -> Saving {
      candidate.effect.saving(on: candidate.covered.map { left[$0] }, pieces: candidate.pieces)
    }

    mutating func take(_ shares: [Int64], _ candidate: Candidate) {
      taken += 1
      if candidate.mode == .first { isSettled[candidate.group] = true }
      for (line, share) in zip(candidate.covered, shares) { left[line] -= share }
    }

    mutating func tryToTake(_ candidate: Candidate) {
      if hasRoom, case .given(let shares, _) = saving(candidate) { take(shares, candidate) }
    }
  }

  /// For each `best` group the promotion that the cheapest sale takes, or none of it. All combinations are
  /// weighed while there are few enough; else each group takes its own best in turn.
  private func bestChoice() -> (chosen: [Int?], isExhaustive: Bool) {
    let start = Progress(left: nets, groups: groups)
    // What is left on lines only falls, so what saves nothing now saves nothing later.
    let promising = candidates.map { $0.mode == .best && start.saving($0).total > 0 }
    var options = [Int](repeating: 1, count: groups)
    for (number, candidate) in candidates.enumerated() where promising[number] {
      options[candidate.group] += 1
    }
    let combinations = options.reduce(1) { min($0 * $1, RuleLimits.promotionChoices + 1) }
    if combinations == 1 { return (start.chosen, true) }
    if combinations <= RuleLimits.promotionChoices, combinations * nets.count <= RuleLimits.promotionWork {
      return (cheapest(from: 0, start, promising).chosen, true)
    }
    var chosen = start.chosen
    for group in options.indices where options[group] > 1 {
      var fixed = start
      fixed.chosen = chosen
      let open = zip(candidates, promising).map { $0.group == group && $1 }
      chosen[group] = cheapest(from: 0, fixed, open).chosen[group]
    }
    return (chosen, false)
  }

  /// The cheapest way to go on: at each open candidate of a group that has not chosen, with it and without.
  /// Where both cost the same, the earlier one stands.
  private func cheapest(
    from start: Int, _ progress: Progress, _ open: [Bool]
  ) -> (total: Int64, chosen: [Int?]) {
    var progress = progress
    for number in candidates.indices[start...] {
      let candidate = candidates[number]
      if open[number], progress.chosen[candidate.group] == nil {
        var with = progress
        with.chosen[candidate.group] = number
        with.tryToTake(candidate)
        let (taken, left) = (
          cheapest(from: number + 1, with, open), cheapest(from: number + 1, progress, open)
        )
        return left.total < taken.total ? left : taken
      }
      if progress.wants(number, candidate) { progress.tryToTake(candidate) }
    }
    return (progress.left.reduce(0, +), progress.chosen)
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
