import Curl
import Loyalty
import SyncProtocol

// What many sections are made of.
extension Form {
  static let token = Form.text(1...Limits.tokenLength)
  static let tokens = Form.list(token)
  static let points = Form.integer(.plain, 0...Limits.movementPoints)
  /// Money of which there may be nothing.
  static let money = Form.integer(.money, 0...Limits.lineMinorUnits)
  static let someMoney = Form.integer(.money, 1...Int64.max)
  static let times = Form.number(1...ProgramLimits.times)

  static let words = Form.record(
    "Words", "中英文文字，两种语言都要写", "A text in both languages; both are needed",
    [
      .required("zh", .text(1...Limits.textLength), "中文", "Chinese"),
      .required("en", .text(1...Limits.textLength), "英文", "English"),
    ])

  static let condition = condition("Condition", withSegments: true)
  /// Segments are asked for when a coupon is issued, not when it is used.
  static let couponCondition = condition("CouponCondition", withSegments: false)

  private static func condition(_ name: String, withSegments: Bool) -> Form {
    let fields: [Field] = [
      .optional("from", .time, "开始时间（含）", "From this moment on"),
      .optional("until", .time, "结束时间（不含）", "Until just before this moment"),
      .optional(
        "weekdays", .list(.number(1...7)), "星期，1 为周一，7 为周日", "Days of the week, 1 Monday to 7 Sunday"),
      .optional(
        "monthDays", .list(.number(1...31)), "每月几日，如会员日 8、18、28",
        "Days of the month, such as members' day on the 8th, 18th and 28th"),
      .optional("hours", hours, "每日时段", "A part of each day"),
      .optional("stores", tokens, "门店编号", "Codes of stores"),
      .optional("channels", tokens, "渠道", "Channels, as tills name them"),
      .optional(
        "who",
        .choice([
          ("member", "会员", "any member"), ("firstPurchase", "首单", "a member's first sale"),
          ("birthday", "生日当天", "on the birthday"), ("birthdayWeek", "生日前后三天", "within three days of it"),
          ("birthdayMonth", "生日当月", "in its month"),
        ]), "对象", "For whom"),
      .optional("tiers", tokens, "等级编号", "Ids of tiers of this rulebook"),
      .optional(
        "segments", tokens, "人群编号，或分类如 class/loyal", "Ids of segments, or classes such as class/loyal"),
    ]
    return .record(
      name, "适用条件：时间、地点、对象；不写即不限", "When, where and for whom; what is left out does not restrict",
      withSegments ? fields : fields.filter { $0.key != "segments" })
  }

  private static let hours = Form.record(
    "Hours", "每日时段；结束不晚于开始则跨到次日", "A part of each day; an end at or before the start is the next day's",
    [
      .required("from", .clock, "从，如 18:00", "From, such as 18:00"),
      .required("until", .clock, "到，如 21:00", "Until just before, such as 21:00"),
    ])

  static let scope = Form.record(
    "LineScope", "适用商品；不写即全部", "The goods covered; all of them where nothing is named",
    [
      .optional("skus", tokens, "商品编号", "Articles"),
      .optional("categories", tokens, "品类", "Categories"),
      .optional("exceptSkus", tokens, "除外商品", "Articles left out"),
      .optional("exceptCategories", tokens, "除外品类", "Categories left out"),
    ])

  static let reward = Form.record(
    "Reward", "奖励：积分、优惠券，或两者", "Points, a coupon, or both",
    [
      .optional("points", .integer(.plain, 1...Limits.movementPoints), "积分", "Points"),
      .optional("template", token, "券模板", "The coupon template's name"),
    ])

  static let groups = Form.list(
    .record(
      "OfferGroup", "互斥组", "Offers of which a sale takes not just any",
      [
        .required("id", token, "编号", "Its id"),
        .required(
          "mode",
          .choice([
            ("stack", "全部叠加", "all, one after another"), ("best", "取最优惠的一个", "the one that saves most"),
            ("first", "取列出的第一个有效的", "the first listed that has an effect"),
          ]), "方式", "What a sale takes of it"),
      ]))

  static let when = Field.optional("when", condition, "适用条件", "When, where and for whom", else: [:])
  static let covered = Field.optional("scope", scope, "适用商品", "The goods covered", else: [:])
  static func id(_ en: String = "Its id, on receipts and in reports") -> Field {
    .required("id", token, "编号，小票与报表以此称呼它", en)
  }
  static let name = Field.required("name", words, "名称", "Its name")
}
