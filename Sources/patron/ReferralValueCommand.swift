import ArgumentParser
import Curl
import SyncProtocol
import Terminal

struct ReferralValueCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "referral-value", abstract: "What recommending brings, and what it costs. 推荐价值",
    discussion: """
      Of people who joined in some days, by their first record; merged records are one person. \
      按首次入会日统计，合并档案为一人。
      Bought: purchases of all records from the day of joining to today, less returns; per member: bought ÷ \
      members, rounded down. 消费＝入会日至今各档案消费 − 退货；人均＝消费 ÷ 人数，去尾。
      Members: pending + qualified + paid + clawed back + expired, as 'patron referrals' tells them; a \
      cancelled recommendation brought nobody. 人数＝待达标＋已达标＋已发放＋已扣回＋已过期；无效推荐不计人数。
      Points: given to both sides less taken back; worth: points × worth ÷ points of pointsPayment, rounded \
      down; coupons: given to both sides. 积分＝双方所得 − 扣回；价值按积分抵扣比例折算，去尾；券＝双方所得张数。
      Not recommended: who joined in the same days and was brought by nobody, by the same formulae. \
      自然入会＝同期入会、无人推荐者，算法相同。
      """)

  @Option(help: "The first day of joining; a year before the last without. 起始入会日") var from: String?
  @Option(help: "The last; today without. 截至入会日") var to: String?
  @Option(help: "Referrers at most, up to 1000; 100 without. 最多列出推荐人数") var limit: Int?
  @OptionGroup var options: HubOptions

  func validate() throws {
    for day in [from, to].compactMap({ $0 }) where Day(day) == nil {
      throw ValidationError("日期写作 days are written 2026-11-22")
    }
  }

  func run() throws {
    let answer = try options.connect().get(
      "referral-value", [("from", from), ("to", to), ("limit", limit.map { "\($0)" })])
    try options.show(answer) {
      var sums = TextTable([
        ("入会 Joined", .leading), ("人数 Members", .trailing), ("消费 Bought", .trailing),
        ("人均 Per member", .trailing),
      ])
      for (name, figures) in [("经推荐 Recommended", answer.total), ("自然入会 Not recommended", answer.others)] {
        sums.add([name, figures["members"].text, figures.net.money, perMember(figures)])
      }
      var table = TextTable([
        ("推荐人 Referrer", .leading), ("人数 Members", .trailing), ("待达标 Pending", .trailing),
        ("已达标 Qualified", .trailing), ("已发放 Paid", .trailing), ("已扣回 Clawed back", .trailing),
        ("已过期 Expired", .trailing), ("无效 Cancelled", .trailing), ("消费 Bought", .trailing),
        ("人均 Per member", .trailing), ("奖励积分 Points", .trailing), ("价值 Worth", .trailing),
        ("奖励券 Coupons", .trailing),
      ])
      for referrer in answer.referrers.elements { table.add(row(referrer.referrerId.text, referrer)) }
      table.add(row("合计 Total", answer.total))
      let (listed, all) = (Int64(answer.referrers.elements.count), answer.referrerCount.integerValue ?? 0)
      return ["\(answer.from.text) – \(answer.to.text)", ""] + sums.lines + [""] + table.lines
        + (listed < all ? ["", "另有 \(all - listed) 位推荐人 more referrers: --limit"] : [])
    }
  }

  private func row(_ name: String, _ figures: JSONValue) -> [String] {
    [
      name, figures["members"].text, figures.pending.text, figures.qualified.text, figures.paid.text,
      figures.clawedBack.text, figures.expired.text, figures.cancelled.text, figures.net.money,
      perMember(figures), figures.points.text,
      figures.pointsValue.isNull ? "–" : figures.pointsValue.money, figures.coupons.text,
    ]
  }

  private func perMember(_ figures: JSONValue) -> String {
    figures.netPerMember.isNull ? "–" : figures.netPerMember.money
  }
}
