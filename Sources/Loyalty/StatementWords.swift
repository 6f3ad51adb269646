import SyncProtocol

/// What a statement has to know of the cause of a movement; found by the movement's cause.
public enum StatementFact: Hashable, Sendable {
  /// What was paid, where and on which day.
  case sale(net: Money, store: String, on: Day)
  /// The value of the goods that came back, where, and the day of their sale.
  case saleReturn(net: Money, store: String, soldOn: Day)
  case checkIn(store: String)
  case campaign(Words)
  /// The other member of a transfer, masked.
  case member(String)
}

extension StatementLine {
  /// Why, in words for a member. Money is shown in the rulebook's currency.
  public func words(_ fact: StatementFact?, currency: String) -> Words {
    switch event {
    case .activated(let amount):
      return Words(
        zh: "冻结积分 \(amount.points.count) 分解冻，可以使用",
        en: "\(amount.points.count) pending points may be spent now")
    case .expired(let amount):
      return Words(
        zh: "\(amount.points.count) 积分已到期（有效至 \(day.before)）",
        en: "\(amount.points.count) points expired; their last day was \(day.before)")
    case .movement(let movement):
      let why = movement.words(fact, currency)
      let aside = aside(of: movement)
      return Words(zh: why.zh + aside.zh, en: why.en + aside.en)
    }
  }

  /// Why the balance does not show what came or went.
  private func aside(of movement: Movement) -> Words {
    if movement.points == .zero || movement.lot.isActive(on: day) { return Words(zh: "", en: "") }
    let lot = movement.lot
    return lot.isPending(on: day)
      ? Words(zh: "，\(lot.availableFrom) 起可用", en: ", to be spent from \(lot.availableFrom)")
      : Words(zh: "，但该批积分已到期", en: ", but these points have expired")
  }
}

extension Movement {
  fileprivate func words(_ fact: StatementFact?, _ currency: String) -> Words {
    let count = points.count.magnitude
    switch kind {
    case .earn: return earned(fact, currency, count)
    case .spend: return spent(fact, currency, count)
    case .restore:
      let why = returned(fact, currency)
      return Words(zh: "\(why.zh)，退还 \(count) 积分", en: "\(count) points given back: \(why.en)")
    case .clawback:
      let why = returned(fact, currency)
      return Words(zh: "\(why.zh)，扣回 \(count) 积分", en: "\(count) points taken back: \(why.en)")
    case .settle: return Words(zh: "以 \(count) 积分偿还欠分", en: "\(count) points pay what was owed")
    case .debt:
      let (zh, en) = ("积分不足，欠 \(debt.count) 分", "\(debt.count) points short and owed")
      guard let why = owed(fact, currency) else { return Words(zh: zh, en: en) }
      return Words(zh: "\(why.zh)，\(zh)", en: "\(en): \(why.en)")
    case .loss:
      let lost = debt.count.magnitude
      return Words(zh: "所欠 \(lost) 分免于追讨", en: "\(lost) of the points owed are written off")
    case .adjust:
      return decided(
        points > .zero
          ? Words(zh: "人工增加 \(count) 积分", en: "\(count) points added by hand")
          : Words(zh: "人工扣减 \(count) 积分", en: "\(count) points taken by hand"))
    case .transferIn, .transferOut: return transferred(fact, count)
    }
  }

  private func earned(_ fact: StatementFact?, _ currency: String, _ count: UInt64) -> Words {
    switch fact {
    case .sale(let net, let store, let day):
      let net = net.text(currency: currency)
      return Words(
        zh: "\(day) 在\(store)消费 \(net)，获得 \(count) 积分",
        en: "\(count) points earned by a purchase of \(net) at \(store) on \(day)")
    case .checkIn(let store):
      return Words(zh: "在\(store)签到，获得 \(count) 积分", en: "\(count) points earned by a visit to \(store)")
    case .campaign(let name):
      return Words(
        zh: "参加“\(name.zh)”，获得 \(count) 积分", en: "\(count) points earned by “\(name.en)”")
    default: return Words(zh: "获得 \(count) 积分", en: "\(count) points earned")
    }
  }

  private func spent(_ fact: StatementFact?, _ currency: String, _ count: UInt64) -> Words {
    guard case .sale(let net, let store, let day) = fact else {
      return Words(zh: "使用 \(count) 积分", en: "\(count) points used")
    }
    let paid = net.text(currency: currency)
    return Words(
      zh: "\(day) 在\(store)消费，使用 \(count) 积分，另付 \(paid)",
      en: "\(count) points used at \(store) on \(day), beside \(paid) paid")
  }

  private func returned(_ fact: StatementFact?, _ currency: String) -> Words {
    guard case .saleReturn(let net, let store, let soldOn) = fact else {
      return Words(zh: "退货", en: "goods returned")
    }
    let worth = net.text(currency: currency)
    return Words(
      zh: "在\(store)退回 \(soldOn) 所购 \(worth) 商品",
      en: "goods of \(worth), bought on \(soldOn), returned at \(store)")
  }

  /// A sale owes, too, where more was spent than a store held. Nil when the cause is not known.
  private func owed(_ fact: StatementFact?, _ currency: String) -> Words? {
    switch fact {
    case .sale(_, let store, let day):
      Words(zh: "\(day) 在\(store)消费使用积分", en: "points used at \(store) on \(day)")
    case .saleReturn: returned(fact, currency)
    default: nil
    }
  }

  private func transferred(_ fact: StatementFact?, _ count: UInt64) -> Words {
    let isKnown = if case .member = fact { true } else { false }
    let name = if case .member(let masked) = fact { masked } else { "" }
    let (zh, en) = isKnown ? (" \(name) ", name) : ("其他会员", "another member")
    return decided(
      kind == .transferIn
        ? Words(zh: "由\(zh)转入 \(count) 积分", en: "\(count) points from \(en)")
        : Words(zh: "转给\(zh)\(isKnown ? "" : " ")\(count) 积分", en: "\(count) points given to \(en)"))
  }

  private func decided(_ what: Words) -> Words {
    guard let decision else { return what }
    return Words(
      zh: "\(what.zh)：\(decision.reason)（经办人 \(decision.actor)）",
      en: "\(what.en): \(decision.reason) (by \(decision.actor))")
  }
}

extension MemberLedger {
  /// Why the balance is what it is: what may be spent by when, what is still pending, what is owed.
  public func words(on day: Day) -> [Words] {
    let available = available(on: day)
    var texts = [Words(zh: "可用积分 \(available.count)", en: "\(available.count) points to spend")]
    var ending: [Day: Points] = [:]
    for amount in remainders where amount.lot.isActive(on: day) {
      ending[amount.lot.expiresOn, default: .zero] += amount.points
    }
    for (end, points) in ending.sorted(by: { $0.key < $1.key }) {
      texts.append(
        end == .never
          ? Words(zh: "其中 \(points.count) 永久有效", en: "\(points.count) of them never expire")
          : Words(
            zh: "其中 \(points.count) 有效至 \(end.before)（含当日）",
            en: "\(points.count) of them until \(end.before)"))
    }
    let (pending, expired) = (pending(on: day), expired(on: day))
    if pending > .zero {
      texts.append(Words(zh: "冻结积分 \(pending.count)", en: "\(pending.count) points are pending"))
    }
    if expired > .zero {
      texts.append(Words(zh: "已过期积分 \(expired.count)", en: "\(expired.count) points have expired"))
    }
    if debt > .zero {
      texts.append(
        Words(zh: "欠 \(debt.count) 积分，已从可用积分中扣除", en: "\(debt.count) points are owed and taken off"))
    }
    return texts
  }
}
