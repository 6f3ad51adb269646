import Curl
import Terminal

/// A preview as one page that needs nothing else: tables and bars.
struct PreviewPage {
  private let answer: JSONValue
  private var report: JSONValue { answer.report }

  init(_ answer: JSONValue) { self.answer = answer }

  var html: String {
    """
    <!doctype html>
    <html lang="zh-CN">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>规则预演 Rulebook preview</title>
    <style>\(Self.style)</style>
    </head>
    <body>
    <main>
    <h1>规则预演 <i>Rulebook preview</i></h1>
    <p>\(escaped("\(answer.from.text) – \(answer.until.text) · \(answer.currency.text)"))</p>
    \(section("合计 Totals", totals))
    \(section("各等级成本 Cost by tier", bars(PreviewRows.tiers(report).map(cost))))
    \(section("各人群成本 Cost by segment", bars(PreviewRows.segments(report).map(cost))))
    \(section("规则成本 Cost by rule", bars(rules)))
    \(section("等级变化 Tier changes", bars(moves)))
    </main>
    </body>
    </html>

    """
  }

  private typealias Bar = (name: String, size: Int64, text: String)

  private func cost(_ row: (name: String, figures: JSONValue)) -> Bar {
    let cost = PreviewRows.difference(row.figures)
    return (row.name, cost, "\(cost.asMoney) · \(PreviewRows.winners(row.figures.sales))")
  }

  private var rules: [Bar] {
    report.rules.elements.filter { $0.cost != 0 || $0.costBefore != 0 }.map { rule in
      let over = rule.overBudget.integerValue ?? 0
      let text =
        "\(rule.costBefore.money) → \(rule.cost.money)"
        + (over > 0 ? " · 超预算 over budget \(over.asMoney)" : "")
      return ("\(rule.kind.text) \(rule.rule.text)", rule.cost.integerValue ?? 0, text)
    }
  }

  private var moves: [Bar] {
    report.moves.elements.map {
      (
        "\(PreviewRows.level($0.from)) → \(PreviewRows.level($0.to))", $0["members"].integerValue ?? 0,
        $0["members"].text
      )
    }
  }

  private var totals: String {
    let (before, after) = (report.before, report.after)
    let rows = [
      ("小票 Sales", report.sales.text, report.compared.text),
      ("顾客实付 Customers pay", before.paid.money, after.paid.money),
      ("让利 Taken off", before.discounts.money, after.discounts.money),
      ("积分 Points earned", before.earned.text, after.earned.text),
      ("积分价值 Their worth", before.earnedWorth.money, after.earnedWorth.money),
      ("成长值 Growth value", before.growth.text, after.growth.text),
    ]
    let cells = rows.map {
      "<tr><th>\(escaped($0.0))</th><td>\(escaped($0.1))</td><td>\(escaped($0.2))</td></tr>"
    }
    let gone = PreviewRows.counts(report.notCompared)
    return """
      <table><thead><tr><th></th><th>原 Before</th><th>草稿 After</th></tr></thead>
      <tbody>\(cells.joined())</tbody></table>
      <p><b>成本 Cost: \(report.cost.money)</b></p>
      <p><i>\(escaped(gone.isEmpty ? "" : "未比较 not compared: \(gone)"))</i></p>
      """
  }

  /// Lengths by size: what customers pay less in one colour, what they pay more in the other.
  private func bars(_ bars: [Bar]) -> String {
    let most = bars.map(\.size.magnitude).max() ?? 0
    let rows = bars.map { bar in
      let width = most == 0 ? 0 : Int(Double(bar.size.magnitude) / Double(most) * 100)
      return """
        <tr><th>\(escaped(bar.name))</th>\
        <td class="bar"><div class="\(bar.size < 0 ? "more" : "less")" style="width:\(width)%"></div></td>\
        <td>\(escaped(bar.text))</td></tr>
        """
    }
    return rows.isEmpty ? "" : "<table><tbody>\(rows.joined())</tbody></table>"
  }

  private func section(_ title: String, _ body: String) -> String {
    body.isEmpty ? "" : "<section><h2>\(escaped(title))</h2>\(body)</section>"
  }

  private func escaped(_ text: String) -> String {
    text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing("\"", with: "&quot;")
  }

  private static let style = """
    :root{color-scheme:light dark;--page:#f6f5f1;--card:#fff;--ink:#1d2430;--soft:#667085;--line:#e4e2dc;
    --less:#2f6feb;--more:#f08c2e}
    @media (prefers-color-scheme:dark){:root{--page:#12161d;--card:#1a202a;--ink:#e7eaf0;--soft:#98a2b3;
    --line:#2b3340;--less:#6ea8ff;--more:#ffab5c}}
    body{margin:0;background:var(--page);color:var(--ink);
    font:15px/1.55 system-ui,"Noto Sans SC","PingFang SC",sans-serif;font-variant-numeric:tabular-nums}
    main{max-width:960px;margin:0 auto;padding:32px 20px 64px}
    i{font-style:normal;color:var(--soft);font-weight:400}
    section{background:var(--card);border:1px solid var(--line);border-radius:12px;padding:8px 22px 18px;
    margin-top:18px;overflow-x:auto}
    table{border-collapse:collapse;width:100%}
    th,td{padding:6px 10px;border-bottom:1px solid var(--line);text-align:right;white-space:nowrap}
    th:first-child{text-align:left;font-weight:500}
    .bar{width:40%}.bar div{height:14px;border-radius:3px}
    .less{background:var(--less)}.more{background:var(--more)}
    """
}
