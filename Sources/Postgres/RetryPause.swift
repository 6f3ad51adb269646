/// How long to wait before a server is tried again: twice as long each time, up to a bound.
public struct RetryPause: Sendable {
  private let firstMs: Int32
  private let longestMs: Int32
  private var currentMs: Int32

  public init(firstMs: Int32 = 100, longestMs: Int32 = 5_000) {
    self.firstMs = firstMs
    self.longestMs = longestMs
    currentMs = firstMs
  }

  mutating func next() -> Int32 {
    defer { currentMs = min(currentMs * 2, longestMs) }
    return currentMs
  }

  mutating func reset() { currentMs = firstMs }
}
