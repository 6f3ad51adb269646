/// A hybrid logical time: 48 bits of milliseconds, 16 bits of counter. Two nodes never write the same
/// (time, node), so the pair orders all writes. Source: Kulkarni et al., "Logical Physical Clocks", 2014.
public struct HybridTime: Hashable, Comparable, Sendable, Codable {
  public let packed: UInt64
  public init(packed: UInt64) { self.packed = packed }
  public init(ms: Int64, counter: UInt16 = 0) {
    packed = UInt64(min(max(0, ms), 0xFFFF_FFFF_FFFF)) << 16 | UInt64(counter)
  }
  public static let zero = HybridTime(packed: 0)
  /// No clock is believed beyond this (the year 6429), so that counting on from a time seen cannot overflow.
  public static let latest = HybridTime(packed: .max >> 1)
  public var ms: Int64 { Int64(packed >> 16) }
  public var timestamp: Timestamp { Timestamp(ms: ms) }
  public static func < (a: HybridTime, b: HybridTime) -> Bool { a.packed < b.packed }
  public init(from decoder: any Decoder) throws {
    packed = try decoder.singleValueContainer().decode(UInt64.self)
  }
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(packed)
  }
}

/// Gives out times that only go forward, whatever the physical clock does.
public struct HybridClock: Sendable {
  public private(set) var last: HybridTime
  public init(last: HybridTime = .zero) { self.last = last }

  /// The next time, at `physicalMs` or just after the last one given or seen.
  public mutating func tick(physicalMs: Int64) -> HybridTime {
    let physical = min(HybridTime(ms: physicalMs), .latest)
    last = physical > last ? physical : HybridTime(packed: last.packed + 1)
    return last
  }

  /// Never gives out a time at or before one that was seen elsewhere.
  public mutating func observe(_ seen: HybridTime) { last = max(last, min(seen, .latest)) }
}

/// A store's idea of now: its monotonic clock plus the offset learned at the last contact with the hub.
/// The wall clock of a shop computer is only believed until the first contact.
public struct LearnedTime: Sendable {
  public private(set) var offsetMs: Int64
  public private(set) var isLearned = false

  /// `wallMs` and `monotonicMs` read at the same instant, when the program starts.
  public init(wallMs: Int64, monotonicMs: Int64) { offsetMs = wallMs - monotonicMs }

  public func nowMs(monotonicMs: Int64) -> Int64 { monotonicMs + offsetMs }

  /// The hub said `hubMs` in an answer that took `roundTripMs`; half of that is taken as its age.
  public mutating func learn(hubMs: Int64, roundTripMs: Int64, monotonicMs: Int64) {
    let hubMs = min(max(0, hubMs), HybridTime.latest.ms)
    offsetMs = hubMs + roundTripMs / 2 - monotonicMs
    isLearned = true
  }
}
