import SyncProtocol

extension Rulebook {
  /// What explanations call the earning rules, by id. They have no names of their own, so each goes by what
  /// it gives.
  var earningNames: [String: Words] {
    var names = [
      EarningDetail.Cap.perSale.rawValue: Words(zh: "每单上限", en: "Cap of a sale"),
      EarningDetail.Cap.perMemberDay.rawValue: Words(zh: "每日上限", en: "Cap of a day"),
      EarningDetail.Cap.movement.rawValue: Words(zh: "一笔上限", en: "Cap of one movement"),
      "tax": Words(zh: "税额", en: "Tax"),
    ]
    for rule in earning { names[rule.id] = rule.name(currency: currency) }
    for multiplier in multipliers { names[multiplier.id] = multiplier.name }
    for level in tiers?.levels ?? [] {
      guard let accelerator = level.accelerator else { continue }
      names[accelerator.id] = Words(zh: "\(level.name.zh)积分加速", en: "\(level.name.en) collects faster")
    }
    for bonus in bonuses { names[bonus.id] = EarningDetail.name(of: bonus.when.who) }
    return names
  }
}

extension EarningCurrency {
  fileprivate var words: Words {
    self == .points ? Words(zh: "积分", en: "points") : Words(zh: "成长值", en: "growth value")
  }
}

extension EarningRule {
  fileprivate func name(currency money: String) -> Words {
    if points == .zero {
      return self.currency == .points
        ? Words(zh: "不参与积分的商品", en: "Goods without points")
        : Words(zh: "不计成长值的商品", en: "Goods without growth")
    }
    let (per, what) = (per.text(currency: money), self.currency.words)
    return Words(
      zh: "每满 \(per) 得 \(points.count) \(what.zh)", en: "\(points.count) \(what.en) for each \(per)")
  }
}

extension Multiplier {
  fileprivate var name: Words {
    let factor = EarningDetail.factor(permille)
    return Words(zh: "\(factor) 倍\(currency.words.zh)", en: "\(factor) times the \(currency.words.en)")
  }
}
