import SyncProtocol

/// Something members do that earns without a purchase 互动积分: sharing, an event, a post, a survey.
public struct Activity: Hashable, Sendable, Codable {
  public let id: String
  public let name: Words
  public let points: Points
  /// Growth value 成长值.
  public let growth: Int64
  /// How often one member earns by it on one business day, and ever.
  public let perMemberDay: Int?
  public let perMember: Int?

  public init(
    id: String, name: Words, points: Points, growth: Int64 = 0, perMemberDay: Int? = nil,
    perMember: Int? = nil
  ) {
    self.id = id
    self.name = name
    self.points = points
    self.growth = growth
    self.perMemberDay = perMemberDay
    self.perMember = perMember
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      id: try container.decode(String.self, forKey: .id),
      name: try container.decode(Words.self, forKey: .name),
      points: try container.decode(Points.self, forKey: .points),
      growth: try container.decodeIfPresent(Int64.self, forKey: .growth) ?? 0,
      perMemberDay: try container.decodeIfPresent(Int.self, forKey: .perMemberDay),
      perMember: try container.decodeIfPresent(Int.self, forKey: .perMember))
  }

  /// What doing it once more earns a member who has earned by it so often.
  public func earn(today: Int, ever: Int) -> ActivityResult {
    func nothing(_ code: String, _ limit: Int) -> ActivityResult {
      ActivityResult(
        points: .zero, growth: 0, outcome: RuleOutcome(rule: id, code: code, amount: Int64(limit)))
    }
    if let perMember, ever >= perMember { return nothing("activity_limit_reached", perMember) }
    if let perMemberDay, today >= perMemberDay { return nothing("activity_day_limit", perMemberDay) }
    return ActivityResult(
      points: points, growth: growth,
      outcome: RuleOutcome(rule: id, code: "activity_earned", amount: points.count, distance: growth))
  }

  /// What each of a member's doings earns, in the order in which they happened. They are a set: when facts
  /// arrive late, or twice, everybody who knows the same ones counts the same.
  public func results(of done: [ActivityDone], utcOffsetMinutes: Int) -> [(ActivityDone, ActivityResult)] {
    var (ever, today, day) = (0, 0, Day(0))
    return Set(done).sorted { ($0.time, $0.id) < ($1.time, $1.id) }.map { one in
      let its = one.time.day(utcOffsetMinutes: utcOffsetMinutes)
      if its != day { (day, today) = (its, 0) }
      let result = earn(today: today, ever: ever)
      if result.isCounted { (ever, today) = (ever + 1, today + 1) }
      return (one, result)
    }
  }

  func faults(path: String) -> [RulebookFault] {
    var found = FaultList(path: path)
    found.requireToken(id, "id")
    found.requireName(name)
    found.require(points.count, "points", in: 0...Limits.movementPoints)
    found.require(growth, "growth", in: 0...Limits.movementPoints)
    found.require(points > .zero || growth > 0, "points", "or growth is more than nothing")
    found.requireTimes(perMemberDay, "perMemberDay")
    found.requireTimes(perMember, "perMember")
    return found.faults
  }
}

public enum ActivityKind {}
public typealias ActivityDoneID = ID<ActivityKind>

/// A member did something.
public struct ActivityDone: Hashable, Sendable, Codable {
  public let id: ActivityDoneID
  public let time: Timestamp

  public init(id: ActivityDoneID, time: Timestamp) {
    self.id = id
    self.time = time
  }
}

public struct ActivityResult: Hashable, Sendable {
  public let points: Points
  public let growth: Int64
  public let outcome: RuleOutcome

  public var isCounted: Bool { outcome.code == "activity_earned" }
}

extension Programs {
  /// The same by the activity's id, which a till or a page may have wrong.
  public func earn(activity id: String, today: Int, ever: Int) -> ActivityResult {
    activities.first { $0.id == id }?.earn(today: today, ever: ever)
      ?? ActivityResult(
        points: .zero, growth: 0, outcome: RuleOutcome(rule: id, code: "activity_unknown"))
  }
}
