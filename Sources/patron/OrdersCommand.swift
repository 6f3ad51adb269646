import ArgumentParser
import Curl
import Terminal

struct OrdersCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "orders", abstract: "The points mall: order for a member, hand over, cancel. 积分商城订单",
    subcommands: [OrdersPlace.self, OrdersList.self, OrdersFulfil.self, OrdersCancel.self])
}

struct OrdersPlace: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "place", abstract: "Order an item for a member at headquarters. 总部代会员兑换",
    discussion: """
      Points and stock are taken together or neither, of what no store holds. With --key the command may \
      safely be sent again. 积分与库存一并扣减，仅限门店未持有的部分；带 --key 可安全重发。
      """)

  @Argument(help: memberHelp) var member: String
  @Argument(help: "The item's id in the rulebook. 商品编号") var item: String
  @Option(help: "Pieces. 数量") var quantity: Int64 = 1
  @Option(help: "Where the member orders, for items of some channels only. 渠道") var channel: String?
  @Flag(help: "Show what it would take; take nothing. 只试算，不扣减") var dryRun = false
  @Option(help: "What makes this order itself when it is repeated. 幂等键") var key: String?
  @OptionGroup var options: HubOptions

  func run() throws {
    let hub = try options.connect()
    let path = "members/\(JSONValue.segment(try hub.memberID(member)))/orders"
    var body: [String: JSONValue] = ["item": .string(item), "quantity": .integer(quantity)]
    if let channel { body["channel"] = .string(channel) }
    if dryRun {
      let plan = try hub.post(path + "/check", .object(body))
      return try options.show(plan) {
        sheet([
          ("商品 Item", "\(plan.item.text) × \(plan.quantity.text)"), ("积分 Points", plan.points.text),
          ("另付 To pay", plan["money"] == 0 ? "" : plan["money"].money),
          ("之后余额 Balance after", plan.balance.text),
        ]) + ["", "试算，未扣减 nothing was taken"]
      }
    }
    let order = try hub.postOnce(path, .object(body), key: key)
    try options.show(order) { describe(order) }
  }
}

struct OrdersList: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "Orders of stores and headquarters, newest first. 订单列表（最新在前）")

  @Option(help: "Only this member's: id, member code, phone or card. 会员") var member: String?
  @Option(help: "placed, fulfilled or cancelled. 状态") var state: String?
  @Option(help: "Where the last page ended. 下一页") var cursor: String?
  @OptionGroup var options: HubOptions

  func run() throws {
    let hub = try options.connect()
    let query = [("member", try member.map(hub.memberID)), ("state", state), ("cursor", cursor)]
    let answer = try hub.get("orders", query)
    let stores = options.json ? [:] : try hub.storeCodes()
    try options.show(answer) {
      var table = TextTable([
        ("时间 Time", .leading), ("受理 Taken by", .leading), ("商品 Item", .leading), ("数量 Pieces", .trailing),
        ("积分 Points", .trailing), ("状态 State", .leading), ("编号 Id", .leading), ("会员 Member", .leading),
      ])
      for order in answer.orders.elements {
        table.add([
          order.placedAt.text, taker(of: order, stores), order.item.text, order.quantity.text,
          order.points.text, order.state.text, order.orderId.text, order.memberId.text,
        ])
      }
      let more = answer.nextCursor.text
      return lines(table) + (more.isEmpty ? [] : ["下一页 next page: --cursor \(more)"])
    }
  }
}

struct OrdersFulfil: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fulfil", abstract: "The goods of an order of headquarters are handed over. 领取")

  @OptionGroup var close: OrderToClose

  func run() throws { try close.run("fulfil", "将领取 it would be handed over") }
}

struct OrdersCancel: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cancel", abstract: "Give back what an order of headquarters took, once. 取消兑换")

  @OptionGroup var close: OrderToClose

  func run() throws { try close.run("cancel", "将退还积分与库存 points and stock would be given back") }
}

/// An order that comes to its end.
struct OrderToClose: ParsableArguments {
  @Argument(help: "The order. 订单编号") var order: String
  @Flag(help: "Show the order as it stands; change nothing. 只查看，不变更") var dryRun = false
  @OptionGroup var options: HubOptions

  func run(_ action: String, _ would: String) throws {
    let hub = try options.connect()
    let path = "orders/" + JSONValue.segment(order)
    if dryRun {
      let order = try hub.get(path)
      let isOpen = order.state == "placed" && order.node == 0
      let note = isOpen ? would : order.node == 0 ? "不再变更 it is closed" : "由门店受理 a store closes it"
      return try options.show(order) { describe(order) + ["", "试算，未变更 nothing was changed: \(note)"] }
    }
    let closed = try hub.post(path + "/" + action, .null)
    try options.show(closed) { describe(closed) }
  }
}

private func describe(_ order: JSONValue) -> [String] {
  sheet([
    ("编号 Id", order.orderId.text), ("会员 Member", order.memberId.text),
    ("商品 Item", "\(order.item.text) × \(order.quantity.text)"), ("积分 Points", order.points.text),
    ("另付 To pay", order["money"] == 0 ? "" : order["money"].money),
    ("状态 State", "\(order.state.text) \(order["text"].words)"), ("时间 Time", order.placedAt.text),
    ("结束 Closed", order.closedAt.text), ("经办人 Actor", order.actor.text),
    ("结束经办人 Closed by", order.closedBy.text),
  ])
}

private func taker(of order: JSONValue, _ stores: [JSONValue: String]) -> String {
  order.node == 0 ? "总部 HQ" : stores[order.node] ?? order.node.text
}
