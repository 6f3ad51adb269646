import Loyalty
import Seeds
import SyncProtocol

/// A handful of people who recommend each other, also in circles, with records that are merged.
struct ReferralCase {
  var facts = ReferralFacts()
  static let start = Day("2026-03-20")!

  init(_ samples: inout Samples) {
    func member(_ number: Int64) -> MemberID { MemberID(high: 7, low: UInt64(number)) }
    func time(_ samples: inout Samples, _ days: ClosedRange<Int64>) -> Timestamp {
      let day = Int64(Self.start.number) + samples.number(days)
      return Timestamp(ms: day * 86_400_000 + samples.number(0...2) * 3_600_000)
    }
    // Mostly those with higher numbers join later, and are brought by those with lower ones.
    for number in 0..<samples.number(3...6) {
      let invitation =
        samples.number(0...3) == 0
        ? nil
        : ReferralFacts.Invitation(
          referrer: member(samples.number(0...samples.oneOf([1, 1, 6]))), terms: samples.referral())
      facts.joinings.append(
        ReferralFacts.Joining(
          member: member(number), time: time(&samples, number...number + 5), invitation: invitation))
    }
    for number in 0..<samples.number(0...8) {
      let sale = SaleID(high: 8, low: UInt64(number))
      let (sold, net) = (time(&samples, 0...25), samples.number(30...100))
      facts.purchases.append(
        ReferralFacts.Purchase(sale: sale, member: member(samples.number(0...5)), time: sold, net: Money(net))
      )
      var left = net
      for _ in 0..<samples.number(0...2) {
        let part = samples.flag() ? left : samples.number(0...left)
        left -= part
        let later = samples.number(0...12)
        facts.returns.append(
          ReferralFacts.Return(
            id: samples.id(), sale: sale, time: Timestamp(ms: sold.ms + later * 86_400_000),
            net: Money(part)))
      }
    }
    for _ in 0..<samples.number(0...2) {
      // As merges do it: a record that stands may become an alias of another one that stands.
      let (loser, winner) = (samples.number(0...5), samples.number(0...5))
      if loser > winner, facts.aliases[member(loser)] == nil {
        facts.aliases[member(loser)] = member(winner)
      }
    }
  }

  func shuffled(_ samples: inout Samples) -> ReferralFacts {
    var other = facts
    other.joinings = (other.joinings + other.joinings.prefix(2)).shuffled(using: &samples.random)
    other.purchases = (other.purchases + other.purchases.prefix(2)).shuffled(using: &samples.random)
    other.returns = (other.returns + other.returns.prefix(2)).shuffled(using: &samples.random)
    return other
  }
}

/// Goes through the days one by one with a notebook: what each referral is on that day, and what was first
/// paid when. Slow, and written without looking ahead.
struct ReferralOracle {
  let facts: ReferralFacts
  private var firstPaid: [MemberID: Day] = [:]
  private var fallen: [MemberID: Day] = [:]
  private var capped: Set<MemberID> = []
  private var rewarded: [(referrer: MemberID, month: String)] = []
  private(set) var states: [MemberID: Referral.State] = [:]

  init(_ facts: ReferralFacts, through last: Day) {
    self.facts = facts
    for number in ReferralCase.start.number...last.number { turn(Day(number)) }
  }

  func isCapped(_ referee: MemberID) -> Bool { capped.contains(referee) }

  private func stands(for member: MemberID) -> MemberID {
    facts.aliases[member].map { stands(for: $0) } ?? member
  }

  private func day(_ time: Timestamp) -> Day { time.day(utcOffsetMinutes: 0) }

  private func left(_ sale: ReferralFacts.Purchase, _ today: Day) -> Int64 {
    var net = sale.net.minor
    for back in facts.returns where back.sale == sale.sale && day(back.time) <= today {
      net -= back.net.minor
    }
    return net
  }

  private func reason(_ joining: ReferralFacts.Joining, _ referrer: MemberID) -> Referral.Reason? {
    let person = stands(for: joining.member)
    if person == stands(for: referrer) { return .ownReferral }
    func isBefore(_ other: ReferralFacts.Joining) -> Bool {
      other.time == joining.time ? other.member < joining.member : other.time < joining.time
    }
    if facts.joinings.contains(where: { stands(for: $0.member) == person && isBefore($0) }) {
      return .alreadyMember
    }
    let theirs = facts.joinings.filter { stands(for: $0.member) == stands(for: referrer) }
    if theirs.isEmpty { return .unknownReferrer }
    return theirs.contains { $0.time < joining.time } ? nil : .referrerNotEarlier
  }

  private mutating func turn(_ today: Day) {
    var newlyPaid: [ReferralFacts.Joining] = []
    for joining in facts.joinings where day(joining.time) <= today {
      guard let invitation = joining.invitation else { continue }
      let referee = joining.member
      if let reason = reason(joining, invitation.referrer) {
        states[referee] = .cancelled(reason)
        continue
      }
      let terms = invitation.terms
      let joined = day(joining.time).number
      let bought = facts.purchases.filter { sale in
        stands(for: sale.member) == stands(for: referee)
          && (joined...joined + Int32(terms.withinDays)).contains(day(sale.time).number)
          && day(sale.time) <= today && left(sale, today) >= terms.minimum.minor
      }
      let givenOn = bought.map { Day(day($0.time).number + Int32(terms.holdDays)) }
      if givenOn.contains(where: { $0 <= today }) {
        if firstPaid[referee] == nil {
          firstPaid[referee] = today
          newlyPaid.append(joining)
        }
        fallen[referee] = nil
        states[referee] = .paid(on: firstPaid[referee]!)
      } else if firstPaid[referee] != nil {
        if fallen[referee] == nil { fallen[referee] = today }
        states[referee] = .clawedBack(on: fallen[referee]!)
      } else if let next = givenOn.min() {
        states[referee] = .qualified(rewardsOn: next)
      } else {
        let last = Day(joined + Int32(terms.withinDays))
        states[referee] = today <= last ? .pending(until: last) : .expired
      }
    }
    for joining in newlyPaid.sorted(by: { ($0.time, $0.member) < ($1.time, $1.member) }) {
      cap(joining, String(today.description.prefix(7)))
    }
  }

  private mutating func cap(_ joining: ReferralFacts.Joining, _ month: String) {
    guard let invitation = joining.invitation else { return }
    let referrer = stands(for: invitation.referrer)
    let all = rewarded.filter { $0.referrer == referrer }
    let ofMonth = all.filter { $0.month == month }
    if let cap = invitation.terms.perReferrer, all.count >= cap { capped.insert(joining.member) }
    if let cap = invitation.terms.perReferrerMonth, ofMonth.count >= cap { capped.insert(joining.member) }
    if !capped.contains(joining.member) { rewarded.append((referrer, month)) }
  }
}
