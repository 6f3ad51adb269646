import SyncProtocol

/// What a store may do beyond what it holds while its line is down, and what that may cost 离线策略. A coupon's
/// terms say the same for that coupon.
public struct OfflinePolicy: Hashable, Sendable, Codable {
  /// How points are spent at a store whose line is down.
  public enum Spending: String, Hashable, Sendable, Codable, CaseIterable {
    /// What the store holds, and not a point more.
    case held
    /// What the member is known to have, beyond what is held up to the caps; it may be owed afterwards.
    case floorLimit
    /// Not at all.
    case online
  }

  public var points: Spending
  /// The most that one member may cost a store on one business day 每会员每日风险上限.
  public var perMemberDay: Money?
  /// The most that one store may risk until headquarters has heard of it 每店每次断网风险上限.
  public var perStoreOutage: Money?

  private enum CodingKeys: String, CodingKey { case points, perMemberDay, perStoreOutage }

  public init(points: Spending = .held, perMemberDay: Money? = nil, perStoreOutage: Money? = nil) {
    self.points = points
    self.perMemberDay = perMemberDay
    self.perStoreOutage = perStoreOutage
  }

  /// What holds where a rulebook says nothing: no risk at all.
  public static let held = OfflinePolicy()

  /// Without caps nothing is risked, whatever a coupon's terms say.
  public var takesRisk: Bool { perMemberDay != nil && perStoreOutage != nil }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      points: try container.decodeIfPresent(Spending.self, forKey: .points) ?? .held,
      perMemberDay: try container.decodeIfPresent(Money.self, forKey: .perMemberDay),
      perStoreOutage: try container.decodeIfPresent(Money.self, forKey: .perStoreOutage))
  }

  /// What says nothing is left out.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    if encoder.writesEveryField || points != .held { try container.encode(points, forKey: .points) }
    try container.encodeIfPresent(perMemberDay, forKey: .perMemberDay)
    try container.encodeIfPresent(perStoreOutage, forKey: .perStoreOutage)
  }
}

extension Rulebook {
  /// Everything wrong with what the document says about stores that are cut off.
  func offlineFaults() -> [RulebookFault] {
    var found = FaultList(path: "offline")
    if offline.points != .held {
      found.require(pointsPayment != nil, "points", "is held where points pay nothing")
    }
    let isRisking =
      offline.points == .floorLimit || offline.perMemberDay != nil || offline.perStoreOutage != nil
    let caps = [("perMemberDay", offline.perMemberDay), ("perStoreOutage", offline.perStoreOutage)]
    for (name, cap) in caps {
      if let cap {
        found.require(cap.minor, name, in: 1...RuleLimits.riskMinorUnits)
      } else {
        found.require(!isRisking, name, "is there where anything is risked")
      }
    }
    return found.faults
  }
}
