import Seeds
import Testing

@testable import SyncProtocol

/// A hub that answers over the wire. It may stop early, and may change its rows between two answers.
struct PlayedHub {
  var marks: Set<Mark> { didSet { source = MarkSet(marks) } }
  private var source: MarkSet
  var bytes = 0
  var rounds = 0

  init(marks: Set<Mark>) { (self.marks, source) = (marks, MarkSet(marks)) }

  mutating func answer(_ request: DifferenceRequest, upTo parts: Int = .max) throws -> DifferenceAnswer {
    let asked = try DifferenceRequest(wire: request.wire)
    #expect(asked == request)
    var answer = try DifferenceAnswer(to: asked, from: source)
    if case .prefixes(let all) = answer { answer = .prefixes(Array(all.prefix(parts))) }
    rounds += 1
    bytes += request.wire.count + answer.wire.count
    return try DifferenceAnswer(wire: answer.wire)
  }
}

extension DifferenceRequest {
  var wire: [UInt8] {
    var sink = ColumnSink()
    encode(to: &sink)
    return sink.finish()
  }

  init(wire: [UInt8]) throws(WireError) {
    var source = try ColumnSource(wire)
    try self.init(from: &source)
    try source.finish()
  }
}

extension DifferenceAnswer {
  var wire: [UInt8] {
    var sink = ColumnSink()
    encode(to: &sink)
    return sink.finish()
  }

  init(wire: [UInt8]) throws(WireError) {
    var source = try ColumnSource(wire)
    try self.init(from: &source)
    try source.finish()
  }
}

struct Differences {
  /// Mends `own` by what is found, until the search ends or `rounds` are over.
  private func search(
    _ own: inout Set<Mark>, _ hub: inout PlayedHub, depth: Int, rounds: Int = .max,
    parts: (inout PlayedHub) -> Int = { _ in .max }
  ) throws {
    let before = MarkSet(own)
    var search = DifferenceSearch(depth: depth)
    var left = rounds
    while left > 0, let request = search.request {
      left -= 1
      let upTo = parts(&hub)
      for found in try search.take(try hub.answer(request, upTo: upTo), own: before) {
        #expect(found.onlyOwn == found.onlyOwn.sorted() && found.onlyHub == found.onlyHub.sorted())
        #expect((found.onlyHub + found.onlyOwn).allSatisfy(found.prefix.contains))
        #expect(own.isSuperset(of: found.onlyOwn) && own.isDisjoint(with: found.onlyHub))
        own = own.subtracting(found.onlyOwn).union(found.onlyHub)
      }
    }
  }

  @Test func `a search finds exactly what the sides differ in, whether by symbols or by lists`() {
    forAll { (random: inout SplitMix64) in
      let sides = TwoSides(&random, both: random.oneOf([0, 20, 150]), only: random.oneOf([0, 1, 3, 20]))
      var (own, hub) = (Set(sides.ours), PlayedHub(marks: Set(sides.theirs)))
      try search(&own, &hub, depth: Int(random.number(0...1))) { _ in
        random.flag() ? Int(random.number(1...16)) : .max
      }
      return own == hub.marks
    }
  }

  @Test func `what an interrupted search found need not be looked for again`() throws {
    var random = SplitMix64(seed: 5)
    let sides = TwoSides(&random, both: 20_000, onlyTheirs: 150, onlyOurs: 100)
    var (own, hub) = (Set(sides.ours), PlayedHub(marks: Set(sides.theirs)))
    var left = [own.symmetricDifference(hub.marks).count]
    while own != hub.marks, left.count < 50 {
      try search(&own, &hub, depth: 2, rounds: 3 + left.count)
      left.append(own.symmetricDifference(hub.marks).count)
    }
    #expect(left.count > 2 && left.last == 0)
    #expect(zip(left, left.dropFirst()).allSatisfy { $1 <= $0 })
  }

  @Test func `rows of the hub that change meanwhile hold nothing up, and what stays different is found`() {
    forAll { (random: inout SplitMix64) in
      let sides = TwoSides(&random, both: 80, only: 6)
      var (own, hub) = (Set(sides.ours), PlayedHub(marks: Set(sides.theirs)))
      let start = (own: own, hub: hub.marks)
      var touched: Set<Mark> = []
      try search(&own, &hub, depth: Int(random.number(0...1))) { hub in
        for _ in 0..<random.number(0...2) {
          let (new, old) = (random.mark(), hub.marks.min())
          touched.formUnion([new] + (old.map { [$0] } ?? []))
          hub.marks.insert(new)
          if let old { hub.marks.remove(old) }
        }
        return .max
      }
      let wrong = own.symmetricDifference(start.hub).subtracting(touched)
      return wrong.isEmpty && hub.rounds < 60
    }
  }

  @Test func `symbols of rows that changed meanwhile are asked for again from the first`() throws {
    var random = SplitMix64(seed: 6)
    let sides = TwoSides(&random, both: 5_000, onlyTheirs: 100, onlyOurs: 100)
    var theirs = sides.theirs
    var search = PrefixSearch(.all, own: sides.ours, hubCount: UInt64(theirs.count))
    var asked: [Range<Int>] = []
    while let range = search.ask(expected: nil).symbols {
      asked.append(range)
      if asked.count == 2 { theirs[0] = random.mark() }
      guard
        case .found(let onlyHub, let onlyOwn) = try search.take(.symbols(SketchSymbols(of: theirs, range)))
      else { continue }
      #expect(Set(sides.ours).subtracting(onlyOwn).union(onlyHub) == Set(theirs))
      break
    }
    #expect(asked[1].lowerBound == asked[0].upperBound)
    #expect(asked[2] == 0..<asked[1].upperBound)
    #expect(zip(asked.dropFirst(2), asked.dropFirst(3)).allSatisfy { $0.upperBound == $1.lowerBound })
  }

  @Test func `a hub that answers nonsense ends the search soon, and has no row of ours taken for its own`() {
    forAll { (random: inout SplitMix64) in
      let sides = TwoSides(&random, both: 80, only: 6)
      let own = MarkSet(sides.ours)
      var hub = PlayedHub(marks: Set(sides.theirs))
      var search = DifferenceSearch(depth: Int(random.number(0...1)))
      while hub.rounds < 100, let request = search.request {
        var answer = try hub.answer(request)
        if case .prefixes(let parts) = answer {
          answer = .prefixes(parts.map { $0.disturbed(&random) })
        }
        guard let found = try? search.take(answer, own: own) else { return search.request == nil }
        let isOurs = found.allSatisfy {
          Set($0.onlyOwn).isSubset(of: sides.ours) && Set($0.onlyHub).isDisjoint(with: sides.ours)
        }
        guard isOurs else { return false }
      }
      return search.request == nil
    }
  }

  @Test func `an answer to another request ends the search`() throws {
    let own = MarkSet((0..<100).map { Mark($0 << 57) })
    let other = MarkSet((0..<100).map { Mark($0 << 57 + 1) })
    func refuses(_ depth: Int, _ answer: DifferenceAnswer) -> Bool {
      var search = DifferenceSearch(depth: depth)
      let fault = #expect(throws: DifferenceFault.self) { try search.take(answer, own: own) }
      return fault == .answerDoesNotFit && search.request == nil
    }
    #expect(refuses(1, .digests(other.digests(depth: 0))))
    #expect(refuses(1, .prefixes([])))
    for answer in [.marks([]), .symbols(SketchSymbols(of: [], 1..<4))] as [PrefixAnswer] {
      var search = DifferenceSearch(depth: 0)
      _ = try search.take(.digests(other.digests(depth: 0)), own: own)
      #expect(throws: DifferenceFault.answerDoesNotFit) { try search.take(.prefixes([answer]), own: own) }
    }
  }

  @Test func `the depth is the least at which a prefix holds 65,536 marks on average, up to a limit`() {
    for (count, depth) in [
      (0, 0), (65_536, 0), (65_537, 1), (1_000_000, 1), (1 << 20, 1), (10_000_000, 2), (1 << 24, 2),
      (1 << 28, 3), (1 << 40, 4), (.max, 4),
    ] as [(UInt64, Int)] {
      #expect(DifferenceSearch(ownCount: 0, hubCount: count).request == .digests(depth: depth), "\(count)")
    }
  }

  @Test func `a prefix with too many marks is refused, not loaded`() {
    struct Endless: MarkSource {
      func digests(depth: Int) -> PrefixDigests { PrefixDigests(depth: depth, of: []) }
      func marks(under prefix: MarkPrefix, limit: Int) -> [Mark] { (0..<UInt64(limit)).map(Mark.init) }
    }
    let request = DifferenceRequest.prefixes(depth: 0, [PrefixRequest(value: 0, symbols: nil)])
    #expect(throws: DifferenceFault.tooManyMarks(.all)) { try DifferenceAnswer(to: request, from: Endless()) }
  }

  @Test func `sides that differ in much are told by lists, and requests keep to a size`() throws {
    var random = SplitMix64(seed: 7)
    let sides = TwoSides(&random, both: 250_000, onlyTheirs: 200_000, onlyOurs: 0)
    var (own, hub) = (Set(sides.ours), PlayedHub(marks: Set(sides.theirs)))
    try search(&own, &hub, depth: DifferenceSearch.depth(of: 450_000))
    #expect(own == hub.marks)
    #expect(hub.bytes <= 450_000 * 8 && hub.bytes / hub.rounds <= Limits.differenceBytes + 4_096)
  }

  @Test func `finding differences in a quarter of a million rows takes 27 bytes each, few take 40 and 600`()
    throws
  {
    var random = SplitMix64(seed: 8)
    let sides = TwoSides(&random, both: 250_000, onlyTheirs: 0, onlyOurs: 0)
    for count in [0, 1, 100, 1_000, 10_000] {
      let changed = random.marks(count / 2)
      let own = Set(sides.ours.dropLast(count - changed.count) + changed)
      var (mended, hub) = (own, PlayedHub(marks: Set(sides.theirs)))
      try search(&mended, &hub, depth: 1)
      #expect(mended == hub.marks)
      #expect(hub.bytes <= (count < 1_000 ? 40 * count + 600 : 27 * count))
      print("\(count) of 250,000 differ: \(hub.bytes) bytes in \(hub.rounds) rounds")
    }
  }
}

extension PrefixAnswer {
  /// Some of what a hub could get wrong.
  fileprivate func disturbed(_ random: inout SplitMix64) -> PrefixAnswer {
    switch self {
    case .marks(let marks):
      return random.number(0...3) > 0 ? self : .marks((marks + [random.mark()]).sorted())
    case .symbols(let symbols):
      guard random.flag() else { return self }
      return .symbols(
        SketchSymbols(
          size: Int(random.number(0...3)) == 0 ? symbols.size + 1 : symbols.size, state: symbols.state,
          first: symbols.first, symbols: symbols.symbols.map { random.flag() ? $0 : random.garbage($0) }))
    }
  }
}
