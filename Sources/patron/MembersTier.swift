import ArgumentParser
import Curl
import Terminal

struct MembersTier: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tier", abstract: "A member's tier, what more would do, and how it came about. 会员等级",
    discussion: """
      Changes are those that were told, oldest first. A tier given by hand is a floor until the day before \
      its end. 变动按告知顺序；人工等级为保底，至截止日前一天。
      """)

  @Argument(help: memberHelp) var id: String
  @OptionGroup var options: HubOptions

  func run() throws {
    let hub = try options.connect()
    let answer = try hub.get("members/\(JSONValue.segment(hub.memberID(id)))/tier")
    try options.show(answer) {
      let facts = sheet([
        ("等级 Tier", answer.level.isNull ? "–" : answer.level.text),
        ("状态 State", Self.states[answer.state.text] ?? answer.state.text),
        ("起始 Since", answer.since.text), ("本期止于 Period ends", answer.periodEnds.text),
        ("下一级 Next", answer.nextLevel.text), ("进度 Progress", answer.progress.words),
      ])
      return facts + ["", "变动 Changes"] + lines(Self.changes(answer)) + ["", "人工调级 By hand"]
        + lines(Self.overrides(answer.overrides.elements))
    }
  }

  private static let states = [
    "active": "有效 active", "atRisk": "即将降级 at risk", "grace": "宽限期 in grace",
  ]

  private static let reasons = [
    "reached": "达到门槛 reached", "noLongerReached": "不再达到门槛 no longer reached", "notKept": "未保级 not kept",
    "paid": "付费 paid",
    "paidEnded": "付费到期 paid term ended", "overridden": "人工调级 by hand",
    "overrideEnded": "人工调级到期 by hand, ended",
  ]

  private static func changes(_ answer: JSONValue) -> TextTable {
    var table = TextTable("日期 Day", "变动 Change", "原因 Why")
    for change in answer.changes.elements {
      func name(_ level: JSONValue) -> String { level.isNull ? "–" : level.text }
      table.add([
        change.day.text,
        "\(change.isRise == true ? "↑" : "↓") \(name(change.from)) → \(name(change.to))",
        reasons[change.why.text] ?? change.why.text,
      ])
    }
    return table
  }

  static func overrides(_ given: [JSONValue]) -> TextTable {
    var table = TextTable("等级 Tier", "自 From", "至（不含）Until", "经办人 Actor", "原因 Reason")
    for override in given {
      table.add([
        override.level.text, override.from.text, override.until.text, override.actor.text,
        override.reason.text,
      ])
    }
    return table
  }
}

struct MembersSetTier: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "set-tier", abstract: "Give a member a tier by hand, until a day. 人工调级",
    discussion: """
      A floor: who has reached more keeps it. It holds at once, at headquarters and at every store that \
      hears of it. With --key the command may safely be sent again. 为保底等级，立即生效；带 --key 可安全重发。
      """)

  @Argument(help: memberHelp) var id: String
  @Option(help: "A level of the rulebook in force. 等级") var level: String
  @Option(help: "First day on which it no longer holds, as 2099-01-01. 截止日（不含）") var until: String
  @Option(help: "Why. 原因") var reason: String
  @Option(help: "First day; today without. 起始日，省略为今天") var from: String?
  @Option(help: "What makes this itself when it is repeated. 幂等键") var key: String?
  @OptionGroup var options: HubOptions

  func run() throws {
    let hub = try options.connect()
    var body: [String: JSONValue] = [
      "level": .string(level), "until": .string(until), "reason": .string(reason),
    ]
    if let from { body["from"] = .string(from) }
    let path = "members/\(JSONValue.segment(try hub.memberID(id)))/tier-overrides"
    let answer = try hub.postOnce(path, .object(body), key: key)
    try options.show(answer) { MembersTier.overrides([answer]).lines }
  }
}
