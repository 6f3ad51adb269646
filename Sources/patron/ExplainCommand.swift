import ArgumentParser
import Curl
import Loyalty
import Terminal

struct ExplainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain", abstract: "Why a sale cost and earned what it did; why a balance and a tier. 解释",
    subcommands: [ExplainSale.self, ExplainMember.self, ExplainCoupon.self])
}

struct ExplainCoupon: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "coupon", abstract: "Whether a coupon can be used, why not, and what happened to it. 解释券")

  @Argument(help: "The code. 券码") var code: String
  @OptionGroup var options: HubOptions

  func run() throws {
    let coupon = try options.connect().get("coupons/" + JSONValue.segment(code))
    try options.show(coupon) { CouponsShow.describe(coupon) }
  }
}

struct ExplainSale: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sale", abstract: "A sale in sentences, from what was recorded. 解释销售",
    discussion: """
      Where headquarters would have come to another figure, both are shown; the receipt stands. \
      若总部重算结果不同，两者都列出；以小票为准。
      """)

  @Argument(help: "The sale's id. 销售编号") var id: String
  @OptionGroup var options: HubOptions

  func run() throws {
    let answer = try options.connect().get("sales/\(JSONValue.segment(id))/explain")
    try options.show(answer) {
      let explanation = answer.explanation
      var goods = TextTable([
        ("商品 Goods", .leading), ("原价 Gross", .trailing), ("净额 Net", .trailing), ("说明 Why", .leading),
      ])
      for line in explanation.lines.elements {
        goods.add([line.sku.text, line.gross.money, line.net.money, line["text"].words])
      }
      return sheet([("编号 Id", answer.saleId.text), ("规则 Rulebook", answer.rulebook.text)])
        + [""] + lines(goods) + ["", "优惠 Offers"] + rules(explanation.rules.elements)
        + ["", "积分 Points"] + rules(explanation.earning.elements)
        + section("赠品 Gifts", explanation.gifts.elements.map(\.words))
        + section("总部重算不同 Headquarters differs", differences(answer.differences.elements))
    }
  }

  private func rules(_ explained: [JSONValue]) -> [String] {
    var table = TextTable("规则 Rule", "名称 Name", "说明 Why")
    for rule in explained { table.add([rule.rule.text, rule.name.words, rule["text"].words]) }
    return lines(table)
  }

  private func differences(_ found: [JSONValue]) -> [String] {
    var table = TextTable([
      ("项目 Figure", .leading), ("行 Line", .trailing), ("小票 Receipt", .trailing), ("重算 Expected", .trailing),
    ])
    for difference in found {
      table.add([
        PriceDifference.Figure(rawValue: difference.figure.text).map { "\($0.words.zh) \($0.words.en)" }
          ?? difference.figure.text,
        // People count a receipt's lines from 1.
        difference.line.integerValue.map { "\($0 + 1)" } ?? "", difference.receipt.text,
        difference.expected.text,
      ])
    }
    return table.isEmpty ? [] : table.lines
  }

  private func section(_ title: String, _ lines: [String]) -> [String] {
    lines.isEmpty ? [] : ["", title] + lines
  }
}

struct ExplainMember: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "member", abstract: "Why this balance, why this tier, what comes next. 解释会员积分与等级")

  @Argument(help: memberHelp) var id: String
  @OptionGroup var options: HubOptions

  func run() throws {
    let hub = try options.connect()
    let answer = try hub.get("members/\(JSONValue.segment(hub.memberID(id)))/explain")
    try options.show(answer) {
      let facts = sheet([
        ("编号 Id", answer.memberId.text),
        ("等级 Tier", answer.tierName.isNull ? answer.tier.text : answer.tierName.words),
        ("积分 Points", answer.points.text),
        ("欠或待扣 Owed or to be taken", answer.debt == 0 ? "" : answer.debt.text),
      ])
      return facts + [""] + answer["text"].elements.map(\.words)
    }
  }
}
