import SyncProtocol

/// Points that are alike to the books 积分批次: those that may be spent from one month on and expire together.
public struct LiabilityCohort: Hashable, Comparable, Sendable {
  /// The first day of the month.
  public let month: Day
  /// The first day on which they are gone.
  public let expiresOn: Day

  public init(month: Day, expiresOn: Day) {
    self.month = month
    self.expiresOn = expiresOn
  }

  init(_ lot: LotKey) {
    self.init(month: Day.first(ofMonth: lot.availableFrom.monthNumber), expiresOn: lot.expiresOn)
  }

  public static func < (a: Self, b: Self) -> Bool {
    (a.expiresOn, a.month) < (b.expiresOn, b.month)
  }
}

/// What became of a cohort's points. All are counts of points, none negative but `adjusted`.
public struct LiabilityFigures: Hashable, Sendable {
  public internal(set) var issued = Points.zero
  public internal(set) var restored = Points.zero
  /// Up and down, summed.
  public internal(set) var adjusted = Points.zero
  public internal(set) var transferredIn = Points.zero
  public internal(set) var spent = Points.zero
  public internal(set) var clawedBack = Points.zero
  public internal(set) var settled = Points.zero
  public internal(set) var transferredOut = Points.zero
  public internal(set) var expired = Points.zero

  public init() {}

  /// What members may spend, now or later: all that came in less all that went out (law P10).
  public var outstanding: Points {
    issued + restored + adjusted + transferredIn - spent - clawedBack - settled - transferredOut - expired
  }

  mutating func add(_ movement: Movement) {
    switch movement.kind {
    case .earn: issued += movement.points
    case .restore: restored += movement.points
    case .adjust: adjusted += movement.points
    case .transferIn: transferredIn += movement.points
    case .spend: spent -= movement.points
    case .clawback: clawedBack -= movement.points
    case .settle: settled -= movement.points
    case .transferOut: transferredOut -= movement.points
    case .debt, .loss: break
    }
  }

  static func += (a: inout Self, b: Self) {
    a.issued += b.issued
    a.restored += b.restored
    a.adjusted += b.adjusted
    a.transferredIn += b.transferredIn
    a.spent += b.spent
    a.clawedBack += b.clawedBack
    a.settled += b.settled
    a.transferredOut += b.transferredOut
    a.expired += b.expired
  }
}

/// Finance's view of points 积分负债: what the chain owes its members after a business day, cohort by cohort,
/// as sums of their ledgers (law P10). What arrives late is part of the day it happened on.
public struct Liability: Hashable, Sendable {
  public let day: Day
  public let utcOffsetMinutes: Int
  public private(set) var cohorts: [LiabilityCohort: LiabilityFigures] = [:]
  /// Points that members owe.
  public private(set) var debt = Points.zero
  /// Points that could not be taken back and were written off.
  public private(set) var writtenOff = Points.zero

  public init(on day: Day, utcOffsetMinutes: Int) {
    self.day = day
    self.utcOffsetMinutes = utcOffsetMinutes
  }

  /// Adds one person. Each is added once.
  public mutating func add(_ ledger: MemberLedger) {
    let ledger = ledger.through(day, utcOffsetMinutes: utcOffsetMinutes)
    for movement in ledger.counted {
      if movement.kind == .loss { writtenOff -= movement.debt }
      guard movement.points != .zero else { continue }
      cohorts[LiabilityCohort(movement.lot), default: LiabilityFigures()].add(movement)
    }
    for left in ledger.remainders where left.lot.expiresOn <= day {
      cohorts[LiabilityCohort(left.lot), default: LiabilityFigures()].expired += left.points
    }
    debt += ledger.debt
  }

  /// All cohorts together.
  public var total: LiabilityFigures { cohorts.values.reduce(into: LiabilityFigures()) { $0 += $1 } }

  /// What became of the cohorts that are closed: nothing of them can be spent any more.
  public var breakage: Breakage {
    let closed = cohorts.filter { $0.key.expiresOn <= day }.values
    return Breakage(
      expired: closed.reduce(.zero) { $0 + $1.expired }, issued: closed.reduce(.zero) { $0 + $1.issued })
  }
}

/// The share of issued points that nobody used 积分沉淀.
public struct Breakage: Hashable, Sendable {
  public let expired: Points
  public let issued: Points

  public init(expired: Points, issued: Points) {
    self.expired = expired
    self.issued = issued
  }

  /// Expired for each thousand issued, rounded down; nil where nothing was issued. More than a thousand where
  /// points that were given otherwise lapsed, too.
  public var permille: Int64? {
    guard issued > .zero else { return nil }
    return Int64(clamping: Int128(expired.count) * 1000 / Int128(issued.count))
  }
}

extension LiabilityFigures {
  /// Of the outstanding points those that will lapse if `permille` of a thousand do, rounded down.
  public func expectedBreakage(permille: Int64) -> Points {
    let share = min(max(0, permille), 1000)
    return Points(Int64(Int128(outstanding.count) * Int128(share) / 1000))
  }

  /// The money that outstanding points stand for, in minor units, rounded down: less what is expected to
  /// lapse.
  public func value(at price: PointsPayment, breakagePermille: Int64 = 0) -> Money {
    let points = outstanding - expectedBreakage(permille: breakagePermille)
    return price.value(of: points)
  }
}
