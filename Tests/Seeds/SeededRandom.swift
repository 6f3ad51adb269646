import Synchronization

/// A small generator whose whole future follows from its seed. Source: Steele, Lea, Flood,
/// "Fast Splittable Pseudorandom Number Generators", 2014.
public struct SplitMix64: RandomNumberGenerator, Sendable {
  private var state: UInt64

  public init(seed: UInt64) { state = seed }

  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    return mixed ^ mixed >> 31
  }
}

/// The same, for many threads: what a hub or an agent is given as its randomness.
public final class SeededSource: Sendable {
  private let random: Mutex<SplitMix64>

  public init(seed: UInt64) { random = Mutex(SplitMix64(seed: seed)) }

  public func next() -> UInt64 { random.withLock { $0.next() } }
}
