import SyncProtocol

/// What an effect comes to on some lines.
enum Saving: Hashable {
  /// A share for each covered line, and how much is missing to the next step (0: there is none).
  case given([Int64], missing: Int64)
  /// Nothing yet: what would be saved with so much more.
  case missing(Missing, gain: Int64)
  case nothing

  enum Missing: Hashable {
    case money(Int64)
    case pieces(Int64)
  }

  var total: Int64 { if case .given(let shares, _) = self { shares.reduce(0, +) } else { 0 } }
}

/// One covered line as an effect sees it: what is left to pay on it and how many pieces it has.
struct SavingLine {
  let net: Int64
  /// A weighed line is one piece.
  let pieces: Int64
}

extension PromotionEffect {
  /// What it takes off these lines. A pure function of them in their order, so that whoever asks for them in
  /// one order gets one answer.
  func saving(on lines: [SavingLine]) -> Saving {
    let base = lines.reduce(0) { $0 + $1.net }
    switch self {
    case .amountOff(let steps):
      return ladder(steps.map { ($0.spend.minor, $0.off.minor) }, base, lines)
    case .rateOff(let steps, let cap):
      // A step that is not reached yet would save on what reaches it.
      let amounts = steps.map {
        ($0.spend.minor, off(max(base, $0.spend.minor), rate: $0.payRatePermille, cap))
      }
      return ladder(amounts, base, lines)
    case .amountOffEach(let spend, let off, let cap):
      let times = base / spend.minor
      let (total, overflow) = times.multipliedReportingOverflow(by: off.minor)
      let most = min(cap?.minor ?? .max, base)
      let amount = overflow ? most : min(total, most)
      let isCapped = amount == cap?.minor
      let missing = isCapped ? 0 : spend.minor - base % spend.minor
      return amount > 0
        ? .given(allocate(amount, over: lines.map(\.net)), missing: missing)
        : .missing(.money(missing), gain: min(off.minor, cap?.minor ?? .max))
    case .countRateOff(let steps): return countLadder(steps, base, lines)
    case .buyGetFree(let buy, let free): return buyGet(buy, free, lines)
    case .bundle(let count, let price): return bundle(count, price, lines)
    }
  }

  private func off(_ base: Int64, rate: Int64, _ cap: Money?) -> Int64 {
    let (quotient, _) = Int64(1000).dividingFullWidth(base.multipliedFullWidth(by: 1000 - rate))
    return min(quotient, cap?.minor ?? .max)
  }

  private func ladder(_ steps: [(from: Int64, off: Int64)], _ base: Int64, _ lines: [SavingLine]) -> Saving {
    let next = steps.first { $0.from > base }
    guard let reached = steps.last(where: { $0.from <= base }), reached.off > 0 else {
      guard let next else { return .nothing }
      return .missing(.money(next.from - base), gain: next.off)
    }
    return .given(
      allocate(reached.off, over: lines.map(\.net)), missing: next.map { $0.from - base } ?? 0)
  }

  private func countLadder(_ steps: [CountStep], _ base: Int64, _ lines: [SavingLine]) -> Saving {
    let pieces = lines.reduce(0) { $0 + $1.pieces }
    let next = steps.first { Int64($0.count) > pieces }
    let reached = steps.last { Int64($0.count) <= pieces }
    let amount = reached.map { off(base, rate: $0.payRatePermille, nil) } ?? 0
    if amount > 0 {
      return .given(
        allocate(amount, over: lines.map(\.net)), missing: next.map { Int64($0.count) - pieces } ?? 0)
    }
    guard let next, pieces > 0 else { return .nothing }
    return .missing(.pieces(Int64(next.count) - pieces), gain: off(base, rate: next.payRatePermille, nil))
  }

  private func buyGet(_ buy: Int, _ free: Int, _ lines: [SavingLine]) -> Saving {
    let pieces = dearestFirst(lines)
    let block = buy + free
    var shares = lines.map { _ in Int64(0) }
    for (position, piece) in pieces.enumerated() where position % block >= buy {
      shares[piece.line] += piece.net
    }
    // Once some of a block are free, the very next piece of it is free too.
    let missing = Int64(max(1, buy + 1 - pieces.count % block))
    if shares.contains(where: { $0 > 0 }) { return .given(shares, missing: missing) }
    guard let cheapest = pieces.last, cheapest.net > 0 else { return .nothing }
    return .missing(.pieces(missing), gain: cheapest.net)
  }

  private func bundle(_ count: Int, _ price: Money, _ lines: [SavingLine]) -> Saving {
    let pieces = dearestFirst(lines)
    var shares = lines.map { _ in Int64(0) }
    for start in stride(from: 0, through: pieces.count - count, by: count) {
      let block = pieces[start..<start + count]
      let saved = block.reduce(0) { $0 + $1.net } - price.minor
      // Blocks only get cheaper from here.
      if saved <= 0 { break }
      for (piece, share) in zip(block, allocate(saved, over: block.map(\.net))) {
        shares[piece.line] += share
      }
    }
    let missing = Int64(count - pieces.count % count)
    if shares.contains(where: { $0 > 0 }) { return .given(shares, missing: missing % Int64(count)) }
    let rest = pieces.prefix(count)
    guard rest.count < count, let cheapest = rest.last else { return .nothing }
    let gain = rest.reduce(0) { $0 + $1.net } + missing * cheapest.net - price.minor
    return gain > 0 ? .missing(.pieces(missing), gain: gain) : .nothing
  }

  /// The pieces of all lines by what each costs; of more than anybody sells by the piece, the dearest.
  private func dearestFirst(_ lines: [SavingLine]) -> [(line: Int, net: Int64)] {
    let order = lines.indices.sorted {
      let (a, b) = (lines[$0], lines[$1])
      // Compared as fractions, net by pieces; ties stay in the order of the lines.
      let (left, right) = (a.net.multipliedFullWidth(by: b.pieces), b.net.multipliedFullWidth(by: a.pieces))
      return (right.high, right.low, $0) < (left.high, left.low, $1)
    }
    var pieces: [(line: Int, net: Int64)] = []
    for line in order where pieces.count < RuleLimits.promotionPieces {
      let (net, count) = (lines[line].net, lines[line].pieces)
      let taken = min(count, Int64(RuleLimits.promotionPieces - pieces.count))
      // The odd units fall on the first pieces, so that no later one is dearer.
      for piece in 0..<taken { pieces.append((line, net / count + (piece < net % count ? 1 : 0))) }
    }
    return pieces
  }
}
