import SyncProtocol

/// All referrals of a chain, worked out from facts alone. What happened after the day that is asked for does
/// not count; what was merged counts from the beginning.
public struct ReferralBook: Sendable {
  private let utcOffsetMinutes: Int
  private let persons: Persons
  /// The earliest record of each person.
  private let first: [MemberID: ReferralFacts.Joining]
  private let invited: [ReferralFacts.Joining]
  private let purchases: [MemberID: [Purchase]]

  private struct Purchase {
    let day: Day
    let net: Money
    let returns: [(day: Day, net: Money)]

    func left(on day: Day) -> Money {
      returns.reduce(net) { $1.day <= day ? $0 - $1.net : $0 }
    }

    /// The day on which less than this was left.
    func fall(below minimum: Money) -> Day? { returns.map(\.day).filter { left(on: $0) < minimum }.min() }
  }

  public init(_ facts: ReferralFacts, utcOffsetMinutes: Int) {
    func day(_ time: Timestamp) -> Day { time.day(utcOffsetMinutes: utcOffsetMinutes) }
    let persons = Persons(facts.aliases)
    let joinings = Set(facts.joinings).sorted { ($0.time, $0.member) < ($1.time, $1.member) }
    let returns = Dictionary(grouping: Set(facts.returns), by: \.sale)
    purchases = Dictionary(grouping: Set(facts.purchases)) { persons.person($0.member) }.mapValues { sales in
      sales.map { sale in
        let back = (returns[sale.sale] ?? []).map { (day($0.time), $0.net) }
        return Purchase(day: day(sale.time), net: sale.net, returns: back)
      }
    }
    first = Dictionary(joinings.map { (persons.person($0.member), $0) }) { first, _ in first }
    invited = joinings.filter { $0.invitation != nil }
    self.persons = persons
    self.utcOffsetMinutes = utcOffsetMinutes
  }

  /// Every recommendation there was by this day, in the order of joining.
  public func evaluate(on day: Day) -> [Referral] {
    var referrals: [Referral] = []
    for joining in invited {
      guard let invitation = joining.invitation,
        joining.time.day(utcOffsetMinutes: utcOffsetMinutes) <= day
      else { continue }
      let (state, paid) = state(of: joining, invitation, on: day)
      referrals.append(
        Referral(
          referee: joining.member, referrer: invitation.referrer, joined: joining.time,
          terms: invitation.terms, state: state, firstPaid: paid, isCapped: false))
    }
    cap(&referrals)
    return referrals
  }

  private func state(
    of joining: ReferralFacts.Joining, _ invitation: ReferralFacts.Invitation, on today: Day
  ) -> (Referral.State, paid: Day?) {
    let (person, referrer) = (persons.person(joining.member), persons.person(invitation.referrer))
    if person == referrer { return (.cancelled(.ownReferral), nil) }
    if first[person] != joining { return (.cancelled(.alreadyMember), nil) }
    guard let before = first[referrer] else { return (.cancelled(.unknownReferrer), nil) }
    if before.time >= joining.time { return (.cancelled(.referrerNotEarlier), nil) }
    let terms = invitation.terms
    let joined = joining.time.day(utcOffsetMinutes: utcOffsetMinutes)
    let lastDay = joined.adding(terms.withinDays)
    let sales = (purchases[person] ?? []).filter {
      $0.day >= joined && $0.day <= lastDay && $0.day <= today && $0.net >= terms.minimum
    }
    func rewarded(_ sale: Purchase) -> Day { sale.day.adding(terms.holdDays) }
    let paid = sales.filter { rewarded($0) <= today && $0.left(on: rewarded($0)) >= terms.minimum }
    let kept = sales.filter { $0.left(on: today) >= terms.minimum }
    if let firstPaid = paid.map(rewarded).min() {
      if paid.contains(where: { $0.left(on: today) >= terms.minimum }) {
        return (.paid(on: firstPaid), firstPaid)
      }
      let fallen = paid.compactMap { $0.fall(below: terms.minimum) }.max() ?? today
      return (.clawedBack(on: fallen), firstPaid)
    }
    if let next = kept.map(rewarded).min() { return (.qualified(rewardsOn: next), nil) }
    return (today <= lastDay ? .pending(until: lastDay) : .expired, nil)
  }

  /// The first of a referrer's referrals have its rewards, in the order in which they were due. One that was
  /// clawed back keeps its place, so that nobody else's reward comes or goes with it.
  private func cap(_ referrals: inout [Referral]) {
    /// So far, in all and by month.
    var rewarded: [MemberID: (all: Int, months: [Int: Int])] = [:]
    func order(_ index: Int) -> (Day, Timestamp, MemberID) {
      let referral = referrals[index]
      return (referral.firstPaid ?? .never, referral.joined, referral.referee)
    }
    for index in referrals.indices.sorted(by: { order($0) < order($1) }) {
      let referral = referrals[index]
      guard let day = referral.firstPaid, referral.terms.referrerReward != nil else { continue }
      let referrer = persons.person(referral.referrer)
      let before = rewarded[referrer, default: (0, [:])]
      if before.all >= referral.terms.perReferrer ?? .max
        || before.months[day.monthNumber] ?? 0 >= referral.terms.perReferrerMonth ?? .max
      {
        referrals[index].isCapped = true
      } else {
        rewarded[referrer, default: (0, [:])].all += 1
        rewarded[referrer, default: (0, [:])].months[day.monthNumber, default: 0] += 1
      }
    }
  }
}
