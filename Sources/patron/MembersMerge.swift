import ArgumentParser
import Curl
import Terminal

struct MembersMerge: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "merge", abstract: "Two records are one person. 合并会员",
    discussion: """
      The verified one stands, then the one enrolled earlier. Both cards work, points and coupons are \
      summed, and nothing moves: patron members unmerge undoes it. \
      已核实者优先，其次较早登记者。两张卡都可用，积分与券合计；任何记录都不搬动，可用 unmerge 撤销。
      """)

  @Argument(help: memberHelp) var first: String
  @Argument(help: memberHelp) var second: String
  @Option(help: "Why. 原因") var reason: String
  @Flag(help: "Show who stands and what they have then; merge nothing. 只试算") var dryRun = false
  @OptionGroup var options: HubOptions

  func validate() throws { try Reason.require(reason) }

  func run() throws {
    let hub = try options.connect()
    let path = "members/\(JSONValue.segment(try hub.memberID(first)))/merge" + (dryRun ? "/check" : "")
    let answer = try hub.post(
      path, ["with": .string(try hub.memberID(second)), "reason": .string(reason)])
    try options.show(answer) { MergeWords.merged(answer) }
  }
}

struct MembersUnmerge: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "unmerge", abstract: "A record that was merged stands for itself again. 撤销合并",
    discussion: """
      Each has exactly what was recorded for it. What one has spent of the other's points stays spent. They \
      are not merged again by themselves. 各自恢复本来的记录；已用掉的对方积分不返还；之后不会自动再合并。
      """)

  @Argument(help: "The id of the record that was merged into another: see patron members show. 被并入的档案编号")
  var loser: String
  @Option(help: "Why. 原因") var reason: String
  @Flag(help: "Show what each would have; change nothing. 只试算") var dryRun = false
  @OptionGroup var options: HubOptions

  func validate() throws { try Reason.require(reason) }

  func run() throws {
    let path = "members/\(JSONValue.segment(loser))/unmerge" + (dryRun ? "/check" : "")
    let answer = try options.connect().post(path, ["reason": .string(reason)])
    try options.show(answer) { MergeWords.unmerged(answer) }
  }
}

/// What a merge, or its undoing, comes to.
enum MergeWords {
  static func merged(_ report: JSONValue) -> [String] {
    table([
      ("保留 Stands", report.winner), ("并入 Merged into it", report.loser), ("合并后 Together", report.together),
    ]) + ["", report.because.words] + end(report)
  }

  static func unmerged(_ report: JSONValue) -> [String] {
    func spent(_ points: JSONValue, _ who: JSONValue, _ other: JSONValue) -> [String] {
      guard (points.integerValue ?? 0) > 0 else { return [] }
      return [
        "\(who.code.text) 已用对方 \(points.text) 积分，不返还 "
          + "has spent \(points.text) of \(other.code.text)'s points, which stay spent"
      ]
    }
    return table([
      ("合并中 Together", report.together), ("原保留 The one that stood", report.winner),
      ("拆出 Taken out", report.loser),
    ]) + ["", "合并原因 merged because: \(report.because.words)"]
      + spent(report.spentOfLoser, report.winner, report.loser)
      + spent(report.spentOfWinner, report.loser, report.winner) + end(report)
  }

  private static func end(_ report: JSONValue) -> [String] {
    report.dryRun == true ? ["", "试算，未改动 nothing was changed"] : []
  }

  private static func table(_ people: [(String, JSONValue)]) -> [String] {
    var table = TextTable([
      ("", .leading), ("会员 Member", .leading), ("档案 Records", .trailing), ("积分 Points", .trailing),
      ("欠 Owed", .trailing), ("券 Coupons", .trailing), ("等级 Tier", .leading),
      ("消费 Purchases", .trailing),
    ])
    for (name, person) in people {
      table.add([
        name, "\(person.code.text) \(person.maskedName.text)", person.records.text, person.points.text,
        person.debt.text, person.coupons.text, person.tier.text,
        "\(person.purchases.text) / \(person.spend.money)",
      ])
    }
    return table.lines
  }
}
