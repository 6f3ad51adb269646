import ArgumentParser
import Curl
import Terminal

struct ConflictsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "conflicts", abstract: "Values that lost to another store's: put one back, or dismiss. 冲突",
    subcommands: [ConflictsList.self, ConflictsShow.self, ConflictsPutBack.self, ConflictsDismiss.self],
    defaultSubcommand: ConflictsList.self)
}

struct ConflictsList: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "Newest first; values are masked. 冲突列表（最新在前，值已掩码）")

  @Option(help: "open, putBack, dismissed or all. 状态") var state: String?
  @OptionGroup var list: DeskListOptions
  @OptionGroup var options: HubOptions

  func run() throws {
    try DeskList(
      path: "conflicts", query: [("state", state)],
      columns: [
        ("号 No.", .trailing), ("时间 Time", .leading), ("会员 Member", .leading), ("字段 Field", .leading),
        ("落选 Lost", .leading), ("门店 By", .leading), ("保留 Kept", .leading), ("门店 By", .leading),
        ("状态 State", .leading),
      ]
    ) { row in
      [
        row.number.text, row.at.text, "\(row.member.code.text) \(row.member.maskedName.text)",
        row.field.text, row.lost.value.text, writer(row.lost), row.kept.value.text, writer(row.kept),
        row.state.text,
      ]
    }.run(list, options)
  }
}

struct ConflictsShow: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Both values in full, who wrote them and when. 冲突详情")

  @Argument(help: "Its number. 号") var number: Int64
  @OptionGroup var options: HubOptions

  func run() throws {
    let answer = try options.connect().get("conflicts/\(number)")
    try options.show(answer) { describe(answer) }
  }
}

struct ConflictsPutBack: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "put-back", abstract: "Write the value that lost anew; it stands from now on. 恢复落选的值",
    discussion: """
      What stood until then becomes a conflict itself, and can be put back likewise. \
      被替换的值成为新的冲突，可同样恢复。
      """)

  @Argument(help: "Its number. 号") var number: Int64
  @Option(help: "Why. 原因") var reason: String
  @OptionGroup var options: HubOptions

  func validate() throws { try Reason.require(reason) }

  func run() throws {
    let answer = try options.connect().post("conflicts/\(number)/put-back", ["reason": .string(reason)])
    try options.show(answer) { describe(answer) }
  }
}

struct ConflictsDismiss: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dismiss", abstract: "What stands is right; it is not listed any more. 已阅，维持现值")

  @Argument(help: "Its number. 号") var number: Int64
  @Option(help: "Why. 原因") var reason: String?
  @OptionGroup var options: HubOptions

  func run() throws {
    let body: JSONValue = reason.map { ["reason": .string($0)] } ?? [:]
    let answer = try options.connect().post("conflicts/\(number)/dismiss", body)
    try options.show(answer) { describe(answer) }
  }
}

/// Headquarters has no store's code.
private func writer(_ written: JSONValue) -> String {
  written.node == 0 ? "总部 headquarters" : written.store.text
}

private func describe(_ conflict: JSONValue) -> [String] {
  func value(_ written: JSONValue) -> String {
    "\(written.value.isNull ? "（空 none）" : written.value.text) — \(writer(written)) \(written.at.text)"
  }
  return sheet([
    ("号 Number", conflict.number.text),
    ("会员 Member", "\(conflict.member.code.text) \(conflict.member.maskedName.text)"),
    ("字段 Field", conflict.field.text), ("落选 Lost", value(conflict.lost)),
    ("当时保留 Kept then", value(conflict.kept)),
    ("现值 Stands", conflict.stands.isNull ? "（空 none）" : conflict.stands.text),
    ("状态 State", conflict.state.text),
    ("处理 Decided", [conflict.decidedAt.text, conflict.actor.text].joined(separator: " ").trimmed),
    ("说明 Reason", conflict.reason.text),
  ])
}
