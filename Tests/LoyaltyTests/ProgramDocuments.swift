import Loyalty
import Seeds
import SyncProtocol
import Testing

struct ProgramDocuments {
  private static let long = String(repeating: "x", count: Limits.tokenLength + 1)
  private static let empty = Words(zh: "有", en: "")
  private static let dawn = Timestamp("2026-12-03T00:00:00Z")!
  private static let first = Condition(from: dawn, tiers: ["T"])
  private static let tooMany = Limits.movementPoints + 1

  private static func item(
    _ id: String = "a", name: Words = Samples.words, sku: String = "cup", points: Int64 = 1,
    money: Int64 = 0, stock: Int64? = nil, perMember: Int? = nil, when: Condition = .always,
    priority: Condition? = nil
  ) -> MallItem {
    MallItem(
      id: id, name: name, sku: sku, points: Points(points), money: Money(money), stock: stock,
      perMember: perMember, when: when, priority: priority)
  }

  private static func checkIns(
    _ points: Int64 = 1, _ bonuses: [(Int, Int64)] = [], repeats: Bool = false, perMonth: Int64? = nil
  ) -> CheckInProgram {
    CheckInProgram(
      points: Points(points),
      bonuses: bonuses.map { CheckInProgram.StreakBonus(days: $0, points: Points($1)) }, repeats: repeats,
      perMonth: perMonth.map { Points($0) })
  }

  private static func referral(
    _ reward: Reward? = Reward(points: Points(1)), referee: Reward? = nil, minimum: Int64 = 1,
    within: Int = 1, hold: Int = 0, cap: Int? = nil, month: Int? = nil
  ) -> ReferralProgram {
    ReferralProgram(
      referrerReward: reward, refereeReward: referee, minimum: Money(minimum), withinDays: within,
      holdDays: hold, perReferrer: cap, perReferrerMonth: month)
  }

  private static func product(
    _ sku: String = "vip", name: Words = Samples.words, level: String = "T", months: Int? = nil,
    days: Int? = nil
  ) -> MembershipProduct {
    MembershipProduct(sku: sku, name: name, level: level, months: months, days: days)
  }

  private static func activity(
    _ id: String = "a", name: Words = Samples.words, points: Int64 = 1, growth: Int64 = 0, day: Int? = nil,
    ever: Int? = nil
  ) -> Activity {
    Activity(
      id: id, name: name, points: Points(points), growth: growth, perMemberDay: day, perMember: ever)
  }

  private static func prize(
    _ id: String = "p", name: Words = Samples.words, reward: Reward? = Reward(points: Points(1)),
    gift: String? = nil, weight: Int64 = 1, stock: Int64? = nil
  ) -> PrizeDraw.Prize {
    PrizeDraw.Prize(id: id, name: name, reward: reward, giftSku: gift, weight: weight, stock: stock)
  }

  private static func draw(
    _ prizes: [PrizeDraw.Prize] = [prize()], id: String = "d", points: Int64 = 1, blank: Int64 = 0,
    day: Int? = 1, when: Condition = .always
  ) -> PrizeDraw {
    PrizeDraw(
      id: id, name: Samples.words, pointsPerDraw: Points(points), prizes: prizes, blankWeight: blank,
      perMemberDay: day, when: when)
  }

  private static func birthday(_ daysBefore: Int) -> GiftProgram {
    GiftProgram(
      birthday: GiftProgram.BirthdayGift(reward: Reward(points: Points(1)), daysBefore: daysBefore))
  }

  private static let faulty: [(path: String, make: @Sendable (inout Programs) -> Void)] = [
    ("mall", { $0.mall = [item("a"), item("a")] }), ("mall", { $0.mall = (0...500).map { item("\($0)") } }),
    ("mall[0].id", { $0.mall = [item("")] }), ("mall[1].id", { $0.mall = [item(), item(long)] }),
    ("mall[0].name", { $0.mall = [item(name: empty)] }), ("mall[0].sku", { $0.mall = [item(sku: "")] }),
    ("mall[0].points", { $0.mall = [item(points: -1)] }),
    ("mall[0].points", { $0.mall = [item(points: tooMany)] }),
    ("mall[0].money", { $0.mall = [item(money: -1)] }), ("mall[0].money", { $0.mall = [item(money: .max)] }),
    ("mall[0].stock", { $0.mall = [item(stock: -1)] }), ("mall[0].stock", { $0.mall = [item(stock: .max)] }),
    ("mall[0].perMember", { $0.mall = [item(perMember: 0)] }),
    ("mall[0].perMember", { $0.mall = [item(points: 0)] }),
    ("mall[0].priority", { $0.mall = [item(priority: Condition(tiers: ["T"]))] }),
    ("mall[0].priority", { $0.mall = [item(when: Condition(from: dawn), priority: .always)] }),
    (
      "mall[0].priority", { $0.mall = [item(when: Condition(from: dawn), priority: Condition(who: .member))] }
    ),
    ("mall[0].priority", { $0.mall = [item(when: first, priority: first)] }),
    ("mall[0].priority", { $0.mall = [item(when: Condition(from: dawn), priority: first)] }),
    ("mall[0].priority.until", { $0.mall = [item(when: Condition(until: dawn), priority: first)] }),
    (
      "mall[0].priority.tiers",
      { $0.mall = [item(when: Condition(from: dawn), priority: Condition(tiers: ["none"]))] }
    ),
    ("mall[0].when.tiers", { $0.mall = [item(when: Condition(tiers: ["none"]))] }),
    ("checkIns.points", { $0.checkIns = checkIns(-1) }),
    ("checkIns.points", { $0.checkIns = checkIns(tooMany) }),
    ("checkIns.bonuses", { $0.checkIns = checkIns(1, [(3, 1), (3, 1)]) }),
    ("checkIns.bonuses", { $0.checkIns = checkIns(1, (2...52).map { ($0, 1) }) }),
    ("checkIns.bonuses[0].days", { $0.checkIns = checkIns(1, [(1, 1)]) }),
    ("checkIns.bonuses[1].days", { $0.checkIns = checkIns(1, [(2, 1), (367, 1)]) }),
    ("checkIns.bonuses[0].points", { $0.checkIns = checkIns(1, [(2, 0)]) }),
    ("checkIns.repeats", { $0.checkIns = checkIns(1, repeats: true) }),
    ("checkIns.perMonth", { $0.checkIns = checkIns(1, perMonth: 0) }),
    ("referral.referrerReward", { $0.referral = referral(nil) }),
    ("referral.referrerReward.points", { $0.referral = referral(Reward()) }),
    ("referral.refereeReward.template", { $0.referral = referral(referee: Reward(template: long)) }),
    ("referral.minimum", { $0.referral = referral(minimum: 0) }),
    ("referral.withinDays", { $0.referral = referral(within: 366) }),
    ("referral.holdDays", { $0.referral = referral(hold: -1) }),
    ("referral.perReferrer", { $0.referral = referral(cap: 0) }),
    ("referral.perReferrerMonth", { $0.referral = referral(month: 0) }),
    ("gifts.signUp", { $0.gifts = GiftProgram() }),
    ("gifts.signUp.points", { $0.gifts = GiftProgram(signUp: Reward(points: .zero)) }),
    ("gifts.birthday.daysBefore", { $0.gifts = birthday(32) }),
    ("gifts.birthday.daysBefore", { $0.gifts = birthday(-1) }),
    ("memberships", { $0.memberships = [product(days: 1), product(months: 1)] }),
    ("memberships[0].sku", { $0.memberships = [product("", days: 1)] }),
    ("memberships[0].name", { $0.memberships = [product(name: empty, days: 1)] }),
    ("memberships[0].level", { $0.memberships = [product(level: "none", days: 1)] }),
    ("memberships[0].months", { $0.memberships = [product()] }),
    ("memberships[0].months", { $0.memberships = [product(months: 1, days: 1)] }),
    ("memberships[0].months", { $0.memberships = [product(months: 121)] }),
    ("memberships[0].days", { $0.memberships = [product(days: 0)] }),
    ("activities", { $0.activities = [activity(), activity()] }),
    ("activities[0].id", { $0.activities = [activity(long)] }),
    ("activities[0].name", { $0.activities = [activity(name: empty)] }),
    ("activities[0].points", { $0.activities = [activity(points: 0)] }),
    ("activities[0].points", { $0.activities = [activity(points: tooMany)] }),
    ("activities[0].growth", { $0.activities = [activity(growth: -1)] }),
    ("activities[0].perMemberDay", { $0.activities = [activity(day: 0)] }),
    ("activities[0].perMember", { $0.activities = [activity(ever: -1)] }),
    ("draws[0].perMemberDay", { $0.draws = [draw(day: nil)] }),
    ("draws", { $0.draws = [draw(), draw()] }), ("draws[0].id", { $0.draws = [draw(id: "")] }),
    ("draws[0].pointsPerDraw", { $0.draws = [draw(points: -1)] }),
    ("draws[0].prizes", { $0.draws = [draw([])] }),
    ("draws[0].prizes", { $0.draws = [draw([prize(), prize()])] }),
    ("draws[0].prizes[0].id", { $0.draws = [draw([prize("")])] }),
    ("draws[0].prizes[0].name", { $0.draws = [draw([prize(name: empty)])] }),
    ("draws[0].prizes[0].reward", { $0.draws = [draw([prize(reward: nil)])] }),
    ("draws[0].prizes[0].reward", { $0.draws = [draw([prize(gift: "cup")])] }),
    ("draws[0].prizes[0].reward.points", { $0.draws = [draw([prize(reward: Reward(points: .zero))])] }),
    ("draws[0].prizes[0].giftSku", { $0.draws = [draw([prize(reward: nil, gift: "")])] }),
    ("draws[0].prizes[1].weight", { $0.draws = [draw([prize(), prize("q", weight: 0)])] }),
    ("draws[0].prizes[0].stock", { $0.draws = [draw([prize(stock: -1)])] }),
    ("draws[0].blankWeight", { $0.draws = [draw(blank: -1)] }),
    ("draws[0].perMemberDay", { $0.draws = [draw(day: 0)] }),
    ("draws[0].when.weekdays", { $0.draws = [draw(when: Condition(weekdays: [8]))] }),
  ]

  @Test func `each fault of a program is named by its path, and nothing else is`() {
    for (path, make) in Self.faulty {
      var programs = Programs()
      make(&programs)
      let faults = programs.faults(levels: ["T"])
      #expect(Set(faults.map(\.path)) == [path], "\(path): \(faults)")
      #expect(faults.allSatisfy { !$0.reason.isEmpty })
      var rulebook = Rulebook.none
      rulebook.tiers = Samples.scheme([Samples.level("T", 0)])
      rulebook.programs = programs
      #expect(Set(rulebook.faults().map(\.path)) == [path])
    }
  }

  @Test func `programs at the edge of what is allowed may be published`() {
    var programs = Programs()
    programs.mall = [
      Self.item(points: Limits.movementPoints, money: Limits.lineMinorUnits, stock: 0),
      Self.item("b", points: 0, money: 1), Self.item("c", points: 0, perMember: 1),
      Self.item("d", when: Condition(from: Self.dawn), priority: Condition(tiers: ["T"])),
    ]
    programs.checkIns = Self.checkIns(0, [(2, 1), (366, Limits.movementPoints)], repeats: true, perMonth: 1)
    programs.referral = Self.referral(within: 0, hold: 365)
    programs.gifts = Self.birthday(31)
    programs.memberships = [Self.product(months: 120), Self.product("w", days: 3_660)]
    programs.activities = [Self.activity(points: 0, growth: 1)]
    programs.draws = [Self.draw([Self.prize(weight: 1_000_000_000)], points: 0)]
    #expect(programs.faults(levels: ["T"]).isEmpty)
    #expect(
      programs.membershipFaults(levels: []).map(\.path) == ["memberships[0].level", "memberships[1].level"])
  }

  @Test func `a rulebook says what checking in earns in one place only`() {
    var rulebook = Rulebook.none
    #expect(rulebook.checkInProgram == nil)
    rulebook.programs.checkIns = Self.checkIns(3)
    #expect(rulebook.faults().isEmpty)
    #expect(rulebook.checkInProgram == Self.checkIns(3))
    rulebook.checkInPoints = Points(2)
    #expect(rulebook.faults().map(\.path) == ["checkIns"])
    rulebook.programs.checkIns = nil
    #expect(rulebook.faults().isEmpty)
    #expect(rulebook.checkInProgram == Self.checkIns(2))
  }

  @Test func `programs are the same after a way through their document`() {
    forAll { (samples: inout Samples) in
      var rulebook = Rulebook.none
      rulebook.programs = samples.programs()
      let document = try rulebook.encoded()
      let again = try Rulebook.decode(document)
      return try rulebook.programs.faults(levels: ["plus", "max"]).isEmpty && again == rulebook
        && again.encoded() == document
    }
  }

  @Test func `a rulebook without programs is written as before`() throws {
    let text = String(decoding: try Rulebook.none.encoded(), as: UTF8.self)
    for name in ["mall", "checkIns", "referral", "gifts", "memberships", "activities", "draws", "programs"] {
      #expect(!text.contains("\"\(name)\""))
    }
  }

  @Test func `programs written by hand are read`() throws {
    let document = """
      {"name": {"zh": "章程", "en": "Rules"}, "currency": "CNY", "utcOffsetMinutes": 480, "earning": [],
       "expiry": {"policy": "never"}, "checkInPoints": 0,
       "holding": {"homePermille": 500, "lastStorePermille": 250},
       "mall": [{"id": "a", "name": {"zh": "测试", "en": "Test"}, "sku": "cup", "points": 1}],
       "checkIns": {"points": 1, "bonuses": [{"days": 7, "points": 20}]},
       "referral": {"referrerReward": {"points": 1}, "minimum": 1, "withinDays": 1},
       "gifts": {"birthday": {"reward": {"points": 1}}},
       "memberships": [{"sku": "vip", "name": {"zh": "测试", "en": "Test"}, "level": "T", "months": 12}],
       "activities": [{"id": "a", "name": {"zh": "测试", "en": "Test"}, "points": 1}],
       "draws": [{"id": "d", "name": {"zh": "测试", "en": "Test"}, "pointsPerDraw": 1, "prizes": [
         {"id": "p", "name": {"zh": "测试", "en": "Test"}, "reward": {"points": 1}, "weight": 1}]}]}
      """
    var programs = Programs()
    programs.mall = [Self.item()]
    programs.checkIns = Self.checkIns(1, [(7, 20)])
    programs.referral = Self.referral()
    programs.gifts = Self.birthday(0)
    programs.memberships = [Self.product(months: 12)]
    programs.activities = [Self.activity()]
    programs.draws = [Self.draw(day: nil)]
    #expect(try Rulebook.decode(Array(document.utf8)).programs == programs)
  }
}
