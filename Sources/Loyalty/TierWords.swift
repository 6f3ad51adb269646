import SyncProtocol

extension TierStanding {
  /// The standing for a receipt or a page of the member's: what is most urgent, in one sentence. Money is
  /// shown in the rulebook's currency.
  public func words(currency: String) -> Words {
    if metric == .paid { return paidWords }
    if let level, let missing = retentionDistance, missing > 0, let end = mostUrgentDay {
      let more = amount(missing, currency)
      return Words(
        zh: "\(state == .atRisk ? "" : "宽限期内，")\(end) 前（含当日）再\(more.zh)可保留\(level.name.zh)",
        en: "\(more.en) by \(end) to keep \(level.name.en)")
    }
    guard let nextLevel, let distance else { return heldWords }
    if distance == 0, let periodEnds {
      return Words(
        zh: "已达到\(nextLevel.name.zh)，\(periodEnds) 后升级",
        en: "\(nextLevel.name.en) is reached and begins after \(periodEnds)")
    }
    let more = amount(distance, currency)
    return Words(zh: "再\(more.zh)升级为\(nextLevel.name.zh)", en: "\(more.en) to \(nextLevel.name.en)")
  }

  /// The last day on which the level can still be kept; nil when nobody needs to be told.
  private var mostUrgentDay: Day? {
    switch state {
    case .active: nil
    case .atRisk: periodEnds
    case .grace(let until): until.before
    }
  }

  private var paidWords: Words {
    guard let level else {
      guard let nextLevel else { return heldWords }
      return Words(zh: "开通付费会员即为\(nextLevel.name.zh)", en: "Join as a paid member to be \(nextLevel.name.en)")
    }
    if case .grace(let until) = state {
      return Words(
        zh: "\(level.name.zh)已到期，\(until.before) 前（含当日）续费可保留",
        en: "\(level.name.en) has ended; renew by \(until.before) to keep it")
    }
    guard let periodEnds else { return heldWords }
    return state == .atRisk
      ? Words(
        zh: "\(level.name.zh)将于 \(periodEnds) 到期，请续费",
        en: "\(level.name.en) ends on \(periodEnds); renew to keep it")
      : Words(zh: "\(level.name.zh)有效期至 \(periodEnds)", en: "\(level.name.en) until \(periodEnds)")
  }

  /// Nothing further to reach.
  private var heldWords: Words {
    guard let level else { return Words(zh: "暂无等级", en: "No level yet") }
    return nextLevel == nil
      ? Words(zh: "已是最高等级\(level.name.zh)", en: "\(level.name.en), the highest level")
      : Words(zh: "当前等级\(level.name.zh)", en: "\(level.name.en) at present")
  }

  /// An amount of the metric, with the verb that Chinese needs.
  private func amount(_ amount: Int64, _ currency: String) -> Words {
    switch metric {
    case .spend, .paid:
      let money = Money(amount).text(currency: currency)
      return Words(zh: "消费 \(money) ", en: money)
    case .count:
      return Words(zh: "消费 \(amount) 次", en: amount == 1 ? "1 more purchase" : "\(amount) more purchases")
    case .growth: return Words(zh: "获得 \(amount) 成长值", en: "\(amount) more growth value")
    }
  }
}
