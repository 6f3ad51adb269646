import Curl
import Terminal

/// A preview as a terminal shows it.
struct PreviewTables {
  private let answer: JSONValue
  private var report: JSONValue { answer.report }

  init(_ answer: JSONValue) { self.answer = answer }

  var lines: [String] {
    var all = summary
    for (title, table) in [
      ("按等级 By tier", groups(PreviewRows.tiers(report), "等级 Tier")),
      ("按人群 By segment", groups(PreviewRows.segments(report), "人群 Segment")), ("规则 Rules", rules),
      ("等级变化 Tier changes", moves), ("省得最多 Greatest gains", changes(report.gains)),
      ("多付最多 Greatest losses", changes(report.losses)),
    ] where !table.isEmpty {
      all += ["", title] + table.lines
    }
    return all
  }

  private var summary: [String] {
    let (before, after) = (report.before, report.after)
    func both(_ path: (JSONValue) -> String) -> String { "\(path(before)) → \(path(after))" }
    return sheet([
      ("时段 Period", "\(answer.from.text) – \(answer.until.text)"),
      ("小票 Sales", "\(report.compared.text) / \(report.sales.text)"),
      ("未比较 Not compared", PreviewRows.counts(report.notCompared)),
      ("存疑 Uncertain", PreviewRows.counts(report.caveats)),
      ("顾客实付 Customers pay", both(\.paid.money)), ("让利 Taken off", both(\.discounts.money)),
      ("成本 Cost of the draft", report.cost.money), ("积分 Points earned", both(\.earned.text)),
      ("积分价值 Their worth", both(\.earnedWorth.money)), ("成长值 Growth value", both(\.growth.text)),
      (
        "积分抵扣被拒 Points refused",
        report.salesWithRefusedPoints == 0
          ? "" : "\(report.refusedPoints.text) · \(report.salesWithRefusedPoints.text) 张 sales"
      ),
      ("用券被拒 Coupons refused", report.refusedCoupons == 0 ? "" : report.refusedCoupons.text),
      ("小票：少付/多付/不变 Sales less/more/same", PreviewRows.winners(report.all.sales)),
      ("会员：少付/多付/不变 Members less/more/same", PreviewRows.winners(report.all["members"])),
      ("等级变化 Members whose tier changes", "\(report.movedMembers.text) / \(report["members"].text)"),
    ])
  }

  private func groups(_ rows: [(name: String, figures: JSONValue)], _ header: String) -> TextTable {
    var table = TextTable([
      (header, .leading), ("小票少/多/同 Sales", .trailing), ("会员少/多/同 Members", .trailing),
      ("原付 Before", .trailing), ("草稿 After", .trailing), ("成本 Cost", .trailing),
    ])
    for (name, figures) in rows {
      table.add([
        name, PreviewRows.winners(figures.sales), PreviewRows.winners(figures["members"]),
        figures.before.money,
        figures.after.money, PreviewRows.difference(figures).asMoney,
      ])
    }
    return table
  }

  private var rules: TextTable {
    var table = TextTable([
      ("种类 Kind", .leading), ("规则 Rule", .leading), ("原次数 Uses", .trailing), ("原成本 Cost", .trailing),
      ("次数 Uses", .trailing), ("成本 Cost", .trailing), ("积分 Points", .trailing),
      ("超预算 Over budget", .trailing), ("超店日 Over store days", .trailing),
    ])
    for rule in report.rules.elements {
      table.add([
        rule.kind.text, rule.rule.text, rule.usesBefore.text, rule.costBefore.money, rule.uses.text,
        rule.cost.money, rule.points.text, rule.overBudget.money, rule.overStoreDays.text,
      ])
    }
    return table
  }

  private var moves: TextTable {
    var table = TextTable([("原 From", .leading), ("草稿 To", .leading), ("会员 Members", .trailing)])
    for move in report.moves.elements {
      table.add([PreviewRows.level(move.from), PreviewRows.level(move.to), move["members"].text])
    }
    return table
  }

  private func changes(_ changes: JSONValue) -> TextTable {
    var table = TextTable([
      ("小票 Sale", .leading), ("会员 Member", .leading), ("时间 Time", .leading), ("原付 Before", .trailing),
      ("草稿 After", .trailing),
    ])
    for one in changes.elements {
      table.add([one.sale.text, one.member.text, one.time.text, one.before.money, one.after.money])
    }
    return table
  }
}

/// What tables and page have in common.
enum PreviewRows {
  static func tiers(_ report: JSONValue) -> [(name: String, figures: JSONValue)] {
    report.tiers.elements.map { ($0.isMember == true ? level($0.tier) : "非会员 no member", $0.figures) }
  }

  static func segments(_ report: JSONValue) -> [(name: String, figures: JSONValue)] {
    report.segments.elements.map { ($0.segment.text, $0.figures) }
  }

  static func level(_ level: JSONValue) -> String { level.stringValue ?? "无等级 none" }

  static func winners(_ winners: JSONValue) -> String {
    "\(winners.less.text)/\(winners.more.text)/\(winners.same.text)"
  }

  static func counts(_ counts: JSONValue) -> String {
    counts.elements.map { "\(words[$0.code.text] ?? $0.code.text) \($0.sales.text)" }.joined(separator: ", ")
  }

  /// What customers pay less, in minor units.
  static func difference(_ figures: JSONValue) -> Int64 {
    (figures.before.integerValue ?? 0) &- (figures.after.integerValue ?? 0)
  }

  private static let words = [
    "sale_voided": "已作废 voided", "coupon_terms_unknown": "券条款不明 coupon unknown",
    "points_beyond_limit": "积分超限 too many points", "line_below_zero": "行价为负 line below zero",
    "segments_not_recorded": "人群未记录 segments not recorded",
  ]
}
