import Foundation
import Loyalty
import Seeds
import SyncProtocol
import Testing

/// New, potential, loyal or dormant.
struct MemberClasses {
  /// Goes back through the calendar from today, a day at a time, with what happened on each.
  private static func oracle(_ rules: ClassRules, joined: Day, purchases: [Day], on today: Day) -> MemberClass
  {
    var (day, ago, recent) = (today, 0, 0)
    var (isAwake, isLoyal) = (joined > today, false)
    while ago <= max(rules.dormantDays, rules.loyalDays) {
      let bought = purchases.count { $0 == day }
      if ago <= rules.dormantDays, bought > 0 || joined == day { isAwake = true }
      if ago <= rules.loyalDays { recent += bought }
      if recent >= rules.loyalPurchases { isLoyal = true }
      (day, ago) = (Day(day.number - 1), ago + 1)
    }
    if !isAwake { return .dormant }
    if isLoyal { return .loyal }
    var last = joined
    for _ in 0..<rules.newDays { last = Day(last.number + 1) }
    return today <= last ? .new : .potential
  }

  @Test func `the class of a day is what going back through the calendar gives`() {
    var seen: [MemberClass: Int] = [:]
    forAll(20_000) { (samples: inout Samples) in
      let rules = samples.classes(upTo: 40)
      let joined = Day(Samples.today.number - Int32(samples.number(-3...90)))
      // Some lie before the joining, some in the future.
      let purchases = samples.list(0...8) { Day(Samples.today.number - Int32($0.number(-3...90))) }
      let found = rules.memberClass(joined: joined, purchases: purchases, on: Samples.today)
      seen[found, default: 0] += 1
      return found == Self.oracle(rules, joined: joined, purchases: purchases, on: Samples.today)
    }
    #expect(MemberClass.allCases.allSatisfy { seen[$0, default: 0] > 500 }, "\(seen)")
  }

  @Test func `the order of purchases changes nothing, and the latest of them say as much as all`() {
    forAll { (samples: inout Samples) in
      let rules = samples.classes(upTo: 40)
      let joined = Day(Samples.today.number - Int32(samples.number(0...90)))
      let purchases = samples.list(0...12) { Day(Samples.today.number - Int32($0.number(0...60))) }
      let latest = purchases.sorted(by: >).prefix(rules.loyalPurchases)
      return rules.memberClass(joined: joined, purchases: purchases, on: Samples.today)
        == rules.memberClass(
          joined: joined, purchases: latest.shuffled(using: &samples.random), on: Samples.today)
    }
  }

  @Test func `a day decides, at each bound`() {
    let rules = ClassRules(newDays: 30, dormantDays: 180, loyalPurchases: 2, loyalDays: 90)
    func found(joined: Int32, _ ago: Int32...) -> MemberClass {
      rules.memberClass(
        joined: Day(Samples.today.number - joined), purchases: ago.map { Day(Samples.today.number - $0) },
        on: Samples.today)
    }
    #expect(found(joined: 30) == .new && found(joined: 31) == .potential)
    #expect(found(joined: 180) == .potential && found(joined: 181) == .dormant)
    #expect(found(joined: 500, 180) == .potential && found(joined: 500, 181) == .dormant)
    #expect(found(joined: 500, 1, 90) == .loyal && found(joined: 500, 1, 91) == .potential)
    #expect(found(joined: 5, 1, 1) == .loyal, "often on one day is often")
    #expect(found(joined: 5, 1, -1) == .new, "what lies ahead does not count")
    #expect(found(joined: 0, 400) == .new, "a phone's old purchase keeps nobody who joins asleep")
  }

  @Test func `the ends of the calendar overflow nothing`() {
    let rules = ClassRules(newDays: 3_650, dormantDays: 3_650, loyalPurchases: 1, loyalDays: 3_650)
    let ends = [Day(.min), Day(.max)]
    for today in ends {
      for joined in ends {
        for day in ends {
          _ = rules.memberClass(joined: joined, purchases: [day], on: today)
        }
      }
    }
  }

  @Test func `the section has bounds, and being dormant takes longer than being new`() {
    func faults(_ new: Int, _ dormant: Int, _ purchases: Int, _ days: Int) -> [String] {
      var rulebook = Rulebook.none
      rulebook.classes = ClassRules(
        newDays: new, dormantDays: dormant, loyalPurchases: purchases, loyalDays: days)
      return rulebook.faults().map { "\($0.path) \($0.reason)" }
    }
    #expect(faults(0, 1, 1, 1) == [] && faults(3_649, 3_650, 1_000, 3_650) == [])
    #expect(faults(30, 30, 2, 90) == ["classes.dormantDays is more than newDays"])
    #expect(
      faults(-1, 3_651, 0, 0) == [
        "classes.newDays is from 0 to 3650", "classes.dormantDays is from 1 to 3650",
        "classes.loyalPurchases is from 1 to 1000", "classes.loyalDays is from 1 to 3650",
      ])
  }

  @Test func `a rule may ask for a class that there is, and only where the rulebook has classes`() {
    func faults(_ segment: String, classes: Bool = true) -> [String] {
      var rulebook = Rulebook.none
      let when = Condition(segments: ["vip", segment])
      rulebook.promotions = [
        Promotion(
          id: "a", name: Samples.words, when: when,
          effect: .amountOff([.init(spend: Money(2), off: Money(1))]))
      ]
      rulebook.programs.mall = [
        MallItem(id: "a", name: Samples.words, sku: "cup", points: Points(1), when: when)
      ]
      if classes {
        rulebook.classes = ClassRules(newDays: 30, dormantDays: 180, loyalPurchases: 2, loyalDays: 90)
      }
      return rulebook.faults().map { "\($0.path) \($0.reason)" }
    }
    for found in MemberClass.allCases {
      #expect(faults(found.segment) == [])
      #expect(faults(found.segment, classes: false) == ["classes is there where a rule asks for a class"])
      #expect(MemberClass(segment: found.segment) == found && MemberClass(segment: found.rawValue) == nil)
    }
    for wrong in ["class/", "class/Loyal", "class/vip"] {
      #expect(
        faults(wrong) == [
          "promotions[0].when.segments name a class that there is after class/",
          "mall[0].when.segments name a class that there is after class/",
        ])
    }
    #expect(faults("classy", classes: false) == [])
  }

  @Test func `a rulebook without classes is written as before, and one with them comes back the same`() throws
  {
    #expect(!String(decoding: try Rulebook.none.encoded(), as: UTF8.self).contains("classes"))
    var rulebook = Rulebook.none
    rulebook.classes = ClassRules(newDays: 30, dormantDays: 180, loyalPurchases: 2, loyalDays: 90)
    #expect(try Rulebook.decode(rulebook.encoded()) == rulebook)
  }
}
