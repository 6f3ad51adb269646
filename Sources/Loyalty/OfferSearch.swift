/// A promotion or coupon that may have an effect on some lines.
protocol StagedOffer {
  var mode: GroupMode { get }
  /// Numbers groups from 0; what has none stacks and is in group 0.
  var group: Int { get }
  /// Positions of the lines it covers.
  var covered: [Int] { get }
  /// What it takes off each covered line of what is left, none for what is no money; nil has no effect.
  func effect(on left: [Int64]) -> [Int64]?
}

/// How far offers have been gone through in their order, and what they left.
struct OfferProgress {
  var left: [Int64]
  /// By `best` group: the offer that it takes.
  var chosen: [Int?]
  /// By `first` group: whether one has been taken.
  private var isSettled: [Bool]
  private var room: Int

  init(left: [Int64], groups: Int, room: Int) {
    self.left = left
    self.room = room
    chosen = [Int?](repeating: nil, count: groups)
    isSettled = [Bool](repeating: false, count: groups)
  }

  var hasRoom: Bool { room > 0 }

  func wants(_ number: Int, _ offer: some StagedOffer) -> Bool {
    switch offer.mode {
    case .stack: true
    case .best: chosen[offer.group] == number
    case .first: !isSettled[offer.group]
    }
  }

  mutating func take(_ shares: [Int64], _ offer: some StagedOffer) {
    room -= 1
    if offer.mode == .first { isSettled[offer.group] = true }
    for (line, share) in zip(offer.covered, shares) { left[line] -= share }
  }
}

/// Finds what the `best` groups take: of each group the offer that the cheapest sale takes, or none of it.
struct OfferSearch<Offer: StagedOffer> {
  let offers: [Offer]
  let start: OfferProgress

  /// All combinations are weighed while there are few enough; else each group takes its own best in turn.
  func bestChoice() -> (chosen: [Int?], isExhaustive: Bool) {
    // What is left on lines only falls, so what has no effect now has none later.
    let promising = offers.map { $0.mode == .best && $0.effect(on: start.left) != nil }
    var options = [Int](repeating: 1, count: start.chosen.count)
    for (number, offer) in offers.enumerated() where promising[number] { options[offer.group] += 1 }
    let combinations = options.reduce(1) { min($0 * $1, RuleLimits.offerChoices + 1) }
    if combinations == 1 { return (start.chosen, true) }
    if combinations <= RuleLimits.offerChoices, combinations * start.left.count <= RuleLimits.offerWork {
      return (cheapest(from: 0, start, promising).chosen, true)
    }
    var chosen = start.chosen
    for group in options.indices where options[group] > 1 {
      var fixed = start
      fixed.chosen = chosen
      let open = zip(offers, promising).map { $0.group == group && $1 }
      chosen[group] = cheapest(from: 0, fixed, open).chosen[group]
    }
    return (chosen, false)
  }

  /// The cheapest way to go on: at each open offer of a group that has not chosen, with it and without.
  /// Where both cost the same, the earlier one stands.
  private func cheapest(
    from start: Int, _ progress: OfferProgress, _ open: [Bool]
  ) -> (total: Int64, chosen: [Int?]) {
    var progress = progress
    for number in offers.indices[start...] {
      let offer = offers[number]
      if open[number], progress.chosen[offer.group] == nil {
        guard progress.hasRoom, let shares = offer.effect(on: progress.left) else { continue }
        var with = progress
        with.chosen[offer.group] = number
        with.take(shares, offer)
        let (taken, left) = (
          cheapest(from: number + 1, with, open), cheapest(from: number + 1, progress, open)
        )
        return left.total < taken.total ? left : taken
      }
      if progress.wants(number, offer), progress.hasRoom, let shares = offer.effect(on: progress.left) {
        progress.take(shares, offer)
      }
    }
    return (progress.left.reduce(0, +), progress.chosen)
  }
}
