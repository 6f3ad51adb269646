import Loyalty
import Seeds
import SyncProtocol

// Sections of a rulebook that may be published.
extension Samples {
  mutating func reward() -> Reward {
    let kind = number(0...2)
    return Reward(
      points: kind == 0 ? nil : Points(1 + amount(upTo: Limits.movementPoints - 1)),
      template: kind == 1 ? nil : "TEN")
  }

  mutating func condition() -> Condition {
    Condition(
      weekdays: maybe { [Int($0.number(1...7))] }, stores: maybe { [$0.oneOf(["S1", "S2"])] },
      who: maybe { $0.oneOf([.member, .birthday]) })
  }

  mutating func condition(of tiers: [String]) -> Condition {
    var one = condition()
    one.tiers = tiers
    return one
  }

  mutating func mallItem(_ id: String) -> MallItem {
    let points = Points(flag() ? amount(upTo: 100_000) : number(0...1))
    let money = Money(flag() ? 0 : amount(upTo: 10_000))
    let isFree = points == .zero && money == .zero
    var when = flag() ? .always : condition()
    let priority = maybe { $0.condition(of: ["max"]) }
    if priority != nil { when.from = Timestamp(ms: Samples.noon.ms + number(-1...1) * 3_600_000) }
    return MallItem(
      id: id, name: Samples.words, sku: oneOf(Samples.skus), points: points, money: money,
      stock: maybe { $0.amount(upTo: 1_000) }, perMember: isFree || flag() ? Int(number(1...3)) : nil,
      when: when, priority: priority, policy: oneOf(MallItem.Policy.allCases))
  }

  mutating func checkIns() -> CheckInProgram {
    var (days, bonuses): (Int, [CheckInProgram.StreakBonus]) = (1, [])
    for _ in 0..<number(0...3) {
      days += Int(number(1...4))
      bonuses.append(CheckInProgram.StreakBonus(days: days, points: Points(number(1...30))))
    }
    return CheckInProgram(
      points: Points(number(0...5)), bonuses: bonuses, repeats: !bonuses.isEmpty && flag(),
      perMonth: maybe { Points($0.number(1...120)) })
  }

  mutating func referral() -> ReferralProgram {
    ReferralProgram(
      referrerReward: reward(), refereeReward: maybe { $0.reward() }, minimum: Money(number(1...60)),
      withinDays: Int(number(0...20)), holdDays: Int(number(0...10)),
      perReferrer: maybe { Int($0.number(1...2)) },
      perReferrerMonth: flag() ? 1 : nil)
  }

  mutating func gifts() -> GiftProgram {
    GiftProgram(
      signUp: reward(),
      birthday: maybe { GiftProgram.BirthdayGift(reward: $0.reward(), daysBefore: Int($0.number(0...31))) })
  }

  mutating func membership(_ sku: String) -> MembershipProduct {
    let months = maybe { Int($0.number(1...3)) }
    return MembershipProduct(
      sku: sku, name: Samples.words, level: oneOf(["plus", "max"]), months: months,
      days: months == nil ? Int(number(1...40)) : nil)
  }

  mutating func activity(_ id: String) -> Activity {
    Activity(
      id: id, name: Samples.words, points: Points(number(1...9)), growth: number(0...9),
      perMemberDay: maybe { Int($0.number(1...2)) }, perMember: maybe { Int($0.number(1...5)) })
  }

  mutating func draw(_ id: String) -> PrizeDraw {
    var prizes: [PrizeDraw.Prize] = []
    for index in 0..<number(1...5) {
      let reward = maybe { $0.reward() }
      prizes.append(
        PrizeDraw.Prize(
          id: "P\(index)", name: Samples.words, reward: reward, giftSku: reward == nil ? "cup" : nil,
          weight: 1 + amount(upTo: ProgramLimits.prizeWeight - 1), stock: maybe { $0.number(0...3) }))
    }
    let price = Points(number(0...50))
    let isSafe = price > .zero && prizes.allSatisfy { $0.reward?.points == nil }
    return PrizeDraw(
      id: id, name: Samples.words, pointsPerDraw: price, prizes: prizes,
      blankWeight: amount(upTo: ProgramLimits.prizeWeight),
      perMemberDay: isSafe && flag() ? nil : Int(number(1...3)))
  }

  mutating func programs() -> Programs {
    var programs = Programs()
    for index in 0..<number(0...2) { programs.mall.append(mallItem("M\(index)")) }
    programs.checkIns = maybe { $0.checkIns() }
    programs.referral = maybe { $0.referral() }
    programs.gifts = maybe { $0.gifts() }
    for index in 0..<number(0...2) { programs.memberships.append(membership("VIP\(index)")) }
    for index in 0..<number(0...2) { programs.activities.append(activity("A\(index)")) }
    for index in 0..<number(0...2) { programs.draws.append(draw("D\(index)")) }
    return programs
  }
}
