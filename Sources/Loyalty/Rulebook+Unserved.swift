extension Rulebook {
  /// What the document may say but neither till nor hub acts on yet. Published, it would promise in vain, so
  /// it is refused like a fault.
  public func unserved() -> [RulebookFault] {
    let conditions = [
      ("earning", earning.map(\.when)), ("multipliers", multipliers.map(\.when)),
      ("bonuses", bonuses.map(\.when)), ("prices", prices.map(\.when)),
      ("promotions", promotions.map(\.when)), ("mall", programs.mall.map(\.when)),
      ("draws", programs.draws.map(\.when)),
    ]
    return conditions.flatMap { list, conditions in
      conditions.enumerated().filter { $0.element.segments != nil }.map {
        RulebookFault(path: "\(list)[\($0.offset)].when.segments", reason: "are not known at tills yet")
      }
    }
  }
}
