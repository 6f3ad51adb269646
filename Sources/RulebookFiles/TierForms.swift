import Curl
import Loyalty
import SyncProtocol

// How members rise and fall, and what levels give.
extension Form {
  static let tierScheme = Form.record(
    "TierScheme", "等级方案：如何升降级", "How members rise and fall",
    [
      id("Its id"), name,
      .required(
        "metric",
        .choice([
          ("spend", "消费额", "what was spent, in minor units"), ("count", "消费次数", "the number of sales"),
          ("growth", "成长值", "growth value"), ("paid", "付费会员", "a paid membership"),
        ]), "依据", "What is counted"),
      .required("window", tierWindow, "计算期", "The time that is counted"),
      .optional(
        "upgrade",
        .choice([
          ("immediate", "达到即升", "as soon as it is reached"), ("batch", "计算期结束时升", "when a period ends"),
        ]), "升级", "When members rise", else: "immediate"),
      .required(
        "downgrade",
        .choice([
          ("step", "逐级降", "one level down"), ("recompute", "按实际重算", "to what the figures keep"),
          ("never", "不降", "nobody falls"),
        ]), "降级", "What becomes of a level that its period did not keep"),
      .optional(
        "graceDays", .number(0...Limits.tierGraceDays), "宽限天数，期满未保级仍保留",
        "Days that a level outlives the period that did not keep it", else: 0),
      .required(
        "levels", .list(tierLevel, 1...Limits.tierLevels), "等级，从低到高", "From the lowest to the highest"),
      .optional(
        "returns",
        .choice([("reduce", "退货冲减", "they count against it"), ("ignore", "退货不计", "they do not")]), "退货",
        "What returned goods do to spend", else: "reduce"),
    ])

  private static let tierWindow = Form.variants(
    "TierWindow", by: "kind", "等级计算期", "The time that is counted, in whole months",
    [
      Variant(
        "rolling", "滚动若干个月，含当月", "The current month and those before it",
        [.required("months", .number(1...Limits.tierWindowMonths), "月数", "Months in all")]),
      Variant("calendarYear", "自然年", "From 1 January"),
      Variant("anniversary", "入会周年", "From the month of joining, again each year"),
      Variant("lifetime", "终身累计", "Everything there ever was"),
    ])

  private static let tierLevel = Form.record(
    "TierLevel", "一个等级", "One level",
    [
      id("Its id"), name,
      .required(
        "threshold", .integer(.figure, 0...Limits.tierFigure), "门槛，单位随依据（消费额为分）；付费等级为 0",
        "What reaches it, in the metric's unit (spend in minor units); 0 where levels are paid"),
      .optional(
        "retention", .integer(.figure, 0...Limits.tierFigure), "保级标准，不写同门槛",
        "What a period must come to so that it is kept; the threshold without"),
      .optional("benefits", .list(tierBenefit, 0...Limits.tierBenefits), "权益", "What it gives", else: []),
    ])

  private static let template = Field.required("template", token, "券模板", "The coupon template's name")

  private static let tierBenefit = Form.variants(
    "TierBenefit", by: "kind", "等级权益", "What a level gives",
    [
      Variant(
        "discount", "等级价", "A price",
        [
          .required(
            "payRatePermille", .integer(.payRate, 0...1000), "付几成（千分之一），950 即 9.5 折",
            "What is paid of the shelf price, in thousandths")
        ]),
      Variant(
        "accelerator", "积分加速", "Points count for more",
        [
          .required(
            "permille", .integer(.factor, 1000...10_000), "倍数（千分之一），1500 即 1.5 倍",
            "The factor in thousandths, 1500 is one and a half")
        ]),
      Variant("upgradeGift", "升级礼", "A coupon on entering the level", [template]),
      Variant("birthdayGift", "生日礼", "A coupon for the birthday", [template]),
      Variant(
        "words", "人工提供的服务", "What only people do", [.required("words", words, "说明", "What it is")]),
    ])
}
