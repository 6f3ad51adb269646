import SyncProtocol

/// One change of a member's growth value 成长值变动: a fact. Growth value is never spent and never lapses by
/// itself; a tier scheme counts it by months.
public struct GrowthMovement: Hashable, Sendable {
  /// The raw values are stored and never change.
  public enum Kind: String, CaseIterable, Hashable, Sendable, Codable {
    /// Earned by a sale 获得.
    case earn
    /// Taken back with a return 退回.
    case takeBack
  }

  public let id: MovementID
  public let kind: Kind
  /// Growth value; negative for what is taken back.
  public let growth: Int64
  public let businessTime: Timestamp
  /// Id of the sale or return behind it, as bytes.
  public let cause: [UInt8]?

  public init(
    id: MovementID, kind: Kind, growth: Int64, businessTime: Timestamp, cause: [UInt8]? = nil
  ) {
    self.id = id
    self.kind = kind
    self.growth = growth
    self.businessTime = businessTime
    self.cause = cause
  }

  /// What is wrong with it by itself; nil when it may be recorded.
  public var fault: MovementFault? {
    if growth.magnitude > UInt64(Limits.movementPoints) { return .overLimit }
    return (kind == .earn ? growth > 0 : growth < 0) ? nil : .wrongSign
  }
}

/// A person's growth value: the sum of its movements, in any order of arrival (law P1).
public struct GrowthLedger: Hashable, Sendable {
  public enum Outcome: Hashable, Sendable {
    case recorded
    /// The same movement is here already; nothing changed (law P3).
    case known
    /// Another movement has this id, and stands (law P3); nothing changed.
    case conflict(stands: GrowthMovement)
    case refused(MovementFault)
  }

  public private(set) var movements: [MovementID: GrowthMovement] = [:]
  public private(set) var growth: Int64 = 0

  public init() {}

  public mutating func record(_ movement: GrowthMovement) -> Outcome {
    if let fault = movement.fault { return .refused(fault) }
    if let stands = movements[movement.id] {
      return stands == movement ? .known : .conflict(stands: stands)
    }
    movements[movement.id] = movement
    growth += movement.growth
    return .recorded
  }

  /// What each month came to, for the member's `MetricHistory`: what is taken back counts in the month of the
  /// return.
  public func months(utcOffsetMinutes: Int) -> [MonthSum] {
    var sums: [Int32: Int64] = [:]
    for movement in movements.values {
      let day = movement.businessTime.day(utcOffsetMinutes: utcOffsetMinutes)
      sums[MonthSum.month(of: day), default: 0] += movement.growth
    }
    return sums.sorted { $0.key < $1.key }.map {
      MonthSum(month: $0.key, spend: .zero, grossSpend: .zero, count: 0, growth: $0.value)
    }
  }
}
