import Seeds
import ServerCore
import SyncProtocol
import Testing

struct Pushes {
  /// A journal of `count` entries, and its chain hash after each; the first hash is the one before any.
  private struct Chain {
    var entries: [Entry] = []
    var hashes = [ChainHash.empty]

    mutating func append(_ entry: Entry) {
      entries.append(entry)
      hashes.append(hashes[hashes.count - 1].extended(by: entry.canonicalBytes))
    }

    /// Entries after position `from` up to and including `to`.
    func push(_ from: Int, _ to: Int, epoch: Int64 = 1) -> PushRequest {
      PushRequest(
        epoch: epoch, firstSeq: JournalSeq(UInt64(from) + 1), previousHash: hashes[from],
        entries: Array(entries[from..<to]), chainHash: hashes[to])
    }

    func position(_ at: Int, epoch: Int64 = 1) -> JournalPosition {
      JournalPosition(epoch: epoch, received: JournalSeq(UInt64(at)), hash: hashes[at])
    }
  }

  private func chain(_ count: Int, _ samples: inout Samples) -> Chain {
    var chain = Chain()
    for seq in 0..<count { chain.append(samples.smallEntry(UInt64(seq) + 1)) }
    return chain
  }

  /// The same up to and including `shared`, different after it.
  private func fork(of original: Chain, after shared: Int, _ samples: inout Samples) -> Chain {
    var fork = Chain()
    for (index, entry) in original.entries.enumerated() {
      fork.append(index < shared ? entry : samples.smallEntry(UInt64(index) + 1))
    }
    return fork
  }

  private func fresh(_ push: PushRequest, at position: JournalPosition) throws(PushFault) -> [UInt64] {
    try PushCheck.newEntries(of: push, at: position).map(\.entry.seq.number)
  }

  private func fault(_ push: PushRequest, at position: JournalPosition) -> PushFault? {
    do {
      _ = try PushCheck.newEntries(of: push, at: position)
      return nil
    } catch { return error }
  }

  @Test func `new entries are taken, repeats are not, and of an overlap only what is new`() throws {
    var samples = Samples(SplitMix64(seed: 1))
    let chain = chain(6, &samples)
    #expect(try fresh(chain.push(0, 3), at: chain.position(0)) == [1, 2, 3])
    #expect(try fresh(chain.push(0, 3), at: chain.position(3)) == [])
    #expect(try fresh(chain.push(0, 2), at: chain.position(5)) == [])
    #expect(try fresh(chain.push(1, 6), at: chain.position(4)) == [5, 6])
    #expect(try fresh(chain.push(3, 3), at: chain.position(3)) == [])
    let taken = try PushCheck.newEntries(of: chain.push(1, 6), at: chain.position(4))
    #expect(taken.map(\.hash) == Array(chain.hashes[5...]))
    #expect(taken.map(\.entry) == Array(chain.entries[4...]))
  }

  @Test func `a push that leaves entries out is told where to begin`() {
    var samples = Samples(SplitMix64(seed: 2))
    let chain = chain(6, &samples)
    #expect(fault(chain.push(4, 6), at: chain.position(3)) == .gap(expected: JournalSeq(4)))
    #expect(fault(chain.push(1, 6), at: chain.position(0)) == .gap(expected: JournalSeq(1)))
  }

  @Test func `a push of another epoch is refused before anything else`() {
    var samples = Samples(SplitMix64(seed: 3))
    let chain = chain(6, &samples)
    #expect(fault(chain.push(5, 6, epoch: 1), at: chain.position(3, epoch: 2)) == .epochMismatch(expected: 2))
    #expect(fault(chain.push(3, 6, epoch: 3), at: chain.position(3, epoch: 2)) == .epochMismatch(expected: 2))
  }

  @Test func `a journal that went on differently from what the hub has is a fork`() {
    var samples = Samples(SplitMix64(seed: 4))
    let chain = chain(6, &samples)
    let other = fork(of: chain, after: 2, &samples)
    #expect(fault(other.push(4, 6), at: chain.position(4)) == .fork(at: JournalSeq(4)))
    #expect(fault(other.push(1, 6), at: chain.position(4)) == .fork(at: JournalSeq(4)))
    #expect(fault(other.push(3, 6), at: chain.position(4)) == .fork(at: JournalSeq(4)))
    #expect(fault(other.push(0, 4), at: chain.position(4)) == .fork(at: JournalSeq(4)))
    #expect(fault(other.push(2, 6), at: chain.position(2)) == nil)
  }

  @Test func `a journal that begins with something before it is a fork`() {
    var samples = Samples(SplitMix64(seed: 5))
    let chain = chain(3, &samples)
    let push = PushRequest(
      epoch: 1, firstSeq: JournalSeq(1), previousHash: chain.hashes[2], entries: chain.entries,
      chainHash: chain.hashes[3])
    #expect(fault(push, at: chain.position(0)) == .fork(at: .none))
  }

  @Test func `entries that do not give their chain hash are refused whole`() {
    forAll(2_000) { (samples: inout Samples) in
      let chain = chain(Int(samples.number(1...6)), &samples)
      let (count, at) = (chain.entries.count, Int(samples.number(0...Int64(chain.entries.count - 1))))
      var entries = chain.entries
      switch samples.number(0...2) {
      case 0:
        let place = Int(samples.number(Int64(at)...Int64(count - 1)))
        entries[place] = samples.smallEntry(entries[place].seq.number)
      case 1: entries.removeLast()
      default: entries.append(samples.smallEntry(UInt64(count) + 1))
      }
      if entries == chain.entries { return true }
      let push = PushRequest(
        epoch: 1, firstSeq: JournalSeq(1), previousHash: .empty, entries: entries,
        chainHash: chain.hashes[count])
      return fault(push, at: chain.position(at)) == .brokenChain
    }
  }

  @Test func `however a journal is cut, repeated and mixed up, each entry arrives once and in order`() {
    forAll(2_000) { (samples: inout Samples) in
      let chain = chain(Int(samples.number(1...12)), &samples)
      let count = Int64(chain.entries.count)
      var position = chain.position(0)
      var arrived: [Entry] = []
      for _ in 0..<200 where arrived.count < chain.entries.count {
        let from = samples.number(0...count)
        let push = chain.push(Int(from), Int(samples.number(from...count)))
        if UInt64(from) > position.received.number {
          guard fault(push, at: position) == .gap(expected: position.received.next) else { return false }
          continue
        }
        let fresh = try PushCheck.newEntries(of: push, at: position)
        arrived += fresh.map(\.entry)
        if let last = fresh.last {
          position = JournalPosition(epoch: 1, received: last.entry.seq, hash: last.hash)
        }
      }
      return arrived == Array(chain.entries.prefix(arrived.count))
        && position == chain.position(arrived.count)
    }
  }

  @Test func `nothing of a forked journal is ever taken once the hub is past the fork`() {
    forAll(3_000) { (samples: inout Samples) in
      let chain = chain(Int(samples.number(1...8)), &samples)
      let count = Int64(chain.entries.count)
      let shared = samples.number(0...count - 1)
      let other = fork(of: chain, after: Int(shared), &samples)
      let received = samples.number(shared...count)
      let from = samples.number(0...count)
      let push = other.push(Int(from), Int(samples.number(from...count)))
      let position = chain.position(Int(received))
      if position.hash == other.hashes[Int(received)] { return true }
      guard let fresh = try? PushCheck.newEntries(of: push, at: position) else { return true }
      return fresh.isEmpty
    }
  }
}
