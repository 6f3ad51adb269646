import SyncProtocol

/// The sums of a preview. Sums that no chain can reach wrap around, so that no order of adding traps.
public struct PreviewTotals: Hashable, Sendable {
  /// Money in minor units, points and growth value.
  public struct Side: Hashable, Sendable {
    public internal(set) var paid: Int64 = 0
    public internal(set) var discounts: Int64 = 0
    public internal(set) var earned: Int64 = 0
    public internal(set) var growth: Int64 = 0
    public internal(set) var pointsSpent: Int64 = 0
    public internal(set) var pointsPaid: Int64 = 0
  }

  /// How many pay less, more or the same.
  public struct Winners: Hashable, Sendable {
    public internal(set) var less = 0
    public internal(set) var more = 0
    public internal(set) var same = 0
  }

  /// Customers taken together.
  public struct Group: Hashable, Sendable {
    public internal(set) var sales = Winners()
    public internal(set) var members = Winners()
    public internal(set) var before: Int64 = 0
    public internal(set) var after: Int64 = 0
  }

  /// By whom: a tier as the receipt had it, or nobody known.
  public struct Buyer: Hashable, Sendable {
    public let isMember: Bool
    public let tier: String?
  }

  public struct Use: Hashable, Sendable {
    public internal(set) var uses = 0
    public internal(set) var cost: Int64 = 0
    public internal(set) var points: Int64 = 0
    public internal(set) var usesBefore = 0
    public internal(set) var costBefore: Int64 = 0
  }

  struct StoreDay: Hashable, Sendable {
    let promotion: String
    let store: String?
    let day: Day
  }

  struct Move: Hashable, Sendable {
    let from: String?
    let to: String?
  }

  /// How many sales and members a report shows of a kind.
  public static let shown = 20

  public internal(set) var sales = 0
  /// By a stable code.
  public internal(set) var notCompared: [String: Int] = [:]
  /// What makes a comparison uncertain, in sales, by a stable code.
  public internal(set) var caveats: [String: Int] = [:]
  public internal(set) var gross: Int64 = 0
  public internal(set) var before = Side()
  public internal(set) var after = Side()
  public internal(set) var refusedPoints: Int64 = 0
  public internal(set) var salesWithRefusedPoints = 0
  public internal(set) var refusedCoupons = 0
  public internal(set) var all = Group()
  public internal(set) var tiers: [Buyer: Group] = [:]
  public internal(set) var segments: [String: Group] = [:]
  public internal(set) var rules: [PreviewRule: Use] = [:]
  var gains: [SaleChange] = []
  var losses: [SaleChange] = []
  var storeDays: [StoreDay: Int] = [:]
  public internal(set) var members = 0
  var moves: [Move: Int] = [:]
  var moved: [MemberMove] = []

  public init() {}
}

// One after another.
extension PreviewTotals {
  mutating func add(_ one: SaleComparison) {
    gross &+= one.gross
    before.add(one.before, gross: one.gross)
    after.add(one.after, gross: one.gross)
    if one.refusedPoints > .zero {
      refusedPoints &+= one.refusedPoints.count
      salesWithRefusedPoints += 1
    }
    refusedCoupons += one.refusedCoupons
    for (rule, cost) in one.before.costs {
      rules[rule, default: Use()].usesBefore += 1
      rules[rule, default: Use()].costBefore &+= cost
    }
    for (rule, cost) in one.after.costs {
      rules[rule, default: Use()].uses += 1
      rules[rule, default: Use()].cost &+= cost
    }
    for rule in one.earningsBefore { rules[rule, default: Use()].usesBefore += 1 }
    for (rule, points) in one.earnings {
      rules[rule, default: Use()].uses += 1
      rules[rule, default: Use()].points &+= points
    }
    for promotion in one.storeUses {
      storeDays[StoreDay(promotion: promotion, store: one.sale.context.store, day: one.day), default: 0] += 1
    }
    each(of: one) { $0.add(one) }
    let change = SaleChange(one)
    if one.gain > 0 { Self.keep(change, in: &gains) } else if one.gain < 0 { Self.keep(change, in: &losses) }
  }

  mutating func add(_ member: MemberSummary) {
    guard let last = member.last else { return }
    each(of: last) { $0.members.add(member.gain) }
  }

  mutating func add(_ move: MemberMove) {
    members += 1
    guard move.from != move.to else { return }
    moves[Move(from: move.from, to: move.to), default: 0] += 1
    moved = Self.first(of: moved + [move])
  }

  private mutating func each(of one: SaleComparison, _ body: (inout Group) -> Void) {
    let context = one.sale.context
    body(&all)
    body(&tiers[Buyer(isMember: context.isMember, tier: context.tier), default: Group()])
    for segment in context.segments { body(&segments[segment, default: Group()]) }
  }

  private static func keep(_ change: SaleChange, in list: inout [SaleChange]) {
    if list.count == shown, let last = list.last, last < change { return }
    list = first(of: list + [change])
  }

  private static func first<T: Comparable>(of list: [T]) -> [T] { Array(list.sorted().prefix(shown)) }
}

// Part by part.
extension PreviewTotals {
  public static func += (a: inout PreviewTotals, b: PreviewTotals) {
    a.sales += b.sales
    a.notCompared.merge(b.notCompared, uniquingKeysWith: +)
    a.caveats.merge(b.caveats, uniquingKeysWith: +)
    a.gross &+= b.gross
    a.before += b.before
    a.after += b.after
    a.refusedPoints &+= b.refusedPoints
    a.salesWithRefusedPoints += b.salesWithRefusedPoints
    a.refusedCoupons += b.refusedCoupons
    a.all += b.all
    a.tiers.merge(b.tiers, uniquingKeysWith: +)
    a.segments.merge(b.segments, uniquingKeysWith: +)
    a.rules.merge(b.rules, uniquingKeysWith: +)
    a.gains = first(of: a.gains + b.gains)
    a.losses = first(of: a.losses + b.losses)
    a.storeDays.merge(b.storeDays, uniquingKeysWith: +)
    a.members += b.members
    a.moves.merge(b.moves, uniquingKeysWith: +)
    a.moved = first(of: a.moved + b.moved)
  }
}

extension PreviewTotals.Side {
  mutating func add(_ outcome: SaleOutcome, gross: Int64) {
    paid &+= outcome.paid
    discounts &+= gross &- outcome.paid
    earned &+= outcome.earned.count
    growth &+= outcome.growth
    pointsSpent &+= outcome.pointsSpent.count
    pointsPaid &+= outcome.costs[PreviewRule(LineDiscount.points)] ?? 0
  }

  static func += (a: inout Self, b: Self) {
    a.paid &+= b.paid
    a.discounts &+= b.discounts
    a.earned &+= b.earned
    a.growth &+= b.growth
    a.pointsSpent &+= b.pointsSpent
    a.pointsPaid &+= b.pointsPaid
  }
}

extension PreviewTotals.Winners {
  mutating func add(_ gain: Int64) {
    if gain > 0 { less += 1 } else if gain < 0 { more += 1 } else { same += 1 }
  }

  static func += (a: inout Self, b: Self) {
    a.less += b.less
    a.more += b.more
    a.same += b.same
  }
}

extension PreviewTotals.Group {
  mutating func add(_ one: SaleComparison) {
    sales.add(one.gain)
    before &+= one.before.paid
    after &+= one.after.paid
  }

  static func += (a: inout Self, b: Self) { a = a + b }

  static func + (a: Self, b: Self) -> Self {
    var sum = a
    sum.sales += b.sales
    sum.members += b.members
    sum.before &+= b.before
    sum.after &+= b.after
    return sum
  }
}

extension PreviewTotals.Use {
  static func + (a: Self, b: Self) -> Self {
    var sum = a
    sum.uses += b.uses
    sum.cost &+= b.cost
    sum.points &+= b.points
    sum.usesBefore += b.usesBefore
    sum.costBefore &+= b.costBefore
    return sum
  }
}
