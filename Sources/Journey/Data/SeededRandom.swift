import Foundation

/// Random numbers that are the same on every run for the same seed: xoshiro256**, filled by SplitMix64.
public struct SeededRandom: RandomNumberGenerator, Sendable {
  private var state: (UInt64, UInt64, UInt64, UInt64)

  public init(seed: UInt64) {
    // Neighbouring seeds differ in few bits; SplitMix64 spreads them, and never gives four zeros in a row.
    var mix = SplitMix64(state: seed)
    state = (mix.next(), mix.next(), mix.next(), mix.next())
  }

  /// An own stream for one purpose, so that drawing more for one thing does not change another.
  public init(seed: UInt64, stream: UInt64) {
    var mix = SplitMix64(state: stream)
    self.init(seed: seed ^ mix.next())
  }

  public mutating func next() -> UInt64 {
    let result = Self.rotate(state.1 &* 5, 7) &* 9
    let shifted = state.1 << 17
    state.2 ^= state.0
    state.3 ^= state.1
    state.1 ^= state.2
    state.0 ^= state.3
    state.2 ^= shifted
    state.3 = Self.rotate(state.3, 45)
    return result
  }

  private static func rotate(_ value: UInt64, _ count: UInt64) -> UInt64 {
    value << count | value >> (64 - count)
  }

  /// Uniform in 0..<1.
  public mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }

  public mutating func chance(_ probability: Double) -> Bool { unit() < probability }

  /// Uniform in 0..<bound; the bias for bounds of this size is far below what any test could see.
  public mutating func below(_ bound: Int) -> Int { Int(next().multipliedFullWidth(by: UInt64(bound)).high) }

  public mutating func normal() -> Double {
    (-2 * log(1 - unit())).squareRoot() * cos(2 * .pi * unit())
  }

  /// Exponential with mean 1.
  public mutating func exponential() -> Double { -log(1 - unit()) }

  /// Log-normal: half of the draws lie under `median`; `spread` is the deviation of the logarithm.
  public mutating func logNormal(median: Double, spread: Double) -> Double {
    median * exp(spread * normal())
  }
}

private struct SplitMix64 {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
