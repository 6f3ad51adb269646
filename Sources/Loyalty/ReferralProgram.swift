import SyncProtocol

/// Who brings a new member is rewarded, and so is who was brought 推荐有礼. The terms of a referral are those of
/// the rulebook in force when the new member joined.
public struct ReferralProgram: Hashable, Sendable, Codable {
  /// For whoever recommended.
  public let referrerReward: Reward?
  /// For the new member.
  public let refereeReward: Reward?
  /// What one purchase of the new member must come to, net of returns.
  public let minimum: Money
  /// The purchase is made on the day of joining or at most so many days later.
  public let withinDays: Int
  /// Days after the purchase before rewards are given: time for goods to come back.
  public let holdDays: Int
  /// Rewards to one referrer, over all time and for one calendar month.
  public let perReferrer: Int?
  public let perReferrerMonth: Int?

  public init(
    referrerReward: Reward?, refereeReward: Reward?, minimum: Money, withinDays: Int, holdDays: Int = 0,
    perReferrer: Int? = nil, perReferrerMonth: Int? = nil
  ) {
    self.referrerReward = referrerReward
    self.refereeReward = refereeReward
    self.minimum = minimum
    self.withinDays = withinDays
    self.holdDays = holdDays
    self.perReferrer = perReferrer
    self.perReferrerMonth = perReferrerMonth
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      referrerReward: try container.decodeIfPresent(Reward.self, forKey: .referrerReward),
      refereeReward: try container.decodeIfPresent(Reward.self, forKey: .refereeReward),
      minimum: try container.decode(Money.self, forKey: .minimum),
      withinDays: try container.decode(Int.self, forKey: .withinDays),
      holdDays: try container.decodeIfPresent(Int.self, forKey: .holdDays) ?? 0,
      perReferrer: try container.decodeIfPresent(Int.self, forKey: .perReferrer),
      perReferrerMonth: try container.decodeIfPresent(Int.self, forKey: .perReferrerMonth))
  }

  func faults(path: String) -> [RulebookFault] {
    var found = FaultList(path: path)
    found.require(
      referrerReward != nil || refereeReward != nil, "referrerReward", "or refereeReward is there")
    found.add(referrerReward?.faults(path: "\(path).referrerReward") ?? [])
    found.add(refereeReward?.faults(path: "\(path).refereeReward") ?? [])
    found.require(minimum.minor, "minimum", in: 1...Limits.lineMinorUnits)
    found.require(withinDays, "withinDays", in: 0...ProgramLimits.referralDays)
    found.require(holdDays, "holdDays", in: 0...ProgramLimits.referralDays)
    found.requireTimes(perReferrer, "perReferrer")
    found.requireTimes(perReferrerMonth, "perReferrerMonth")
    return found.faults
  }
}

/// Everything referrals follow from. A set: the order of the lists, and an element that stands there twice,
/// change nothing.
public struct ReferralFacts: Hashable, Sendable {
  /// A record begins 入会.
  public struct Joining: Hashable, Sendable {
    public let member: MemberID
    public let time: Timestamp
    public let invitation: Invitation?

    public init(member: MemberID, time: Timestamp, invitation: Invitation? = nil) {
      self.member = member
      self.time = time
      self.invitation = invitation
    }
  }

  /// Who recommended, and the terms of that day.
  public struct Invitation: Hashable, Sendable {
    public let referrer: MemberID
    public let terms: ReferralProgram

    public init(referrer: MemberID, terms: ReferralProgram) {
      self.referrer = referrer
      self.terms = terms
    }
  }

  public struct Purchase: Hashable, Sendable {
    public let sale: SaleID
    public let member: MemberID
    public let time: Timestamp
    public let net: Money

    public init(sale: SaleID, member: MemberID, time: Timestamp, net: Money) {
      self.sale = sale
      self.member = member
      self.time = time
      self.net = net
    }
  }

  public struct Return: Hashable, Sendable {
    public let id: ReturnID
    public let sale: SaleID
    public let time: Timestamp
    public let net: Money

    public init(id: ReturnID, sale: SaleID, time: Timestamp, net: Money) {
      self.id = id
      self.sale = sale
      self.time = time
      self.net = net
    }
  }

  /// One of each record; all records, also those that nobody recommended.
  public var joinings: [Joining]
  public var purchases: [Purchase]
  public var returns: [Return]
  /// From a merged record to the one that stands for it.
  public var aliases: [MemberID: MemberID]

  public init(
    joinings: [Joining] = [], purchases: [Purchase] = [], returns: [Return] = [],
    aliases: [MemberID: MemberID] = [:]
  ) {
    self.joinings = joinings
    self.purchases = purchases
    self.returns = returns
    self.aliases = aliases
  }
}
