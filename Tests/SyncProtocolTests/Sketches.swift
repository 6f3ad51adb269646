import Seeds
import Testing

@testable import SyncProtocol

/// The marks of two sides.
struct TwoSides {
  var theirs: [Mark] = []
  var ours: [Mark] = []

  init(_ random: inout SplitMix64, both: Int64, only: Int64) {
    for _ in 0..<random.number(0...both) {
      let mark = random.mark()
      theirs.append(mark)
      ours.append(mark)
    }
    for _ in 0..<random.number(0...only) { theirs.append(random.mark()) }
    for _ in 0..<random.number(0...only) { ours.append(random.mark()) }
    (theirs, ours) = (Array(Set(theirs)), Array(Set(ours)))
  }

  init(_ random: inout SplitMix64, both: Int, onlyTheirs: Int, onlyOurs: Int) {
    let all = random.marks(both + onlyTheirs + onlyOurs)
    theirs = Array(all.prefix(both + onlyTheirs))
    ours = Array(all.prefix(both)) + all.suffix(onlyOurs)
  }

  var difference: SketchDecoder.Outcome {
    let (a, b) = (Set(theirs), Set(ours))
    return .decoded(onlyTheirs: a.subtracting(b).sorted(), onlyOurs: b.subtracting(a).sorted())
  }
}

extension SplitMix64 {
  /// Now and then one from the ends.
  mutating func mark() -> Mark { Mark(number(0...99) == 0 ? oneOf([0, 1, .max]) : next()) }

  /// So many, all different.
  mutating func marks(_ count: Int) -> [Mark] {
    let start = next()
    return (0..<UInt64(count)).map { SplitMix64.marked(start &+ $0) }
  }

  private static func marked(_ seed: UInt64) -> Mark {
    var random = SplitMix64(seed: seed)
    return Mark(random.next())
  }

  /// A symbol that is damaged, or no symbol at all.
  mutating func garbage(_ symbol: SketchSymbol) -> SketchSymbol {
    var symbol = symbol
    switch number(0...4) {
    case 0: symbol.sum ^= 1 << next() % 64
    case 1: symbol.check ^= 1 << next() % 32
    case 2: symbol.count &+= Int32(number(-2...2))
    // What stands for one mark wherever it comes.
    case 3: symbol = SketchSymbol(sum: 7, check: Mark(7).check, count: oneOf([1, -1]))
    default:
      symbol = SketchSymbol(
        sum: next(), check: UInt32(truncatingIfNeeded: next()), count: oneOf([.min, -1, 0, 1, .max]))
    }
    return symbol
  }
}

struct Sketches {
  private func symbols(_ marks: [Mark], _ count: Int) -> [SketchSymbol] {
    var encoder = SketchEncoder(marks: marks)
    return Array(encoder.symbols(0..<count))
  }

  @Test func `what two sides differ in comes out of their symbols exactly, however these are batched`() {
    forAll { (random: inout SplitMix64) in
      let sides = TwoSides(&random, both: 40, only: 10)
      var encoder = SketchEncoder(marks: sides.theirs)
      func outcome(_ own: [Mark], _ batch: () -> Int) -> SketchDecoder.Outcome {
        var decoder = SketchDecoder(own: own)
        var outcome = SketchDecoder.Outcome.needsMore
        while outcome == .needsMore, decoder.count < 30_000 {
          // Once in a thousand runs or so two marks stay together for long.
          let end = decoder.count + (decoder.count < 100 ? batch() : decoder.count)
          outcome = decoder.take(encoder.symbols(decoder.count..<end))
        }
        return outcome
      }
      return outcome(sides.ours) { 1 } == sides.difference
        && outcome(sides.ours.reversed()) { Int(random.number(0...20)) } == sides.difference
    }
  }

  @Test func `symbols are the same whatever the order of the marks and the steps in which they are made`() {
    forAll { (random: inout SplitMix64) in
      let marks = TwoSides(&random, both: 20, only: 0).ours
      var encoder = SketchEncoder(marks: marks.shuffled(using: &random))
      var end = 0
      while end < 60 {
        end += Int(random.number(0...30))
        _ = encoder.symbols(0..<end)
      }
      return Array(encoder.symbols(3..<60)) == Array(symbols(marks, 60)[3...])
    }
  }

  @Test func `garbage for symbols neither traps nor passes for a difference that does not fit all of them`() {
    forAll { (random: inout SplitMix64) in
      let sides = TwoSides(&random, both: 10, only: 6)
      var given = symbols(sides.theirs, 40)
      for _ in 0...random.number(0...4) {
        let place = Int(random.number(0...Int64(random.flag() ? 2 : 39)))
        given[place] = random.garbage(given[place])
      }
      var decoder = SketchDecoder(own: sides.ours)
      while decoder.count < given.count {
        let end = min(given.count, decoder.count + Int(random.number(1...20)))
        let outcome = decoder.take(given[decoder.count..<end])
        if outcome == .failed { return decoder.take(given) == .failed }
        guard case .decoded(let onlyTheirs, let onlyOurs) = outcome else { continue }
        let claimed = Set(sides.ours).subtracting(onlyOurs).union(onlyTheirs)
        return Set(onlyOurs).isSubset(of: sides.ours) && Set(onlyTheirs).isDisjoint(with: sides.ours)
          && symbols(Array(claimed), decoder.count) == Array(given.prefix(decoder.count))
      }
      return true
    }
  }

  @Test func `symbols of anything but marks end soon`() {
    forAll { (random: inout SplitMix64) in
      var decoder = SketchDecoder(own: [])
      var rounds = 0
      while decoder.take((0..<8).map { _ in random.garbage(.empty) }) == .needsMore, rounds < 20 {
        rounds += 1
      }
      return decoder.count <= 8 * (rounds + 1)
    }
  }

  @Test func `a decoder takes no more symbols than the limit`() {
    var decoder = SketchDecoder(own: [Mark(1)])
    let few = [SketchSymbol](repeating: SketchSymbol(sum: 1, check: 1, count: 5), count: 10)
    #expect(decoder.take(few) == .needsMore)
    let most = [SketchSymbol](repeating: .empty, count: Limits.sketchSymbols - 9)
    #expect(decoder.take(most) == .failed)
    #expect(decoder.count == 10)
  }

  @Test func `a mark falls on symbol i with probability 1 in 1 + i half`() {
    var random = SplitMix64(seed: 1)
    let size = 200_000
    let counts = symbols(random.marks(size), 200).map { Double($0.count) }
    for (index, count) in counts.enumerated() {
      let share = 1 / (1 + Double(index) / 2)
      let deviation = (Double(size) * share * (1 - share)).squareRoot()
      #expect(abs(count - Double(size) * share) <= 5 * deviation, "symbol \(index)")
      #expect(SketchSymbol.expected(index, of: size) == Int64((Double(size) * share).rounded()))
    }
  }

  @Test func `a thousand marks that differ among a hundred thousand are read from 1,500 symbols`() {
    for seed in 1...3 as ClosedRange<UInt64> {
      var random = SplitMix64(seed: seed)
      let sides = TwoSides(&random, both: 100_000, onlyTheirs: 700, onlyOurs: 300)
      var encoder = SketchEncoder(marks: sides.theirs)
      var decoder = SketchDecoder(own: sides.ours)
      #expect(decoder.take(encoder.symbols(0..<1_500)) == sides.difference)
      #expect((700...1_400).contains(decoder.spread.marks ?? 0), "what was to be expected of them")
    }
  }

  @Test func `a mark is under one prefix of each depth, between its first and last`() {
    forAll { (random: inout SplitMix64) in
      let (mark, other) = (random.mark(), random.mark())
      return MarkPrefix.depths.allSatisfy { depth in
        let prefix = MarkPrefix(depth: depth, of: mark)
        let isSame = prefix == MarkPrefix(depth: depth, of: other)
        return prefix.contains(mark) && prefix.contains(other) == isSame && (depth > 0 || prefix == .all)
          && MarkPrefix(depth: depth, of: prefix.first) == prefix
          && MarkPrefix(depth: depth, of: prefix.last) == prefix
          && MarkPrefix(depth: depth, value: prefix.value) == prefix
          && MarkPrefix(depth: depth, value: 1 << (4 * depth)) == nil
      }
    }
  }

  @Test func `a prefix's digest is that of the sixteen below it`() {
    forAll { (random: inout SplitMix64) in
      let marks = TwoSides(&random, both: 50, only: 0).ours
      let (above, below) = (PrefixDigests(depth: 1, of: marks), PrefixDigests(depth: 2, of: marks.reversed()))
      return above.digests.indices.allSatisfy { value in
        var left = above.digests[value]
        for mark in marks where MarkPrefix(depth: 1, of: mark).value == UInt64(value) { left.remove(mark) }
        let sum = below.digests[value * 16..<value * 16 + 16]
          .reduce((UInt64(0), UInt64(0))) { ($0.0 + $1.count, $0.1 &+ $1.sum) }
        return left == PrefixDigest() && sum == (above.digests[value].count, above.digests[value].sum)
      }
    }
  }

  @Test func `a row's mark is the first half of its hash`() {
    #expect(Mark(hash: 0x0123_4567_89AB_CDEF_FEDC_BA98_7654_3210).number == 0x0123_4567_89AB_CDEF)
  }
}
