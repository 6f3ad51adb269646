import SyncProtocol

/// A sale as it was recorded 历史小票, with what pricing it again needs.
public struct PastSale: Hashable, Sendable {
  public let sale: Sale
  /// The sale's own coupons in its order, with the terms they were issued with.
  public let coupons: [PresentedCoupon]
  /// How many more coupons it used, whose terms nobody knows.
  public let unknownCoupons: Int
  /// Undone as if there had been none 作废.
  public let isVoid: Bool

  public init(_ sale: Sale, coupons: [PresentedCoupon] = [], unknownCoupons: Int = 0, isVoid: Bool = false) {
    self.sale = sale
    self.coupons = coupons
    self.unknownCoupons = unknownCoupons
    self.isVoid = isVoid
  }
}

/// A person with all that happened to them in the time that is looked at.
public struct PastMember: Hashable, Sendable {
  public enum Event: Hashable, Sendable {
    case sale(PastSale)
    /// What else their months took in: returns, growth value for taking part.
    case months(MonthSum)
  }

  public let id: MemberID
  /// As recorded after the last event.
  public let facts: TierFacts
  /// Of promotions, before the first event.
  public let uses: MemberUses
  /// In business order.
  public let events: [Event]

  public init(id: MemberID, facts: TierFacts, uses: MemberUses = MemberUses(), events: [Event]) {
    self.id = id
    self.facts = facts
    self.uses = uses
    self.events = events
  }
}

/// A person on their way through the past as the draft would have had it.
struct PreviewCourse {
  private(set) var facts: TierFacts
  private(set) var uses: MemberUses
  private var day: Day?
  private var earned = Points.zero

  /// As they stood before the first event: what is recorded less what the events brought.
  init(_ member: PastMember, _ businessDay: (Timestamp) -> Day) {
    facts = member.facts
    uses = member.uses
    for event in member.events {
      switch event {
      case .sale(let past):
        facts.history.add(MonthSum(past.sale, on: businessDay(past.sale.businessTime)).negated)
      case .months(let sum): facts.history.add(sum.negated)
      }
    }
  }

  mutating func add(_ sum: MonthSum) { facts.history.add(sum) }

  /// What sales have earned on a day so far.
  func earned(on day: Day) -> Points { self.day == day ? earned : .zero }

  mutating func earn(_ points: Points, on day: Day) {
    earned = earned(on: day) + points
    self.day = day
  }

  mutating func use(_ promotion: String, on day: Day) {
    uses.add(UseCount(name: UseCount.promotion(promotion), total: 1, day: day, today: 1))
  }
}

extension MonthSum {
  fileprivate var negated: MonthSum {
    MonthSum(
      month: month, spend: Money(0 &- spend.minor), grossSpend: Money(0 &- grossSpend.minor),
      count: 0 &- count, growth: 0 &- growth)
  }
}
