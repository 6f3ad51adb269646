import SyncProtocol

/// One recommendation and what has become of it 推荐记录.
public struct Referral: Hashable, Sendable {
  public enum State: Hashable, Sendable {
    /// Waits for a purchase, at the latest on this day.
    case pending(until: Day)
    /// There is a purchase; rewards are given on this day.
    case qualified(rewardsOn: Day)
    case paid(on: Day)
    /// No purchase came in time.
    case expired
    case cancelled(Reason)
    /// Goods came back after the rewards were given, so these are taken back 扣回.
    case clawedBack(on: Day)
  }

  public enum Reason: String, Hashable, Sendable, CaseIterable {
    /// Both are one person, perhaps since a merge 自荐.
    case ownReferral
    /// The new member had a record before 已是会员.
    case alreadyMember
    case unknownReferrer
    /// Whoever recommends must have joined before; so no circle of members recommends itself.
    case referrerNotEarlier
  }

  /// The records named in the enrolment; rewards go to them.
  public let referee: MemberID
  public let referrer: MemberID
  public let joined: Timestamp
  public let terms: ReferralProgram
  public let state: State
  /// The day on which rewards were first due; nil for never yet.
  public let firstPaid: Day?
  /// The referrer has had as many rewards as the terms allow: only the new member gets theirs.
  public internal(set) var isCapped: Bool

  /// What each side's reward is given under.
  var rewardKeys: (referrer: String, referee: String) {
    ("referral/\(referee)/referrer", "referral/\(referee)/referee")
  }

  /// The new member of the recommendation that a reward is given under; nil for another key.
  public static func referee(ofReward key: String) -> MemberID? {
    let parts = key.split(separator: "/")
    return parts.count == 3 && parts[0] == "referral" ? MemberID(String(parts[1])) : nil
  }

  /// Rewards that stand today, by the key under which each is given once.
  public var rewards: [ReferralReward] {
    guard case .paid = state else { return [] }
    let all = [
      isCapped
        ? nil
        : terms.referrerReward.map {
          ReferralReward(key: rewardKeys.referrer, member: referrer, reward: $0)
        },
      terms.refereeReward.map {
        ReferralReward(key: rewardKeys.referee, member: referee, reward: $0)
      },
    ]
    return all.compactMap { $0 }
  }

  /// What to say of it.
  public var outcome: RuleOutcome {
    let (code, day): (String, Day?) =
      switch state {
      case .pending(let until): ("referral_pending", until)
      case .qualified(let day): ("referral_qualified", day)
      case .paid(let day): (isCapped ? "referral_capped" : "referral_paid", day)
      case .expired: ("referral_expired", nil)
      case .clawedBack(let day): ("referral_clawed_back", day)
      case .cancelled(.ownReferral): ("referral_own", nil)
      case .cancelled(.alreadyMember): ("referral_already_member", nil)
      case .cancelled(.unknownReferrer): ("referral_unknown_referrer", nil)
      case .cancelled(.referrerNotEarlier): ("referral_referrer_not_earlier", nil)
      }
    return RuleOutcome(
      rule: "referral", code: code, amount: terms.minimum.minor, distance: Int64(day?.number ?? 0))
  }
}

public struct ReferralReward: Hashable, Sendable, Codable {
  public let key: String
  public let member: MemberID
  public let reward: Reward

  public init(key: String, member: MemberID, reward: Reward) {
    self.key = key
    self.member = member
    self.reward = reward
  }
}

/// A reward is given or taken back. Those of one key alternate, so the number tells both which it is and,
/// with the key, whether it was made before.
public struct ReferralEffect: Hashable, Sendable, Codable {
  public let reward: ReferralReward
  /// From 1 for each key.
  public let number: Int

  public init(reward: ReferralReward, number: Int) {
    self.reward = reward
    self.number = number
  }

  public var isClawback: Bool { number.isMultiple(of: 2) }

  /// What brings the effects made so far to what stands today: rewards that are missing, and clawbacks of
  /// what no longer stands. What was made is made; asking again after making them gives nothing.
  public static func due(of referrals: [Referral], made: [ReferralEffect]) -> [ReferralEffect] {
    var last: [String: ReferralEffect] = [:]
    for effect in made where effect.number > last[effect.reward.key]?.number ?? 0 {
      last[effect.reward.key] = effect
    }
    let standing = referrals.flatMap(\.rewards)
    let keys = Set(standing.map(\.key))
    let missing = standing.compactMap { reward -> ReferralEffect? in
      let number = last[reward.key]?.number ?? 0
      return number.isMultiple(of: 2) ? ReferralEffect(reward: reward, number: number + 1) : nil
    }
    let fallen = last.values.filter { !$0.isClawback && !keys.contains($0.reward.key) }
    return missing
      + fallen.map { ReferralEffect(reward: $0.reward, number: $0.number + 1) }
      .sorted { $0.reward.key < $1.reward.key }
  }
}
