import Foundation

/// A store's search for the rows of a partition in which it differs from the hub 查找差异. It says what to ask,
/// takes the answer, and tells prefix by prefix what it found; the caller carries requests and answers, and
/// mends what was found whenever it likes.
public struct DifferenceSearch: Sendable {
  /// What one prefix was found to differ in, ascending. A row that changed is in both: under its old mark
  /// here, under its new one at the hub.
  public struct Found: Hashable, Sendable {
    public let prefix: MarkPrefix
    public let onlyHub: [Mark]
    public let onlyOwn: [Mark]
  }

  /// What to ask next; none when all is found.
  public private(set) var request: DifferenceRequest?
  private let depth: Int
  /// Unequal prefixes not begun yet, the last one first, with the hub's count.
  private var waiting: [(prefix: MarkPrefix, hubCount: UInt64)] = []
  private var open: [PrefixSearch] = []
  /// What the prefixes that are done told of how much the others differ.
  private var spread = SketchSpread()

  /// The counts of the whole partition; if they are a little old it does no harm.
  public init(ownCount: UInt64, hubCount: UInt64) {
    self.init(depth: Self.depth(of: max(ownCount, hubCount)))
  }

  init(depth: Int) {
    self.depth = depth
    request = .digests(depth: depth)
  }

  /// The least depth at which a prefix holds at most `Limits.sketchRows` on average.
  static func depth(of count: UInt64) -> Int {
    (0..<Limits.digestDepth).first { count >> (4 * $0) <= UInt64(Limits.sketchRows) } ?? Limits.digestDepth
  }

  /// Takes the answer to `request`, and says what it found with it. A fault ends the search: what it found
  /// before stands.
  public mutating func take(_ answer: DifferenceAnswer, own: some MarkSource) throws -> [Found] {
    let asked = request
    request = nil
    var found: [Found] = []
    switch (asked, answer) {
    case (.digests, .digests(let theirs)) where theirs.depth == depth:
      compare(try own.digests(depth: depth), theirs)
    case (.prefixes(_, let asked), .prefixes(let parts)) where (1...asked.count).contains(parts.count):
      found = try take(parts, asked)
    default: throw DifferenceFault.answerDoesNotFit
    }
    try ask(own)
    return found
  }

  private mutating func compare(_ ours: PrefixDigests, _ theirs: PrefixDigests) {
    for (value, (our, their)) in zip(ours.digests, theirs.digests).enumerated().reversed() where our != their
    {
      guard let prefix = MarkPrefix(depth: depth, value: UInt64(value)) else { continue }
      waiting.append((prefix, their.count))
    }
    // Marks fall on prefixes by chance: where so many of them are still equal, so many fell on each.
    let (all, unequal) = (Double(ours.digests.count), Double(max(waiting.count, 1)))
    spread = SketchSpread(marks: -log(max(all - unequal, 0.5) / all) * all / unequal)
  }

  private mutating func take(_ parts: [PrefixAnswer], _ asked: [PrefixRequest]) throws -> [Found] {
    var all: [Found] = []
    for (part, one) in zip(parts, asked) {
      guard let place = open.firstIndex(where: { $0.prefix.value == one.value }) else { continue }
      guard case .found(let onlyHub, let onlyOwn) = try open[place].take(part) else { continue }
      all.append(Found(prefix: open[place].prefix, onlyHub: onlyHub, onlyOwn: onlyOwn))
      spread.add(open[place].spread)
      open.remove(at: place)
    }
    return all
  }

  private mutating func ask(_ own: some MarkSource) throws {
    while open.count < Limits.sketchPrefixes, let (prefix, hubCount) = waiting.popLast() {
      open.append(PrefixSearch(prefix, own: try own.allMarks(under: prefix), hubCount: hubCount))
    }
    let expected = open.reduce(into: spread) { $0.add($1.spread) }.marks
    var room = Limits.differenceBytes
    var asked: [PrefixRequest] = []
    for place in open.indices {
      let one = open[place].ask(expected: expected)
      let bytes = open[place].answerBytes
      guard asked.isEmpty || bytes <= room else { continue }
      room -= bytes
      asked.append(one)
    }
    request = asked.isEmpty ? nil : .prefixes(depth: depth, asked)
  }
}
