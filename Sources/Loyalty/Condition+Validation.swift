import SyncProtocol

extension Condition {
  /// Everything wrong with the condition that stands at `path` of a document. `tiers` are the ids there are;
  /// nil leaves their names unchecked.
  public func faults(path: String, tiers known: Set<String>? = nil) -> [RulebookFault] {
    var faults: [RulebookFault] = []
    func require(_ holds: Bool, _ field: String, _ reason: String) {
      if !holds { faults.append(RulebookFault(path: "\(path).\(field)", reason: reason)) }
    }
    if let from, let until { require(from < until, "until", "is after from") }
    let lists: [(String, isEmpty: Bool?)] = [
      ("weekdays", weekdays?.isEmpty), ("monthDays", monthDays?.isEmpty), ("stores", stores?.isEmpty),
      ("channels", channels?.isEmpty), ("tiers", tiers?.isEmpty), ("segments", segments?.isEmpty),
    ]
    for (field, isEmpty) in lists { require(isEmpty != true, field, "name at least one, or are left out") }
    require(weekdays?.allSatisfy { (1...7).contains($0) } ?? true, "weekdays", "are from 1 to 7")
    require(monthDays?.allSatisfy { (1...31).contains($0) } ?? true, "monthDays", "are from 1 to 31")
    if let hours {
      require(
        (0..<1_440).contains(hours.from) && (0...1_440).contains(hours.until), "hours",
        "are from 00:00 to 24:00")
      require(hours.from != hours.until, "hours", "begin and end at different times")
    }
    for (field, names) in [
      ("stores", stores), ("channels", channels), ("tiers", tiers), ("segments", segments),
    ] {
      require(
        names?.allSatisfy { (1...Limits.tokenLength).contains($0.utf8.count) } ?? true, field,
        "have names of 1 to \(Limits.tokenLength) bytes")
    }
    require(
      segments?.allSatisfy { !MemberClass.reserves($0) || MemberClass(segment: $0) != nil } ?? true,
      "segments", "name a class that there is after class/")
    if let known, let tiers {
      require(tiers.allSatisfy { known.contains($0) }, "tiers", "are tiers of this rulebook")
    }
    return faults
  }
}
