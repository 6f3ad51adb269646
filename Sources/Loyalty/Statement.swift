import SyncProtocol

/// One line of a member's statement 积分明细: what changed the points they may spend, and what was left then.
public struct StatementLine: Hashable, Sendable {
  public enum Event: Hashable, Sendable {
    case movement(Movement)
    /// Pending points that may be spent from this day on. Follows from the lot.
    case activated(LotAmount)
    /// Points whose last day was the day before. Follows from the lot.
    case expired(LotAmount)
  }

  public let day: Day
  public let event: Event
  /// Change of the available points. Nothing where points are pending or have expired, and where points pay
  /// a debt.
  public let points: Points
  /// Available points after it, less debt.
  public let balance: Points
}

extension MemberLedger {
  /// Every line up to a day, the oldest first; the last balance is what is available on that day. A movement
  /// whose business day is still to come, by a till's wrong clock, stands on the last day.
  public func statement(through day: Day, utcOffsetMinutes: Int) -> [StatementLine] {
    var remainders: [LotOfOwner: Points] = [:]
    var lines: [StatementLine] = []
    var balance = Points.zero
    func add(_ event: StatementLine.Event, on day: Day, _ change: Points) {
      balance += change
      lines.append(StatementLine(day: day, event: event, points: change, balance: balance))
    }
    for entry in statementEntries(through: day, utcOffsetMinutes: utcOffsetMinutes) {
      switch entry.what {
      case .ends(let lot):
        let left = remainders[lot, default: .zero]
        if left != .zero { add(.expired(lot.amount(left)), on: entry.day, .zero - left) }
      case .begins(let lot):
        let left = remainders[lot, default: .zero]
        if left != .zero { add(.activated(lot.amount(left)), on: entry.day, left) }
      case .moves(let movement):
        remainders[LotOfOwner(owner: movement.owner, lot: movement.lot), default: .zero] += movement.points
        let spendable = movement.lot.isActive(on: entry.day) ? movement.points : .zero
        add(.movement(movement), on: entry.day, spendable - movement.debt)
      }
    }
    return lines
  }

  private func statementEntries(through day: Day, utcOffsetMinutes: Int) -> [StatementEntry] {
    var entries: [StatementEntry] = []
    var seen: Set<LotOfOwner> = []
    for movement in counted {
      let business = movement.businessTime.day(utcOffsetMinutes: utcOffsetMinutes)
      entries.append(StatementEntry(day: min(business, day), what: .moves(movement)))
      let lot = LotOfOwner(owner: movement.owner, lot: movement.lot)
      // A lot that ends before it begins is never active.
      guard movement.points != .zero, lot.lot.availableFrom < lot.lot.expiresOn, seen.insert(lot).inserted
      else { continue }
      entries.append(StatementEntry(day: lot.lot.availableFrom, what: .begins(lot)))
      entries.append(StatementEntry(day: lot.lot.expiresOn, what: .ends(lot)))
    }
    // Movements are in order of business time already, which their place keeps.
    return entries.filter { $0.day <= day }.enumerated().sorted { a, b in
      (a.element.day, a.element.rank, a.offset) < (b.element.day, b.element.rank, b.offset)
    }.map(\.element)
  }
}

private struct LotOfOwner: Hashable {
  let owner: MemberID
  let lot: LotKey

  func amount(_ points: Points) -> LotAmount { LotAmount(owner: owner, lot: lot, points: points) }
}

private struct StatementEntry {
  enum What {
    case ends(LotOfOwner)
    case begins(LotOfOwner)
    case moves(Movement)
  }

  let day: Day
  let what: What

  /// A day begins with what expired, then what may be spent from now on.
  var rank: Int {
    switch what {
    case .ends: 0
    case .begins: 1
    case .moves: 2
    }
  }
}
