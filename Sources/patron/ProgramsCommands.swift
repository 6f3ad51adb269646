import ArgumentParser
import Curl
import Foundation
import Terminal

struct NightlyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "nightly", abstract: "Do the business day's work now, unless it is done. 立即执行日终处理",
    discussion: """
      Pending points become available, tiers are looked at, notices of points that expire are noted, gifts \
      and rewards are given. The hub does this by itself after midnight; done again it changes nothing. \
      总部每天自动执行；重复执行不产生变化。
      """)

  @OptionGroup var options: HubOptions

  func run() throws {
    var hub = try options.connect()
    // A large chain's night takes longer than a call for a page.
    hub.api.timeoutMs = 1_800_000
    let answer = try wait(for: LongCall { [hub] in try hub.post("nightly", .null) }, at: hub)
    try options.show(answer) {
      sheet([
        ("营业日 Day", answer.day.text),
        ("状态 State", answer.isDone == true ? "已完成 done" : "进行中 goes on after \(answer.after.text)"),
        ("会员 Members", answer.done.text),
        ("等级变动 Tier changes", answer.tierChanges.text), ("到期提醒 Notices of expiry", answer.notices.text),
        ("上次 The time before", answer.lastRun.text),
      ])
    }
  }

  /// Draws how far it is. Before it has begun, and once it is over, there is nothing to draw.
  private func wait(for call: LongCall, at hub: HubClient) throws -> JSONValue {
    let bar = ProgressBar()
    defer { bar.end() }
    while true {
      if let answer = call.answer { return try answer.get() }
      if let now = try? hub.get("nightly"), now.isDone == false {
        bar.show(now.done.integerValue ?? 0, of: now.total.integerValue ?? 0, "位会员 members")
      }
      usleep(100_000)
    }
  }
}

struct AllowancesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "allowances", abstract: "Budgets, gifts and stock, of which stores hold parts. 额度与库存",
    subcommands: [AllowancesList.self, AllowancesSet.self])
}

struct AllowancesList: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "How much there is of each, taken, held by stores and free. 额度列表")

  @OptionGroup var options: HubOptions

  func run() throws {
    let answer = try options.connect().get("allowances")
    try options.show(answer) {
      var table = TextTable([
        ("名称 Name", .leading), ("总量 Total", .trailing), ("已用 Used", .trailing),
        ("门店持有 Held", .trailing), ("可分配 Free", .trailing),
      ])
      for allowance in answer.allowances.elements {
        table.add([
          allowance.name.text, allowance.total.text, allowance.used.text, allowance.held.text,
          allowance.free.text,
        ])
      }
      return lines(table)
    }
  }
}

struct AllowancesSet: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "set", abstract: "Say how much of something there is in the chain. 设定总量",
    discussion: """
      The total counts what was used already. Lowering it takes back nothing that stores hold. Names: \
      budget/PROMOTION in minor units, gift/SKU, mall/ITEM and draw/DRAW/PRIZE in pieces. \
      总量含已用；调低不收回门店已持有的。
      """)

  @Argument(help: "For example gift/cup. 名称") var name: String
  @Argument(help: "Pieces, or minor units of a budget. 总量") var total: Int64
  @OptionGroup var options: HubOptions

  func run() throws {
    let answer = try options.connect().post(
      "allowances", ["name": .string(name), "total": .integer(total)])
    try options.show(answer) { sheet([("名称 Name", answer.name.text), ("总量 Total", answer.total.text)]) }
  }
}

struct ReferralsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "referrals", abstract: "Every recommendation and what has become of it. 推荐有礼")

  @OptionGroup var options: HubOptions

  func run() throws {
    let hub = try options.connect()
    var referrals: [JSONValue] = []
    var after: String?
    repeat {
      let page = try hub.get("referrals", [("after", after)])
      referrals += page.referrals.elements
      after = page.next.stringValue
    } while after != nil
    try options.show(.object(["referrals": .array(referrals)])) {
      var table = TextTable("入会 Joined", "推荐人 Referrer", "新会员 Newcomer", "说明 What came of it")
      for referral in referrals {
        table.add([
          referral.joined.text, referral.referrerId.text, referral.refereeId.text, referral["text"].words,
        ])
      }
      return lines(table)
    }
  }
}
