import Foundation
import Testing

public enum Seed {
  /// `PATRON_SEED=… swift test` repeats a run.
  public static let ofThisRun: UInt64 = {
    let given = ProcessInfo.processInfo.environment["PATRON_SEED"].flatMap { UInt64($0) }
    return given ?? UInt64.random(in: 1...UInt64(UInt32.max))
  }()
}

/// What a law is tried on: made anew for each case, from a generator of that case's own.
public protocol RandomSamples {
  init(_ random: SplitMix64)
}

extension SplitMix64: RandomSamples {
  public init(_ random: SplitMix64) { self = random }
}

/// Tries a law on many random cases and reports the first that breaks it.
public func forAll<S: RandomSamples>(
  _ cases: Int = 10_000, test: String = #function, at location: SourceLocation = #_sourceLocation,
  _ holds: (inout S) throws -> Bool
) {
  print("PATRON_SEED=\(Seed.ofThisRun): \(cases) cases of \(test)")
  for number in 0..<cases {
    var samples = S(SplitMix64(seed: Seed.ofThisRun &* 0x2545_F491_4F6C_DD1D &+ UInt64(number)))
    let outcome = Result { try holds(&samples) }
    if case .success(true) = outcome { continue }
    let why = if case .failure(let error) = outcome { "threw \(error)" } else { "does not hold" }
    Issue.record("case \(number) of PATRON_SEED=\(Seed.ofThisRun) \(why)", sourceLocation: location)
    return
  }
}
