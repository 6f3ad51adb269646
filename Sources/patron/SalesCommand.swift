import ArgumentParser
import Curl
import Terminal

struct SalesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sales", abstract: "Sales as headquarters has them. 销售",
    subcommands: [SalesList.self, SalesShow.self])
}

struct SalesList: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "Sales, newest first, a hundred at a time. 销售列表（最新在前）")

  @Option(help: "Only this member's: id, member code, phone or card. 会员") var member: String?
  @Option(help: "Only the store's of this node number. 节点号") var node: UInt32?
  @Option(help: "Where the last page ended. 下一页") var cursor: String?
  @OptionGroup var options: HubOptions

  func run() throws {
    let hub = try options.connect()
    let query = [
      ("member", try member.map(hub.memberID)), ("node", node.map { "\($0)" }), ("cursor", cursor),
    ]
    let answer = try hub.get("sales", query)
    let stores = options.json ? [:] : try hub.storeCodes()
    try options.show(answer) {
      var table = TextTable([
        ("时间 Time", .leading), ("门店 Store", .leading), ("应付 Net", .trailing), ("得 Earned", .trailing),
        ("用 Spent", .trailing), ("断网 Offline", .leading), ("编号 Id", .leading), ("会员 Member", .leading),
      ])
      for sale in answer.sales.elements {
        table.add([
          sale.businessTime.text, stores[sale.node] ?? sale.node.text, sale.net.money,
          sale.pointsEarned.text, sale.pointsSpent.text, sale.offline.text, sale.saleId.text,
          sale.memberId.text,
        ])
      }
      let more = answer.nextCursor.text
      return lines(table) + (more.isEmpty ? [] : ["下一页 next page: --cursor \(more)"])
    }
  }
}

struct SalesShow: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "One sale with its lines. 销售详情")

  @Argument(help: "The sale's id. 销售编号") var id: String
  @OptionGroup var options: HubOptions

  func run() throws {
    let hub = try options.connect()
    let sale = try hub.get("sales/" + JSONValue.segment(id))
    let stores = options.json ? [:] : try hub.storeCodes()
    try options.show(sale) {
      let facts = sheet([
        ("编号 Id", sale.saleId.text), ("时间 Time", sale.businessTime.text),
        ("门店 Store", stores[sale.node] ?? sale.node.text), ("会员 Member", sale.memberId.text),
        ("原价 Gross", sale.gross.money), ("应付 Net", sale.net.money),
        ("得积分 Earned", sale.pointsEarned.text), ("用积分 Spent", sale.pointsSpent.text),
        ("规则 Rulebook", sale.rulebook.text), ("断网 Offline", sale.offline.text),
      ])
      return facts + [""] + lines(Self.table(sale.lines.elements))
    }
  }

  private static func table(_ sold: [JSONValue]) -> TextTable {
    var table = TextTable([
      ("商品 Goods", .leading), ("品类 Category", .leading), ("数量 Quantity", .trailing),
      ("原价 Gross", .trailing), ("优惠 Discounts", .leading),
    ])
    for line in sold {
      let discounts = line.discounts.elements.map { discount in
        [discount.kind.text, discount.source.text, "-" + discount.amount.money]
          .filter { !$0.isEmpty }.joined(separator: " ")
      }
      table.add([
        line.name.isNull ? line.sku.text : line.name.text, line.category.text, line.quantity.text,
        line.gross.money, discounts.joined(separator: "; "),
      ])
    }
    return table
  }
}
