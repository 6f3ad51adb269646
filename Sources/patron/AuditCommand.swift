import ArgumentParser
import Curl
import Terminal

struct AuditCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "audit", abstract: "Who changed what by hand, and why. 操作审计",
    subcommands: [AuditList.self], defaultSubcommand: AuditList.self)
}

struct AuditList: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "Newest first. 审计记录（最新在前）")

  @Option(help: "Who. 操作人") var actor: String?
  @Option(help: "What: member.merge, quarantine.discard, … 操作") var action: String?
  @Option(help: "The id or number of what was changed. 对象") var subject: String?
  @Option(help: "The first business day. 起始营业日") var from: String?
  @Option(help: "The last business day. 截至营业日") var to: String?
  @Option(help: "Where the last page ended. 下一页") var cursor: String?
  @Option(help: "Write all of it as CSV into this file. 全部导出为 CSV 文件") var csv: String?
  @OptionGroup var options: HubOptions

  func run() throws {
    var list = DeskListOptions()
    (list.store, list.from, list.to) = (nil, from, to)
    (list.cursor, list.csv) = (cursor, csv)
    try DeskList(
      path: "audit", query: [("actor", actor), ("action", action), ("subject", subject)],
      columns: [
        ("号 No.", .trailing), ("时间 Time", .leading), ("操作人 Actor", .leading), ("操作 Action", .leading),
        ("对象 Subject", .leading), ("此前 Before", .leading), ("此后 After", .leading),
        ("原因 Reason", .leading),
      ]
    ) { row in
      [
        row.number.text, row.at.text, row.actor.text, row.action.text,
        "\(row.kind.text) \(row.subject.text)", row.before.text, row.after.text, row.reason.text,
      ]
    }.run(list, options)
  }
}
