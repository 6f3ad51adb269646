import SyncProtocol

extension RuleOutcome {
  /// Whether a sale keeps it: a rule for another time, place or other goods says nothing about the sale.
  public var isKept: Bool {
    ![
      "rule_not_yet", "rule_ended", "rule_other_day", "rule_other_hour", "rule_other_store",
      "rule_other_channel", "rule_other_goods",
    ].contains(code)
  }

  /// Whether it says that a presented coupon was used.
  public var isCouponUse: Bool {
    ["coupon_applied", "coupon_risked", "coupon_exchanged", "coupon_gift"].contains(code)
  }

  /// The outcome in words for a cashier or a customer; money is shown in the rulebook's currency.
  public func words(currency: String) -> Words {
    func money(_ minor: Int64) -> String { Money(minor).text(currency: currency) }
    if let words = earningWords(money) { return words }
    switch code {
    case "tier_price":
      return Words(zh: "等级价已优惠 \(money(amount))", en: "Tier price saves \(money(amount))")
    case "member_price":
      return Words(zh: "会员价已优惠 \(money(amount))", en: "Member price saves \(money(amount))")
    case "flash_price":
      return Words(zh: "限时价已优惠 \(money(amount))", en: "Flash price saves \(money(amount))")
    case "price_not_lower":
      return Words(zh: "本单没有更低的此类价格", en: "This price is not lower than what applies already")
    case "points_paid":
      return Words(zh: "\(distance) 积分抵扣 \(money(amount))", en: "\(distance) points pay \(money(amount))")
    case "points_not_accepted":
      return Words(zh: "目前不支持积分抵扣", en: "Points cannot be used to pay at present")
    case "points_need_member":
      return Words(zh: "使用积分须先识别会员", en: "Identify the member to use points")
    case "points_below_minimum":
      return Words(zh: "至少使用 \(amount) 积分，还差 \(distance)", en: "At least \(amount) points, \(distance) more")
    case "points_off_step":
      return Words(zh: "积分须为 \(amount) 的整数倍", en: "Points are used in steps of \(amount)")
    case "points_insufficient":
      return Words(zh: "可用积分 \(amount)，还差 \(distance)", en: "\(amount) points available, \(distance) short")
    case "points_over_share":
      return Words(zh: "本单积分最多抵扣 \(money(amount))", en: "Points may pay at most \(money(amount)) here")
    case "points_held_elsewhere":
      return Words(
        zh: "本店现可使用积分 \(amount)，其余由其他门店或总部保管",
        en: "This store may spend \(amount) points now; other stores or headquarters hold the rest")
    case "tier_reached": return Words(zh: "恭喜升级", en: "You have reached a new level")
    case "cash_rounded":
      return Words(zh: "现金抹零 \(money(amount))", en: "Rounded down for cash by \(money(amount))")
    default: return offlineWords(money) ?? couponWords(money)
    }
  }

  private func couponWords(_ money: (Int64) -> String) -> Words {
    switch code {
    case "coupon_applied":
      return Words(zh: "优惠券已优惠 \(money(amount))", en: "Coupon saves \(money(amount))")
    case "coupon_exchanged": return Words(zh: "兑换券已核销", en: "Exchange coupon redeemed")
    case "coupon_below_minimum":
      return Words(
        zh: "满 \(money(amount)) 可用，再买 \(money(distance))",
        en: "From \(money(amount)); spend \(money(distance)) more to use it")
    case "coupon_not_yet_valid": return Words(zh: "优惠券尚未生效", en: "The coupon is not valid yet")
    case "coupon_expired": return Words(zh: "优惠券已过期", en: "The coupon has expired")
    case "coupon_twice": return Words(zh: "同一张券重复出示", en: "The same coupon was presented twice")
    case "coupon_without_effect":
      return Words(zh: "优惠券对本单无优惠，未核销", en: "The coupon has no effect on this cart and is not used up")
    case "coupon_held_elsewhere":
      return Words(
        zh: "此券由其他门店或总部保管，目前不能在本店使用",
        en: "Another store or headquarters holds this coupon; for now it cannot be used here")
    case "coupon_needs_line":
      return Words(
        zh: "此券须由总部当场确认，目前无法确认", en: "Headquarters has to confirm this coupon, and cannot be asked now")
    case "coupon_gift": return Words(zh: "赠品券已核销，请发放赠品", en: "Gift coupon redeemed; hand out the gift")
    case "coupon_price_not_lower":
      return Words(
        zh: "固定价 \(money(amount)) 不低于现价，未核销",
        en: "The fixed price of \(money(amount)) is not lower; the coupon is not used up")
    case "coupon_not_with_promotions":
      return Words(zh: "此券不与促销同享", en: "The coupon is not for goods that a promotion covers")
    case "coupon_other_better":
      return Words(zh: "已选用同组更优惠的券", en: "A better coupon of its group was used")
    case "coupon_other_chosen":
      return Words(
        zh: "同组已选用另一张券（未穷举全部组合）",
        en: "Another coupon of its group was used; not every combination was weighed")
    case "coupon_other_first":
      return Words(zh: "同组已有在先的券生效", en: "An earlier coupon of its group applies")
    case "coupon_used": return Words(zh: "此券已核销", en: "The coupon has been used")
    case "coupon_voided":
      return Words(zh: "此券已作废或转赠", en: "The coupon has been voided or handed on")
    case "coupon_of_other_member": return Words(zh: "此券属于其他会员", en: "The coupon belongs to another member")
    default: return promotionWords(money)
    }
  }

  private func promotionWords(_ money: (Int64) -> String) -> Words {
    switch code {
    case "promotion_applied":
      return Words(zh: "促销已优惠 \(money(amount))", en: "The promotion saves \(money(amount))")
    case "promotion_spend_more":
      return Words(
        zh: "再买 \(money(distance)) 减 \(money(amount))",
        en: "Spend \(money(distance)) more to save \(money(amount))")
    case "promotion_add_more":
      return Words(
        zh: "再买 \(distance) 件，约省 \(money(amount))",
        en: "\(distance) more to save about \(money(amount))")
    case "promotion_short":
      return Words(zh: "还差 \(money(distance))", en: "\(money(distance)) short of what it asks for")
    case "promotion_pieces_short":
      return Words(zh: "还差 \(distance) 件", en: "\(distance) pieces short of what it asks for")
    case "promotion_other_better":
      return Words(zh: "已选用更优惠的活动", en: "A better promotion of its group was used")
    case "promotion_other_chosen":
      return Words(
        zh: "同组已选用另一活动（未穷举全部组合）",
        en: "Another promotion of its group was used; not every combination was weighed")
    case "promotion_other_first":
      return Words(zh: "同组已有在先的活动生效", en: "An earlier promotion of its group applies")
    case "promotion_budget_spent":
      return Words(zh: "本店活动预算已用完", en: "This store has given away its share of the promotion")
    case "promotion_limit_reached":
      return Words(zh: "活动可用次数已用完", en: "The promotion has been used as often as it may be")
    case "gift_given":
      let next =
        distance > 0 ? ["，再买 \(money(distance)) 可得更多", "; \(money(distance)) more for the next"] : ["", ""]
      return Words(zh: "赠品 \(amount) 件" + next[0], en: "Gift: \(amount) of it" + next[1])
    case "gift_spend_more":
      return Words(
        zh: "再买 \(money(distance)) 送赠品 \(amount) 件",
        en: "Spend \(money(distance)) more for a gift of \(amount)")
    case "gift_out_of_stock": return Words(zh: "赠品已送完", en: "The gift is out of stock")
    case "promotion_too_many":
      return Words(zh: "本单活动数已达上限", en: "This sale has as many promotions as it may have")
    default: return programWords(money) ?? ruleWords
    }
  }

  /// Why a rule was not for this sale.
  private var ruleWords: Words {
    switch code {
    case "rule_not_yet": Words(zh: "活动尚未开始", en: "It has not begun yet")
    case "rule_ended": Words(zh: "活动已结束", en: "It has ended")
    case "rule_other_day": Words(zh: "今天不是活动日", en: "It is not for today")
    case "rule_other_hour": Words(zh: "现在不在活动时段", en: "It is not for this hour")
    case "rule_other_store": Words(zh: "本店不参加此活动", en: "It is not for this store")
    case "rule_other_channel": Words(zh: "此渠道不参加此活动", en: "It is not for this channel")
    case "rule_members_only": Words(zh: "仅限会员", en: "For members only")
    case "rule_other_tier": Words(zh: "仅限指定等级", en: "For other tiers")
    case "rule_other_segment": Words(zh: "仅限指定人群", en: "For other members")
    case "rule_first_purchase_only": Words(zh: "仅限首单", en: "For a first purchase only")
    case "rule_birthday_only": Words(zh: "仅限生日期间", en: "For the time of the birthday only")
    case "rule_other_goods": Words(zh: "本单没有参加活动的商品", en: "Nothing in this cart takes part")
    case "rule_no_effect": Words(zh: "对本单没有优惠", en: "It has no effect on this cart")
    default: Words(zh: code, en: code)
    }
  }
}

extension Rulebook {
  /// An outcome of a sale that this rulebook priced, in words, with its own names in them.
  public func words(of outcome: RuleOutcome) -> Words {
    if outcome.code == "tier_reached", let name = tiers?.levels.first(where: { $0.id == outcome.rule })?.name
    {
      let zh = name.zh.hasSuffix("会员") ? name.zh : name.zh + "会员"
      return Words(zh: "恭喜升级为\(zh)", en: "You are now \(name.en)")
    }
    return outcome.words(currency: currency)
  }
}

extension Quantity {
  /// `3`, `1.5`.
  public var text: String { EarningDetail.factor(milli) }
}

extension Money {
  /// `¥12.30`, `$0.99`; other currencies by their code.
  public func text(currency: String) -> String {
    let sign = minor < 0 ? "-" : ""
    let (whole, fraction) = (minor.magnitude / 100, minor.magnitude % 100)
    let symbol = ["CNY": "¥", "USD": "$", "EUR": "€"][currency] ?? "\(currency) "
    return "\(sign)\(symbol)\(whole).\(fraction < 10 ? "0" : "")\(fraction)"
  }
}
