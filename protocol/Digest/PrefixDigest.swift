/// The fingerprint of the marks under one prefix: how many, and their sum modulo 2⁶⁴.
public struct PrefixDigest: Hashable, Sendable {
  public private(set) var count: UInt64
  public private(set) var sum: UInt64

  public init(count: UInt64 = 0, sum: UInt64 = 0) {
    self.count = count
    self.sum = sum
  }

  public init(of marks: some Sequence<Mark>) {
    self.init()
    for mark in marks { add(mark) }
  }

  public mutating func add(_ mark: Mark) {
    count &+= 1
    sum &+= mark.number
  }

  public mutating func remove(_ mark: Mark) {
    count &-= 1
    sum &-= mark.number
  }
}

/// The digests of all prefixes of one depth, by rising value.
public struct PrefixDigests: Hashable, Sendable {
  public let depth: Int
  public private(set) var digests: [PrefixDigest]

  /// At most `Limits.digestDepth` deep. The marks may come in any order, one at a time.
  public init(depth: Int, of marks: some Sequence<Mark>) {
    precondition((0...Limits.digestDepth).contains(depth))
    self.depth = depth
    digests = [PrefixDigest](repeating: PrefixDigest(), count: 1 << (4 * depth))
    for mark in marks { add(mark) }
  }

  public mutating func add(_ mark: Mark) { digests[place(of: mark)].add(mark) }
  public mutating func remove(_ mark: Mark) { digests[place(of: mark)].remove(mark) }

  private func place(of mark: Mark) -> Int { Int(MarkPrefix(depth: depth, of: mark).value) }

  /// Nil unless there is one for each prefix of that depth.
  public init?(depth: Int, digests: [PrefixDigest]) {
    guard (0...Limits.digestDepth).contains(depth), digests.count == 1 << (4 * depth) else { return nil }
    (self.depth, self.digests) = (depth, digests)
  }
}
