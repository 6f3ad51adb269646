/// One side's marks of a partition, wherever they are kept. Every call sees one state of them; two calls may
/// see two.
public protocol MarkSource {
  func digests(depth: Int) throws -> PrefixDigests
  /// The marks under a prefix, each once, in any order; where there are more than `limit`, so many of them.
  func marks(under prefix: MarkPrefix, limit: Int) throws -> [Mark]
}

/// Marks in memory.
public struct MarkSet: MarkSource, Sendable {
  private let marks: [Mark]

  public init(_ marks: some Sequence<Mark>) { self.marks = Set(marks).sorted() }

  public func digests(depth: Int) -> PrefixDigests { PrefixDigests(depth: depth, of: marks) }

  public func marks(under prefix: MarkPrefix, limit: Int) -> [Mark] {
    let start = place { $0 < prefix.first }
    let end = place { $0 <= prefix.last }
    return Array(marks[start..<end].prefix(limit))
  }

  /// How many marks come before the first for which it is false.
  private func place(_ isBefore: (Mark) -> Bool) -> Int {
    var range = 0..<marks.count
    while !range.isEmpty {
      let middle = range.lowerBound + range.count / 2
      range = isBefore(marks[middle]) ? middle + 1..<range.upperBound : range.lowerBound..<middle
    }
    return range.lowerBound
  }
}
