import ArgumentParser
import Curl
import Foundation
import Terminal

struct CouponsIssue: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "issue", abstract: "Issue coupons: to members, to all, to a tier, or codes to claim. 发券",
    discussion: """
      --member prints the coupons. The others are an issue that headquarters works through by itself, also \
      over a restart: the command shows how far it is and may be stopped. --member 直接发放并显示券码；其余由总部在\
      后台分批发放，可随时中断本命令，重启后继续。

      With --key the command may safely be sent again: the same key finds the same coupons instead of \
      issuing new ones. 带 --key 可安全重发，不会重复发券。
      """)

  @Argument(help: "The template. 券模板") var template: String
  @Option(parsing: .upToNextOption, help: "Ids of members. 会员编号") var member: [String] = []
  @Flag(help: "To all members. 全体会员") var all = false
  @Option(help: "To the members of a tier. 指定等级会员") var tier: String?
  @Option(help: "To the members of a file, an id in each line. 会员名单文件") var file: String?
  @Option(help: "So many codes for whoever comes with one. 生成领取码数量") var codes: Int64?
  @Flag(help: "Count only, issue nothing. 只统计，不发放") var dryRun = false
  @Flag(help: "Do not wait for the end. 不等待完成") var noWait = false
  @Option(help: "Binds the coupons to one store. 限定门店") var store: String?
  @Option(help: "What makes this issue itself when it is repeated. 幂等键") var key: String?
  @OptionGroup var options: HubOptions

  func validate() throws {
    let given = [!member.isEmpty, all, tier != nil, file != nil, codes != nil].count { $0 }
    guard given == 1 else {
      throw ValidationError("请给出其中一项 give one of --member, --all, --tier, --file or --codes")
    }
  }

  func run() throws {
    let hub = try options.connect()
    var body: [String: JSONValue] = ["template": .string(template)]
    if let store { body["store"] = .string(store) }
    if !member.isEmpty { body["memberIds"] = .array(member.map { .string($0) }) }
    if let file { body["memberIds"] = .array(try MemberFile.ids(in: file)) }
    if all { body["all"] = .bool(true) }
    if let tier { body["tier"] = .string(tier) }
    if let codes { body["count"] = .integer(codes) }
    if dryRun { return try count(hub, .object(body)) }
    let key = key ?? UUID().uuidString
    if !member.isEmpty { return try show(try hub.post("coupons", .object(body), key: key)) }
    try follow(hub, try hub.post("coupon-issues", .object(body), key: key))
  }

  private func show(_ answer: JSONValue) throws {
    try options.show(answer) {
      var table = TextTable("券码 Code", "会员 Member", "编号 Id")
      for coupon in answer.coupons.elements {
        table.add([coupon.code.text, coupon.memberId.text, coupon.couponId.text])
      }
      return lines(table)
    }
  }

  private func count(_ hub: HubClient, _ body: JSONValue) throws {
    let answer = try hub.patient.post("coupon-issues/check", body)
    try options.show(answer) {
      sheet([
        ("对象 For", answer.total.text), ("可得 Eligible", answer.eligible.text),
        ("库存剩余 Left in stock", answer.left.isNull ? "–" : answer.left.text),
      ])
    }
  }

  /// Draws how far it is until it is over.
  private func follow(_ hub: HubClient, _ begun: JSONValue) throws {
    var issue = begun
    let bar = ProgressBar()
    while issue.state == "running", !noWait {
      bar.show(issue.done.integerValue ?? 0, of: issue.total.integerValue ?? 0)
      usleep(300_000)
      issue = try hub.get("coupon-issues/" + JSONValue.segment(issue.issueId.text))
    }
    bar.end()
    try options.show(issue) { CouponsIssues.describe(issue) }
    if issue.state == "stopped" {
      throw Failure.refused(code: issue.stopped.text, detail: "未发完 the rest was not issued", field: nil)
    }
  }
}

struct CouponsIssues: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "issues", abstract: "Issues to many, newest first; or one of them. 批量发券进度")

  @Argument(help: "One issue; all without. 批次编号，省略为全部") var id: String?
  @OptionGroup var options: HubOptions

  func run() throws {
    let hub = try options.connect()
    if let id {
      let issue = try hub.get("coupon-issues/" + JSONValue.segment(id))
      return try options.show(issue) { Self.describe(issue) }
    }
    let answer = try hub.get("coupon-issues")
    try options.show(answer) {
      var table = TextTable([
        ("时间 Time", .leading), ("模板 Template", .leading), ("对象 For", .leading), ("状态 State", .leading),
        ("完成 Done", .trailing), ("共 Total", .trailing), ("失败 Failed", .trailing), ("批次 Issue", .leading),
      ])
      for issue in answer.issues.elements {
        table.add([
          issue.createdAt.text, issue.template.text,
          issue.tier.isNull ? issue.audience.text : issue.tier.text,
          issue.state.text, issue.done.text, issue.total.text, issue.failed.text, issue.issueId.text,
        ])
      }
      return lines(table)
    }
  }

  static func describe(_ issue: JSONValue) -> [String] {
    let codes = issue.codes
    let facts = sheet([
      ("批次 Issue", issue.issueId.text), ("模板 Template", issue.template.text),
      ("状态 State", [issue.state.text, issue.stopped.text].filter { !$0.isEmpty }.joined(separator: " ")),
      ("进度 Progress", ProgressBar.line(issue.done.integerValue ?? 0, of: issue.total.integerValue ?? 0)),
      ("失败 Failed", issue.failed.text), ("未领取 Unclaimed", codes.unclaimed.text),
      ("已领取 Claimed", codes.claimed.text), ("作废 Voided", codes.voided.text),
      ("经办人 By", issue.actor.text), ("开始 Begun", issue.createdAt.text),
      ("结束 Ended", issue.finishedAt.text),
    ])
    var table = TextTable("失败会员 Failed for", "原因 Why")
    for failure in issue.failures.elements { table.add([failure.memberId.text, failure.code.text]) }
    return facts + (table.isEmpty ? [] : [""] + table.lines)
  }
}

struct CouponsExport: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "The codes of an issue as CSV: code,state. 导出领取码（CSV）",
    discussion: "patron coupons export ISSUE > codes.csv")

  @Argument(help: "The issue. 批次编号") var issue: String
  @OptionGroup var options: HubOptions

  /// Codes asked for at a time: some megabytes.
  private static let page = 100_000

  func run() throws {
    let hub = try options.connect()
    var after: String?
    print("code,state")
    while true {
      let page = try hub.text(
        "coupon-issues/\(JSONValue.segment(issue))/codes", [("limit", "\(Self.page)"), ("after", after)])
      let codes = page.split(separator: "\n").dropFirst()
      guard let last = codes.last else { return }
      FileHandle.standardOutput.write(Data((codes.joined(separator: "\n") + "\n").utf8))
      after = String(last.prefix { $0 != "," })
    }
  }
}
