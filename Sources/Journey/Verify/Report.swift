extension JourneyReport {
  /// The report as one HTML page that needs nothing else: styles and drawings are inside it.
  public func html() -> String {
    """
    <!doctype html>
    <html lang="zh-CN">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>\(isEqual ? "✓" : "✗") Patron 全年对账 Journey report</title>
    <style>\(reportStyle)</style>
    </head>
    <body>
    <main>
    \(heading)
    \(verdict)
    \(reconciliation)
    \(section("每周销售额", "Sales a week", sales))
    \(section("断网期间的待传条目", "Unsent entries during outages", unsent))
    \(section("恢复后的收敛时间", "Time to converge after an outage", converging))
    \(section("资源与速率", "Resources and rates", usage))
    </main>
    </body>
    </html>

    """
  }

  private var heading: String {
    let facts = [
      ("数据", "source", run.source), ("门店", "stores", grouped(run.stores)),
      ("会员", "members", grouped(run.members)), ("周", "weeks", "\(run.weeks)"),
      ("断网强度", "outages", run.outage.rawValue), ("种子", "seed", "\(run.seed)"),
      ("强制终止", "kills", "\(run.kills)"), ("用时", "took", "\(measured(run.seconds)) s"),
    ]
    let items = facts.map { "<div><dt>\($0.0) <i>\($0.1)</i></dt><dd>\(escaped($0.2))</dd></div>" }
    return """
      <header>
      <p class="brand">Patron <span>\(escaped(run.endedAt))</span></p>
      <h1>连锁一年 · 全程对账 <i>A chain’s year, reconciled</i></h1>
      <dl class="facts">\(items.joined())</dl>
      </header>
      """
  }

  private var verdict: String {
    let digests = "\(grouped(replicasEqual)) / \(grouped(replicas))"
    if isEqual {
      return """
        <section class="verdict good" role="status">
        <b>✓ 三方一致 <i>equal</i></b>
        <p>源文件、总部与各店日志的每一项都相同；\(digests) 个副本的摘要与总部一致。<br>
        <i>Source files, hub and the agents’ journals agree in every figure; \
        \(digests) replicas have the hub’s digest.</i>
        </p>
        </section>
        """
    }
    let sentences = allDifferences
    let list = sentences.map { "<li>\(escaped($0))</li>" }.joined()
    return """
      <section class="verdict bad" role="alert">
      <b>✗ 存在差异 <i>\(sentences.count) differences</i></b>
      <ul>\(list)</ul>
      </section>
      """
  }

  private var reconciliation: String {
    let rows = zip(source.figures, zip(hub.figures, journals.figures)).map { source, others in
      let (hub, journals) = others
      let same = source.value == hub.value && source.value == journals.value
      func cell(_ figure: Totals.Figure) -> String {
        "<td\(figure.value == source.value ? "" : " class=\"off\"")>\(figure.text)</td>"
      }
      let chinese = Self.chineseNames[source.name] ?? ""
      return """
        <tr><th scope="row">\(chinese) <i>\(escaped(source.name))</i></th>\
        \(cell(source))\(cell(hub))\(cell(journals))\
        <td class="mark \(same ? "yes" : "no")">\(same ? "=" : "≠")</td></tr>
        """
    }
    let table = """
      <div class="scroll"><table>
      <thead><tr><th></th><th scope="col">源文件 <i>source files</i></th><th scope="col">总部 <i>hub</i></th>
      <th scope="col">各店日志 <i>agents’ journals</i></th><th></th></tr></thead>
      <tbody>\(rows.joined(separator: "\n"))</tbody>
      </table></div>
      """
    return section("三方对账", "Computed three ways", table)
  }

  private static let chineseNames = [
    "members": "会员", "baskets": "小票", "lines": "商品行", "gross": "货架金额", "store discount": "门店优惠",
    "match discount": "配套优惠", "points discount": "积分抵扣", "net": "实收净额",
    "manufacturers' coupons": "厂商券", "coupon redemptions": "优惠券核销", "points earned": "获得积分",
    "points spent": "使用积分",
  ]

  private func section(_ chinese: String, _ english: String, _ content: String) -> String {
    "<section><h2>\(chinese) <i>\(english)</i></h2>\(content)</section>"
  }
}

/// Text that may hold anything, made safe to stand in the page.
func escaped(_ text: String) -> String {
  var result = ""
  for character in text {
    switch character {
    case "&": result += "&amp;"
    case "<": result += "&lt;"
    case ">": result += "&gt;"
    case "\"": result += "&quot;"
    default: result.append(character)
    }
  }
  return result
}
