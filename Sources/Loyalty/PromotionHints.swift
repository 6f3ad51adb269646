import SyncProtocol

/// What is told of promotions, and how far away more of them is (law Q6). A promise is tried out before it
/// is made: the sale is decided again with so many goods more, and only what the customer would then save
/// over and above what they save now is told. Where trying takes too much work nothing is promised, only what
/// is short as the cart stands.
struct PromotionHints {
  private enum Promise {
    /// `pieces` of a gift.
    case kept(distance: Int64, gain: Int64, pieces: Int)
    /// With what the promotion would come to instead, where that says why.
    case broken(String?)
    case untried
  }

  private let stage: PromotionStage
  /// Before anything was left out for want of budget or stock: with more goods other things may be wanting.
  private let undecided: PromotionStage
  private let book: AllowanceBook
  private let applied: [String: Int64]
  private let saved: Int64
  /// By position: how many promotions cover it.
  private var covering: [Int]
  private var tries: Int

  /// `book` is what the store held before the stage took of it.
  init(
    _ stage: PromotionStage, _ undecided: PromotionStage, _ book: AllowanceBook,
    _ applied: [PromotionStage.Applied]
  ) {
    (self.stage, self.undecided, self.book) = (stage, undecided, book)
    self.applied = Dictionary(applied.map { ($0.promotion.id, $0.saved) }) { first, _ in first }
    saved = applied.reduce(0) { $0 + $1.saved }
    covering = [Int](repeating: 0, count: stage.nets.count)
    for position in undecided.candidates.lazy.flatMap(\.covered) { covering[position] += 1 }
    tries = RuleLimits.hintWork / max(1, undecided.work)
  }

  mutating func outcome(of number: Int, _ judged: PromotionStage.Judged) -> RuleOutcome {
    let candidate = stage.candidates[number]
    func said(_ code: String, _ amount: Int64 = 0, _ distance: Int64 = 0) -> RuleOutcome {
      RuleOutcome(rule: candidate.promotion.id, code: code, amount: amount, distance: distance)
    }
    switch judged.saving {
    case .nothing: return said("rule_no_effect")
    case .given(_, let step, let missing):
      if let refusal = judged.refusal { return said(refusal) }
      let own = applied[candidate.promotion.id] ?? 0
      return said("promotion_applied", own, further(number, missing, beyond: step, own))
    case .gift(let step, let missing):
      if let refusal = judged.refusal { return said(refusal) }
      return said("gift_given", Int64(step.count), further(number, missing, beyond: step.spend.minor, -1))
    case .missing(.money(let missing), let gain):
      let promise = promise(number, missing, gain)
      if case .kept(let distance, let gain, _) = promise, gain > 0 {
        return said("promotion_spend_more", gain, distance)
      }
      if case .untried = promise { return said("promotion_short", 0, missing) }
      return said(why(promise, number, judged))
    case .missing(.pieces(let missing), let gain):
      let promise = promise(number, missing, gain)
      if case .kept(let distance, let gain, _) = promise, gain > 0 {
        return said("promotion_add_more", gain, distance)
      }
      if case .untried = promise { return said("promotion_pieces_short", 0, missing) }
      return said(why(promise, number, judged))
    case .missingGift(_, let missing):
      let promise = promise(number, missing, 0)
      if case .kept(let distance, let gain, let pieces) = promise, gain >= 0 {
        return said("gift_spend_more", Int64(pieces), distance)
      }
      if case .untried = promise { return said("promotion_short", 0, missing) }
      return said(why(promise, number, judged))
    }
  }

  /// What is said where nothing can be promised.
  private func why(_ promise: Promise, _ number: Int, _ judged: PromotionStage.Judged) -> String {
    if case .broken(let code?) = promise { return code }
    let candidate = stage.candidates[number]
    let isGroupTaken = stage.candidates.contains {
      $0.group == candidate.group && applied[$0.promotion.id] != nil
    }
    guard let refusal = judged.refusal, candidate.mode != .best || isGroupTaken else {
      return "rule_no_effect"
    }
    return refusal
  }

  /// How much more it takes until a promotion that has no effect yet has one, and what is saved then.
  private mutating func promise(_ number: Int, _ missing: Int64, _ gain: Int64) -> Promise {
    if isAlone(number) { return .kept(distance: missing, gain: gain, pieces: 0) }
    // Instead of another of its group it finds more on its goods than after it.
    var more = stage.candidates[number].mode == .best ? 0 : missing
    for _ in 0..<RuleLimits.hintTries {
      guard let trial = trial(number, more, isChosen: true) else { return .untried }
      switch trial.saving {
      case .missing(.money(let rest), _), .missing(.pieces(let rest), _), .missingGift(_, let rest):
        more += rest
      case .given, .gift: return more > 0 ? outcome(of: number, with: more) : .broken(nil)
      case .nothing, nil: return .broken(trial.lack)
      }
    }
    return .broken(nil)
  }

  private mutating func outcome(of number: Int, with more: Int64) -> Promise {
    guard let trial = trial(number, more, isChosen: false) else { return .untried }
    guard let own = trial.own else { return .broken(trial.lack) }
    let gain = trial.saved - saved
    // A gift saves nothing; it must not cost what others save.
    if case .gift(let step, _) = trial.saving {
      return .kept(distance: more, gain: min(0, gain), pieces: step.count)
    }
    return .kept(distance: more, gain: min(own, gain), pieces: 0)
  }

  /// How much more it takes until a promotion gives more than its `own` of now; 0 where there is no more, or
  /// not for the customer.
  private mutating func further(_ number: Int, _ missing: Int64, beyond step: Int64, _ own: Int64) -> Int64 {
    if missing == 0 || isAlone(number) { return missing }
    var more = missing
    for _ in 0..<RuleLimits.hintTries {
      guard let trial = trial(number, more, isChosen: false) else { break }
      switch trial.saving {
      case .given(_, step, let rest) where rest > 0 && !stage.candidates[number].effect.isByPiece:
        more += rest
      case .gift(let given, let rest) where given.spend.minor == step && rest > 0: more += rest
      case .given(_, let reached, _) where reached > step:
        return trial.own ?? 0 > own && trial.saved > saved ? more : 0
      case .gift(let given, _) where given.spend.minor > step:
        return trial.own != nil && trial.saved >= saved ? more : 0
      default: return 0
      }
    }
    return 0
  }

  /// Whether nothing else that is in the cart's promotions can come between it and its goods.
  private func isAlone(_ number: Int) -> Bool {
    let candidate = stage.candidates[number]
    if case .gift = candidate.promotion.effect { return false }
    return candidate.mode == .stack && candidate.promotion.budget == nil
      && applied.count < RuleLimits.salePromotions && candidate.covered.allSatisfy { covering[$0] == 1 }
  }

  private struct Trial {
    /// Nil where the store does not hold enough for it.
    let saving: Saving?
    /// What keeps it from being given whatever else is.
    let lack: String?
    /// What it takes off; nil where it is not taken.
    let own: Int64?
    let saved: Int64
  }

  /// The sale with so much more of what a promotion covers; `isChosen` without the others of its group, where
  /// that gives its best. Nil when enough has been tried.
  private mutating func trial(_ number: Int, _ more: Int64, isChosen: Bool) -> Trial? {
    tries -= 1
    if tries < 0 { return nil }
    let candidate = stage.candidates[number]
    let id = candidate.promotion.id
    var (stage, book) = (undecided, book)
    guard let number = stage.candidates.firstIndex(where: { $0.promotion.id == id }) else { return nil }
    if more == 0 {
      // As the cart is.
    } else if candidate.effect.isByPiece {
      // Like the cheapest of what it covers; where a rate is for pieces, whatever they cost.
      let each = zip(candidate.covered, candidate.pieces).map { stage.nets[$0] / $1 }.min() ?? 0
      let isRate = if case .countRateOff = candidate.effect { true } else { false }
      stage.add(isRate ? 0 : each * more, pieces: more, coveredBy: number)
    } else {
      stage.add(more, pieces: 1, coveredBy: number)
    }
    if isChosen { stage.leaveRivals(of: number) }
    let (applied, judged) = stage.settle(taking: &book)
    let place = stage.candidates.firstIndex { $0.promotion.id == id }
    let refusal = place.map { judged[$0].refusal } ?? stage.outcomes.last { $0.rule == id }?.code
    return Trial(
      saving: place.map { judged[$0].saving },
      lack: place == nil || refusal == "promotion_too_many" ? refusal : nil,
      own: applied.first { $0.promotion.id == id }?.saved, saved: applied.reduce(0) { $0 + $1.saved })
  }
}

extension PromotionEffect {
  /// Whether its distances are pieces, and not money.
  fileprivate var isByPiece: Bool {
    switch self {
    case .countRateOff, .buyGetFree, .bundle: true
    case .amountOff, .amountOffEach, .rateOff, .gift: false
    }
  }
}
