/// When to try the hub again: at once after success, with growing, scattered pauses after failure, so that
/// a thousand stores do not come back in the same second.
public struct SyncPacing: Sendable {
  public static let firstPauseMs: Int64 = 500
  public static let longestPauseMs: Int64 = 30_000

  public private(set) var failures = 0
  /// When the line was first found down; nil while it is up.
  public private(set) var downSinceMs: Int64?

  public init() {}

  public var isOnline: Bool { failures == 0 }

  public mutating func succeeded() {
    failures = 0
    downSinceMs = nil
  }

  /// Returns the pause before the next try; `random` scatters it between half and the whole.
  public mutating func failed(nowMs: Int64, random: UInt64) -> Int64 {
    failures = min(failures + 1, 16)
    downSinceMs = downSinceMs ?? nowMs
    let full = min(Self.longestPauseMs, Self.firstPauseMs << Int64(min(failures - 1, 10)))
    return full / 2 + Int64(random % UInt64(full / 2 + 1))
  }
}
