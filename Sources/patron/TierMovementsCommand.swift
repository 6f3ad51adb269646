import ArgumentParser
import Curl
import SyncProtocol
import Terminal

struct TierMovementsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tier-movements", abstract: "How many members rose and fell from each level. 等级变动与晋升率",
    discussion: """
      The promotion rate of a level is, of the members who were in it before the first day, the share that \
      rose at least once. 晋升率＝期初在该等级、期内至少升级一次的会员 ÷ 期初会员。
      """)

  @Option(help: "The first business day; a year before the last without. 起始营业日") var from: String?
  @Option(help: "The last; today without. 截至营业日") var to: String?
  @OptionGroup var options: HubOptions

  func validate() throws {
    for day in [from, to].compactMap({ $0 }) where Day(day) == nil {
      throw ValidationError("日期写作 days are written 2026-11-22")
    }
  }

  func run() throws {
    let answer = try options.connect().get("tier-movements", [("from", from), ("to", to)])
    try options.show(answer) {
      var table = TextTable([
        ("等级 Level", .leading), ("期初 Before", .trailing), ("期末 After", .trailing), ("升级 Rose", .trailing),
        ("降级 Fell", .trailing), ("晋升率 Promotion rate", .trailing),
      ])
      var chart = BarChart()
      for level in answer.levels.elements {
        let name = level.name.isNull ? (level.level.isNull ? "–" : level.level.text) : level.name.words
        let rate = level.promotionPermille
        table.add([
          name, level.before.text, level.after.text, level.rose.text, level.fell.text,
          rate.isNull ? "–" : "\(rate.text)‰",
        ])
        chart.add(name, level.after.integerValue ?? 0, note: level.after.text)
      }
      return ["\(answer.from.text) – \(answer.to.text)", ""] + lines(table)
        + (chart.isEmpty ? [] : ["", "期末会员 Members after the last day"] + chart.lines)
    }
  }
}
