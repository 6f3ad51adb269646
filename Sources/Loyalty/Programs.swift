import SyncProtocol

/// The sections of a rulebook for what members get beside purchases. A section that is not there is off, and
/// is not written, so that documents without it keep their bytes.
public struct Programs: Hashable, Sendable, Codable {
  /// 积分商城.
  public var mall: [MallItem] = []
  /// 签到; without it `Rulebook.checkInPoints` says what a day earns.
  public var checkIns: CheckInProgram?
  /// 推荐有礼.
  public var referral: ReferralProgram?
  /// 开卡礼, 生日礼.
  public var gifts: GiftProgram?
  /// 付费会员.
  public var memberships: [MembershipProduct] = []
  /// 互动积分.
  public var activities: [Activity] = []
  /// 抽奖.
  public var draws: [PrizeDraw] = []

  public init() {}

  public static let none = Programs()

  private enum Keys: String, CodingKey {
    case mall, checkIns, referral, gifts, memberships, activities, draws
  }

  /// Reads the sections from the object they share with the rest of the rulebook.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Keys.self)
    func list<T: Decodable>(_ key: Keys) throws -> [T] {
      try container.decodeIfPresent([T].self, forKey: key) ?? []
    }
    mall = try list(.mall)
    checkIns = try container.decodeIfPresent(CheckInProgram.self, forKey: .checkIns)
    referral = try container.decodeIfPresent(ReferralProgram.self, forKey: .referral)
    gifts = try container.decodeIfPresent(GiftProgram.self, forKey: .gifts)
    memberships = try list(.memberships)
    activities = try list(.activities)
    draws = try list(.draws)
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Keys.self)
    func write<T: Encodable>(_ list: [T], _ key: Keys) throws {
      if encoder.writesEveryField || !list.isEmpty { try container.encode(list, forKey: key) }
    }
    try write(mall, .mall)
    try container.encodeIfPresent(checkIns, forKey: .checkIns)
    try container.encodeIfPresent(referral, forKey: .referral)
    try container.encodeIfPresent(gifts, forKey: .gifts)
    try write(memberships, .memberships)
    try write(activities, .activities)
    try write(draws, .draws)
  }
}

extension Rulebook {
  /// What checking in earns; a rulebook with only `checkInPoints` means so many each day.
  public var checkInProgram: CheckInProgram? {
    programs.checkIns ?? (checkInPoints > .zero ? CheckInProgram(points: checkInPoints) : nil)
  }
}
