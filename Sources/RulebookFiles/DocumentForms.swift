import Curl
import Loyalty
import SyncProtocol

// The documents that people write.
extension Form {
  /// A whole rulebook 规则.
  public static let rulebook = Form.record(
    "Rulebook", "会员规则：一份完整文件，金额以分计，比率以千分之一计",
    "A chain's rules, whole; money is in minor units, rates in thousandths", Form.sections)

  private static let sections: [Field] = [
    .optional(
      "version", .integer(.plain, 1...Int64.max), "版本号，由总部编排，草稿不写",
      "Given when it is published; a draft has none"),
    .optional("effectiveFrom", .time, "生效时间，不写则发布即生效", "When it takes effect; on publication without"), name,
    .required("currency", .text(3...3), "币种，如 CNY", "ISO 4217, such as CNY"),
    .required(
      "utcOffsetMinutes", .number(-840...840), "营业日时区（分钟），中国为 480",
      "Where the business day begins, in minutes from UTC; 480 in China"),
    .required(
      "earning", .list(earningRule, 0...Limits.earningRules), "消费积分，按顺序取第一条适用的",
      "What purchases earn, in order"),
    .optional(
      "multipliers", .list(multiplier, 0...Limits.earningRules), "多倍积分", "When lines count for more", else: []
    ),
    .optional("bonuses", .list(bonus, 0...Limits.earningRules), "奖励积分", "Points on top", else: []),
    .optional("earningCaps", earningCaps, "积分上限", "The most that purchases earn", else: [:]),
    .optional(
      "earningTax", .list(earningTax, 0...Limits.earningRules), "计积分前扣除的税额，按顺序取第一条适用的",
      "Taxes in the prices, which earn nothing; the first that covers a line counts", else: []),
    .optional(
      "pendingDays", .number(0...Limits.pendingDays), "冻结天数，期间不可用", "Days before earned points may be spent",
      else: 0),
    .required("expiry", expiry, "积分有效期", "When points lapse"),
    .optional(
      "expiryNoticeDays", .list(.number(1...Limits.expiryNoticeDays), 0...Limits.expiryNotices), "到期前几天提醒",
      "Days before points lapse on which members are told", else: []),
    .optional(
      "points", pointsPolicies, "退货积分规则", "What becomes of points when goods come back",
      else: ["restore": ["policy": "stayExpired"], "shortage": ["policy": "debt"]]),
    .optional(
      "pointsPayment", pointsPayment, "积分抵扣，不写则不可抵扣", "Points as a means of paying; not accepted without"),
    .optional("tiers", tierScheme, "等级方案", "How members rise and fall"),
    .required("checkInPoints", points, "签到积分，有签到奖励一节时为 0", "Points for a check-in; 0 beside checkIns"),
    .required("holding", holding, "门店预留积分", "How much of a member's points waits at which store"),
    .optional("prices", .list(priceRule, 0...RuleLimits.promotions), "特价", "Prices of their own", else: []),
    .optional(
      "promotions", .list(promotion, 0...RuleLimits.promotions), "促销活动，按顺序计算",
      "Offers, in the order in which they count",
      else: []),
    .optional("promotionGroups", groups, "促销互斥组", "Promotions that compete", else: []),
    .optional("couponGroups", groups, "用券互斥组", "Coupons that compete", else: []),
    .optional(
      "cashRounding",
      .record(
        "CashRounding", "现金抹零", "Cash is rounded down",
        [
          .required(
            "step", .integer(.money, 1...RuleLimits.cashStep), "抹到其整数倍（分）",
            "To a multiple of this, in minor units")
        ]), "现金抹零", "Small coins are dropped in the customer's favour"),
    .optional("offline", offline, "离线策略，不写则只用本店保管的", "What stores may do beyond what they hold", else: [:]),
    .optional("classes", classes, "会员分类：新、潜力、忠诚、沉睡", "Who is new, potential, loyal or dormant"),
    .optional("mall", .list(mallItem, 0...ProgramLimits.listed), "积分商城", "The points mall", else: []),
    .optional("checkIns", checkIns, "签到奖励", "What coming every day earns"),
    .optional("referral", referral, "推荐有礼", "Rewards for bringing new members"),
    .optional("gifts", gifts, "开卡礼与生日礼", "Gifts for joining and birthdays"),
    .optional(
      "memberships", .list(membership, 0...ProgramLimits.listed), "付费会员", "Paid memberships", else: []),
    .optional(
      "activities", .list(activity, 0...ProgramLimits.listed), "互动积分", "Points without a purchase", else: []),
    .optional("draws", .list(draw, 0...ProgramLimits.listed), "抽奖", "Prize draws", else: []),
  ]

  private static let holding = Form.record(
    "HoldingPolicy", "门店预留：断网时门店可用的积分份额，合计不超过 1000",
    "What stores may let members spend with the line down; at most 1000 together",
    [
      .required(
        "homePermille", .integer(.share, 0...1000), "归属门店（千分之一）", "Where they enrolled, in thousandths"),
      .required(
        "lastStorePermille", .integer(.share, 0...1000), "最近到店（千分之一）",
        "Where they were last seen, in thousandths"),
    ])

  private static let offline = Form.record(
    "OfflinePolicy", "离线策略：断网时可超出本店保管多少，风险以分计",
    "What a store may do beyond what it holds while its line is down, and what that may cost",
    [
      .optional(
        "points",
        .choice([
          ("held", "仅用本店保管的", "what the store holds"),
          ("floorLimit", "限额内可多用，之后或记欠", "beyond it, up to the caps; it may be owed afterwards"),
          ("online", "断网不用", "none without a line"),
        ]), "断网时用积分", "How points are spent while the line is down", else: "held"),
      .optional(
        "perMemberDay", risk, "每会员每日风险上限（分）",
        "The most one member may cost a store on one day, in minor units"),
      .optional(
        "perStoreOutage", risk, "每店每次断网风险上限（分）",
        "The most one store may risk until headquarters has heard of it, in minor units"),
    ])

  private static let classes = Form.record(
    "ClassRules", "会员分类规则，总部每夜判定；条件里写作人群 class/new、class/potential、class/loyal、class/dormant",
    "Found every night at headquarters; conditions name them as the segments class/new, class/potential, "
      + "class/loyal and class/dormant",
    [
      .required(
        "newDays", .number(0...RuleLimits.classDays), "入会不超过几天为新会员", "Days after joining that a member is new"
      ),
      .required(
        "dormantDays", .number(1...RuleLimits.classDays), "超过几天未消费为沉睡会员，应大于 newDays",
        "More days than this without a purchase make a member dormant; more than newDays"),
      .required(
        "loyalPurchases", .number(1...RuleLimits.loyalPurchases), "loyalDays 天内消费几次为忠诚会员",
        "So many purchases within loyalDays make a member loyal"),
      .required("loyalDays", .number(1...RuleLimits.classDays), "忠诚会员看最近几天", "Days that loyalty looks back"),
    ])

  private static let risk = Form.integer(.money, 1...RuleLimits.riskMinorUnits)

  /// A coupon template's terms 券条款.
  public static let couponTerms = Form.record(
    "CouponTerms", "券条款，发券时固定", "What a coupon gives, frozen when it is issued",
    [
      .required(
        "kind",
        .choice([
          ("amountOff", "满减券", "money off"), ("percentOff", "折扣券", "a share off"),
          ("voucher", "代金券", "pays like money"), ("exchange", "兑换券", "exchanged for goods or a service"),
          ("fixedPrice", "固定价券", "its goods cost so much together"), ("gift", "赠品券", "hands out a gift"),
        ]), "类型", "Its kind"),
      name,
      .required(
        "value", .integer(.plain, 0...Limits.lineMinorUnits), "面值（分）；折扣券为付几成（千分之一）；兑换券、赠品券为 0",
        "Minor units; for percentOff the pay rate in thousandths; for exchange and gift 0"),
      .required(
        "minimumSpend", .integer(.money, 0...Int64.max), "满额（分）",
        "Covered goods must come to this, in minor units"),
      .optional("cap", someMoney, "封顶（分）", "The most it takes off, in minor units"),
      .optional("skus", tokens, "商品编号，旧写法", "Articles; the older way to write scope"),
      .optional("categories", tokens, "品类，旧写法", "Categories; the older way to write scope"),
      .optional("validFrom", .time, "生效时间", "Valid from this moment"),
      .optional("expiresAt", .time, "到期时间", "Valid until just before this moment"),
      .optional("when", couponCondition, "适用条件", "When, where and for whom", else: [:]),
      .optional("scope", scope, "适用商品", "The goods covered"),
      .optional("group", token, "用券互斥组编号", "The group of the rulebook in which it competes"),
      .optional(
        "withPromotions", .flag, "可与促销同享", "False leaves out goods that a promotion has made cheaper",
        else: true),
      .optional(
        "policy",
        .choice([
          ("held", "仅在保管门店可用", "at the store that holds it"),
          (
            "floorLimit", "断网也可用，以规则 offline 的限额为限",
            "anywhere, up to the caps of the rulebook's offline"
          ),
          ("online", "须联网", "only when headquarters says yes"),
        ]), "断网时", "Where it may be redeemed while the line is down", else: "held"),
      .optional("text", words, "使用说明", "What the customer is told of it"),
      .optional("giftSku", token, "赠品编号", "What a gift coupon hands out"),
    ])
}
