/// One coded symbol of a sketch: what the marks that fall on it come to.
///
/// A sketch 差异编码 is an endless row of symbols that stands for a set of marks. Each mark falls on symbol 0 and
/// on symbol i with probability 1/(1 + i/2). The difference of two sides' symbols is the sketch of the marks
/// that only one of them has, and d such marks can be read from about its first 1.4 d symbols, however large
/// the sets are. Source: Yang, Gilad, Alizadeh, "Practical Rateless Set Reconciliation", SIGCOMM 2024.
public struct SketchSymbol: Hashable, Sendable {
  /// The marks' exclusive or.
  public var sum: UInt64
  /// Their checks' exclusive or.
  public var check: UInt32
  /// How many; in a difference, theirs less ours.
  public var count: Int32

  public static let empty = SketchSymbol(sum: 0, check: 0, count: 0)

  public init(sum: UInt64, check: UInt32, count: Int32) {
    self.sum = sum
    self.check = check
    self.count = count
  }

  /// Puts a mark in, or with −1 takes it out. Counts wrap: what a broken peer sends must not stop anything.
  @inline(__always)
  mutating func add(_ mark: Mark, check markCheck: UInt32, _ times: Int32 = 1) {
    sum ^= mark.number
    check ^= markCheck
    count &+= times
  }

  mutating func subtract(_ other: SketchSymbol) {
    sum ^= other.sum
    check ^= other.check
    count &-= other.count
  }

  /// The one mark left in it, if there is one.
  var onlyMark: Mark? {
    guard count == 1 || count == -1, Mark(sum).check == check else { return nil }
    return Mark(sum)
  }

  /// How many of so many marks are expected on symbol `index`: size/(1 + index/2), rounded half up.
  static func expected(_ index: Int, of size: Int) -> Int64 {
    Int64((4 * size + index + 2) / (2 * index + 4))
  }
}
