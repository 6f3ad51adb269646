import SyncProtocol

extension Rulebook {
  /// The level of the rulebook's tier scheme on a day (law T1); nil without a scheme, and where it has no
  /// level so low.
  public func tier(of facts: TierFacts, on day: Day) -> TierLevel? { tiers?.level(of: facts, on: day) }

  public func businessDay(_ time: Timestamp) -> Day { time.day(utcOffsetMinutes: utcOffsetMinutes) }

  /// Coupon templates that the rules issue from, with the paths to their names.
  public var templates: [(path: String, name: String)] {
    ofLevels + ofPrograms
  }

  private var ofPrograms: [(path: String, name: String)] {
    let rewards: [(String, Reward?)] =
      [
        ("referral.referrerReward", programs.referral?.referrerReward),
        ("referral.refereeReward", programs.referral?.refereeReward),
        ("gifts.signUp", programs.gifts?.signUp), ("gifts.birthday.reward", programs.gifts?.birthday?.reward),
      ]
      + programs.draws.enumerated().flatMap { index, draw in
        draw.prizes.enumerated().map { ("draws[\(index)].prizes[\($0)].reward", $1.reward) }
      }
    return rewards.compactMap { path, reward in reward?.template.map { ("\(path).template", $0) } }
  }

  private var ofLevels: [(path: String, name: String)] {
    (tiers?.levels ?? []).enumerated().flatMap { index, level in
      level.benefits.enumerated().compactMap { place, benefit in
        switch benefit {
        case .upgradeGift(let name), .birthdayGift(let name):
          ("tiers.levels[\(index)].benefits[\(place)].template", name)
        default: nil
        }
      }
    }
  }

  var levelIDs: Set<String> { Set(tiers?.levels.map(\.id) ?? []) }
}

extension TierScheme {
  public func level(of facts: TierFacts, on day: Day) -> TierLevel? {
    let level = TierCourse(of: facts, in: self, through: day).stretches.last?.level ?? -1
    return level < 0 ? nil : levels[level]
  }
}

extension TierLevel {
  /// What its members pay of the shelf price, in thousandths; 1000 where the level gives no discount.
  public var payRatePermille: Int64 {
    for case .discount(let rate) in benefits { return rate }
    return 1000
  }

  /// What makes its members' points count for more; nil where the level gives no accelerator.
  var accelerator: Multiplier? {
    for case .accelerator(let permille) in benefits {
      return Multiplier(id: id, permille: permille, when: Condition(tiers: [id]))
    }
    return nil
  }
}
