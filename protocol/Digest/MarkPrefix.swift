/// The marks that begin with the same so many hexadecimal digits: a node of a tree with sixteen branches.
public struct MarkPrefix: Hashable, Sendable {
  public static let depths = 0...8
  /// How many digits.
  public let depth: Int
  /// The digits as a number.
  public let value: UInt64

  /// All marks.
  public static let all = MarkPrefix(depth: 0, of: Mark(0))

  /// Nil where there is no such prefix.
  public init?(depth: Int, value: UInt64) {
    guard Self.depths.contains(depth), value < 1 << (4 * depth) else { return nil }
    (self.depth, self.value) = (depth, value)
  }

  /// The one that the mark is under.
  public init(depth: Int, of mark: Mark) {
    precondition(Self.depths.contains(depth))
    self.depth = depth
    value = depth == 0 ? 0 : mark.number >> (64 - 4 * depth)
  }

  public var first: Mark { Mark(depth == 0 ? 0 : value << (64 - 4 * depth)) }
  public var last: Mark { Mark(first.number | .max >> (4 * depth)) }

  public func contains(_ mark: Mark) -> Bool { (first...last).contains(mark) }
}
