import SyncProtocol

/// What a draft would have made of the past 规则预演: each sale is priced again by the draft, on its occasion as
/// it was, and compared with its receipt.
///
/// A member's tier is the draft's, from their months as the draft would have had them: before the time looked
/// at as recorded, since then with what the draft makes of each sale; goods that came back count as recorded.
/// Coupons and points are used as they were; what the draft refuses is counted. Budgets and a store's daily
/// limits are not kept, but how far they are exceeded is told; a member's limits are kept.
///
/// Parts that took different members add up to the whole, in any order.
public struct RulebookPreview: Sendable {
  public let draft: Rulebook
  /// The rulebook that the draft would take the place of.
  public let current: Rulebook
  /// The last day that is looked at; the day of the tiers that are compared.
  public let day: Day
  public private(set) var totals = PreviewTotals()
  /// By version.
  private let published: [Int64: Rulebook]
  /// Versions whose sales keep every segment that the draft asks for; nil where it asks for none.
  private let askedAlike: Set<Int64>?

  public init(draft: Rulebook, current: Rulebook, published: [Rulebook], until: Timestamp) {
    self.draft = draft
    self.current = current
    day = current.businessDay(until)
    self.published = Dictionary(published.map { ($0.version, $0) }) { first, _ in first }
    let asked = draft.mentionedSegments
    let alike = published.filter { asked.isSubset(of: $0.mentionedSegments) }
    askedAlike = asked.isEmpty ? nil : Set(alike.map(\.version))
  }

  /// All of one person's sales: no other call may bring more of them.
  public mutating func replay(_ member: PastMember) {
    var course = PreviewCourse(member, draft.businessDay)
    var summary = MemberSummary()
    for event in member.events {
      switch event {
      case .months(let sum): course.add(sum)
      case .sale(let past):
        let day = draft.businessDay(past.sale.businessTime)
        guard let compared = compare(past, course) else {
          course.add(MonthSum(past.sale, on: day))
          continue
        }
        course.add(compared.month(on: day))
        course.earn(compared.after.earned, on: day)
        for promotion in compared.limitedUses { course.use(promotion, on: day) }
        summary.add(compared)
      }
    }
    totals.add(summary)
    let from = current.tier(of: member.facts, on: day)?.id
    let to = draft.tier(of: course.facts, on: day)?.id
    totals.add(MemberMove(member: member.id, from: from, to: to))
  }

  /// A sale of nobody in particular.
  public mutating func replay(_ past: PastSale) { _ = compare(past, nil) }

  public static func += (a: inout RulebookPreview, b: RulebookPreview) { a.totals += b.totals }

  /// Nil, and counted as such, for a sale that cannot be compared.
  private mutating func compare(_ past: PastSale, _ course: PreviewCourse?) -> SaleComparison? {
    totals.sales += 1
    if let reason = past.whyNotCompared {
      totals.notCompared[reason, default: 0] += 1
      return nil
    }
    let sale = past.sale
    let compared = SaleComparison(past, quote(past, course), in: draft)
    totals.add(compared)
    if sale.context.isMember, askedAlike?.contains(sale.rulebook) == false {
      totals.caveats["segments_not_recorded", default: 0] += 1
    }
    return compared
  }

  private func quote(_ past: PastSale, _ course: PreviewCourse?) -> Quote {
    let sale = past.sale
    let rulebook = withoutExhausted(sale)
    let day = rulebook.businessDay(sale.businessTime)
    let isMember = sale.context.isMember
    var cart = sale.cart(coupons: past.coupons)
    var tier: TierLevel?
    if isMember {
      tier =
        course.map { rulebook.tier(of: $0.facts, on: day) }
        ?? rulebook.tiers?.levels.first { $0.id == sale.context.tier }
      cart.capLeft = rulebook.earningCaps.left(after: course?.earned(on: day) ?? .zero)
      if let course { cart.promotionUses = course.uses.promotionUses(of: rulebook, on: day, storeDay: [:]) }
    }
    let occasion = Occasion(sale, utcOffsetMinutes: rulebook.utcOffsetMinutes, tier: tier?.id)
    return rulebook.quote(cart, on: occasion, tier: tier)
  }

  /// A promotion that had run out for the chain or the store, and is the same in the draft, would have run
  /// out again. A member's own uses are counted anew.
  private func withoutExhausted(_ sale: Sale) -> Rulebook {
    let exhausted = sale.context.exhausted
    guard !exhausted.isEmpty, let then = published[sale.rulebook] else { return draft }
    var rulebook = draft
    rulebook.promotions.removeAll {
      exhausted.contains($0.id) && $0.isScarce && then.promotions.contains($0)
    }
    return rulebook
  }
}

extension Promotion {
  /// Whether it may run out for others than one member.
  fileprivate var isScarce: Bool {
    if case .gift = effect { return true }
    return budget != nil || limits?.perStoreDay != nil
  }
}

extension PastSale {
  /// A stable code.
  fileprivate var whyNotCompared: String? {
    if isVoid { return "sale_voided" }
    if unknownCoupons > 0 { return "coupon_terms_unknown" }
    if sale.pointsSpent.count > Limits.movementPoints { return "points_beyond_limit" }
    if sale.lines.contains(where: { $0.beforeRules.net < .zero }) { return "line_below_zero" }
    return nil
  }
}
