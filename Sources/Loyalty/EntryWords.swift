import SyncProtocol

extension Entry {
  /// What happened, in a line: for a person who looks at an entry that could not be applied.
  public func words(currency: String) -> Words {
    func money(_ amount: Money) -> String { amount.text(currency: currency) }
    switch body {
    case .enrolment(let enrolment):
      let fields = enrolment.registers.map(\.name).joined(separator: ", ")
      return Words(zh: "登记会员（\(fields)）", en: "a member enrolled (\(fields))")
    case .profile(let change):
      let fields = change.registers.map(\.name).joined(separator: ", ")
      return Words(zh: "修改会员资料（\(fields)）", en: "a member's particulars changed (\(fields))")
    case .sale(let sale):
      return Words(
        zh: "销售 \(sale.lines.count) 行 \(money(sale.net))，得 \(sale.earned.count) 积分，"
          + "用 \(sale.pointsSpent.count) 积分",
        en: "a sale of \(sale.lines.count) lines for \(money(sale.net)), \(sale.earned.count) points earned, "
          + "\(sale.pointsSpent.count) spent")
    case .saleReturn(let back):
      let what = back.isVoid ? Words(zh: "作废", en: "a void") : Words(zh: "退货", en: "a return")
      return Words(
        zh: "\(what.zh)，退款 \(money(back.refund))", en: "\(what.en), \(money(back.refund)) paid back")
    case .checkIn(let checkIn):
      return Words(
        zh: "签到，得 \(checkIn.earned.count) 积分", en: "a visit, \(checkIn.earned.count) points earned")
    case .release(let release):
      return Words(
        zh: "交还 \(release.points.count) 批积分、\(release.coupons.count) 张券",
        en: "\(release.points.count) lots of points and \(release.coupons.count) coupons given back")
    case .order(let order):
      return Words(zh: "积分商城兑换 \(order.item)", en: "an order of \(order.item) from the points mall")
    case .orderClose(let close):
      return close.isCancelled
        ? Words(zh: "取消兑换", en: "an order cancelled") : Words(zh: "兑换领取", en: "an order handed over")
    case .participation(let part):
      return Words(
        zh: "参加活动 \(part.activity)，得 \(part.earned.count) 积分",
        en: "\(part.activity) taken part in, \(part.earned.count) points earned")
    case .prize(let prize):
      return Words(zh: "抽奖 \(prize.draw)", en: "a draw of \(prize.draw)")
    }
  }
}
