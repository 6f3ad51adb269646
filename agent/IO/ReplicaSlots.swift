import GRDB
import Storage
import SyncProtocol

/// Where each partition's rows stand in the file: every partition has a number there, its slot.
struct ReplicaSlots: Sendable {
  /// Partitions as they were when this was read.
  private(set) var slots: [Partition: Int]

  static let own = 1
  static let rulebook = 2
  private static let firstRegion = 3

  /// Slots of what may hold members: the regions, and last the store's own, where visitors are.
  var ofMembers: [Int] { slots.values.filter { $0 >= Self.firstRegion }.sorted() + [Self.own] }

  init(_ db: Database) throws {
    let rows = try db.rows("SELECT name, slot FROM partitions")
    slots = Dictionary(
      rows.map { (Partition($0[0]), Int($0[1] as Int64)) }, uniquingKeysWith: { first, _ in first })
  }

  /// A partition's slot; a new one where it has none yet.
  mutating func slot(of partition: Partition) -> Int {
    if let known = slots[partition] { return known }
    let slot =
      switch partition {
      case .rulebook: Self.rulebook
      case let other where other.isRegion: max(Self.firstRegion, (slots.values.max() ?? 0) + 1)
      default: Self.own
      }
    slots[partition] = slot
    return slot
  }

  /// The slots in which a row of this kind may stand, in the order in which to look.
  func slots(of kind: RowKind) -> [Int] {
    switch kind {
    case .position, .holding, .allowance, .result: [Self.own]
    case .rulebook: [Self.rulebook]
    default: ofMembers
    }
  }
}
