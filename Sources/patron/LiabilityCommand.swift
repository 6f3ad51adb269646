import ArgumentParser
import Curl
import SyncProtocol
import Terminal

struct LiabilityCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "liability", abstract: "What the chain owes its members in points, by cohort. 积分负债",
    discussion: """
      A row is what may be spent from one month and expires on one day: issued + other - spent - expired = \
      outstanding. Other is what came back with returns, was added by hand, came by transfer, less what was \
      taken back, paid off debts or went by transfer. The value is what outstanding points pay at the till.
      每行为同月起用、同日到期的积分：发放 + 其他 - 使用 - 过期 = 未用；其他为退还、人工、转入，减扣回、抵欠、转出。
      """)

  @Option(help: "After this business day, as 2026-11-22; today without. 截至营业日") var day: String?
  @Option(help: "So many of a thousand points are expected to lapse. 预计沉淀率（‰）") var breakage: Int64?
  @OptionGroup var options: HubOptions

  func validate() throws {
    if let day, Day(day) == nil { throw ValidationError("--day 写作 is written 2026-11-22") }
    if let breakage, !(0...1000).contains(breakage) {
      throw ValidationError("--breakage 为 0 到 1000 is from 0 to 1000")
    }
  }

  func run() throws {
    let answer = try options.connect().get(
      "liability", [("day", day), ("breakagePermille", breakage.map { "\($0)" })])
    try options.show(answer) {
      let chart = Self.chart(answer.cohorts.elements)
      return lines(Self.table(answer)) + [""] + Self.facts(answer)
        + (chart.isEmpty ? [] : ["", "未用积分，按到期月 Outstanding by month of expiry"] + chart.lines)
    }
  }

  private static func table(_ answer: JSONValue) -> TextTable {
    var table = TextTable([
      ("起用月 From", .leading), ("到期日 Expires", .leading), ("发放 Issued", .trailing), ("其他 Other", .trailing),
      ("使用 Spent", .trailing), ("过期 Expired", .trailing), ("未用 Outstanding", .trailing),
      ("价值 Value", .trailing),
    ])
    func add(_ from: String, _ expires: String, _ figures: JSONValue) {
      table.add([
        from, expires, figures.issued.text, "\(other(figures))", figures.spent.text, figures.expired.text,
        figures.outstanding.text, figures.value.isNull ? "–" : figures.value.money,
      ])
    }
    for cohort in answer.cohorts.elements {
      // Points that never expire may be spent from the first day there is.
      let expires = cohort.expiresOn.lastDay
      add(expires == nil ? "–" : month(cohort.month.text), expires ?? "永久 never", cohort.figures)
    }
    if !table.isEmpty { add("合计 Total", "", answer.total) }
    return table
  }

  private static func facts(_ answer: JSONValue) -> [String] {
    let total = answer.total
    let parts = [
      ("退还 restored", total.restored, 1), ("人工 by hand", total.adjusted, 1),
      ("转入 transferred in", total.transferredIn, 1), ("扣回 clawed back", total.clawedBack, -1),
      ("抵欠 settled", total.settled, -1), ("转出 transferred out", total.transferredOut, -1),
    ].compactMap { name, points, sign -> String? in
      let count = (points.integerValue ?? 0) * Int64(sign)
      return count == 0 ? nil : "\(name) \(JSONValue.integer(count).signed)"
    }
    let rate = answer.breakagePermille
    return sheet([
      ("截至 After day", answer.day.text), ("币种 Currency", answer.currency.text),
      ("其他合计 Other, in all", parts.joined(separator: ", ")), ("会员欠积分 Owed by members", answer.debt.text),
      ("已核销损失 Written off", answer.writtenOff.text),
      ("实际沉淀率 Breakage so far", rate.isNull ? "" : "\(rate.text)‰"),
    ])
  }

  private static func chart(_ cohorts: [JSONValue]) -> BarChart {
    var outstanding: [String: Int64] = [:]
    for cohort in cohorts {
      let month = cohort.expiresOn.lastDay.map(month) ?? "永久 never"
      outstanding[month, default: 0] += cohort.figures.outstanding.integerValue ?? 0
    }
    var chart = BarChart()
    for (month, points) in outstanding.sorted(by: { $0.key < $1.key }) where points != 0 {
      chart.add(month, points, note: "\(points)")
    }
    return chart
  }

  private static func other(_ figures: JSONValue) -> Int64 {
    func count(_ value: JSONValue) -> Int64 { value.integerValue ?? 0 }
    return count(figures.restored) + count(figures.adjusted) + count(figures.transferredIn)
      - count(figures.clawedBack) - count(figures.settled) - count(figures.transferredOut)
  }

  private static func month(_ day: String) -> String { String(day.dropLast(3)) }
}
