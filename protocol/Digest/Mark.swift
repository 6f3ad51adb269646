/// A row's short fingerprint 行标记: the first 64 bits of its keyed hash. Sides that compare their rows speak of
/// marks.
public struct Mark: Hashable, Comparable, Sendable {
  public let number: UInt64

  public init(_ number: UInt64) { self.number = number }

  /// Of a row's hash.
  public init(hash: UInt128) { number = UInt64(truncatingIfNeeded: hash >> 64) }

  public static func < (a: Mark, b: Mark) -> Bool { a.number < b.number }

  /// 64 bits that look random and follow from the mark and a step from 1. Step 1 gives the check, the others
  /// lead through a sketch. Source: SplitMix64 (Steele, Lea, Flood, 2014), seeded with the mark.
  @inline(__always)
  func word(_ step: UInt32) -> UInt64 {
    var mixed = number &+ UInt64(step) &* 0x9E37_79B9_7F4A_7C15
    mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    return mixed ^ mixed >> 31
  }

  /// What tells a symbol with one mark left from one with several.
  @inline(__always)
  var check: UInt32 { UInt32(truncatingIfNeeded: word(1) >> 32) }
}
