import Loyalty
import Seeds
import SyncProtocol
import Testing

/// What recommending brings, against somebody who goes through all records for each question.
struct ReferralValues {
  /// Asked of all facts at once, and slowly.
  private struct Oracle {
    let facts: ReferralFacts
    let referrals: [Referral]
    let made: [ReferralEffect]
    let days: ClosedRange<Day>
    let today: Day

    func day(_ time: Timestamp) -> Day { time.day(utcOffsetMinutes: 0) }

    func stands(for member: MemberID) -> MemberID {
      facts.aliases[member].map { stands(for: $0) } ?? member
    }

    /// Every person who joined in these days, with the day.
    var newcomers: [MemberID: Day] {
      var joined: [MemberID: Day] = [:]
      for joining in facts.joinings {
        let person = stands(for: joining.member)
        joined[person] = min(joined[person] ?? .never, day(joining.time))
      }
      return joined.filter { days.contains($0.value) && $0.value <= today }
    }

    func net(of person: MemberID, since joined: Day) -> Int64 {
      var net: Int64 = 0
      for sale in facts.purchases where stands(for: sale.member) == person {
        guard day(sale.time) >= joined, day(sale.time) <= today else { continue }
        net += sale.net.minor
        for back in facts.returns where back.sale == sale.sale && day(back.time) <= today {
          net -= back.net.minor
        }
      }
      return net
    }

    func isCancelled(_ referral: Referral) -> Bool {
      if case .cancelled = referral.state { true } else { false }
    }

    func referrer(of person: MemberID) -> MemberID? {
      referrals.first { stands(for: $0.referee) == person && !isCancelled($0) }
        .map { stands(for: $0.referrer) }
    }

    /// Members, net, the six counts, points and coupons; of all without a referrer.
    func figures(of referrer: MemberID?) -> [Int64] {
      let own = referrals.filter {
        days.contains(day($0.joined)) && (referrer == nil || stands(for: $0.referrer) == referrer)
      }
      let brought = newcomers.filter { person, _ in
        self.referrer(of: person).map { referrer == nil || $0 == referrer } ?? false
      }
      let codes = own.map(\.outcome.code)
      func count(_ names: String...) -> Int64 { Int64(codes.count { names.contains($0) }) }
      let effects = made.filter { effect in
        own.contains { effect.reward.key.contains("/\($0.referee)/") }
      }
      let points = effects.reduce(Int64(0)) { sum, effect in
        sum + (effect.isClawback ? -1 : 1) * (effect.reward.reward.points?.count ?? 0)
      }
      let coupons = effects.count { !$0.isClawback && $0.reward.reward.template != nil }
      let known = count("referral_pending", "referral_qualified", "referral_paid", "referral_capped")
      let ended = count("referral_expired", "referral_clawed_back")
      return [
        Int64(brought.count), brought.reduce(0) { $0 + net(of: $1.key, since: $1.value) },
        count("referral_pending"), count("referral_qualified"), count("referral_paid", "referral_capped"),
        count("referral_clawed_back"), count("referral_expired"), Int64(codes.count) - known - ended, points,
        Int64(coupons),
      ]
    }
  }

  private static func list(_ figures: ReferralFigures) -> [Int64] {
    [
      figures.newcomers.members, figures.newcomers.net.minor, figures.pending, figures.qualified,
      figures.paid, figures.clawedBack, figures.expired, figures.cancelled, figures.points.count,
      figures.coupons,
    ]
  }

  /// The records of each person by themselves, in some order.
  private static func people(_ facts: ReferralFacts, _ oracle: Oracle) -> [ReferralFacts] {
    Dictionary(grouping: facts.joinings) { oracle.stands(for: $0.member) }.map { person, joinings in
      let bought = facts.purchases.filter { oracle.stands(for: $0.member) == person }
      return ReferralFacts(
        joinings: joinings, purchases: bought,
        returns: facts.returns.filter { back in bought.contains { $0.sale == back.sale } })
    }
  }

  @Test func `of every referrer it is what going through all records for each question gives`() {
    var seen = (brought: 0, others: 0, coupons: 0, taken: 0)
    forAll { (samples: inout Samples) in
      let one = ReferralCase(&samples)
      func day(_ days: ClosedRange<Int64>) -> Day {
        Day(ReferralCase.start.number + Int32(samples.number(days)))
      }
      let (from, today) = (day(0...5), day(3...50))
      let days = from...max(from, day(3...60))
      let book = ReferralBook(one.facts, utcOffsetMinutes: 0)
      // What was given some day, perhaps before a return became known, and then put right or not yet.
      var made: [ReferralEffect] = []
      for night in [day(0...40), today] where samples.number(0...3) > 0 {
        made += ReferralEffect.due(of: book.evaluate(on: night), made: made)
      }
      let oracle = Oracle(
        facts: one.facts, referrals: book.evaluate(on: today), made: made, days: days, today: today)
      var value = ReferralValue(
        oracle.referrals, made: made, aliases: one.facts.aliases, days: days, today: today,
        utcOffsetMinutes: 0)
      for person in Self.people(one.shuffled(&samples), oracle) { value.add(person) }
      let others = oracle.newcomers.filter { oracle.referrer(of: $0.key) == nil }
      let bought = others.reduce(Int64(0)) { $0 + oracle.net(of: $1.key, since: $1.value) }
      seen.brought += Int(value.total.newcomers.members)
      seen.others += others.count
      seen.coupons += Int(value.total.coupons)
      seen.taken += made.count { $0.isClawback }
      let order = value.referrers.map(\.figures.newcomers.net)
      return value.referrers.allSatisfy { Self.list($0.figures) == oracle.figures(of: $0.referrer) }
        && Self.list(value.total) == oracle.figures(of: nil) && order == order.sorted(by: >)
        && value.others.members == Int64(others.count) && value.others.net.minor == bought
        && value.others.netPerMember?.minor == (others.isEmpty ? nil : bought / Int64(others.count))
    }
    #expect(
      seen.brought > 1_000 && seen.others > 1_000 && seen.coupons > 100 && seen.taken > 100, "\(seen)")
  }

  @Test func `no receipts are too large to be summed`() {
    let noon = Timestamp("2026-03-20T12:00:00Z")!
    let day = noon.day(utcOffsetMinutes: 0)
    var value = ReferralValue(
      [], made: [], aliases: [:], days: day...day, today: day, utcOffsetMinutes: 0)
    for number in UInt64(1)...3 {
      let member = MemberID(high: 1, low: number)
      value.add(
        ReferralFacts(
          joinings: [ReferralFacts.Joining(member: member, time: noon)],
          purchases: [
            ReferralFacts.Purchase(
              sale: SaleID(high: 2, low: number), member: member, time: noon, net: Money(.max))
          ]))
    }
    #expect(value.others.net == Money(.max) && value.others.netPerMember == Money(.max))
    #expect(value.total == ReferralFigures() && value.total.newcomers.netPerMember == nil)
  }
}
