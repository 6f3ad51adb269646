import SyncProtocol

/// How a member stands by what they bought 会员分类. Rules ask for it as for a segment, by a reserved name.
public enum MemberClass: String, Hashable, Sendable, Codable, CaseIterable {
  /// 新会员: joined not long ago, and does not buy often yet.
  case new
  /// 潜力会员: neither new nor loyal, and still there.
  case potential
  /// 忠诚会员: buys often.
  case loyal
  /// 沉睡会员: has not bought for long.
  case dormant

  public var name: Words {
    switch self {
    case .new: Words(zh: "新会员", en: "New")
    case .potential: Words(zh: "潜力会员", en: "Potential")
    case .loyal: Words(zh: "忠诚会员", en: "Loyal")
    case .dormant: Words(zh: "沉睡会员", en: "Dormant")
    }
  }

  /// What segments that nobody puts members in by hand begin with.
  public static let segmentPrefix = "class/"

  /// The name by which conditions ask for it: `class/loyal`.
  public var segment: String { Self.segmentPrefix + rawValue }

  /// Whether a name is kept for classes, of which it may still be none.
  public static func reserves(_ segment: String) -> Bool { segment.hasPrefix(segmentPrefix) }

  /// Nil for the name of any other segment.
  public init?(segment: String) {
    guard Self.reserves(segment) else { return nil }
    self.init(rawValue: String(segment.dropFirst(Self.segmentPrefix.count)))
  }
}

/// What makes a member new, loyal or dormant 会员分类规则. What is so many days ago is counted from the business
/// day on; whatever lies in that day's future does not count.
///
/// A purchase is a sale that still stands, whatever it cost: voided, or with all its goods returned, it is
/// none; with some of them returned it is. The tiers' `count` counts a sale whose goods came back as well: a
/// level once reached has no reason to go, but a class says who comes back to buy.
public struct ClassRules: Hashable, Sendable, Codable {
  /// Who joined at most so many days ago is new.
  public var newDays: Int
  /// Who bought last more than so many days ago is dormant; whoever joined later than that is not.
  public var dormantDays: Int
  /// Who bought so often, at most `loyalDays` days ago, is loyal.
  public var loyalPurchases: Int
  public var loyalDays: Int

  public init(newDays: Int, dormantDays: Int, loyalPurchases: Int, loyalDays: Int) {
    self.newDays = newDays
    self.dormantDays = dormantDays
    self.loyalPurchases = loyalPurchases
    self.loyalDays = loyalDays
  }

  /// The class of a day follows from the joining and the business days of the purchases, in any order, each
  /// as often as there were purchases on it. The `loyalPurchases` latest of them say as much as all.
  public func memberClass(joined: Day, purchases: [Day], on today: Day) -> MemberClass {
    func daysSince(_ day: Day) -> Int { Int(today.number) - Int(day.number) }
    let known = purchases.filter { $0 <= today }
    // Purchases may be older than the joining: those of a phone that nobody had claimed yet.
    let last = known.reduce(joined) { max($0, $1) }
    if daysSince(last) > dormantDays { return .dormant }
    if known.count(where: { daysSince($0) <= loyalDays }) >= loyalPurchases { return .loyal }
    return daysSince(joined) <= newDays ? .new : .potential
  }
}

extension Rulebook {
  /// Everything wrong with what the document says about classes.
  func classFaults() -> [RulebookFault] {
    var found = FaultList()
    guard let classes else {
      let asked = pricingConditions + programs.conditions
      let names = asked.flatMap { $0.segments ?? [] }
      found.require(
        !names.contains { MemberClass(segment: $0) != nil }, "classes",
        "is there where a rule asks for a class"
      )
      return found.faults
    }
    found.require(classes.newDays, "classes.newDays", in: 0...RuleLimits.classDays)
    found.require(classes.dormantDays, "classes.dormantDays", in: 1...RuleLimits.classDays)
    found.require(classes.dormantDays > classes.newDays, "classes.dormantDays", "is more than newDays")
    found.require(classes.loyalPurchases, "classes.loyalPurchases", in: 1...RuleLimits.loyalPurchases)
    found.require(classes.loyalDays, "classes.loyalDays", in: 1...RuleLimits.classDays)
    return found.faults
  }
}
