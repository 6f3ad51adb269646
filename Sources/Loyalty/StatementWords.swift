import SyncProtocol

/// What a statement has to know of the cause of a movement; found by the movement's cause.
public enum StatementFact: Hashable, Sendable {
  /// What was paid, where and on which day.
  case sale(net: Money, store: String, on: Day)
  /// The value of the goods that came back, where, and the day of their sale.
  case saleReturn(net: Money, store: String, soldOn: Day)
  case checkIn(store: String)
  case campaign(Words)
  /// A reward of a recommendation 推荐奖励. Where it was taken back, whether records were merged that cannot
  /// recommend each other; otherwise the goods that brought it came back.
  case referral(isMerged: Bool)
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
      let why = movement.words(fact, currency, short: max(.zero, .zero - balance))
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
  /// `short` is what the member has too little in all: of a debt, more than that is only still to be taken
  /// where it is (law P7).
  fileprivate func words(_ fact: StatementFact?, _ currency: String, short: Points) -> Words {
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
    case .settle:
      return Words(zh: "以 \(count) 积分抵清所欠或待扣", en: "\(count) points pay what was owed or to be taken")
    case .debt:
      let what = indebted(short: min(short, debt))
      guard let why = owed(fact, currency) else { return what }
      return Words(zh: "\(why.zh)，\(what.zh)", en: "\(what.en): \(why.en)")
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
    case .referral: return Words(zh: "推荐奖励，获得 \(count) 积分", en: "\(count) points earned by a recommendation")
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

  /// Why points went back, or were taken back.
  private func returned(_ fact: StatementFact?, _ currency: String) -> Words {
    switch fact {
    case .saleReturn(let net, let store, let soldOn):
      let worth = net.text(currency: currency)
      return Words(
        zh: "在\(store)退回 \(soldOn) 所购 \(worth) 商品",
        en: "goods of \(worth), bought on \(soldOn), returned at \(store)")
    case .campaign(let name): return Words(zh: "取消“\(name.zh)”", en: "“\(name.en)” cancelled")
    case .referral(let isMerged):
      return isMerged
        ? Words(zh: "合并后推荐不再成立，推荐奖励收回", en: "the recommendation no longer holds after a merge")
        : Words(
          zh: "被推荐的新会员退货，推荐奖励收回",
          en: "the new member's purchase was returned, so the reward for the recommendation goes back")
    default: return Words(zh: "退货", en: "goods returned")
    }
  }

  /// What is owed, told apart: what the member does not have, and what they have where it is not yet taken.
  private func indebted(short: Points) -> Words {
    let elsewhere = debt - short
    let owed = Words(zh: "积分不足，欠 \(short.count) 分", en: "\(short.count) points short and owed")
    if elsewhere == .zero { return owed }
    let later = Words(
      zh: "\(elsewhere.count) 分待从其他门店或总部保管的积分中扣回",
      en: "\(elsewhere.count) points still to be taken back where another store or headquarters holds them")
    if short == .zero { return later }
    return Words(zh: "\(owed.zh)，另有 \(later.zh)", en: "\(owed.en), \(later.en)")
  }

  /// A sale owes, too, where more was spent than a store held. Nil when the cause is not known.
  private func owed(_ fact: StatementFact?, _ currency: String) -> Words? {
    switch fact {
    case .sale(_, let store, let day):
      Words(zh: "\(day) 在\(store)消费使用积分", en: "points used at \(store) on \(day)")
    case .saleReturn, .referral: returned(fact, currency)
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
    let short = min(debt, max(.zero, .zero - available))
    if debt > short {
      let later = (debt - short).count
      texts.append(
        Words(
          zh: "\(later) 积分待从其他门店或总部保管处扣回，已从可用积分中扣除",
          en: "\(later) points are still to be taken back where they are held, and taken off already"))
    }
    if short > .zero {
      texts.append(
        Words(zh: "欠 \(short.count) 积分，已从可用积分中扣除", en: "\(short.count) points are owed and taken off"))
    }
    return texts
  }
}
