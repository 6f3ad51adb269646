import SyncProtocol

/// What an effect comes to on some lines.
enum Saving: Hashable {
  /// A share for each covered line, how many steps, times or pieces that is, and how much is missing to a
  /// step that takes off more (0: there is none).
  case given([Int64], step: Int64, missing: Int64)
  /// Nothing yet: what would be saved with so much more.
  case missing(Missing, gain: Int64)
  /// No money, but goods; and how much is missing to the next step (0: there is none).
  case gift(PromotionEffect.GiftStep, missing: Int64)
  case missingGift(PromotionEffect.GiftStep, missing: Int64)
  case nothing

  enum Missing: Hashable {
    case money(Int64)
    case pieces(Int64)
  }
}

extension PromotionEffect {
  /// What it takes off lines with these nets and so many pieces (a weighed line is one). A pure function of
  /// both in their order.
  func saving(on nets: [Int64], pieces: [Int64]) -> Saving {
    let base = nets.reduce(0, +)
    switch self {
    case .amountOff(let steps):
      return ladder(steps, on: nets, reached: { $0.spend.minor - base }) { $0.off.minor }
    case .rateOff(let steps, let cap):
      // A step that is not reached yet would save on what reaches it.
      return ladder(steps, on: nets, reached: { $0.spend.minor - base }) {
        off(max(base, $0.spend.minor), rate: $0.payRatePermille, cap)
      }
    case .countRateOff(let steps):
      let count = pieces.reduce(0, +)
      return ladder(steps, on: nets, reached: { Int64($0.count) - count }, Saving.Missing.pieces) {
        off(base, rate: $0.payRatePermille, nil)
      }
    case .amountOffEach(let spend, let off, let cap):
      let times = base / spend.minor
      let (total, overflow) = times.multipliedReportingOverflow(by: off.minor)
      let most = min(cap?.minor ?? .max, base)
      let amount = overflow ? most : min(total, most)
      let missing = amount == cap?.minor ? 0 : spend.minor - base % spend.minor
      return amount > 0
        ? .given(allocate(amount, over: nets), step: times, missing: missing)
        : .missing(.money(missing), gain: min(off.minor, cap?.minor ?? .max))
    case .buyGetFree(let buy, let free):
      return buyGet(buy, free, dearestFirst(nets, pieces), lines: nets.count)
    case .bundle(let count, let price):
      return bundle(count, price, dearestFirst(nets, pieces), lines: nets.count)
    case .gift(let steps):
      let next = steps.first { $0.spend.minor > base }
      let missing = next.map { $0.spend.minor - base } ?? 0
      if let reached = steps.last(where: { $0.spend.minor <= base }) {
        return .gift(reached, missing: missing)
      }
      return next.map { .missingGift($0, missing: missing) } ?? .nothing
    }
  }

  /// The highest step reached; `reached` says how much is missing to a step, nothing or less once it is.
  private func ladder<Step>(
    _ steps: [Step], on nets: [Int64], reached missing: (Step) -> Int64,
    _ unit: (Int64) -> Saving.Missing = Saving.Missing.money, _ amount: (Step) -> Int64
  ) -> Saving {
    let reached = steps.count { missing($0) <= 0 }
    let off = reached > 0 ? amount(steps[reached - 1]) : 0
    let next = reached < steps.count ? steps[reached] : nil
    // A step beyond a cap takes off no more than the one before it.
    let gain = next.map { max(0, amount($0) - off) } ?? 0
    let further = gain > 0 ? next.map(missing) ?? 0 : 0
    if off > 0 { return .given(allocate(off, over: nets), step: Int64(reached), missing: further) }
    // A rate of next to nothing is nothing; it takes no further step for it to be something.
    return reached == 0 && gain > 0 ? .missing(unit(further), gain: gain) : .nothing
  }

  private func off(_ base: Int64, rate: Int64, _ cap: Money?) -> Int64 {
    let (quotient, _) = Int64(1000).dividingFullWidth(base.multipliedFullWidth(by: 1000 - rate))
    return min(quotient, cap?.minor ?? .max)
  }

  private func buyGet(_ buy: Int, _ free: Int, _ pieces: [Piece], lines: Int) -> Saving {
    let block = buy + free
    var shares = [Int64](repeating: 0, count: lines)
    var step: Int64 = 0
    for (position, piece) in pieces.enumerated() where position % block >= buy {
      shares[piece.line] += piece.net
      step += 1
    }
    // Once some of a block are free, the very next piece of it is free too.
    let missing = Int64(max(1, buy + 1 - pieces.count % block))
    // Beyond what is looked at, more of the cheapest changes nothing.
    let gain = pieces.count < RuleLimits.promotionPieces ? pieces.last?.net ?? 0 : 0
    if shares.contains(where: { $0 > 0 }) {
      return .given(shares, step: step, missing: gain > 0 ? missing : 0)
    }
    return gain > 0 ? .missing(.pieces(missing), gain: gain) : .nothing
  }

  private func bundle(_ count: Int, _ price: Money, _ pieces: [Piece], lines: Int) -> Saving {
    var shares = [Int64](repeating: 0, count: lines)
    var step: Int64 = 0
    for start in stride(from: 0, through: pieces.count - count, by: count) {
      let block = pieces[start..<start + count]
      let saved = block.reduce(0) { $0 + $1.net } - price.minor
      // Blocks only get cheaper from here.
      if saved <= 0 { break }
      step += 1
      for (piece, share) in zip(block, allocate(saved, over: block.map(\.net))) {
        shares[piece.line] += share
      }
    }
    let rest = pieces.dropFirst(pieces.count - pieces.count % count)
    let missing = Int64(count - rest.count)
    let gain = rest.reduce(0) { $0 + $1.net } + missing * (rest.last?.net ?? 0) - price.minor
    let isMore = !rest.isEmpty && gain > 0 && pieces.count < RuleLimits.promotionPieces
    if step > 0 { return .given(shares, step: step, missing: isMore ? missing : 0) }
    guard pieces.count < count, !rest.isEmpty, gain > 0 else { return .nothing }
    return .missing(.pieces(missing), gain: gain)
  }

  private typealias Piece = (line: Int, net: Int64)

  /// The pieces of all lines by what each costs; of more than anybody sells by the piece, the dearest.
  private func dearestFirst(_ nets: [Int64], _ counts: [Int64]) -> [Piece] {
    let order = nets.indices.sorted { a, b in
      // Compared as fractions, net by pieces; ties stay in the order of the lines.
      let left = nets[a].multipliedFullWidth(by: counts[b])
      let right = nets[b].multipliedFullWidth(by: counts[a])
      return (right.high, right.low, a) < (left.high, left.low, b)
    }
    var pieces: [Piece] = []
    for line in order where pieces.count < RuleLimits.promotionPieces {
      let taken = min(counts[line], Int64(RuleLimits.promotionPieces - pieces.count))
      let (each, odd) = nets[line].quotientAndRemainder(dividingBy: counts[line])
      // The odd units fall on the first pieces, so that no later one is dearer.
      for piece in 0..<taken { pieces.append((line, each + (piece < odd ? 1 : 0))) }
    }
    return pieces
  }
}
