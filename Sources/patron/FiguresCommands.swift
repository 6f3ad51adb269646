import ArgumentParser
import Curl
import Terminal

struct StatusCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status", abstract: "The hub with its totals. 总部状态与合计")

  @OptionGroup var options: HubOptions

  func run() throws {
    let answer = try options.connect().get("status")
    try options.show(answer) {
      let totals = answer.totals
      func sums(_ value: JSONValue) -> String {
        value.members.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value.money)" }.joined(separator: ", ")
      }
      return sheet([
        ("版本 Version", answer.version.text), ("时间 Time", answer.time.text),
        ("变更位置 Head", answer.head.text), ("门店 Stores", answer.stores.text),
        ("会员 Members", totals["members"].text), ("合并 Merged", totals.aliases.text),
        ("销售 Sales", totals.sales.text), ("无会员 Without member", totals.salesWithoutMember.text),
        ("行 Lines", totals.lines.text), ("原价 Gross", totals.gross.money), ("应付 Net", totals.net.money),
        ("优惠 Discounts", sums(totals.discounts)), ("付款 Tenders", sums(totals.tenders)),
        ("已核销券 Coupons redeemed", totals.couponsRedeemed.text),
        ("得积分 Points earned", totals.pointsEarned.text), ("用积分 Points spent", totals.pointsSpent.text),
        ("隔离 Quarantined", totals.quarantined.text),
        ("重复核销 Double redemptions", totals.doubleRedemptions.text),
        ("重算差异 Price differences", totals.priceDifferences.text),
        ("疑似重复会员 Possible duplicates", totals.possibleDuplicates.text),
      ])
    }
  }
}

struct ExceptionsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "exceptions", abstract: "What a person should look at, and what settles it. 待人工处理的异常")

  @Flag(help: "Also what somebody has decided. 含已处理") var all = false
  @OptionGroup var options: HubOptions

  func run() throws {
    let hub = try options.connect()
    let answer = try hub.get("exceptions", [("all", all ? "true" : nil)])
    let stores = options.json ? [:] : try hub.storeCodes()
    try options.show(answer) {
      var table = TextTable([
        ("类型 Kind", .leading), ("门店 Store", .leading), ("流水号 Entry", .trailing),
        ("对象 Subject", .leading), ("说明 Detail", .leading), ("处理 Settled by", .leading),
      ])
      for exception in answer.exceptions.elements {
        table.add([
          exception.kind.text, stores[exception.node] ?? exception.node.text, exception.seq.text,
          exception.subject.text, exception["text"].words,
          exception.decision.isNull ? exception.command.text : exception.decision.text,
        ])
      }
      return lines(table)
    }
  }
}
