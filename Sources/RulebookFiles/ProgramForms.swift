import Curl
import Loyalty
import SyncProtocol

// What members get beside purchases.
extension Form {
  private static let stock = Field.optional(
    "stock", .integer(.plain, 0...ProgramLimits.stock), "全连锁库存，不写则不限",
    "Pieces in the whole chain; without end otherwise")

  static let mallItem = Form.record(
    "MallItem", "积分商城商品", "Something the points mall gives",
    [
      id(), name, .required("sku", token, "商品编号", "The article"),
      .required(
        "points", .integer(.plain, 0...Limits.movementPoints), "每件积分，0 为不用积分",
        "Points for one piece, 0 for none"),
      .optional("money", money, "每件另付（分）", "Money for one piece besides, in minor units", else: 0),
      stock,
      .optional(
        "perMember", times, "每会员限兑，免费的须写", "Pieces for one member; there where an item is free"), when,
      .optional(
        "priority", condition, "优先购：符合者可先于 when 兑换", "Members for whom it holds order before when does"),
      .optional(
        "policy",
        .choice([
          ("held", "门店有货即兑，断网也可", "a store gives what it holds, also with the line down"),
          ("online", "须联网，限量准确", "only headquarters takes the order"),
        ]), "兑换方式", "Who may take the order", else: "held"),
    ])

  static let checkIns = Form.record(
    "CheckInProgram", "签到奖励", "What coming every day earns",
    [
      .required("points", points, "每日积分", "Points for a day"),
      .optional(
        "bonuses",
        .list(
          .record(
            "StreakBonus", "连续签到奖励", "Points for so many days in a row",
            [
              .required("days", .number(2...ProgramLimits.streakDays), "第几天", "On this day in a row"),
              .required("points", .integer(.plain, 1...Limits.movementPoints), "另得积分", "Points more"),
            ]), 0...ProgramLimits.streakBonuses), "连续签到，天数递增", "For days in a row, rising", else: []),
      .optional("repeats", .flag, "末档之后重新计", "After the last bonus the count begins again", else: false),
      .optional(
        "perMonth", .integer(.plain, 1...Limits.movementPoints), "每月最多", "The most in a calendar month"),
    ])

  static let referral = Form.record(
    "ReferralProgram", "推荐有礼，双方得奖励", "Who brings a new member is rewarded, and so is who was brought",
    [
      .optional("referrerReward", reward, "推荐人奖励", "For whoever recommended"),
      .optional("refereeReward", reward, "新会员奖励", "For the new member"),
      .required(
        "minimum", .integer(.money, 1...Limits.lineMinorUnits), "新会员一单须满（分），扣除退货",
        "What one purchase must come to, net of returns, in minor units"),
      .required("withinDays", .number(0...ProgramLimits.referralDays), "入会后几天内", "Days after joining"),
      .optional(
        "holdDays", .number(0...ProgramLimits.referralDays), "消费后几天发放", "Days until rewards are given",
        else: 0),
      .optional("perReferrer", times, "每位推荐人总共", "Rewards to one referrer, ever"),
      .optional("perReferrerMonth", times, "每位推荐人每月", "Rewards to one referrer in a month"),
    ])

  static let gifts = Form.record(
    "GiftProgram", "开卡礼与生日礼", "Gifts for joining and for birthdays",
    [
      .optional("signUp", reward, "开卡礼", "For joining"),
      .optional(
        "birthday",
        .record(
          "BirthdayGift", "生日礼", "For the birthday",
          [
            .required("reward", reward, "奖励", "What it is"),
            .optional(
              "daysBefore", .number(0...ProgramLimits.birthdayDays), "提前几天发", "Days before the birthday",
              else: 0),
          ]), "生日礼", "For the birthday"),
    ])

  static let membership = Form.record(
    "MembershipProduct", "付费会员商品：买后得等级", "An article that makes its buyer a paid member",
    [
      .required("sku", token, "商品编号", "The article"), name,
      .required("level", token, "等级编号", "The id of a level of the tier scheme"),
      .optional(
        "months", .number(1...ProgramLimits.membershipMonths), "期限（月），与天数二选一",
        "The term in months, or in days"),
      .optional("days", .number(1...ProgramLimits.membershipDays), "期限（天）", "The term in days"),
    ])

  static let activity = Form.record(
    "Activity", "互动积分：分享、活动、评价、问卷", "Something members do that earns without a purchase",
    [
      id(), name, .required("points", points, "积分", "Points"),
      .optional("growth", points, "成长值", "Growth value", else: 0),
      .optional("perMemberDay", times, "每会员每日次数", "Times a day"),
      .optional("perMember", times, "每会员总次数", "Times in all"),
    ])

  static let draw = Form.record(
    "PrizeDraw", "积分抽奖，中奖率为权重之比", "Points for a chance to win; chances are shares of the weights",
    [
      id(), name, .required("pointsPerDraw", points, "每次积分", "Points for one draw"),
      .required("prizes", .list(prize, 1...ProgramLimits.prizes), "奖品", "What there is to win"),
      .optional(
        "blankWeight", .integer(.plain, 0...ProgramLimits.prizeWeight), "未中奖权重",
        "The weight of winning nothing",
        else: 0),
      .optional("perMemberDay", times, "每会员每日次数", "Draws of one member a day"), when,
    ])

  private static let prize = Form.record(
    "Prize", "一种奖品：奖励或实物，二选一", "One prize: a reward, or goods",
    [
      id(), name, .optional("reward", reward, "奖励", "Points or a coupon"),
      .optional("giftSku", token, "实物编号", "Goods, by their article"),
      .required("weight", .integer(.plain, 1...ProgramLimits.prizeWeight), "权重", "Its weight"), stock,
    ])
}
