import SyncProtocol

/// One person's points 积分账: the movements of all their records, and what they come to. A set of facts, so
/// any order of arrival, repeats and merges give the same ledger (law P1).
///
/// A lot is never used beyond what was added to it (law P2). A movement that would do so is kept and counts
/// for nothing until points that cover it arrive. Where not all fit, they are counted by business time, then
/// by id, and those that do not fit are left out; so which ones count does not depend on arrival either.
public struct MemberLedger: Hashable, Sendable {
  /// What came of a movement.
  public enum Outcome: Hashable, Sendable {
    case recorded
    /// Recorded, and counts for nothing yet: its lot has not so many points.
    case uncovered
    /// The same movement is here already; nothing changed (law P3).
    case known
    /// Another movement has this id, and stands (law P3); nothing changed.
    case conflict(stands: Movement)
    case refused(MovementFault)
  }

  /// One lot and what became of it, in points.
  public struct Lot: Hashable, Sendable {
    public let owner: MemberID
    public let key: LotKey
    public let added: Points
    public let used: Points

    public var remainder: Points { added - used }
  }

  private struct OwnedLot: Hashable {
    let owner: MemberID
    let key: LotKey
  }

  /// Sums over all movements of a lot, covered or not.
  private struct Sums: Hashable {
    var added = Points.zero
    var wanted = Points.zero
  }

  public private(set) var movements: [MovementID: Movement] = [:]
  private var sums: [OwnedLot: Sums] = [:]
  private var debtSum = Points.zero

  public init() {}

  /// Movements that cannot be recorded are left out.
  public init(_ movements: some Sequence<Movement>) {
    for movement in movements { _ = record(movement) }
  }

  public mutating func record(_ movement: Movement) -> Outcome {
    if let fault = movement.fault { return .refused(fault) }
    if let stands = movements[movement.id] {
      return stands == movement ? .known : .conflict(stands: stands)
    }
    movements[movement.id] = movement
    debtSum += movement.debt
    guard movement.points != .zero else { return .recorded }
    let lot = OwnedLot(owner: movement.owner, key: movement.lot)
    if movement.points > .zero {
      sums[lot, default: Sums()].added += movement.points
      return .recorded
    }
    sums[lot, default: Sums()].wanted -= movement.points
    return uncovered.contains(movement) ? .uncovered : .recorded
  }

  /// Takes over what the other knows; the answer is its movements whose ids stand for others here.
  public mutating func merge(_ other: MemberLedger) -> [Movement] {
    var conflicts: [Movement] = []
    for movement in other.movements.values {
      if case .conflict = record(movement) { conflicts.append(movement) }
    }
    return conflicts.sorted { $0.id < $1.id }
  }

  /// Movements that count for nothing, because their lots have not so many points; in business time.
  public var uncovered: [Movement] {
    var left = sums.filter { $0.value.wanted > $0.value.added }.mapValues(\.added)
    if left.isEmpty { return [] }
    let uses = movements.values.filter {
      $0.points < .zero && left[OwnedLot(owner: $0.owner, key: $0.lot)] != nil
    }
    return uses.sorted(by: Movement.isBefore).filter { use in
      let lot = OwnedLot(owner: use.owner, key: use.lot)
      let rest = left[lot, default: .zero] + use.points
      if rest >= .zero { left[lot] = rest }
      return rest < .zero
    }
  }

  /// Movements that count, in business time.
  public var counted: [Movement] {
    let without = Set(uncovered.map(\.id))
    return movements.values.filter { !without.contains($0.id) }.sorted(by: Movement.isBefore)
  }

  /// Every lot that points were added to, in spend order (law P4).
  public var lots: [Lot] {
    var uncoveredPoints: [OwnedLot: Points] = [:]
    for use in uncovered {
      uncoveredPoints[OwnedLot(owner: use.owner, key: use.lot), default: .zero] -= use.points
    }
    return sums.compactMap { lot, sums in
      let used = sums.wanted - uncoveredPoints[lot, default: .zero]
      return sums.added == .zero ? nil : Lot(owner: lot.owner, key: lot.key, added: sums.added, used: used)
    }.sorted { ($0.key, $0.owner) < ($1.key, $1.owner) }
  }

  /// Points owed 欠积分.
  public var debt: Points { uncovered.reduce(debtSum) { $0 - $1.debt } }

  /// What is left of each lot, in spend order.
  public var remainders: [LotAmount] {
    lots.filter { $0.remainder > .zero }.map {
      LotAmount(owner: $0.owner, lot: $0.key, points: $0.remainder)
    }
  }

  /// What may be spent 可用积分, less debt (law P1); negative while more is owed.
  public func available(on day: Day) -> Points {
    remainders.reduce(.zero - debt) { $1.lot.isActive(on: day) ? $0 + $1.points : $0 }
  }

  /// What may not be spent yet 冻结积分.
  public func pending(on day: Day) -> Points {
    remainders.reduce(.zero) { $1.lot.isPending(on: day) ? $0 + $1.points : $0 }
  }

  /// What was not spent in time 过期积分.
  public func expired(on day: Day) -> Points {
    remainders.reduce(.zero) { $1.lot.expiresOn <= day ? $0 + $1.points : $0 }
  }

  /// The ledger as it was after a business day, as far as is known today.
  public func through(_ day: Day, utcOffsetMinutes: Int) -> MemberLedger {
    MemberLedger(
      movements.values.filter { $0.businessTime.day(utcOffsetMinutes: utcOffsetMinutes) <= day })
  }
}

extension Movement {
  /// Business time, then id: the same on every node.
  static func isBefore(_ a: Movement, _ b: Movement) -> Bool {
    (a.businessTime, a.id) < (b.businessTime, b.id)
  }
}

extension LotKey {
  /// Not to be spent yet on this day.
  public func isPending(on day: Day) -> Bool { day < availableFrom && day < expiresOn }
}
