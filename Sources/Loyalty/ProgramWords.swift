import SyncProtocol

extension RuleOutcome {
  /// What came of mall orders, check-ins, referrals, activities and prize draws; nil for other codes.
  func programWords(_ money: (Int64) -> String) -> Words? {
    mallWords ?? checkInWords ?? referralWords(money) ?? activityWords ?? drawWords
  }

  private var mallWords: Words? {
    switch code {
    // What costs no points is set aside 预约.
    case "mall_placed" where amount == 0: Words(zh: "已预约", en: "Set aside")
    case "mall_cancelled" where amount == 0: Words(zh: "已取消", en: "The order is cancelled")
    case "mall_placed": Words(zh: "已兑换，使用 \(amount) 积分", en: "Ordered for \(amount) points")
    case "mall_fulfilled": Words(zh: "已领取", en: "Handed over")
    case "mall_cancelled": Words(zh: "已取消，退还 \(amount) 积分", en: "Cancelled; \(amount) points are given back")
    case "mall_already_cancelled": Words(zh: "订单已取消", en: "The order was cancelled before")
    case "mall_already_fulfilled":
      Words(zh: "商品已领取，不能取消", en: "The goods were handed over and cannot be cancelled")
    case "mall_unknown_item": Words(zh: "没有此兑换商品", en: "The mall has no such item")
    case "mall_not_now": Words(zh: "现在不能兑换此商品", en: "It cannot be ordered at this time")
    case "mall_not_yet":
      Words(zh: "\(beginning) 起可兑换", en: "It can be ordered from \(beginning)")
    case "mall_online_only":
      Words(zh: "此商品由总部受理兑换", en: "Only headquarters takes orders for this item")
    case "mall_nothing": Words(zh: "兑换数量至少为 1", en: "Order at least one piece")
    case "mall_too_many": Words(zh: "一次最多兑换 \(amount) 件", en: "At most \(amount) in one order")
    case "mall_limit_reached":
      Words(
        zh: "每位会员限兑 \(amount) 件，超出 \(distance) 件",
        en: "At most \(amount) for each member, \(distance) too many")
    case "mall_points_insufficient", "draw_points_insufficient":
      Words(zh: "可用积分 \(amount)，还差 \(distance)", en: "\(amount) points available, \(distance) short")
    case "mall_points_held_elsewhere", "draw_points_held_elsewhere":
      Words(
        zh: "本店现可使用积分 \(amount)，其余由其他门店或总部保管",
        en: "This store may spend \(amount) points now; other stores or headquarters hold the rest")
    case "mall_out_of_stock":
      Words(zh: "本处现有 \(amount) 件，缺 \(distance) 件", en: "\(amount) in stock here, \(distance) missing")
    default: nil
    }
  }

  /// A day, and the time of it unless it is midnight.
  private var beginning: String {
    let day = "\(Day(Int32(clamping: distance)))"
    let digits = [amount / 60, amount % 60].map { $0 < 10 ? "0\($0)" : "\($0)" }
    return amount == 0 ? day : "\(day) \(digits.joined(separator: ":"))"
  }

  private var checkInWords: Words? {
    switch code {
    case "check_in_points": Words(zh: "签到得 \(amount) 积分", en: "\(amount) points for checking in")
    case "check_in_streak":
      Words(
        zh: "连续签到 \(distance) 天，额外 \(amount) 积分", en: "\(distance) days in a row: \(amount) points more")
    case "check_in_month_full":
      Words(zh: "本月签到最多得 \(amount) 积分", en: "Check-ins earn at most \(amount) points in a month")
    case "check_in_next":
      Words(
        zh: "再连续签到 \(distance) 天，额外得 \(amount) 积分",
        en: distance == 1
          ? "1 more day in a row for \(amount) points more"
          : "\(distance) more days in a row for \(amount) points more")
    case "check_in_again": Words(zh: "今天已签到", en: "Checked in today already")
    case "check_in_earlier": Words(zh: "此日早于最近一次签到", en: "The day is before the last check-in")
    default: nil
    }
  }

  private func referralWords(_ money: (Int64) -> String) -> Words? {
    let day = "\(Day(Int32(clamping: distance)))"
    return switch code {
    case "referral_pending":
      Words(
        zh: "好友须在 \(day) 前（含当日）消费满 \(money(amount))",
        en: "Waits until \(day) for a purchase of \(money(amount))")
    case "referral_qualified": Words(zh: "已达标，\(day) 发放奖励", en: "Qualified; rewards are given on \(day)")
    case "referral_paid": Words(zh: "推荐奖励已于 \(day) 生效", en: "Rewards are due since \(day)")
    case "referral_capped":
      Words(
        zh: "推荐人奖励已达上限，仅好友得奖励",
        en: "The referrer has the most rewards there are; only the new member gets one")
    case "referral_expired": Words(zh: "好友未在期限内达标", en: "No qualifying purchase came in time")
    case "referral_clawed_back":
      Words(zh: "好友于 \(day) 退货，奖励已扣回", en: "Goods came back on \(day); rewards are taken back")
    case "referral_own": Words(zh: "不能推荐自己", en: "Nobody can refer themselves")
    case "referral_already_member": Words(zh: "好友此前已是会员", en: "They were a member before")
    case "referral_unknown_referrer": Words(zh: "找不到推荐人", en: "The referrer is not known")
    case "referral_referrer_not_earlier":
      Words(zh: "推荐人入会须早于好友", en: "The referrer must have joined earlier")
    default: nil
    }
  }

  private var activityWords: Words? {
    switch code {
    case "activity_earned":
      distance == 0
        ? Words(zh: "得 \(amount) 积分", en: "Earns \(amount) points")
        : Words(
          zh: "得 \(amount) 积分、\(distance) 成长值", en: "Earns \(amount) points and \(distance) growth value")
    case "activity_limit_reached":
      Words(zh: "每位会员限 \(amount) 次，已达上限", en: "It earns \(amount) times for each member, and has")
    case "activity_day_limit":
      Words(zh: "每天限 \(amount) 次，今天已达上限", en: "It earns \(amount) times a day, and has today")
    case "activity_unknown": Words(zh: "没有此活动", en: "There is no such activity")
    default: nil
    }
  }

  private var drawWords: Words? {
    switch code {
    case "draw_won": Words(zh: "恭喜中奖", en: "You have won")
    case "draw_blank": Words(zh: "未中奖，谢谢参与", en: "No prize this time")
    case "draw_out_of_stock": Words(zh: "奖品已发完，本次未中奖", en: "That prize has run out; no prize this time")
    case "draw_unknown": Words(zh: "没有此抽奖活动", en: "There is no such draw")
    case "draw_not_now": Words(zh: "现在不能抽奖", en: "The draw is not open at this time")
    case "draw_day_limit": Words(zh: "每天限抽 \(amount) 次", en: "At most \(amount) draws a day")
    default: nil
    }
  }
}
