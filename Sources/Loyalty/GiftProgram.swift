import SyncProtocol

/// What members get for joining 开卡礼 and for their birthday 生日礼.
public struct GiftProgram: Hashable, Sendable, Codable {
  public let signUp: Reward?
  public let birthday: BirthdayGift?

  public struct BirthdayGift: Hashable, Sendable, Codable {
    public let reward: Reward
    /// Days before the birthday from which it is given.
    public let daysBefore: Int

    public init(reward: Reward, daysBefore: Int = 0) {
      self.reward = reward
      self.daysBefore = daysBefore
    }

    public init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      self.init(
        reward: try container.decode(Reward.self, forKey: .reward),
        daysBefore: try container.decodeIfPresent(Int.self, forKey: .daysBefore) ?? 0)
    }
  }

  public init(signUp: Reward? = nil, birthday: BirthdayGift? = nil) {
    self.signUp = signUp
    self.birthday = birthday
  }

  func faults(path: String) -> [RulebookFault] {
    var found = FaultList(path: path)
    found.require(signUp != nil || birthday != nil, "signUp", "or birthday is there")
    found.add(signUp?.faults(path: "\(path).signUp") ?? [])
    if let birthday {
      found.add(birthday.reward.faults(path: "\(path).birthday.reward"))
      found.require(birthday.daysBefore, "birthday.daysBefore", in: 0...ProgramLimits.birthdayDays)
    }
    return found.faults
  }
}

/// What is known of a member when gifts are looked for.
public struct GiftFacts: Hashable, Sendable {
  public var enrolled: Day
  /// What the rulebook in force at enrolment gave for it: nobody gets a gift that was announced later.
  public var signUp: Reward?
  public var birthday: MonthDay?
  /// Keys of the gifts given to any record of the member.
  public var given: Set<String>

  public init(enrolled: Day, signUp: Reward? = nil, birthday: MonthDay? = nil, given: Set<String> = []) {
    self.enrolled = enrolled
    self.signUp = signUp
    self.birthday = birthday
    self.given = given
  }

  /// A record of the same person, merged into this one: they joined when the earlier did, and what either
  /// was given, both were.
  public mutating func merge(_ other: GiftFacts) {
    if other.enrolled < enrolled { (enrolled, signUp) = (other.enrolled, other.signUp) }
    birthday = birthday ?? other.birthday
    given.formUnion(other.given)
  }
}

/// A gift that is due, and the key under which it is given once.
public struct GiftDue: Hashable, Sendable {
  public let key: String
  public let rewards: [Reward]

  public init(key: String, rewards: [Reward]) {
    self.key = key
    self.rewards = rewards
  }

  public static let signUpKey = "signup"
  /// The year is the birthday's own: whatever date somebody tells us, a year has one gift.
  public static func birthdayKey(year: Int) -> String { "birthday/\(year)" }

  public var words: Words {
    let name =
      key == GiftDue.signUpKey ? Words(zh: "开卡礼", en: "Sign-up gift") : Words(zh: "生日礼", en: "Birthday gift")
    return Words(
      zh: "\(name.zh)：\(rewards.map(\.words.zh).joined(separator: "、"))",
      en: "\(name.en): \(rewards.map(\.words.en).joined(separator: ", "))")
  }
}

extension Programs {
  /// The gifts due on a day, that of the member's level among those for the birthday. A birthday gift is due
  /// until some days after the birthday, so that a run that was missed takes nothing from anybody; a birthday
  /// before the enrolment has none.
  public func giftsDue(_ facts: GiftFacts, level: TierLevel?, on day: Day) -> [GiftDue] {
    guard day >= facts.enrolled else { return [] }
    var due: [GiftDue] = []
    if let reward = facts.signUp, !facts.given.contains(GiftDue.signUpKey) {
      due.append(GiftDue(key: GiftDue.signUpKey, rewards: [reward]))
    }
    let ofLevel = (level?.benefits ?? []).compactMap { benefit -> Reward? in
      if case .birthdayGift(let template) = benefit { Reward(template: template) } else { nil }
    }
    let rewards = (gifts?.birthday.map { [$0.reward] } ?? []) + ofLevel
    guard let birthday = facts.birthday, !rewards.isEmpty else { return due }
    let daysBefore = gifts?.birthday?.daysBefore ?? 0
    // Near the turn of the year the birthday may be last year's or next year's.
    let year = day.components.year
    for year in year - 1...year + 1 {
      let date = birthday.day(in: year)
      let key = GiftDue.birthdayKey(year: year)
      if date.adding(-daysBefore) <= day, day <= date.adding(ProgramLimits.lateGiftDays),
        date >= facts.enrolled, !facts.given.contains(key)
      {
        due.append(GiftDue(key: key, rewards: rewards))
      }
    }
    return due
  }
}
