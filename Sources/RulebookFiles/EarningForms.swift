import Curl
import Loyalty
import SyncProtocol

// What purchases earn, and how long it lasts.
extension Form {
  private static let currency = Field.optional(
    "currency",
    .choice([
      ("points", "积分", "points, which are spent"),
      ("growth", "成长值", "growth value, which only counts towards tiers"),
    ]), "所得", "What it earns", else: "points")

  static let earningRule = Form.record(
    "EarningRule", "消费积分规则：每满一定金额得若干积分；一行商品归第一条适用的规则",
    "Each full amount earns points; a line belongs to the first rule that covers it",
    [
      id(), currency,
      .required("per", someMoney, "每满金额（分），不满不计", "For each full amount of this, in minor units"),
      .required("points", points, "得多少；0 即不参与，如购物卡", "So much; 0 earns nothing, such as gift cards"),
      when, covered,
    ])

  static let multiplier = Form.record(
    "Multiplier", "多倍积分：会员日、指定品类", "Lines count for more: members' days, some categories",
    [
      id(), currency,
      .required(
        "permille", .integer(.factor, 1000...Limits.earningPermille), "倍数（千分之一），2000 即双倍",
        "The factor in thousandths, 2000 is double"),
      when, covered,
      .optional("group", token, "同组取最高", "Of one group the highest counts"),
    ])

  static let bonus = Form.record(
    "Bonus", "奖励积分：在消费积分之外另给，不受多倍影响", "Points on top, which no multiplier touches",
    [
      id(), currency, when, covered,
      .optional(
        "minimum", .integer(.money, 0...Int64.max), "最低消费（分）",
        "The covered goods must come to this, in minor units",
        else: 0),
      .required("points", points, "给多少", "So much"),
      .optional("each", someMoney, "每满（分）给一次；不写只给一次", "For each full amount, in minor units; once without"),
    ])

  static let earningCaps = Form.record(
    "EarningCaps", "积分上限", "The most that purchases earn",
    [
      .optional("perSale", points, "每单最多", "By one sale"),
      .optional("perMemberDay", points, "每会员每日最多", "By one member on one business day"),
    ])

  static let earningTax = Form.record(
    "EarningTax", "价格所含税额，不计积分", "A tax in the price, which earns nothing",
    [
      .required(
        "permille", .integer(.share, 0...1000), "税率（千分之一），130 即 13%；0 为免税",
        "Thousandths of the price without tax: 130 is 13 %; 0 is exempt"),
      covered,
    ])

  private static let years = Field.required(
    "years", .number(0...Limits.expiryYears), "几年后，0 即当年", "So many years after, 0 is the same year")

  static let expiry = Form.variants(
    "Expiry", by: "policy", "积分有效期，从可用之日算起",
    "When earned points lapse, counted from the first day they may be spent",
    [
      Variant("never", "永久有效", "Never"),
      Variant(
        "days", "若干天后", "After so many days",
        [.required("days", .number(1...Limits.expiryDays), "天数，含当天", "Days, the first included")]),
      Variant(
        "rollingMonths", "若干个月，到对应日为止（含）；没有对应日到月末",
        "So many months on, to the day of the same number; to the month's end where it has none",
        [.required("months", .number(1...Limits.expiryMonths), "月数", "Months")]),
      Variant(
        "monthEnd", "若干个月后的月底，0 即当月底", "At a month's end",
        [.required("months", .number(0...Limits.expiryMonths), "几个月后", "So many months after theirs")]),
      Variant("yearEnd", "若干年后的年底，0 即当年底", "At a year's end", [years]),
      Variant(
        "fixedDate", "固定日期，如每年 3 月 31 日", "On a date, such as 31 March of the next year",
        [
          .required("month", .number(1...12), "月", "Month"), .required("day", .number(1...31), "日", "Day"),
          years,
        ]),
    ])

  static let pointsPolicies = Form.record(
    "PointsPolicies", "退货时积分如何处理", "What becomes of points when goods come back",
    [
      .optional(
        "restore",
        .variants(
          "RestorePolicy", by: "policy", "退回的积分若已过期", "Points that come back when their time is over",
          [
            Variant("stayExpired", "仍为过期", "They stay expired"),
            Variant(
              "grace", "宽限若干天", "They last for some days",
              [
                .required(
                  "days", .number(1...Limits.graceDays), "天数，含退货当天", "Days, that of the return included")
              ]),
          ]), "已过期积分的退还", "Where points go that come back too late", else: ["policy": "stayExpired"]),
      .optional(
        "shortage",
        .variants(
          "ShortagePolicy", by: "policy", "应扣回的积分不足", "Points that a return should take back and cannot",
          [
            Variant("debt", "全部记欠", "All of it is owed"),
            Variant(
              "debtUpTo", "记欠到上限，其余核销", "Owed up to a limit, the rest written off",
              [.required("limit", points, "欠积分上限", "The most that a member owes")]),
            Variant("loss", "全部核销", "All of it is written off"),
          ]), "扣回不足", "What becomes of what is short", else: ["policy": "debt"]),
    ])

  static let pointsPayment = Form.record(
    "PointsPayment", "积分抵扣：若干积分抵若干金额", "Points pay at the till: so many are worth so much",
    [
      .required("points", .integer(.plain, 1...Int64.max), "积分", "So many points"),
      .required("worth", .integer(.money, 1...1_000_000_000), "抵金额（分）", "Are worth this, in minor units"),
      .required("minimum", .integer(.plain, 0...Int64.max), "一单最少用", "The fewest that one sale uses"),
      .required("step", .integer(.plain, 1...Int64.max), "须为其整数倍", "Used in multiples of this"),
      .required(
        "maxSharePermille", .integer(.share, 0...1000), "抵扣占比上限（千分之一），500 即一半",
        "The largest share of the bill in thousandths, 500 is half"),
    ])
}
