import Loyalty
import Storage
import SyncProtocol

/// What recommending brings 推荐价值.
public struct ReferralValueReport: Hashable, Sendable, Codable {
  /// Members whom nobody brought.
  public struct Others: Hashable, Sendable, Codable {
    public let members: Int64
    /// What they have bought since joining, net of returns.
    public let net: Money
    /// Net ÷ members, rounded down; nil where nobody joined.
    public let netPerMember: Money?
  }

  /// What one referrer brought, or all of them.
  public struct Brought: Hashable, Sendable, Codable {
    /// Nil for all together.
    public let referrerId: MemberID?
    /// Pending, qualified, paid, clawed back and expired together.
    public let members: Int64
    public let pending, qualified, paid, clawedBack, expired: Int64
    /// Recommendations that brought nobody: of oneself, of a member, by nobody known or who joined later.
    public let cancelled: Int64
    public let net: Money
    public let netPerMember: Money?
    /// Of both sides: points given less points taken back, and what they pay; nil where they pay nothing.
    public let points: Points
    public let pointsValue: Money?
    public let coupons: Int64
  }

  /// Days of joining.
  public let from: Day
  public let to: Day
  /// The day on which all this is so.
  public let day: Day
  public let currency: String
  public let total: Brought
  public let others: Others
  /// Those first whose newcomers have bought most.
  public let referrers: [Brought]
  /// How many there are, listed or not.
  public let referrerCount: Int64
}

extension HubStore {
  /// Of who joined in these days; in the last twelve months without them.
  public func referralValue(from: Day?, to: Day?, limit: Int) throws -> ReferralValueReport {
    try reading { reader in
      let now = Timestamp(ms: environment.nowMs())
      let rulebook = try reader.rulebook(at: now)
      let today = rulebook.businessDay(now)
      let last = to ?? today
      let first = from ?? Day(last.number - 364)
      guard first <= last else { throw HubFault.invalid(field: "from", reason: "is not after to") }
      let clock = rulebook.utcOffsetMinutes
      let facts = try reader.referralFacts()
      var value = ReferralValue(
        ReferralBook(facts, utcOffsetMinutes: clock).evaluate(on: today), made: try reader.madeEffects(),
        aliases: facts.aliases, days: first...last, today: today, utcOffsetMinutes: clock)
      try Newcomers(first...last, utcOffsetMinutes: clock).forEach(reader) { value.add($0) }
      let referrers = value.referrers
      return ReferralValueReport(
        from: first, to: last, day: today, currency: rulebook.currency,
        total: .init(value.total, of: nil, rulebook.pointsPayment),
        others: .init(
          members: value.others.members, net: value.others.net, netPerMember: value.others.netPerMember),
        referrers: referrers.prefix(limit).map { .init($0.figures, of: $0.referrer, rulebook.pointsPayment) },
        referrerCount: Int64(referrers.count))
    }
  }
}

extension ReferralValueReport.Brought {
  fileprivate init(_ figures: ReferralFigures, of referrer: MemberID?, _ price: PointsPayment?) {
    referrerId = referrer
    members = figures.newcomers.members
    (pending, qualified, paid) = (figures.pending, figures.qualified, figures.paid)
    (clawedBack, expired, cancelled) = (figures.clawedBack, figures.expired, figures.cancelled)
    (net, netPerMember) = (figures.newcomers.net, figures.newcomers.netPerMember)
    (points, coupons) = (figures.points, figures.coupons)
    pointsValue = price?.value(of: figures.points)
  }
}
