import Curl
import Loyalty
import RulebookFiles
import Seeds
import SyncProtocol
import Testing

struct Comparisons {
  private func compare(_ change: (inout Rulebook) -> Void) throws -> Comparison {
    let before = try ShippedFiles.rulebook("deploy/demo/rulebook.json")
    var after = before
    change(&after)
    return Comparison(
      from: try JSONValue(parsing: before.encoded()), to: try JSONValue(parsing: after.encoded()))
  }

  @Test func `a changed rule is shown by its id, with what was and what is`() throws {
    let comparison = try compare {
      $0.earning[1] = EarningRule(
        id: "everything-else", per: Money(10_000), points: Points(10),
        when: Condition(monthDays: [8], who: .member))
    }
    #expect(
      comparison.lines == [
        "消费积分 earning", "  ~ everything-else", "      每满金额 per: ¥1.00 → ¥100.00", "      得多少 points: 1 → 10",
        "      适用条件 when:", "        每月几日 monthDays: – → 8", "        对象 who: – → member 会员",
      ])
    #expect(comparison.summary == "消费积分 earning ~1")
  }

  @Test func `rules that come, go and change places are told apart`() throws {
    let comparison = try compare {
      let rest = $0.earning[1]
      $0.earning = [
        EarningRule(id: "wine", per: Money(5_000), points: Points(0), scope: LineScope(categories: ["wine"])),
        rest,
      ]
      $0.tiers?.levels[1] = TierLevel(
        id: "silver", name: Words(zh: "银卡会员", en: "Silver"), threshold: 60_000,
        benefits: [.discount(payRatePermille: 940)])
      $0.cashRounding = CashRounding(step: Money(10))
    }
    #expect(
      comparison.lines == [
        "消费积分 earning", "  - fresh-double: 每满金额 per ¥1.00，得多少 points 2，适用商品 scope（品类 categories fresh）",
        "  + wine: 每满金额 per ¥50.00，得多少 points 0，适用商品 scope（品类 categories wine）",
        "等级方案 tiers", "  等级 levels:", "    ~ silver", "        门槛 threshold: ¥500.00 → ¥600.00",
        "        权益 benefits: （discount 等级价，付几成 payRatePermille 950‰（9.5折）） → "
          + "（discount 等级价，付几成 payRatePermille 940‰（9.4折））",
        "现金抹零 cashRounding", "  – → 抹到其整数倍 step ¥0.10",
      ])
    #expect(comparison.summary == "消费积分 earning +1 −1; 等级方案 tiers ~1; 现金抹零 cashRounding ~1")
    let turned = try compare { $0.earning.reverse() }
    #expect(
      turned.lines == [
        "消费积分 earning", "  ~ 顺序 order: fresh-double, everything-else → everything-else, fresh-double",
      ])
  }

  @Test func `nothing differs from itself, and the number and the time are no rules`() {
    forAll(250) { (samples: inout Samples) in
      let rulebook = samples.wholeRulebook()
      let value = try JSONValue(parsing: rulebook.encoded())
      var later = rulebook
      later.version += 1
      later.effectiveFrom = Samples.noon
      return try Comparison(from: value, to: value).isEmpty
        && Comparison(from: value, to: JSONValue(parsing: later.encoded())).isEmpty
    }
  }

  @Test func `whatever differs is shown, both ways`() {
    forAll(250) { (samples: inout Samples) in
      var (one, other) = (samples.wholeRulebook(), samples.wholeRulebook())
      // Often one section alone.
      if samples.flag() {
        let programs = other.programs
        other = one
        if samples.flag() { other.programs = programs } else { samples.promotions(&other) }
      }
      (one.version, other.version, other.effectiveFrom) = (1, 1, one.effectiveFrom)
      let values = try (JSONValue(parsing: one.encoded()), JSONValue(parsing: other.encoded()))
      let forth = Comparison(from: values.0, to: values.1)
      return forth.isEmpty == (one == other)
        && Comparison(from: values.1, to: values.0).isEmpty == forth.isEmpty
        && forth.sections.allSatisfy { $0.added + $0.removed + $0.changed > 0 }
        && !forth.lines.contains { $0.contains("\n") }
    }
  }

  @Test func `what a later version writes is shown, too`() throws {
    let before = try ShippedFiles.document("deploy/demo/rulebook.json").value
    guard case .object(var members) = before else { return }
    members["lottery"] = ["odds": 5]
    #expect(Comparison(from: before, to: .object(members)).lines == ["lottery", "  – → odds 5"])
  }
}
