import Loyalty
import Seeds
import SyncProtocol
import Testing

struct GiftLaws {
  private static let birthdays = ["02-29", "02-28", "03-01", "12-28", "01-03", "06-15"]

  private static func facts(_ samples: inout Samples) -> GiftFacts {
    GiftFacts(
      enrolled: Day(20_454 + Int32(samples.number(0...400))), signUp: samples.maybe { $0.reward() },
      birthday: samples.maybe { MonthDay($0.oneOf(birthdays)) ?? MonthDay("01-01") } ?? nil)
  }

  private static let gold = TierLevel(
    id: "gold", name: Samples.words, threshold: 1, benefits: [.birthdayGift(template: "CAKE")])

  @Test func `every gift is given once, over reruns, changed birthdays and merges`() {
    forAll { (samples: inout Samples) in
      var programs = Programs()
      programs.gifts = samples.gifts()
      var records = [Self.facts(&samples), Self.facts(&samples)]
      var given: [String] = []
      func run(_ record: Int, _ day: Day) {
        let level = samples.flag() ? Self.gold : nil
        for gift in programs.giftsDue(records[record], level: level, on: day) {
          records[record].given.insert(gift.key)
          given.append("\(record) \(gift.key)")
        }
      }
      let merge = samples.number(0...30)
      for step in 0..<Int64(30) {
        if step == merge {
          let other = records[1]
          records[0].merge(other)
          records.removeLast()
        }
        let record = Int(samples.number(0...Int64(records.count - 1)))
        if samples.number(0...5) == 0 { records[record].birthday = MonthDay(samples.oneOf(Self.birthdays)) }
        run(record, Day(20_454 + Int32(samples.number(0...800))))
      }
      guard Set(given).count == given.count else { return false }
      guard records.count == 1 else { return true }
      // After the merge, no key that either record had was given again.
      return records[0].given.isSuperset(of: given.map { $0.split(separator: " ")[1] }.map(String.init))
    }
  }

  @Test
  func `a birthday gift is due just on the days around the birthday, and for no birthday before joining`() {
    forAll { (samples: inout Samples) in
      var programs = Programs()
      programs.gifts = samples.gifts()
      let facts = Self.facts(&samples)
      let level = samples.flag() ? Self.gold : nil
      let day = Day(20_454 + Int32(samples.number(0...1_200)))
      let due = programs.giftsDue(facts, level: level, on: day).map(\.key)
      var expected: Set<String> = []
      if day >= facts.enrolled {
        if facts.signUp != nil { expected.insert("signup") }
        let before = Int32(programs.gifts?.birthday?.daysBefore ?? 0)
        for number in day.number - 7...day.number + before
        where facts.birthday != nil && (programs.gifts?.birthday != nil || level != nil) {
          let (year, month, date) = Day(number).components
          let isLeap = Day(year: year, month: 2, day: 29) != nil
          let kept = facts.birthday == MonthDay("02-29") && !isLeap ? MonthDay("02-28") : facts.birthday
          let isIt = kept?.month == month && kept?.dayOfMonth == date
          if isIt, Day(number) >= facts.enrolled { expected.insert("birthday/\(year)") }
        }
      }
      return Set(due) == expected && due.count == expected.count
    }
  }

  @Test func `gifts are told with what they are`() {
    var programs = Programs()
    programs.gifts = GiftProgram(
      birthday: GiftProgram.BirthdayGift(reward: Reward(points: Points(50)), daysBefore: 7))
    let facts = GiftFacts(
      enrolled: Day("2025-01-01")!, signUp: Reward(points: Points(10), template: "TEN"),
      birthday: MonthDay("01-03"))
    let due = programs.giftsDue(facts, level: Self.gold, on: Day("2025-12-27")!)
    #expect(due.map(\.key) == ["signup", "birthday/2026"])
    #expect(due.map(\.words.zh) == ["开卡礼：10 积分和优惠券一张", "生日礼：50 积分、优惠券一张"])
    #expect(
      due.map(\.words.en) == ["Sign-up gift: 10 points and a coupon", "Birthday gift: 50 points, a coupon"])
  }

  @Test func `29 February is kept on the 28th where there is none`() {
    var programs = Programs()
    programs.gifts = GiftProgram(birthday: GiftProgram.BirthdayGift(reward: Reward(points: Points(1))))
    let facts = GiftFacts(enrolled: Day("2020-01-01")!, birthday: MonthDay("02-29"))
    #expect(programs.giftsDue(facts, level: nil, on: Day("2027-02-27")!).isEmpty)
    #expect(programs.giftsDue(facts, level: nil, on: Day("2027-02-28")!).map(\.key) == ["birthday/2027"])
    #expect(programs.giftsDue(facts, level: nil, on: Day("2028-02-28")!).isEmpty)
    #expect(programs.giftsDue(facts, level: nil, on: Day("2028-02-29")!).map(\.key) == ["birthday/2028"])
  }

  @Test func `the earlier record's sign-up gift stands after a merge, either way round`() {
    forAll { (samples: inout Samples) in
      let (a, b) = (Self.facts(&samples), Self.facts(&samples))
      if a.enrolled == b.enrolled { return true }
      var (ab, ba) = (a, b)
      ab.merge(b)
      ba.merge(a)
      return ab.enrolled == ba.enrolled && ab.signUp == ba.signUp && ab.given == ba.given
        && ab.enrolled == min(a.enrolled, b.enrolled)
    }
  }
}
