extension Rulebook {
  /// What the document may say but neither till nor hub acts on yet. Published, it would promise in vain, so
  /// it is refused like a fault.
  public func unserved() -> [RulebookFault] {
    var found: [RulebookFault] = []
    if tiers?.metric == .paid {
      found.append(RulebookFault(path: "tiers.metric", reason: "paid memberships are not sold at tills yet"))
    }
    for (index, level) in (tiers?.levels ?? []).enumerated() {
      for (place, benefit) in level.benefits.enumerated() {
        guard case .birthdayGift = benefit else { continue }
        found.append(
          RulebookFault(
            path: "tiers.levels[\(index)].benefits[\(place)]", reason: "birthday gifts are not given yet"))
      }
    }
    let conditions = [
      ("earning", earning.map(\.when)), ("multipliers", multipliers.map(\.when)),
      ("bonuses", bonuses.map(\.when)), ("prices", prices.map(\.when)),
      ("promotions", promotions.map(\.when)),
    ]
    for (list, conditions) in conditions {
      for (index, condition) in conditions.enumerated() where condition.segments != nil {
        found.append(
          RulebookFault(path: "\(list)[\(index)].when.segments", reason: "are not known at tills yet"))
      }
    }
    return found + programs.unserved()
  }
}
