import Curl
import SyncProtocol
import Terminal

/// Rulebooks as people read and compare them.
enum Rulebooks {
  /// The newest that has taken effect by the hub's own clock.
  static func current(of answer: JSONValue, at hub: HubClient) throws -> JSONValue? {
    // Without its last letter, a time with a fraction sorts after the same one without.
    let now = try hub.get("status").time.text.dropLast()
    return answer.rulebooks.elements.last { $0.effectiveFrom.text.dropLast() <= now }
  }

  /// Says of each version that will not take effect any more what it was to bring.
  static func replaced(by newer: JSONValue, of known: [JSONValue]) -> [String] {
    known.filter { waits($0, at: newer.effectiveFrom) }.map { older in
      let (version, time) = (older.version.text, older.effectiveFrom.text)
      return "注意：第 \(version) 版（原定 \(time) 生效）将被取代，不再生效 "
        + "note: version \(version), due at \(time), is replaced and will not take effect"
    }
  }

  /// Gifts that nobody has counted yet: stores hold none of them, and the rules refuse to hand one out.
  static func without(stock names: [String]) -> [String] {
    names.map { name in
      "注意：\(name) 还没有库存，门店发不出 mind: no stock yet, no store can give it: patron allowances set \(name) …"
    }
  }

  private static func waits(_ rulebook: JSONValue, at time: JSONValue) -> Bool {
    guard let due = Timestamp(rulebook.effectiveFrom.text), let time = Timestamp(time.text) else {
      return false
    }
    return due >= time
  }

  static func describe(_ rulebook: JSONValue) -> [String] {
    let pay = rulebook.pointsPayment
    let facts = sheet(
      [
        ("版本 Version", rulebook.version.text), ("名称 Name", rulebook.name.words),
        ("生效 Effective from", rulebook.effectiveFrom.text), ("币种 Currency", rulebook.currency.text),
        ("多倍积分 Multipliers", names(rulebook.multipliers) { " \($0.permille.text)‰" }),
        ("奖励积分 Bonuses", names(rulebook.bonuses) { " +\($0.points.text)" }),
        ("冻结天数 Pending days", rulebook.pendingDays.text),
        ("积分有效期 Expiry", expiry(rulebook.expiry)),
        (
          "积分抵扣 Points pay",
          pay.isNull
            ? "–"
            : "\(pay.points.text) → \(pay.worth.money)，最少 at least \(pay.minimum.text)，"
              + "步长 step \(pay.step.text)，上限 at most \(pay.maxSharePermille.text)‰"
        ),
        ("等级方案 Tier scheme", scheme(rulebook.tiers)),
        ("签到 Check-in", rulebook.checkIns.isNull ? rulebook.checkInPoints.text : ""),
        (
          "预留 Holding",
          "归属店 home \(rulebook.holding.homePermille.text)‰，"
            + "最近店 last store \(rulebook.holding.lastStorePermille.text)‰"
        ),
      ] + programs(rulebook))
    var earning = TextTable("积分规则 Earning", "每消费 Per", "积分 Points", "商品 Goods")
    for rule in rulebook.earning.elements {
      earning.add([rule.id.text, rule.per.money, rule.points.text, goods(rule.scope)])
    }
    let scheme = rulebook.tiers
    var tiers = TextTable("等级 Tier", "名称 Name", "门槛 Threshold", "保级 Retention", "权益 Benefits")
    for level in scheme.levels.elements {
      let unit = scheme.metric.text == "spend"
      func amount(_ value: JSONValue) -> String { value.isNull ? "–" : unit ? value.money : value.text }
      tiers.add([
        level.id.text, level.name.words, amount(level.threshold), amount(level.retention),
        benefits(level.benefits),
      ])
    }
    var offers = TextTable("价格与促销 Offer", "名称 Name", "方式 Kind", "互斥组 Group", "商品 Goods")
    for price in rulebook.prices.elements {
      offers.add([
        price.id.text, price.name.words, price.kind.text, "–",
        "\(price.unitPrices.members.count) 种商品 articles",
      ])
    }
    for promotion in rulebook.promotions.elements {
      let group = promotion.group.stringValue ?? "–"
      offers.add([
        promotion.id.text, promotion.name.words, promotion.effect.type.text, group,
        goods(promotion.scope, all: "全部 all"),
      ])
    }
    return facts + [""] + lines(earning) + [""] + lines(tiers) + [""] + lines(offers)
  }

  static func names(_ documents: JSONValue, _ worth: (JSONValue) -> String) -> String {
    let names = documents.elements.map { $0.id.text + worth($0) }
    return names.isEmpty ? "–" : names.joined(separator: ", ")
  }

  private static func benefits(_ benefits: JSONValue) -> String {
    let texts = benefits.elements.map { benefit in
      switch benefit.kind.text {
      case "discount": "付 pays \(benefit.payRatePermille.text)‰"
      case "accelerator": "积分 points ×\(benefit.permille.text)‰"
      case "upgradeGift": "升级礼 on entry \(benefit.template.text)"
      case "birthdayGift": "生日礼 birthday \(benefit.template.text)"
      default: benefit["words"].words
      }
    }
    return texts.isEmpty ? "–" : texts.joined(separator: ", ")
  }

  private static func scheme(_ scheme: JSONValue) -> String {
    if scheme.isNull { return "–" }
    let months = scheme.window.months.isNull ? "" : " \(scheme.window.months.text)"
    return "\(scheme.metric.text), \(scheme.window.kind.text)\(months), \(scheme.upgrade.text), "
      + "\(scheme.downgrade.text)，宽限 grace \(scheme.graceDays.text)"
  }

  private static func expiry(_ expiry: JSONValue) -> String {
    switch expiry.policy.text {
    case "never": return "永久 never"
    case "days": return "\(expiry.days.text) 天 days"
    case "rollingMonths": return "\(expiry.months.text) 个月 months"
    case "monthEnd": return "月底 month end + \(expiry.months.text)"
    case "yearEnd": return "年底 year end + \(expiry.years.text)"
    case "fixedDate": return "\(expiry.month.text)-\(expiry.day.text)，年 years + \(expiry.years.text)"
    default: return expiry.policy.text
    }
  }

  /// What a rule covers; the rules stand in order, so one without a scope takes what is left.
  static func goods(_ scope: JSONValue, all: String = "其余 the rest") -> String {
    let named = (scope.skus.elements + scope.categories.elements).map(\.text)
    let without = (scope.exceptSkus.elements + scope.exceptCategories.elements).map(\.text)
    let covered = named.isEmpty ? all : named.joined(separator: ", ")
    return without.isEmpty ? covered : covered + "，除 without " + without.joined(separator: ", ")
  }
}
