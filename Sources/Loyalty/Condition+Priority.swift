import SyncProtocol

// What priority 优先购 asks of conditions.
extension Condition {
  /// Whether it leaves out no member for who they are, or for where they order.
  var isForEveryMember: Bool {
    tiers == nil && segments == nil && stores == nil && channels == nil && (who == nil || who == .member)
  }

  /// Whether it never holds where `other` does not: all that restricts the other restricts it as well.
  func isWithin(_ other: Condition) -> Bool {
    func isSubset<T: Hashable>(_ mine: [T]?, _ theirs: [T]?) -> Bool {
      guard let theirs else { return true }
      return mine.map { Set($0).isSubset(of: theirs) } ?? false
    }
    if let begin = other.from { guard let from, from >= begin else { return false } }
    if let end = other.until { guard let until, until <= end else { return false } }
    if let hours = other.hours { guard hours == self.hours else { return false } }
    if let who = other.who { guard who == self.who else { return false } }
    return isSubset(weekdays, other.weekdays) && isSubset(monthDays, other.monthDays)
      && isSubset(stores, other.stores) && isSubset(channels, other.channels)
      && isSubset(tiers, other.tiers) && isSubset(segments, other.segments)
  }

  /// The same among members, each of whom is one.
  var amongMembers: Condition {
    var same = self
    if who == .member { same.who = nil }
    return same
  }

  /// What waiting for its first moment, its days and its hours does not change.
  var lasting: Condition {
    Condition(until: until, stores: stores, channels: channels, who: who, tiers: tiers, segments: segments)
  }
}
