import SyncProtocol

/// What recommending brings 推荐价值: of all who joined in some days, those who were brought, what they have
/// bought and what their rewards cost, and beside them those whom nobody brought.
public struct ReferralValue: Sendable {
  public let days: ClosedRange<Day>
  /// What happened after it does not count.
  public let today: Day
  private let utcOffsetMinutes: Int
  /// From the first record of whoever was brought to the person who brought them.
  private let broughtBy: [MemberID: MemberID]
  private var byReferrer: [MemberID: ReferralFigures] = [:]
  /// Joined in the same days, brought by nobody.
  public private(set) var others = NewcomerFigures()

  /// `referrals` are a book's on `today`, and `made` what was given and taken back for them.
  public init(
    _ referrals: [Referral], made: [ReferralEffect], aliases: [MemberID: MemberID],
    days: ClosedRange<Day>, today: Day, utcOffsetMinutes: Int
  ) {
    (self.days, self.today, self.utcOffsetMinutes) = (days, today, utcOffsetMinutes)
    let persons = Persons(aliases)
    let effects = Dictionary(grouping: made, by: \.reward.key)
    var broughtBy: [MemberID: MemberID] = [:]
    for referral in referrals
    where days.contains(referral.joined.day(utcOffsetMinutes: utcOffsetMinutes)) {
      let referrer = persons.person(referral.referrer)
      var figures = byReferrer[referrer] ?? ReferralFigures()
      figures.count(referral.state)
      for key in [referral.rewardKeys.referrer, referral.rewardKeys.referee] {
        for effect in effects[key] ?? [] { figures.count(effect) }
      }
      byReferrer[referrer] = figures
      if !referral.isCancelled { broughtBy[referral.referee] = referrer }
    }
    self.broughtBy = broughtBy
  }

  /// Adds one person with all their records, from the first of which on purchases count. Each is added once;
  /// whoever joined on other days changes nothing.
  public mutating func add(_ person: ReferralFacts) {
    func day(_ time: Timestamp) -> Day { time.day(utcOffsetMinutes: utcOffsetMinutes) }
    guard let first = person.joinings.min(by: { ($0.time, $0.member) < ($1.time, $1.member) }),
      days.contains(day(first.time)), day(first.time) <= today
    else { return }
    let sales = Set(person.purchases).filter { (day(first.time)...today).contains(day($0.time)) }
    let counted = Set(sales.map(\.sale))
    let back = Set(person.returns).filter { counted.contains($0.sale) && day($0.time) <= today }
    let net =
      sales.reduce(Int128(0)) { $0 + Int128($1.net.minor) }
      - back.reduce(Int128(0)) { $0 + Int128($1.net.minor) }
    if let referrer = broughtBy[first.member] {
      byReferrer[referrer]?.newcomers.add(net)
    } else {
      others.add(net)
    }
  }

  /// All recommendations together.
  public var total: ReferralFigures { byReferrer.values.reduce(into: ReferralFigures()) { $0 += $1 } }

  /// Each person who recommended somebody, those first whose newcomers have bought most.
  public var referrers: [(referrer: MemberID, figures: ReferralFigures)] {
    func order(_ one: (key: MemberID, value: ReferralFigures)) -> (Int128, Int64, MemberID) {
      (-one.value.newcomers.sum, -one.value.newcomers.members, one.key)
    }
    return byReferrer.sorted { order($0) < order($1) }.map { ($0.key, $0.value) }
  }
}

/// So many who joined, and what they have bought since.
public struct NewcomerFigures: Hashable, Sendable {
  public private(set) var members: Int64 = 0
  /// Wider than money, so that no sum of receipts is too large for it.
  fileprivate private(set) var sum: Int128 = 0

  public init() {}

  /// Net of returns, since joining.
  public var net: Money { Money(Int64(clamping: sum)) }

  /// Net ÷ members, rounded down; nil where nobody joined.
  public var netPerMember: Money? {
    guard members > 0 else { return nil }
    let (whole, rest) = sum.quotientAndRemainder(dividingBy: Int128(members))
    return Money(Int64(clamping: rest < 0 ? whole - 1 : whole))
  }

  fileprivate mutating func add(_ net: Int128) {
    members += 1
    sum += net
  }

  fileprivate static func += (a: inout Self, b: Self) {
    a.members += b.members
    a.sum += b.sum
  }
}

/// What became of recommendations.
public struct ReferralFigures: Hashable, Sendable {
  /// Who was brought; cancelled recommendations brought nobody.
  public internal(set) var newcomers = NewcomerFigures()
  public private(set) var pending: Int64 = 0
  public private(set) var qualified: Int64 = 0
  public private(set) var paid: Int64 = 0
  public private(set) var clawedBack: Int64 = 0
  public private(set) var expired: Int64 = 0
  public private(set) var cancelled: Int64 = 0
  /// Coupons given; they stay where goods come back.
  public private(set) var coupons: Int64 = 0
  private var rewarded: Int128 = 0

  public init() {}

  /// Points given, less those taken back.
  public var points: Points { Points(Int64(clamping: rewarded)) }

  fileprivate mutating func count(_ state: Referral.State) {
    switch state {
    case .pending: pending += 1
    case .qualified: qualified += 1
    case .paid: paid += 1
    case .clawedBack: clawedBack += 1
    case .expired: expired += 1
    case .cancelled: cancelled += 1
    }
  }

  fileprivate mutating func count(_ effect: ReferralEffect) {
    let points = Int128(effect.reward.reward.points?.count ?? 0)
    rewarded += effect.isClawback ? -points : points
    if !effect.isClawback, effect.reward.reward.template != nil { coupons += 1 }
  }

  fileprivate static func += (a: inout Self, b: Self) {
    a.newcomers += b.newcomers
    a.pending += b.pending
    a.qualified += b.qualified
    a.paid += b.paid
    a.clawedBack += b.clawedBack
    a.expired += b.expired
    a.cancelled += b.cancelled
    a.coupons += b.coupons
    a.rewarded += b.rewarded
  }
}

extension Referral {
  /// It brought nobody.
  var isCancelled: Bool {
    if case .cancelled = state { true } else { false }
  }
}
