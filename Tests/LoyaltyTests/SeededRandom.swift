import Foundation
import Testing

/// A small generator whose whole future follows from its seed. Source: Steele, Lea, Flood,
/// "Fast Splittable Pseudorandom Number Generators", 2014.
struct SplitMix64: RandomNumberGenerator {
  private var state: UInt64
  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    return mixed ^ mixed >> 31
  }
}

enum Seed {
  /// `PATRON_SEED=… swift test` repeats a run.
  static let ofThisRun: UInt64 = {
    let given = ProcessInfo.processInfo.environment["PATRON_SEED"].flatMap { UInt64($0) }
    return given ?? UInt64.random(in: 1...UInt64(UInt32.max))
  }()
}

/// Tries a law on many random cases, each with samples of its own, and reports the first that breaks it.
func forAll(
  _ cases: Int = 10_000, test: String = #function, at location: SourceLocation = #_sourceLocation,
  _ holds: (inout Samples) throws -> Bool
) {
  print("PATRON_SEED=\(Seed.ofThisRun): \(cases) cases of \(test)")
  for number in 0..<cases {
    var samples = Samples(
      SplitMix64(seed: Seed.ofThisRun &* 0x2545_F491_4F6C_DD1D &+ UInt64(number)))
    let outcome = Result { try holds(&samples) }
    if case .success(true) = outcome { continue }
    let why = if case .failure(let error) = outcome { "threw \(error)" } else { "does not hold" }
    Issue.record("case \(number) of PATRON_SEED=\(Seed.ofThisRun) \(why)", sourceLocation: location)
    return
  }
}
