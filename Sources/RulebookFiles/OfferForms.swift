import Curl
import Loyalty
import SyncProtocol

// Prices and promotions.
extension Form {
  static let priceRule = Form.record(
    "PriceRule", "特价：会员价、限时价；一行取最低", "A price of its own for some goods; the lowest counts",
    [
      id(), name,
      .required(
        "kind", .choice([("member", "会员价", "member price"), ("flash", "限时价", "flash price")]), "类型",
        "Its kind"),
      when,
      .required("unitPrices", .map(money), "单价（分），按商品编号", "What one unit costs, in minor units, by article"),
    ])

  static let promotion = Form.record(
    "Promotion", "促销活动，自动生效", "An offer that nobody has to ask for",
    [
      id(), name, when, covered,
      .required("effect", promotionEffect, "优惠方式", "What it takes off, or gives"),
      .optional(
        "group", token, "互斥组编号，不写则与其他活动同享", "The group it competes in; without one it goes with all others"),
      .optional(
        "exceptSpecialPrices", .flag, "特价商品不参与",
        "Leaves out goods that a flash or member price has made cheaper",
        else: false),
      .optional("budget", someMoney, "活动预算（分）", "The most that the chain gives away with it, in minor units"),
      .optional("limits", promotionLimits, "次数限制", "How often it may be used"),
    ])

  private static let promotionLimits = Form.record(
    "PromotionLimits", "次数限制；不写即不限", "How often a promotion may be used",
    [
      .optional("perMember", times, "每会员总共", "By one member, ever"),
      .optional("perMemberDay", times, "每会员每日", "By one member on one day"),
      .optional("perStoreDay", times, "每店每日", "At one store on one day"),
    ])

  private static func steps(_ name: String, _ fields: [Field]) -> Field {
    .required(
      "steps", .list(.record(name, "一档", "One step", fields), 1...Int.max), "阶梯，从低到高，取达到的最高一档",
      "From low to high; the highest that is reached counts")
  }

  private static func spend(_ form: Form = someMoney) -> Field {
    .required("spend", form, "满（分）", "From this much, in minor units")
  }
  private static let off = Field.required("off", someMoney, "减（分）", "So much off, in minor units")
  private static let rate = Field.required(
    "payRatePermille", .integer(.payRate, 0...999), "付几成（千分之一），800 即 8 折",
    "What is paid, in thousandths")
  private static let cap = Field.optional("cap", someMoney, "封顶（分）", "The most it takes off, in minor units")

  static let promotionEffect = Form.variants(
    "PromotionEffect", by: "type", "优惠方式", "What a promotion does",
    [
      Variant("amountOff", "满减", "From this much, so much off", [steps("AmountStep", [spend(), off])]),
      Variant("amountOffEach", "每满减", "For each full amount, so much off", [spend(), off, cap]),
      Variant(
        "rateOff", "满折", "From this much, pay this rate", [steps("RateStep", [spend(money), rate]), cap]),
      Variant(
        "countRateOff", "满件折", "From so many pieces, pay this rate",
        [
          steps(
            "CountStep",
            [.required("count", .number(1...RuleLimits.promotionPieces), "满几件", "From so many pieces"), rate])
        ]),
      Variant(
        "buyGetFree", "买赠，同商品", "Of each so many pieces, dearest first, the last cost nothing",
        [
          .required("buy", .number(1...1_000), "买几件", "Pieces to pay"),
          .required("free", .number(1...1_000), "免几件", "Pieces free"),
        ]),
      Variant(
        "bundle", "N 件 X 元", "Each so many pieces cost so much",
        [
          .required("count", .number(2...1_000), "几件", "Pieces"),
          .required("price", money, "一共（分）", "Together, in minor units"),
        ]),
      Variant(
        "gift", "满赠", "From this much, a gift",
        [
          steps(
            "GiftStep",
            [
              spend(money), .required("sku", token, "赠品编号", "The article given"),
              .optional("name", words, "赠品名称", "What it is called"),
              .optional("count", .number(1...RuleLimits.giftPieces), "件数", "Pieces", else: 1),
            ])
        ]),
    ])
}
