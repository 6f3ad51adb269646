extension Programs {
  /// Sections that neither till nor hub acts on yet. One that is served leaves this list.
  func unserved() -> [RulebookFault] {
    let sections = [
      ("mall", !mall.isEmpty), ("checkIns", checkIns != nil), ("referral", referral != nil),
      ("gifts", gifts != nil), ("memberships", !memberships.isEmpty), ("activities", !activities.isEmpty),
      ("draws", !draws.isEmpty),
    ]
    return sections.filter(\.1).map { RulebookFault(path: $0.0, reason: "is not served yet") }
  }
}
