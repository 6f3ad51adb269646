import SyncProtocol

extension RuleOutcome {
  /// The outcome in words for a cashier or a customer; money is shown in the rulebook's currency.
  public func words(currency: String) -> Words {
    func money(_ minor: Int64) -> String { Money(minor).text(currency: currency) }
    switch code {
    case "tier_price":
      return Words(zh: "等级价已优惠 \(money(amount))", en: "Tier price saves \(money(amount))")
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
        zh: "此券由其他门店保管，目前只能在该店使用",
        en: "Another store holds this coupon; for now it can only be used there")
    case "coupon_used": return Words(zh: "此券已核销", en: "The coupon has been used")
    case "coupon_of_other_member": return Words(zh: "此券属于其他会员", en: "The coupon belongs to another member")
    default: return Words(zh: code, en: code)
    }
  }
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
