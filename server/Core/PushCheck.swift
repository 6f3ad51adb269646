import SyncProtocol

/// What the hub knows of a node's journal.
public struct JournalPosition: Hashable, Sendable {
  public let epoch: Int64
  public let received: JournalSeq
  public let hash: ChainHash

  public init(epoch: Int64, received: JournalSeq, hash: ChainHash) {
    self.epoch = epoch
    self.received = received
    self.hash = hash
  }
}

public enum PushFault: Error, Hashable, Sendable {
  case epochMismatch(expected: Int64)
  /// Entries in between are missing; the store is to send from here.
  case gap(expected: JournalSeq)
  /// The same position with another content: the store's disk was restored or copied.
  case fork(at: JournalSeq)
  /// The entries do not give the chain hash that came with them.
  case brokenChain
}

/// Decides which entries of a push are new, and that they continue exactly what the hub has.
public enum PushCheck {
  /// The entries to apply, each with the chain hash after it; empty when all have been received before.
  public static func newEntries(
    of push: PushRequest, at position: JournalPosition
  ) throws(PushFault) -> [(entry: Entry, hash: ChainHash)] {
    guard push.epoch == position.epoch else { throw .epochMismatch(expected: position.epoch) }
    guard push.firstSeq <= position.received.next else { throw .gap(expected: position.received.next) }
    if push.firstSeq == position.received.next, push.previousHash != position.hash {
      throw .fork(at: position.received)
    }
    var hash = push.previousHash
    var fresh: [(entry: Entry, hash: ChainHash)] = []
    for entry in push.entries {
      hash = hash.extended(by: entry.canonicalBytes)
      if entry.seq == position.received, hash != position.hash { throw .fork(at: entry.seq) }
      if entry.seq > position.received { fresh.append((entry, hash)) }
    }
    guard hash == push.chainHash else { throw .brokenChain }
    return fresh
  }
}
