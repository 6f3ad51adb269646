import SyncProtocol

/// Which records are one person: aliases, each from a record to the one that stands for it (law I2).
struct Persons {
  private let aliases: [MemberID: MemberID]

  init(_ aliases: [MemberID: MemberID]) { self.aliases = aliases }

  /// The record that stands for the person. Aliases in a circle, which only a broken message brings, are one
  /// person, too.
  func person(_ member: MemberID) -> MemberID {
    var (record, seen) = (member, [member])
    while let next = aliases[record] {
      if let start = seen.firstIndex(of: next) { return seen[start...].min() ?? next }
      seen.append(next)
      record = next
    }
    return record
  }
}
