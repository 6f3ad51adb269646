import SyncProtocol

extension Limits {
  /// Days of grace for points that come back after their lot has expired: a year.
  public static let graceDays = 366
  /// Days before the end at which members are told, at most: a year.
  public static let expiryNoticeDays = 366
  /// Notices about the end of the same points: more would be a nuisance.
  public static let expiryNotices = 5
}

extension Rulebook {
  /// Everything wrong with what the document says about returned and expiring points.
  func pointsFaults() -> [RulebookFault] {
    var faults: [RulebookFault] = []
    if case .grace(let days) = points.restore, !(1...Limits.graceDays).contains(days) {
      faults.append(RulebookFault(path: "points.restore.days", reason: "is from 1 to \(Limits.graceDays)"))
    }
    if case .debtUpTo(let limit) = points.shortage, !(0...Limits.movementPoints).contains(limit.count) {
      faults.append(
        RulebookFault(path: "points.shortage.limit", reason: "is from 0 to \(Limits.movementPoints)"))
    }
    let days = expiryNoticeDays
    if days.count > Limits.expiryNotices {
      faults.append(RulebookFault(path: "expiryNoticeDays", reason: "has at most \(Limits.expiryNotices)"))
    }
    if Set(days).count < days.count {
      faults.append(RulebookFault(path: "expiryNoticeDays", reason: "names each number once"))
    }
    for (index, day) in days.enumerated() where !(1...Limits.expiryNoticeDays).contains(day) {
      faults.append(
        RulebookFault(
          path: "expiryNoticeDays[\(index)]", reason: "is from 1 to \(Limits.expiryNoticeDays)"))
    }
    return faults
  }
}
