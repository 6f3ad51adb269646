import ArgumentParser
import Curl
import SyncProtocol
import Terminal

struct ClassesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "classes", abstract: "Who is new, potential, loyal or dormant. 会员分类",
    discussion: """
      Found every night by the section “classes” of the rulebook in force. Rules name a class as a segment, \
      such as class/dormant. 由现行规则的 classes 一节每夜判定；规则中写作人群，如 class/dormant。
      """,
    subcommands: [ClassesList.self, ClassesShow.self], defaultSubcommand: ClassesList.self)
}

struct ClassesList: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "How many members are in each class. 各分类人数",
    discussion: """
      Members are counted as entered or left by their last change. 新进与转出按每位会员最近一次变动计。
      """)

  @Option(help: "The business day from which changes count; the last night's without. 变动起始营业日")
  var since: String?
  @OptionGroup var options: HubOptions

  func validate() throws {
    if let since, Day(since) == nil { throw ValidationError("日期写作 days are written 2026-11-22") }
  }

  func run() throws {
    let answer = try options.connect().get("classes", [("since", since)])
    try options.show(answer) {
      var table = TextTable([
        ("分类 Class", .leading), ("人群 Segment", .leading), ("人数 Members", .trailing),
        ("新进 Entered", .trailing), ("转出 Left", .trailing),
      ])
      var chart = BarChart()
      for one in answer.classes.elements {
        let count = one["members"]
        table.add([one.name.words, "class/\(one.class.text)", count.text, one.entered.text, one.left.text])
        chart.add(one.name.words, count.integerValue ?? 0, note: count.text)
      }
      return [Self.rules(answer.rules), "变动自 Changes since \(answer.since.text)", ""] + lines(table)
        + (chart.isEmpty ? [] : [""] + chart.lines)
    }
  }

  private static func rules(_ rules: JSONValue) -> String {
    guard !rules.isNull else { return "现行规则没有分类 The rulebook in force has no classes" }
    let (new, dormant) = (rules.newDays.text, rules.dormantDays.text)
    let (times, days) = (rules.loyalPurchases.text, rules.loyalDays.text)
    return "入会 \(new) 天内为新，\(days) 天内消费 \(times) 次为忠诚，逾 \(dormant) 天未消费为沉睡\n"
      + "New for \(new) days, loyal with \(times) purchases in \(days) days, dormant after \(dormant) "
      + "without one"
  }
}

struct ClassesShow: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "The members of a class, an id in each line. 分类成员",
    discussion: "patron classes show dormant > dormant.txt")

  @Argument(help: "new, potential, loyal or dormant. 分类") var name: String
  @OptionGroup var options: HubOptions

  func run() throws {
    let hub = try options.connect()
    try Members.forEach(in: "classes/\(JSONValue.segment(name))", hub) { ids in
      print(ids.map(\.text).joined(separator: "\n"))
    }
  }
}
