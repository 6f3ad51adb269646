import SyncProtocol

extension RuleOutcome {
  /// What comes of a store's risk while its line is down, and of locks, in words.
  func offlineWords(_ money: (Int64) -> String) -> Words? {
    switch code {
    case "points_need_line":
      Words(zh: "断网期间不能使用积分", en: "Points cannot be used while the line is down")
    case "points_risked":
      Words(
        zh: "其中 \(distance) 积分不由本店保管，断网先用，风险 \(money(amount))",
        en:
          "\(distance) of the points are not held here: without a line a risk of \(money(amount))"
      )
    case "points_over_risk":
      Words(
        zh: "断网风险限额内现可使用 \(amount) 积分，还差 \(distance)",
        en: "\(amount) points are within the limit of risk while the line is down, \(distance) short")
    case "coupon_risked":
      Words(
        zh: "优惠券已优惠 \(money(amount))，不由本店保管，断网先用",
        en:
          "Coupon saves \(money(amount)); it is not held here and is used without a line, at the store's risk"
      )
    case "coupon_over_risk":
      Words(
        zh: "此券可减 \(money(amount))，超出断网风险限额 \(money(distance))",
        en:
          "The coupon is worth \(money(amount)), \(money(distance)) more than may be risked without a line"
      )
    case "coupon_locked":
      Words(zh: "此券已被其他收银台或订单锁定", en: "Another till or order has locked this coupon")
    case "coupon_not_locked": Words(zh: "此券未被锁定", en: "The coupon is not locked")
    default: nil
    }
  }
}
