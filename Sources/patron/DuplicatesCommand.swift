import ArgumentParser
import Curl
import Terminal

struct DuplicatesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "duplicates", abstract: "Records that may be one person: find, compare, decide. 疑似重复会员",
    subcommands: [
      DuplicatesList.self, DuplicatesShow.self, DuplicatesMerge.self, DuplicatesNotSame.self,
      DuplicatesScan.self,
    ], defaultSubcommand: DuplicatesList.self)
}

struct DuplicatesList: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "Newest first; names are masked. 疑似重复列表（最新在前，姓名已掩码）")

  @Option(help: "open, merged, notSame or all. 状态") var state: String?
  @OptionGroup var list: DeskListOptions
  @OptionGroup var options: HubOptions

  func run() throws {
    try DeskList(
      path: "duplicates", query: [("state", state)],
      columns: [
        ("号 No.", .trailing), ("时间 Time", .leading), ("甲 First", .leading), ("乙 Second", .leading),
        ("说明 Why", .leading), ("状态 State", .leading),
      ]
    ) { row in
      [
        row.number.text, row.at.text, "\(row.first.code.text) \(row.first.maskedName.text)",
        "\(row.second.code.text) \(row.second.maskedName.text)", row.why.words, row.state.text,
      ]
    }.run(list, options)
  }
}

struct DuplicatesShow: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Both people side by side. 两人对照")

  @Argument(help: "Its number. 号") var number: Int64
  @Flag(help: "Show names in full. 显示完整姓名") var full = false
  @OptionGroup var options: HubOptions

  func run() throws {
    let answer = try options.connect().get("duplicates/\(number)", [("full", full ? "true" : nil)])
    try options.show(answer) { describe(answer) }
  }
}

struct DuplicatesMerge: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "merge", abstract: "They are one person. 是同一人，合并",
    discussion: "It can be undone: patron members unmerge. 可撤销：patron members unmerge。")

  @Argument(help: "Its number. 号") var number: Int64
  @Option(help: "Why. 原因") var reason: String
  @Flag(help: "Show who stands and what they have then; merge nothing. 只试算") var dryRun = false
  @OptionGroup var options: HubOptions

  func validate() throws { try Reason.require(reason) }

  func run() throws {
    let path = "duplicates/\(number)/merge" + (dryRun ? "/check" : "")
    let answer = try options.connect().post(path, ["reason": .string(reason)])
    try options.show(answer) { MergeWords.merged(answer) }
  }
}

struct DuplicatesNotSame: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "not-same", abstract: "They are two people; nobody is asked again. 不是同一人",
    discussion: "A phone or card that both claim stays with the first. 两人共用的手机号或卡号仍归前者。")

  @Argument(help: "Its number. 号") var number: Int64
  @Option(help: "Why. 原因") var reason: String
  @OptionGroup var options: HubOptions

  func validate() throws { try Reason.require(reason) }

  func run() throws {
    let answer = try options.connect().post("duplicates/\(number)/not-same", ["reason": .string(reason)])
    try options.show(answer) { describe(answer) }
  }
}

struct DuplicatesScan: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "scan", abstract: "Look for people of the same name and birthday or phone digits, now. 立即查重",
    discussion: """
      The hub does it every night, so many records at a time, and goes on where it ended. \
      总部每夜自动进行，每次处理一定数量，下次从中断处继续。
      """)

  @OptionGroup var options: HubOptions

  func run() throws {
    let answer = try options.connect().patient.post("duplicate-scan", .null)
    try options.show(answer) {
      sheet([
        ("状态 State", answer.isDone == true ? "已完成 done" : "未完，再次运行即继续 to be continued"),
        ("已查 Records", answer.done.text), ("发现 Found", answer.found.text),
      ])
    }
  }
}

private func describe(_ answer: JSONValue) -> [String] {
  let (duplicate, first, second) = (answer.duplicate, answer.first, answer.second)
  var table = TextTable("", "甲 First", "乙 Second")
  let rows: [(String, (JSONValue) -> String)] = [
    ("会员码 Code", { $0.summary.code.text }), ("姓名 Name", { $0.name.text }),
    ("手机尾号 Phone", { $0.phoneLastDigits.text }), ("生日 Birthday", { $0.birthday.text }),
    ("卡号 Card", { $0.card.text }),
    ("登记 Enrolled", { "\($0.enrolledAt.text) \($0.store.text) \($0.channel.text)" }),
    ("最近到店 Last store", { $0.lastStore.text }), ("档案 Records", { $0.summary.records.text }),
    ("消费 Purchases", { "\($0.summary.purchases.text) / \($0.summary.spend.money)" }),
    ("积分 Points", { $0.summary.points.text }), ("等级 Tier", { $0.summary.tier.text }),
    ("编号 Id", { $0.summary.memberId.text }),
  ]
  for (name, cell) in rows { table.add([name, cell(first), cell(second)]) }
  let state = "\(duplicate.state.text) \(duplicate.actor.text) \(duplicate.reason.text)".trimmed
  return sheet([("号 Number", duplicate.number.text), ("说明 Why", duplicate.why.words), ("状态 State", state)])
    + [""] + table.lines
}
