import Curl
import Terminal

/// The rulebook's sections beside prices and points, a line each; those that it has not are left out.
extension Rulebooks {
  static func programs(_ rulebook: JSONValue) -> [(String, String)] {
    let (risk, classes) = (rulebook.offline, rulebook.classes)
    let (checkIns, referral, gifts) = (rulebook.checkIns, rulebook.referral, rulebook.gifts)
    let rows: [(String, JSONValue, String)] = [
      ("积分上限 Caps", rulebook.earningCaps, caps(rulebook.earningCaps)),
      (
        "税额不计 Tax", rulebook.earningTax,
        rulebook.earningTax.elements.map { "\($0.permille.text)‰ \(goods($0.scope, all: "全部 all"))" }
          .joined(separator: ", ")
      ),
      (
        "断网风险 Offline", risk,
        "\(risk.points.text)，每人每日 member and day \(risk.perMemberDay.money)，"
          + "每店每次 store and outage \(risk.perStoreOutage.money)"
      ),
      (
        "会员分类 Classes", classes,
        "新 new ≤ \(classes.newDays.text) 天 days，沉睡 dormant > \(classes.dormantDays.text)，"
          + "忠诚 loyal ≥ \(classes.loyalPurchases.text) 次 / \(classes.loyalDays.text) 天 days"
      ),
      ("抹零 Cash rounding", rulebook.cashRounding, rulebook.cashRounding.step.money),
      ("券组 Coupon groups", rulebook.couponGroups, names(rulebook.couponGroups) { " \($0.mode.text)" }),
      (
        "签到 Check-ins", checkIns,
        (["\(checkIns.points.text)"]
          + checkIns.bonuses.elements.map { "\($0.days.text) 天 days +\($0.points.text)" })
          .joined(separator: ", ")
      ),
      ("积分商城 Mall", rulebook.mall, names(rulebook.mall) { " \($0.points.text)" }),
      ("付费会员 Memberships", rulebook.memberships, names(rulebook.memberships) { " \($0.level.text)" }),
      ("活动 Activities", rulebook.activities, names(rulebook.activities) { " +\($0.points.text)" }),
      ("抽奖 Draws", rulebook.draws, names(rulebook.draws) { " \($0.pointsPerDraw.text)" }),
      (
        "推荐有礼 Referral", referral,
        "推荐人 referrer \(reward(referral.referrerReward))，新会员 newcomer \(reward(referral.refereeReward))"
      ),
      (
        "礼遇 Gifts", gifts,
        "开卡 sign-up \(reward(gifts.signUp))，生日 birthday \(reward(gifts.birthday.reward))"
      ),
    ]
    return rows.filter { !$0.1.isNull }.map { ($0.0, $0.2) }
  }

  private static func caps(_ caps: JSONValue) -> String {
    "每笔 sale \(caps.perSale.text)，每人每日 member and day \(caps.perMemberDay.text)"
  }

  private static func reward(_ reward: JSONValue) -> String {
    let parts = [reward.points.isNull ? nil : reward.points.text, reward.template.stringValue].compactMap {
      $0
    }
    return parts.isEmpty ? "–" : parts.joined(separator: " + ")
  }
}
