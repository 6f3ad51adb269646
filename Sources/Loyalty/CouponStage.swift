import SyncProtocol

/// Stage ③: the presented coupons in their order, each on what the stages and coupons before left of the
/// lines it covers. A group of the rulebook says which of its own may take part. A coupon without effect is
/// not used up (law C3).
struct CouponStage {
  /// A coupon that might be used now.
  private struct Candidate: StagedOffer {
    let coupon: PresentedCoupon
    /// Among the presented.
    let place: Int
    let covered: [Int]
    let mode: GroupMode
    let group: Int
    let ranks: LineRanks

    func effect(on left: [Int64]) -> [Int64]? { worth(on: left).taken }

    func worth(on left: [Int64]) -> Worth {
      let terms = coupon.terms
      let weights = covered.map { left[$0] }
      let base = weights.reduce(0, +)
      let minimum = terms.minimumSpend.minor
      if base < minimum { return .refused("coupon_below_minimum", minimum, minimum - base) }
      if covered.isEmpty { return .refused("coupon_without_effect", 0, 0) }
      var amount: Int64
      switch terms.kind {
      case .exchange, .gift: return .handed
      case .amountOff, .voucher: amount = min(terms.value, base)
      case .percentOff: amount = base * (1000 - terms.value) / 1000
      case .fixedPrice:
        amount = base - terms.value
        if amount <= 0 { return .refused("coupon_price_not_lower", terms.value, 0) }
      }
      if let cap = terms.cap { amount = min(amount, cap.minor) }
      guard amount > 0 else { return .refused("coupon_without_effect", 0, 0) }
      return .off(amount, ranks.shares(of: amount, over: covered, weights))
    }
  }

  private enum Worth {
    case refused(_ code: String, _ amount: Int64, _ distance: Int64)
    /// A share for each covered line.
    case off(Int64, [Int64])
    /// Goods or a service, no money.
    case handed

    var taken: [Int64]? {
      switch self {
      case .refused: nil
      case .off(_, let shares): shares
      case .handed: []
      }
    }
  }

  struct Applied {
    fileprivate let number: Int
    let coupon: PresentedCoupon
    /// By line of the quote; none for what is no money.
    let shares: [(line: Int, amount: Int64)]
    let gift: Gift?

    /// Why the store cannot give it, of what it has left; takes what it gives.
    fileprivate func lack(_ book: inout AllowanceBook) -> RuleOutcome? {
      if let gift, !book.take(gift) { return coupon.outcome("gift_out_of_stock") }
      let worth = Money(shares.reduce(0) { $0 + $1.amount })
      guard coupon.isRisked, !book.risk(worth) else { return nil }
      return coupon.outcome("coupon_over_risk", worth.minor, (worth - book.riskLeft).minor)
    }
  }

  private let presented: [PresentedCoupon]
  private let left: [Int64]
  private var candidates: [Candidate] = []
  private var groups = 1
  /// By place among the presented.
  private var outcomes: [RuleOutcome?]

  /// What the lines still cost when all is done.
  private(set) var total: Int64 = 0

  init(_ course: PricingCourse, _ coupons: [PresentedCoupon], _ ranks: LineRanks) {
    presented = coupons
    left = payable(course.quote).map(\.minor)
    outcomes = coupons.map { _ in nil }
    let lines = course.quote.lines
    let modes = Dictionary(course.rulebook.couponGroups.map { ($0.id, $0.mode) }) { first, _ in first }
    var numbers: [String: Int] = [:]
    for (place, coupon) in coupons.enumerated() where Self.first(coupon, coupons) == place {
      let terms = coupon.terms
      var covered = lines.indices.filter { terms.scope.covers(lines[$0]) }
      if let refusal = terms.refusal(on: course.occasion) {
        outcomes[place] = coupon.outcome(refusal.code, refusal.amount)
        continue
      }
      if !terms.withPromotions, !covered.isEmpty {
        covered.removeAll { line in lines[line].discounts.contains { $0.kind == LineDiscount.promotion } }
        if covered.isEmpty {
          outcomes[place] = coupon.outcome("coupon_not_with_promotions")
          continue
        }
      }
      var (number, mode) = (0, GroupMode.stack)
      if let group = terms.group {
        number = numbers[group] ?? groups
        if numbers.updateValue(number, forKey: group) == nil { groups += 1 }
        // Coupons of a group that the rulebook has not: they were not meant to add up.
        mode = modes[group] ?? .best
        // Which one was best has been decided; only that it was one can be proven from the sale.
        if course.recorded != nil, mode == .best { mode = .first }
      }
      candidates.append(
        Candidate(coupon: coupon, place: place, covered: covered, mode: mode, group: number, ranks: ranks))
    }
  }

  private static func first(_ coupon: PresentedCoupon, _ coupons: [PresentedCoupon]) -> Int? {
    coupons.firstIndex { $0.id == coupon.id }
  }

  /// Decides. What the store cannot give, a gift that is gone or a risk that is too much, is left out, and
  /// everything is decided again without it.
  mutating func run(taking book: inout AllowanceBook) -> (applied: [Applied], outcomes: [RuleOutcome]) {
    while true {
      let applied = decide()
      var taken = book
      let lacking = applied.compactMap { one in one.lack(&taken).map { (one.number, $0) } }
      if lacking.isEmpty {
        book = taken
        return (applied, told(applied))
      }
      for (number, outcome) in lacking { outcomes[candidates[number].place] = outcome }
      for (number, _) in lacking.reversed() { candidates.remove(at: number) }
    }
  }

  /// One for each presented coupon, also where one was presented twice.
  private func told(_ applied: [Applied]) -> [RuleOutcome] {
    presented.enumerated().compactMap { place, coupon in
      guard let first = Self.first(coupon, presented), first != place else { return outcomes[place] }
      let isUsed = applied.contains { $0.coupon.id == coupon.id }
      return isUsed ? coupon.outcome("coupon_twice") : outcomes[first]
    }
  }

  /// What a coupon without effect would come to instead of the one that its group takes: it would find more
  /// on its lines than after it.
  private func instead(_ number: Int, _ tellsOthers: Bool, _ chosen: [Int?]) -> RuleOutcome? {
    let candidate = candidates[number]
    guard tellsOthers, candidate.mode == .best, chosen[candidate.group] != nil else { return nil }
    var alone = self
    alone.candidates.removeAll { $0.group == candidate.group && $0.place != candidate.place }
    let isTaken = alone.decide(tellsOthers: false).contains { $0.coupon.id == candidate.coupon.id }
    return isTaken ? candidate.coupon.outcome("coupon_other_better") : alone.outcomes[candidate.place]
  }

  private mutating func decide(tellsOthers: Bool = true) -> [Applied] {
    var progress = OfferProgress(left: left, groups: groups, room: .max)
    let (chosen, isExhaustive) = OfferSearch(offers: candidates, start: progress).bestChoice()
    progress.chosen = chosen
    var applied: [Applied] = []
    for (number, candidate) in candidates.enumerated() {
      let coupon = candidate.coupon
      let worth = candidate.worth(on: progress.left)
      if case .refused(let code, let amount, let distance) = worth {
        outcomes[candidate.place] =
          instead(number, tellsOthers, progress.chosen) ?? coupon.outcome(code, amount, distance)
        continue
      }
      guard progress.wants(number, candidate), let shares = worth.taken else {
        let ofBest = isExhaustive ? "coupon_other_better" : "coupon_other_chosen"
        outcomes[candidate.place] = coupon.outcome(candidate.mode == .first ? "coupon_other_first" : ofBest)
        continue
      }
      progress.take(shares, candidate)
      let gift = coupon.terms.giftSku.map { Gift(rule: coupon.code, sku: $0, count: 1) }
      let parts = zip(candidate.covered, shares).filter { $0.1 > 0 }
      applied.append(
        Applied(
          number: number, coupon: coupon, shares: parts.map { (line: $0, amount: $1) },
          gift: coupon.terms.kind == .gift ? gift : nil))
      if case .off(let amount, _) = worth {
        outcomes[candidate.place] = coupon.outcome(
          coupon.isRisked ? "coupon_risked" : "coupon_applied", amount)
      } else {
        let code = coupon.terms.kind == .gift ? "coupon_gift" : "coupon_exchanged"
        outcomes[candidate.place] = coupon.outcome(code)
      }
    }
    total = progress.left.reduce(0, +)
    return applied
  }
}

extension PresentedCoupon {
  fileprivate func outcome(_ outcome: String, _ amount: Int64 = 0, _ distance: Int64 = 0) -> RuleOutcome {
    RuleOutcome(rule: code, code: outcome, amount: amount, distance: distance)
  }
}

extension CouponTerms {
  /// Why it cannot be used now, whatever is bought.
  fileprivate func refusal(on occasion: Occasion) -> (code: String, amount: Int64)? {
    if let from = validFrom, occasion.time < from { return ("coupon_not_yet_valid", from.ms) }
    if let until = expiresAt, occasion.time >= until { return ("coupon_expired", until.ms) }
    return when.unmet(on: occasion)
  }
}
