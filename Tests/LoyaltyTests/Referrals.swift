import Loyalty
import Seeds
import SyncProtocol
import Testing

struct Referrals {
  private static func evaluate(_ facts: ReferralFacts, _ day: Day) -> [Referral] {
    ReferralBook(facts, utcOffsetMinutes: 0).evaluate(on: day)
  }

  @Test func `a referral is what going through every day by hand gives`() {
    var seen: [String: Int] = [:]
    forAll { (samples: inout Samples) in
      let facts = ReferralCase(&samples).facts
      let day = Day(ReferralCase.start.number + Int32(samples.number(0...50)))
      let oracle = ReferralOracle(facts, through: day)
      let referrals = Self.evaluate(facts, day)
      for referral in referrals { seen[referral.outcome.code, default: 0] += 1 }
      return Dictionary(uniqueKeysWithValues: referrals.map { ($0.referee, $0.state) }) == oracle.states
        && referrals.allSatisfy { $0.isCapped == oracle.isCapped($0.referee) }
    }
    // Each thing that can become of a referral was among the cases, and not just once.
    #expect(seen.count == 10 && seen.values.allSatisfy { $0 > 10 }, "\(seen)")
  }

  @Test func `the order of facts, and facts told twice, change nothing`() {
    forAll { (samples: inout Samples) in
      let one = ReferralCase(&samples)
      let other = one.shuffled(&samples)
      let day = Day(ReferralCase.start.number + Int32(samples.number(0...70)))
      return Self.evaluate(one.facts, day) == Self.evaluate(other, day)
    }
  }

  @Test func `whoever is rewarded joined before whom they brought, so no circle and nobody themselves`() {
    forAll { (samples: inout Samples) in
      let facts = ReferralCase(&samples).facts
      func person(_ member: MemberID) -> MemberID { facts.aliases[member].map(person) ?? member }
      let paid = Self.evaluate(facts, Day(ReferralCase.start.number + 60)).filter { $0.firstPaid != nil }
      let referees = paid.map { person($0.referee) }
      guard Set(referees).count == referees.count else { return false }
      return paid.allSatisfy { start in
        var (at, seen) = (person(start.referee), Set<MemberID>())
        while let next = paid.first(where: { person($0.referee) == at }) {
          guard seen.insert(at).inserted else { return false }
          at = person(next.referrer)
        }
        return true
      }
    }
  }

  @Test func `rewards are given once, taken back once, and follow facts however late these come`() {
    forAll { (samples: inout Samples) in
      let facts = ReferralCase(&samples).facts
      var known = ReferralFacts(joinings: facts.joinings)
      var made: [ReferralEffect] = []
      var day = ReferralCase.start
      func settle() {
        let referrals = Self.evaluate(known, day)
        made += ReferralEffect.due(of: referrals, made: made.shuffled(using: &samples.random))
      }
      for round in 0..<samples.number(1...8) {
        known.purchases = facts.purchases.filter { _ in round > 5 || samples.flag() }
        known.returns = facts.returns.filter { _ in round > 5 || samples.flag() }
        known.aliases = samples.flag() ? facts.aliases : [:]
        settle()
        guard ReferralEffect.due(of: Self.evaluate(known, day), made: made).isEmpty else { return false }
        day = Day(day.number + Int32(samples.number(0...15)))
      }
      known = facts
      settle()
      let keys = Dictionary(grouping: made, by: \.reward.key)
      let standing = keys.values.filter { $0.count % 2 == 1 }.compactMap(\.last?.reward.key)
      return Set(standing) == Set(Self.evaluate(facts, day).flatMap(\.rewards).map(\.key))
        && keys.values.allSatisfy { effects in
          effects.map(\.number) == Array(1...effects.count) && Set(effects.map(\.reward)).count == 1
        }
    }
  }

  private static let terms = ReferralProgram(
    referrerReward: Reward(points: Points(50)), refereeReward: Reward(template: "TEN"),
    minimum: Money(100_00), withinDays: 30, holdDays: 7)
  private static let (ann, bob) = (MemberID(high: 1, low: 1), MemberID(high: 1, low: 2))
  private static let sale = SaleID(high: 2, low: 1)

  private static func noon(_ day: String) -> Timestamp { Timestamp("\(day)T12:00:00Z")! }

  private static func story(returned: String? = nil) -> ReferralFacts {
    ReferralFacts(
      joinings: [
        ReferralFacts.Joining(member: ann, time: noon("2026-01-01")),
        ReferralFacts.Joining(
          member: bob, time: noon("2026-03-01"),
          invitation: ReferralFacts.Invitation(referrer: ann, terms: terms)),
      ],
      purchases: [
        ReferralFacts.Purchase(sale: sale, member: bob, time: noon("2026-03-10"), net: Money(120_00))
      ],
      returns: returned.map {
        [
          ReferralFacts.Return(
            id: ReturnID(high: 3, low: 1), sale: sale, time: noon($0), net: Money(30_00))
        ]
      } ?? [])
  }

  private func told(_ facts: ReferralFacts, _ day: String) -> String? {
    Self.evaluate(facts, Day(day)!).first.map { $0.outcome.words(currency: "CNY").en }
  }

  @Test func `a referral waits, qualifies, is held, is paid and is taken back`() {
    #expect(told(Self.story(), "2026-02-28") == nil)
    #expect(told(Self.story(), "2026-03-09") == "Waits until 2026-03-31 for a purchase of ¥100.00")
    #expect(told(Self.story(), "2026-03-10") == "Qualified; rewards are given on 2026-03-17")
    #expect(told(Self.story(), "2026-04-10") == "Rewards are due since 2026-03-17")
    #expect(told(Self.story(returned: "2026-03-12"), "2026-03-12")?.hasPrefix("Waits") == true)
    #expect(told(Self.story(returned: "2026-03-12"), "2026-04-01") == "No qualifying purchase came in time")
    let late = Self.story(returned: "2026-03-20")
    #expect(told(late, "2026-03-25") == "Goods came back on 2026-03-20; rewards are taken back")
    let paid = Self.evaluate(late, Day("2026-03-19")!)
    #expect(paid[0].rewards.map(\.member) == [Self.ann, Self.bob])
    let given = ReferralEffect.due(of: paid, made: [])
    let taken = ReferralEffect.due(of: Self.evaluate(late, Day("2026-03-25")!), made: given)
    #expect(given.map(\.isClawback) == [false, false] && taken.map(\.isClawback) == [true, true])
    #expect(Set(taken.map(\.reward)) == Set(given.map(\.reward)))
  }

  @Test func `a merge that shows both to be one person takes the rewards back`() {
    var facts = Self.story()
    let day = Day("2026-04-10")!
    let given = ReferralEffect.due(of: Self.evaluate(facts, day), made: [])
    facts.aliases = [Self.bob: Self.ann]
    let after = Self.evaluate(facts, day)
    #expect(after.map(\.state) == [.cancelled(.ownReferral)])
    #expect(ReferralEffect.due(of: after, made: given).count { $0.isClawback } == 2)
  }

  @Test func `aliases in a circle are one person and hold up nobody`() {
    var facts = Self.story()
    facts.aliases = [Self.bob: Self.ann, Self.ann: Self.bob]
    #expect(Self.evaluate(facts, Day("2026-04-10")!).map(\.state) == [.cancelled(.ownReferral)])
  }
}
