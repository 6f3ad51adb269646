/// What a store learns when it first speaks to the hub, and at every start.
public struct HelloResponse: Hashable, Sendable, Codable {
  public let protocolVersion: Int
  public let node: NodeID
  public let store: StoreCode
  /// Where the store's own members belong.
  public let region: String
  /// The regions that the store carries, sorted.
  public let regions: [String]
  /// Whether there are regions it does not carry, whose members it may meet.
  public let hasVisitors: Bool
  public let epoch: Int64
  public let logEpoch: Int64
  public let head: HubSeq
  /// How much of this node's journal the hub has, and its chain hash there (hexadecimal).
  public let receivedThrough: JournalSeq
  public let chainHash: String
  /// Keys of the chain (hexadecimal): of the phone index, and of row hashes.
  public let phoneIndexKey: String
  public let digestKey: String
  /// What the hub's rulebooks are signed with, as a public key (hexadecimal).
  public let rulebookKey: String
  public let hubTime: Timestamp

  public init(
    protocolVersion: Int, node: NodeID, store: StoreCode, region: String, regions: [String],
    hasVisitors: Bool, epoch: Int64, logEpoch: Int64, head: HubSeq,
    receivedThrough: JournalSeq, chainHash: String, phoneIndexKey: String, digestKey: String,
    rulebookKey: String, hubTime: Timestamp
  ) {
    self.protocolVersion = protocolVersion
    self.node = node
    self.store = store
    self.region = region
    self.regions = regions
    self.hasVisitors = hasVisitors
    self.epoch = epoch
    self.logEpoch = logEpoch
    self.head = head
    self.receivedThrough = receivedThrough
    self.chainHash = chainHash
    self.phoneIndexKey = phoneIndexKey
    self.digestKey = digestKey
    self.rulebookKey = rulebookKey
    self.hubTime = hubTime
  }

  /// The partitions that the store carries.
  public var shape: [Partition] {
    ([.own(node), .rulebook] + regions.map { .region($0) }).sorted()
  }
}

/// Entries of one node's journal, in order. `chainHash` is the chain after the last of them.
public struct PushRequest: Hashable, Sendable, Codable {
  public let epoch: Int64
  public let previousHash: ChainHash
  public let entries: [Entry]
  public let chainHash: ChainHash
  public let firstSeq: JournalSeq

  public init(
    epoch: Int64, firstSeq: JournalSeq, previousHash: ChainHash, entries: [Entry], chainHash: ChainHash
  ) {
    self.epoch = epoch
    self.firstSeq = firstSeq
    self.previousHash = previousHash
    self.entries = entries
    self.chainHash = chainHash
  }
}

/// What became of an entry at the hub.
public enum EntryOutcome: UInt8, Hashable, Sendable, Codable, CaseIterable {
  case accepted = 0
  case merged = 1
  case acceptedAsDebt = 2
  case compensated = 3
  case quarantined = 4
}

/// An entry's outcome where it is not plainly `accepted`.
public struct EntryResult: Hashable, Sendable, Codable {
  public let seq: JournalSeq
  public let outcome: EntryOutcome
  public let reason: String

  public init(seq: JournalSeq, outcome: EntryOutcome, reason: String) {
    self.seq = seq
    self.outcome = outcome
    self.reason = reason
  }
}

public struct PushResponse: Hashable, Sendable, Codable {
  public let receivedThrough: JournalSeq
  public let chainHash: ChainHash
  public let hubTime: Timestamp
  /// Of the pushed entries, those not plainly accepted; the same again when a push is repeated.
  public let results: [EntryResult]

  public init(receivedThrough: JournalSeq, chainHash: ChainHash, hubTime: Timestamp, results: [EntryResult]) {
    self.receivedThrough = receivedThrough
    self.chainHash = chainHash
    self.hubTime = hubTime
    self.results = results
  }
}

/// A sale as its store recorded it, with the returns there have been: for a store where its goods come back.
public struct KnownSale: Hashable, Sendable, Codable {
  public let sale: Sale
  public let returns: [SaleReturn]

  public init(sale: Sale, returns: [SaleReturn]) {
    self.sale = sale
    self.returns = returns
  }
}

/// A store asks for allowances while a customer waits; the answer is a page that brings them.
public struct ClaimRequest: Hashable, Sendable, Codable {
  public let cursor: Cursor
  public let points: [PointsClaim]
  public let coupons: [CouponID]
  /// How much of each the store would like to hold.
  public let allowances: [AllowanceUse]

  public init(
    cursor: Cursor, points: [PointsClaim], coupons: [CouponID], allowances: [AllowanceUse] = []
  ) {
    self.cursor = cursor
    self.points = points
    self.coupons = coupons
    self.allowances = allowances
  }
}

public struct PointsClaim: Hashable, Sendable, Codable {
  public let member: MemberID
  public let points: Points

  public init(member: MemberID, points: Points) {
    self.member = member
    self.points = points
  }
}

/// A store meets somebody whom it does not carry 外区会员; the answer is a page that brings their rows.
public struct IdentifyRequest: Hashable, Sendable, Codable {
  public enum Kind: UInt8, Hashable, Sendable, Codable, CaseIterable {
    case phoneKey = 1
    case card = 2
    case code = 3
    case member = 4
  }

  public let cursor: Cursor
  public let kind: Kind
  /// The key of a phone, a card in UTF-8, or the bytes of a code or id.
  public let value: [UInt8]

  public init(cursor: Cursor, kind: Kind, value: [UInt8]) {
    self.cursor = cursor
    self.kind = kind
    self.value = value
  }
}

/// Changes of the partitions a store carries, after `from` up to and including `to`.
public struct PullPage: Hashable, Sendable {
  public let logEpoch: Int64
  public let from: HubSeq
  public let to: HubSeq
  /// The hub's newest position; the store has caught up when `to` equals it.
  public let head: HubSeq
  public let hubTime: Timestamp
  public let sections: [PageSection]

  public init(
    logEpoch: Int64, from: HubSeq, to: HubSeq, head: HubSeq, hubTime: Timestamp, sections: [PageSection]
  ) {
    self.logEpoch = logEpoch
    self.from = from
    self.to = to
    self.head = head
    self.hubTime = hubTime
    self.sections = sections
  }
}

/// One partition's part of a page. `payload` is a zstd frame of `SectionBody`, encoded once for every store
/// that asks for the same range.
public struct PageSection: Hashable, Sendable {
  public let partition: Partition
  public let payload: [UInt8]

  public init(partition: Partition, payload: [UInt8]) {
    self.partition = partition
    self.payload = payload
  }
}

/// The rows of a partition that changed, each once, with the partition's digest after them.
public struct SectionBody: Hashable, Sendable, Codable {
  public let changes: [RowChange]
  public let digest: PartitionDigest

  public init(changes: [RowChange], digest: PartitionDigest) {
    self.changes = changes
    self.digest = digest
  }
}
