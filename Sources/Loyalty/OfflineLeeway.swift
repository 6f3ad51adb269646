import SyncProtocol

/// What a store has risked so far 已担风险: for one member on one business day, and in all since headquarters
/// last heard of it.
public struct RiskTaken: Hashable, Sendable {
  public let byMemberToday: Money
  public let inOutage: Money

  public init(byMemberToday: Money = .zero, inOutage: Money = .zero) {
    self.byMemberToday = byMemberToday
    self.inOutage = inOutage
  }
}

/// What a store whose line is down may do beyond what it holds, for one member's next sale 断网额度. Points are
/// weighed by what they pay, rounded up; a coupon by what it takes off the sale.
public struct OfflineLeeway: Hashable, Sendable {
  public let points: OfflinePolicy.Spending
  /// Whether anything may be risked at all, now or before.
  public let takesRisk: Bool
  /// What may still be risked: what the tighter cap leaves.
  public let left: Money

  public init(_ policy: OfflinePolicy, after taken: RiskTaken) {
    points = policy.points
    guard let ofMember = policy.perMemberDay, let ofStore = policy.perStoreOutage else {
      (takesRisk, left) = (false, .zero)
      return
    }
    takesRisk = true
    left = max(.zero, min(ofMember - taken.byMemberToday, ofStore - taken.inOutage))
  }

  /// How points are spent of which the store holds too few.
  public enum Plan: Hashable, Sendable {
    /// Of these lots; so many of the points are beyond what is held, and would cost so much.
    case drawn([LotAmount], beyond: Points, risk: Money)
    /// The caps leave so many, with those that are held.
    case overRisk(most: Points)
    /// Others hold them, or nobody knows where they are.
    case heldElsewhere
  }

  /// Draws what is held first, then what is known to be left elsewhere in the chain: the least risk. `left`
  /// is what this sale's coupons have left of it.
  public func spend(
    _ wanted: Points, of member: MemberStanding, paying terms: PointsPayment, left: Money, on day: Day
  ) -> Plan {
    let held = SpendPlan.spendable(member.held, on: day)
    let own = held.reduce(Points.zero) { $0 + $1.points }
    guard points == .floorLimit, takesRisk, wanted > own, wanted <= member.available else {
      return .heldElsewhere
    }
    let elsewhere = SpendPlan.spendable(member.lots, on: day).map { lot in
      let mine = held.first { $0.owner == lot.owner && $0.lot == lot.lot }?.points ?? .zero
      return LotAmount(owner: lot.owner, lot: lot.lot, points: max(.zero, lot.points - mine))
    }
    let known = own + elsewhere.reduce(Points.zero) { $0 + $1.points }
    guard wanted <= known else { return .heldElsewhere }
    let (beyond, most) = (wanted - own, min(known, own + terms.most(for: left)))
    if wanted > most { return .overRisk(most: most) }
    let drawn = SpendPlan.drawUpTo(beyond, from: elsewhere.filter { $0.points > .zero }).drawn
    let plan = SpendPlan.merged(held, drawn)
    guard plan.reduce(Points.zero, { $0 + $1.points }) == wanted, plan.count <= Limits.lotsPerEntry else {
      return .heldElsewhere
    }
    return .drawn(plan, beyond: beyond, risk: terms.cost(of: beyond))
  }
}

extension PointsPayment {
  /// What points pay, rounded up: many small spends risk no less than one large one.
  func cost(of count: Points) -> Money {
    let (whole, rest) = (count.count * worth.minor).quotientAndRemainder(dividingBy: points.count)
    return Money(rest > 0 ? whole + 1 : whole)
  }

  /// The most points that cost no more than this.
  func most(for money: Money) -> Points {
    let (product, isTooMuch) = money.minor.multipliedReportingOverflow(by: points.count)
    return Points(isTooMuch ? Limits.movementPoints : min(product / worth.minor, Limits.movementPoints))
  }
}

extension SpendPlan {
  /// Both, each lot once, in spend order.
  static func merged(_ some: [LotAmount], _ others: [LotAmount]) -> [LotAmount] {
    var merged = some
    for other in others {
      if let index = merged.firstIndex(where: { $0.owner == other.owner && $0.lot == other.lot }) {
        merged[index].points += other.points
      } else {
        merged.append(other)
      }
    }
    return merged.sorted { ($0.lot, $0.owner) < ($1.lot, $1.owner) }
  }
}

extension Sale {
  /// What its store risked with it beyond what it held, as the sale's outcomes say 风险金额.
  public var risked: Money {
    outcomes.filter { ["points_risked", "coupon_risked"].contains($0.code) }
      .reduce(.zero) { $0 + Money($1.amount) }
  }
}
