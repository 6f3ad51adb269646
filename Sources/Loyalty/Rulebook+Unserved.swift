extension Rulebook {
  /// What the document may say but neither till nor hub acts on yet. Published, it would promise in vain, so
  /// it is refused like a fault.
  public func unserved() -> [RulebookFault] {
    var found: [RulebookFault] = []
    if earningCaps.perMemberDay != nil {
      found.append(RulebookFault(path: "earningCaps.perMemberDay", reason: "is not counted at tills yet"))
    }
    let currencies =
      [("earning", earning.map(\.currency)), ("multipliers", multipliers.map(\.currency))]
      + [("bonuses", bonuses.map(\.currency))]
    for (list, currencies) in currencies {
      for (index, currency) in currencies.enumerated() where currency == .growth {
        found.append(
          RulebookFault(path: "\(list)[\(index)].currency", reason: "growth is not kept at headquarters yet"))
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
