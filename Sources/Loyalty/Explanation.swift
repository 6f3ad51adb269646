import SyncProtocol

/// Why a cart costs and earns what it does 价格说明: from what pricing recorded, without pricing again.
public struct Explanation: Hashable, Sendable, Codable {
  /// One line: what it cost, what was taken off, by which rule, what is left.
  public struct Line: Hashable, Sendable, Codable {
    public let line: Int
    public let sku: String
    public let gross: Money
    public let net: Money
    public let text: Words
  }

  /// One rule that was considered: applied, or why not, and how far away.
  public struct Rule: Hashable, Sendable, Codable {
    public let rule: String
    public let name: Words
    public let code: String
    public let text: Words
  }

  public let lines: [Line]
  public let rules: [Rule]
  /// What is earned, and why.
  public let earning: [Rule]
  public let gifts: [Words]
}

extension Rulebook {
  /// `self` is the rulebook the cart was priced with. `coupons` are names of its coupons by code.
  public func explain(
    lines: [SaleLine], outcomes: [RuleOutcome], gifts: [Gift], coupons: [String: Words] = [:]
  ) -> Explanation {
    let names = ruleNames.merging(coupons) { $1 }
    let (earningNames, goods) = (earningNames, goodsNames(in: lines))
    func rule(_ outcome: RuleOutcome) -> Explanation.Rule {
      Explanation.Rule(
        rule: outcome.rule,
        name: (outcome.isEarning ? earningNames : names)[outcome.rule]
          ?? Words(zh: outcome.rule, en: outcome.rule),
        code: outcome.code, text: words(of: outcome))
    }
    return Explanation(
      lines: lines.enumerated().map { explain($1, at: $0, names) },
      rules: outcomes.filter { !$0.isEarning }.map(rule),
      earning: outcomes.filter(\.isEarning).map(rule),
      gifts: gifts.map { gift in
        let name = names[gift.rule] ?? Words(zh: gift.rule, en: gift.rule)
        let goods = goods[gift.sku] ?? Words(zh: gift.sku, en: gift.sku)
        return Words(
          zh: "\(name.zh)：赠送 \(goods.zh) \(gift.count) 件",
          en: "\(name.en): \(gift.count) × \(goods.en) for free")
      })
  }

  private func explain(_ line: SaleLine, at index: Int, _ names: [String: Words]) -> Explanation.Line {
    func text(_ money: Money) -> String { money.text(currency: currency) }
    let parts = line.discounts.map { discount -> Words in
      let kind = LineDiscount.words(of: discount.kind)
      let name = names[discount.source]
      return Words(
        zh: "\(kind.zh)\(name.map { "“\($0.zh)”" } ?? "") −\(text(discount.amount))",
        en: "\(kind.en)\(name.map { " “\($0.en)”" } ?? "") −\(text(discount.amount))")
    }
    let off = Words(
      zh: parts.map(\.zh).joined(separator: "，"), en: parts.map(\.en).joined(separator: ", "))
    return Explanation.Line(
      line: index, sku: line.sku, gross: line.gross, net: line.net,
      text: parts.isEmpty
        ? Words(zh: "原价 \(text(line.gross))，无优惠", en: "\(text(line.gross)), nothing off")
        : Words(
          zh: "原价 \(text(line.gross))，\(off.zh)，实付 \(text(line.net))",
          en: "\(text(line.gross)), \(off.en), leaves \(text(line.net))"))
  }

  /// What goods are called, by sku, where the sale, the mall or a promotion says it.
  private func goodsNames(in lines: [SaleLine]) -> [String: Words] {
    var names: [String: Words] = [:]
    for line in lines { names[line.sku] = line.name.map { Words(zh: $0, en: $0) } }
    for item in programs.mall { names[item.sku] = item.name }
    for case .gift(let steps) in promotions.map(\.effect) {
      for step in steps where step.name != nil { names[step.sku] = step.name }
    }
    return names
  }

  /// What the rules are called, by id.
  private var ruleNames: [String: Words] {
    var names: [String: Words] = ["points": Words(zh: "积分抵扣", en: "Points")]
    for level in tiers?.levels ?? [] { names[level.id] = level.name }
    for price in prices { names[price.id] = price.name }
    for promotion in promotions { names[promotion.id] = promotion.name }
    return names
  }
}

extension LineDiscount {
  /// What a kind of discount is called; a till's own kinds go by their names.
  static func words(of kind: String) -> Words {
    switch kind {
    case tier: Words(zh: "等级价", en: "tier price")
    case memberPrice: Words(zh: "会员价", en: "member price")
    case flashPrice: Words(zh: "限时价", en: "flash price")
    case promotion: Words(zh: "促销", en: "promotion")
    case coupon: Words(zh: "优惠券", en: "coupon")
    case points: Words(zh: "积分抵扣", en: "points")
    case rounding: Words(zh: "抹零", en: "rounding")
    default: Words(zh: "收银台优惠（\(kind)）", en: "the till's own (\(kind))")
    }
  }
}
