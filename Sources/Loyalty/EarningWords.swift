import SyncProtocol

extension EarningDetail {
  /// The reason in words for a cashier or a customer; money is shown in `currency`, the rulebook's.
  public func words(currency money: String) -> Words {
    let isPoints = currency == .points
    let (zh, en) = isPoints ? ("积分", "points") : ("成长值", "growth value")
    func amount(_ points: Points) -> (zh: String, en: String) {
      let unit = isPoints && points.count == 1 ? "point" : en
      return (isPoints ? "\(points.count) 分" : "\(points.count) 成长值", "\(points.count) \(unit)")
    }
    let given = amount(points)
    switch kind {
    case .rule(_, let gives) where gives == .zero:
      let none = Self.nothing(isPoints: isPoints)
      return Words(zh: none.zh, en: none.en.prefix(1).uppercased() + none.en.dropFirst())
    case .rule(let per, let gives):
      let (per, each) = (per.text(currency: money), amount(gives))
      return Words(
        zh: "每消费满 \(per) \(isPoints ? "积" : "得") \(each.zh)，共 \(given.zh)",
        en: "\(each.en) for each full \(per): \(given.en)")
    case .multiplier:
      let times =
        permille == 2000
        ? Words(zh: "双倍", en: "Double") : Words(zh: "\(factor) 倍", en: "\(factor) times the")
      return Words(zh: "\(times.zh)\(zh)，多得 \(given.zh)", en: "\(times.en) \(en): \(given.en) more")
    case .bonus(let who):
      let name = Self.name(of: who)
      return Words(zh: "\(name.zh) \(given.zh)", en: "\(name.en): \(given.en)")
    case .cap(let cap, let most):
      let (most, less) = (amount(most), amount(Points(-points.count)))
      let name = Self.name(of: cap)
      return Words(
        zh: "\(name.zh)最多 \(most.zh)，少得 \(less.zh)", en: "\(name.en) at most \(most.en): \(less.en) less")
    case .tax: return Self.taxWords(base.text(currency: money))
    }
  }

  static func nothing(isPoints: Bool) -> Words {
    isPoints ? Words(zh: "不参与积分", en: "earns no points") : Words(zh: "不计成长值", en: "earns no growth value")
  }

  static func taxWords(_ tax: String) -> Words {
    Words(zh: "其中税额 \(tax) 不计积分", en: "\(tax) of it is tax and earns nothing")
  }

  private var factor: String { EarningDetail.factor(permille) }

  /// `3`, `1.5`, `1.25`.
  static func factor(_ permille: Int64) -> String {
    let fraction = String(String(1000 + permille % 1000).dropFirst())
    let digits = String(fraction.reversed().drop { $0 == "0" }.reversed())
    return "\(permille / 1000)" + (digits.isEmpty ? "" : ".\(digits)")
  }

  static func name(of who: Condition.Who?) -> Words {
    switch who {
    case .birthday, .birthdayWeek, .birthdayMonth: Words(zh: "生日奖励", en: "Birthday bonus")
    case .firstPurchase: Words(zh: "首单奖励", en: "First purchase bonus")
    case .member: Words(zh: "会员奖励", en: "Member bonus")
    case nil: Words(zh: "奖励", en: "Bonus")
    }
  }

  private static func name(of cap: Cap) -> Words {
    switch cap {
    case .perSale: Words(zh: "每单", en: "Each sale earns")
    case .perMemberDay: Words(zh: "今日还可得", en: "Today still earns")
    case .movement: Words(zh: "一笔", en: "One sale earns")
    }
  }
}
