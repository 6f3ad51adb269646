import SyncProtocol

/// A sale that the draft makes cheaper or dearer.
public struct SaleChange: Hashable, Sendable, Codable, Comparable {
  public let sale: SaleID
  public let member: MemberID?
  public let time: Timestamp
  /// What the customer pays, in minor units.
  public let before: Money
  public let after: Money

  init(_ one: SaleComparison) {
    (sale, member, time) = (one.sale.id, one.sale.member, one.sale.businessTime)
    (before, after) = (Money(one.before.paid), Money(one.after.paid))
  }

  /// The greatest change first.
  public static func < (a: SaleChange, b: SaleChange) -> Bool {
    let (first, second) = (a.size, b.size)
    return first != second ? first > second : a.sale < b.sale
  }

  private var size: UInt64 { (before.minor &- after.minor).magnitude }
}

/// A member whose tier is another with the draft.
public struct MemberMove: Hashable, Sendable, Codable, Comparable {
  public let member: MemberID
  /// Nil for no level.
  public let from: String?
  public let to: String?

  public static func < (a: MemberMove, b: MemberMove) -> Bool { a.member < b.member }
}

/// What a preview came to 预演结果, for people and programs; money is in minor units.
public struct PreviewReport: Hashable, Sendable, Codable {
  public struct Count: Hashable, Sendable, Codable {
    public let code: String
    public let sales: Int
  }

  public struct Side: Hashable, Sendable, Codable {
    /// What customers pay: net less vouchers.
    public let paid: Money
    /// What all rules, coupons, points and the till's own prices take off.
    public let discounts: Money
    public let earned: Points
    /// What the points earned can pay; nil where points do not pay.
    public let earnedWorth: Money?
    public let growth: Int64
    public let pointsSpent: Points
    public let pointsPaid: Money
  }

  public struct Winners: Hashable, Sendable, Codable {
    public let less: Int
    public let more: Int
    public let same: Int
  }

  public struct Group: Hashable, Sendable, Codable {
    public let sales: Winners
    public let members: Winners
    public let before: Money
    public let after: Money
  }

  public struct OfTier: Hashable, Sendable, Codable {
    public let isMember: Bool
    /// As the receipts had it.
    public let tier: String?
    public let figures: Group
  }

  public struct OfSegment: Hashable, Sendable, Codable {
    public let segment: String
    public let figures: Group
  }

  public struct OfRule: Hashable, Sendable, Codable {
    public let kind: String
    public let rule: String
    public let uses: Int
    public let cost: Money
    public let points: Points
    public let usesBefore: Int
    public let costBefore: Money
    public let budget: Money?
    /// How far the cost exceeds the budget.
    public let overBudget: Money?
    /// Uses beyond what stores may have on a day.
    public let overStoreDays: Int?
  }

  public struct Moves: Hashable, Sendable, Codable {
    public let from: String?
    public let to: String?
    public let members: Int
  }

  public let sales: Int
  public let compared: Int
  public let notCompared: [Count]
  public let caveats: [Count]
  public let gross: Money
  public let before: Side
  public let after: Side
  /// What customers pay less with the draft; below zero where they pay more.
  public let cost: Money
  public let refusedPoints: Points
  public let salesWithRefusedPoints: Int
  public let refusedCoupons: Int
  public let all: Group
  public let tiers: [OfTier]
  public let segments: [OfSegment]
  public let rules: [OfRule]
  public let gains: [SaleChange]
  public let losses: [SaleChange]
  public let members: Int
  /// Members whose tier is another on the last day, and a sample of them.
  public let movedMembers: Int
  public let moves: [Moves]
  public let moved: [MemberMove]
}

extension RulebookPreview {
  /// What has been replayed so far.
  public var report: PreviewReport {
    let totals = totals
    func counts(_ counts: [String: Int]) -> [PreviewReport.Count] {
      counts.sorted { $0.key < $1.key }.map { PreviewReport.Count(code: $0.key, sales: $0.value) }
    }
    return PreviewReport(
      sales: totals.sales, compared: totals.sales - totals.notCompared.values.reduce(0, +),
      notCompared: counts(totals.notCompared), caveats: counts(totals.caveats), gross: Money(totals.gross),
      before: PreviewReport.Side(totals.before, current.pointsPayment),
      after: PreviewReport.Side(totals.after, draft.pointsPayment),
      cost: Money(totals.before.paid &- totals.after.paid), refusedPoints: Points(totals.refusedPoints),
      salesWithRefusedPoints: totals.salesWithRefusedPoints, refusedCoupons: totals.refusedCoupons,
      all: PreviewReport.Group(totals.all), tiers: tierRows,
      segments: totals.segments.sorted { $0.key < $1.key }
        .map { PreviewReport.OfSegment(segment: $0.key, figures: PreviewReport.Group($0.value)) },
      rules: ruleRows, gains: totals.gains, losses: totals.losses, members: totals.members,
      movedMembers: totals.moves.values.reduce(0, +), moves: moveRows, moved: totals.moved)
  }

  private var tierRows: [PreviewReport.OfTier] {
    let order = current.tiers?.levels.map(\.id) ?? []
    func place(_ buyer: PreviewTotals.Buyer) -> (Int, Int, String) {
      let level = buyer.tier.map { order.firstIndex(of: $0) ?? order.count } ?? -1
      return (buyer.isMember ? 1 : 0, level, buyer.tier ?? "")
    }
    return totals.tiers.sorted { place($0.key) < place($1.key) }.map {
      PreviewReport.OfTier(
        isMember: $0.key.isMember, tier: $0.key.tier, figures: PreviewReport.Group($0.value))
    }
  }

  /// The draft's own promotions also where nothing came of them.
  private var ruleRows: [PreviewReport.OfRule] {
    let own = draft.promotions.map { PreviewRule(LineDiscount.promotion, $0.id) }
    let order = Dictionary(own.enumerated().map { ($1, $0) }) { first, _ in first }
    func place(_ rule: PreviewRule) -> (Int, Int, String) {
      (PreviewRule.kinds.firstIndex(of: rule.kind) ?? 0, order[rule] ?? own.count, rule.rule)
    }
    return Set(totals.rules.keys).union(own).sorted { place($0) < place($1) }.map { rule in
      let use = totals.rules[rule] ?? PreviewTotals.Use()
      let promotion =
        rule.kind == LineDiscount.promotion ? draft.promotions.first { $0.id == rule.rule } : nil
      return PreviewReport.OfRule(
        kind: rule.kind, rule: rule.rule, uses: use.uses, cost: Money(use.cost), points: Points(use.points),
        usesBefore: use.usesBefore, costBefore: Money(use.costBefore), budget: promotion?.budget,
        overBudget: promotion?.budget.map { Money(max(0, use.cost &- $0.minor)) },
        overStoreDays: promotion?.limits?.perStoreDay.map { limit in
          totals.storeDays.filter { $0.key.promotion == rule.rule }
            .reduce(0) { $0 + max(0, $1.value - limit) }
        })
    }
  }

  private var moveRows: [PreviewReport.Moves] {
    totals.moves.map { PreviewReport.Moves(from: $0.key.from, to: $0.key.to, members: $0.value) }
      .sorted { ($1.members, $0.from ?? "", $0.to ?? "") < ($0.members, $1.from ?? "", $1.to ?? "") }
  }
}

extension PreviewReport.Side {
  fileprivate init(_ side: PreviewTotals.Side, _ payment: PointsPayment?) {
    self.init(
      paid: Money(side.paid), discounts: Money(side.discounts), earned: Points(side.earned),
      earnedWorth: payment?.worthOfMany(Points(side.earned)), growth: side.growth,
      pointsSpent: Points(side.pointsSpent), pointsPaid: Money(side.pointsPaid))
  }
}

extension PreviewReport.Winners {
  fileprivate init(_ winners: PreviewTotals.Winners) {
    self.init(less: winners.less, more: winners.more, same: winners.same)
  }
}

extension PreviewReport.Group {
  fileprivate init(_ group: PreviewTotals.Group) {
    self.init(
      sales: PreviewReport.Winners(group.sales), members: PreviewReport.Winners(group.members),
      before: Money(group.before), after: Money(group.after))
  }
}

extension PointsPayment {
  /// Of a whole chain's points, where the plain product might not fit; at most what an amount can be.
  fileprivate func worthOfMany(_ count: Points) -> Money? {
    guard count.count >= 0, points.count > 0 else { return nil }
    let product = count.count.multipliedFullWidth(by: worth.minor)
    guard product.high >= 0, product.high < points.count else { return Money(.max) }
    let (quotient, _) = UInt64(points.count).dividingFullWidth((UInt64(product.high), product.low))
    return Money(Int64(clamping: quotient))
  }
}
