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
  var random: SplitMix64 { get set }
  init(_ random: SplitMix64)
}

extension RandomSamples {
  /// Evenly, but for a bias nobody sees; the standard library's is ten times slower without optimisation.
  public mutating func number(_ range: ClosedRange<Int64>) -> Int64 {
    let width = UInt64(range.upperBound - range.lowerBound) + 1
    return range.lowerBound + Int64(random.next().multipliedFullWidth(by: width).high)
  }

  public mutating func flag() -> Bool { random.next() >> 63 == 1 }
  public mutating func oneOf<T>(_ values: [T]) -> T { values[Int(number(0...Int64(values.count - 1)))] }
  public mutating func maybe<T>(_ make: (inout Self) -> T) -> T? { flag() ? make(&self) : nil }

  public mutating func list<T>(_ count: ClosedRange<Int64>, _ make: (inout Self) -> T) -> [T] {
    var values: [T] = []
    for _ in 0..<number(count) { values.append(make(&self)) }
    return values
  }
}

extension SplitMix64: RandomSamples {
  public var random: SplitMix64 {
    get { self }
    set { self = newValue }
  }

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
