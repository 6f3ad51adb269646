/// The figures of a reconciliation, computed in the same way from the source, the hub and the agents'
/// journals.
public struct Totals: Codable, Equatable, Sendable {
  public var members = 0
  public var baskets = 0
  public var lines = 0
  public var grossCents = 0
  public var storeDiscountCents = 0
  public var matchDiscountCents = 0
  public var pointsDiscountCents = 0
  /// Manufacturers' coupons: a way to pay, in no discount and not in the net.
  public var couponCents = 0
  /// Gross less the three discounts.
  public var netCents = 0
  public var couponRedemptions = 0
  /// By household number; households without any points are left out.
  public private(set) var points: [Int: MemberPoints] = [:]

  public struct MemberPoints: Codable, Equatable, Sendable {
    public var earned: Int
    public var spent: Int

    public init(earned: Int, spent: Int) {
      self.earned = earned
      self.spent = spent
    }
  }

  public init() {}

  public mutating func addPoints(of household: Int, earned: Int, spent: Int) {
    guard earned != 0 || spent != 0 else { return }
    points[household, default: MemberPoints(earned: 0, spent: 0)].earned += earned
    points[household, default: MemberPoints(earned: 0, spent: 0)].spent += spent
  }

  public var pointsEarned: Int { points.values.reduce(0) { $0 + $1.earned } }
  public var pointsSpent: Int { points.values.reduce(0) { $0 + $1.spent } }

  /// The figures one by one, under the names that people read.
  public var figures: [Figure] {
    [
      Figure("members", members), Figure("baskets", baskets), Figure("lines", lines),
      Figure("gross", grossCents, .cents), Figure("store discount", storeDiscountCents, .cents),
      Figure("match discount", matchDiscountCents, .cents),
      Figure("points discount", pointsDiscountCents, .cents), Figure("net", netCents, .cents),
      Figure("manufacturers' coupons", couponCents, .cents), Figure("coupon redemptions", couponRedemptions),
      Figure("points earned", pointsEarned), Figure("points spent", pointsSpent),
    ]
  }

  public struct Figure: Equatable, Sendable {
    public enum Unit: Equatable, Sendable {
      case count, cents
    }

    public var name: String
    public var value: Int
    public var unit: Unit

    init(_ name: String, _ value: Int, _ unit: Unit = .count) {
      self.name = name
      self.value = value
      self.unit = unit
    }

    /// `1,469,307`, or in money `4,596,039.58`.
    public var text: String {
      switch unit {
      case .count: grouped(value)
      case .cents: money(value)
      }
    }
  }
}

extension Totals {
  static let mostMembersListed = 20

  /// What differs, a sentence each; empty when the two are equal. Of the members at most twenty are named.
  public func differences(from other: Totals, labels: (own: String, other: String)) -> [String] {
    var list: [String] = []
    for (own, theirs) in zip(figures, other.figures) where own.value != theirs.value {
      list.append(
        "\(own.name): \(labels.own) \(own.text), \(labels.other) \(theirs.text) "
          + "(\(signed(own, less: theirs)))"
      )
    }
    let none = MemberPoints(earned: 0, spent: 0)
    let households = Set(points.keys).union(other.points.keys).sorted()
    let differing = households.filter { points[$0] ?? none != other.points[$0] ?? none }
    for household in differing.prefix(Self.mostMembersListed) {
      let own = points[household] ?? none
      let theirs = other.points[household] ?? none
      list.append(
        "household \(household): \(labels.own) earned \(own.earned) and spent \(own.spent), "
          + "\(labels.other) earned \(theirs.earned) and spent \(theirs.spent)")
    }
    let rest = differing.count - Self.mostMembersListed
    if rest > 0 { list.append("and \(grouped(rest)) more households whose points differ") }
    return list
  }

  private func signed(_ own: Figure, less theirs: Figure) -> String {
    var difference = own
    difference.value = own.value - theirs.value
    return difference.value > 0 ? "+\(difference.text)" : difference.text
  }
}
