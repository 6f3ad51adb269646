import SyncProtocol

// What a store and headquarters count of what happened, each by the rulebook that the fact names.
extension Rulebook {
  /// Names of the uses that a sale counts for its member: promotions that a member may not use at will.
  public func counted(in sale: Sale) -> [String] {
    if !promotions.contains(where: { $0.limits?.isForMembers == true }) { return [] }
    let used = sale.promotions
    return promotions.filter { $0.limits?.isForMembers == true && used.contains($0.id) }
      .map { UseCount.promotion($0.id) }
  }

  /// Whether any promotion is limited for a store's day.
  public var limitsStoreDays: Bool { promotions.contains { $0.limits?.perStoreDay != nil } }

  /// Whether pricing has to know what the store holds of budgets and gifts.
  public var countsAllowances: Bool {
    promotions.contains { promotion in
      if case .gift = promotion.effect { return true }
      return promotion.budget != nil
    }
  }

  /// What there is in the whole chain of what is scarce, by the name of its allowance.
  public var allowances: [String: Int64] {
    var totals: [String: Int64] = [:]
    for promotion in promotions {
      if let budget = promotion.budget { totals[AllowanceName.budget(promotion.id)] = budget.minor }
    }
    for item in programs.mall { if let stock = item.stock { totals[item.allowance] = stock } }
    for draw in programs.draws {
      for prize in draw.prizes { if let stock = prize.stock { totals[draw.allowance(of: prize)] = stock } }
    }
    return totals
  }

  /// Gifts of its promotions, of which stores give what they hold and no more, by the names of their
  /// allowances.
  public var giftAllowances: Set<String> {
    Set(
      promotions.flatMap { promotion in
        guard case .gift(let steps) = promotion.effect else { return [String]() }
        return steps.map { AllowanceName.gift($0.sku) }
      })
  }

  /// What a sale bought of paid memberships, without what has come back since.
  public func memberships(in sale: Sale) -> [BoughtMembership] {
    if programs.memberships.isEmpty { return [] }
    return programs.membershipPurchases(in: sale, returns: []).map(\.bought)
  }
}

extension TierFacts {
  /// Adds the paid memberships that all of a person's purchases come to.
  public mutating func pay(_ bought: [BoughtMembership], utcOffsetMinutes: Int) {
    if bought.isEmpty { return }
    paid += PaidMembership.periods(
      of: bought.map { MembershipPurchase($0) }, utcOffsetMinutes: utcOffsetMinutes)
  }
}

/// How often a person has used what is limited, over all records and this store's own entries.
public struct MemberUses: Hashable, Sendable {
  private var totals: [String: Int64] = [:]
  private var days: [String: [Day: Int64]] = [:]

  public init() {}

  public mutating func add(_ count: UseCount) {
    totals[count.name, default: 0] += count.total
    days[count.name, default: [:]][count.day, default: 0] += count.today
  }

  public func total(of name: String) -> Int64 { totals[name, default: 0] }
  public func today(of name: String, _ day: Day) -> Int64 { days[name]?[day] ?? 0 }

  /// What promotions' limits ask of a member, and of the store's day.
  public func promotionUses(of rulebook: Rulebook, on day: Day, storeDay: [String: Int]) -> PromotionUses {
    var uses = PromotionUses(storeDay: storeDay)
    for promotion in rulebook.promotions where promotion.limits != nil {
      let name = UseCount.promotion(promotion.id)
      if let total = totals[name] { uses.member[promotion.id] = Int(clamping: total) }
      if let today = days[name]?[day] { uses.memberDay[promotion.id] = Int(clamping: today) }
    }
    return uses
  }
}
