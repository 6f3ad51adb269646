import Synchronization
import SyncProtocol

/// A clock that a test sets. It starts in the morning of a working day, in China.
public final class TestClock: Sendable {
  public static let start: Int64 = 1_795_312_800_000  // 2026-11-22T10:00:00+08:00

  private let ms: Mutex<Int64>

  public init(_ ms: Int64 = TestClock.start) { self.ms = Mutex(ms) }

  public var nowMs: Int64 { ms.withLock { $0 } }
  public var now: Timestamp { Timestamp(ms: nowMs) }

  public func advance(ms step: Int64) { ms.withLock { $0 += step } }
  public func advance(minutes: Int64) { advance(ms: minutes * 60_000) }
  public func advance(days: Int64) { advance(ms: days * 86_400_000) }
}
