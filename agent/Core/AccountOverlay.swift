import SyncProtocol

/// What entries of this store add to one member's account, summed as they come: a view costs the same after
/// one sale with the line down as after ten thousand on the same card.
public struct AccountOverlay: Hashable, Sendable {
  /// An entry's effect.
  public struct Effect: Hashable, Sendable {
    public let seq: JournalSeq
    public var lots: [LotEffect] = []
    public var debt = Points.zero
    public var month: MonthSum?
    public var earned: DayEarned?
    public var checkIn: Day?
    /// Uses of what is limited; `total` is what this entry counts.
    public var uses: [UseCount] = []
    public var memberships: [BoughtMembership] = []
    public var returned: SaleReturn?
    public var isVisit = false
  }

  /// How an entry changed one lot: what is left of it in the chain, and what this store holds of it.
  public struct LotEffect: Hashable, Sendable {
    public let lot: LotKey
    public let remainder: Points
    public let held: Points
  }

  /// Sums over the effects.
  public struct Totals: Hashable, Sendable {
    public private(set) var remainders: [LotKey: Points] = [:]
    public private(set) var held: [LotKey: Points] = [:]
    public private(set) var debt = Points.zero
    public private(set) var months: [Int32: MonthSum] = [:]
    /// What sales earned, by business day.
    public private(set) var earned: [Day: Points] = [:]
    public private(set) var checkIns: Set<Day> = []
    public private(set) var uses: [UseCount] = []
    public private(set) var memberships: [BoughtMembership] = []
    /// Returns, for the memberships that came back with them.
    public private(set) var returns: [SaleReturn] = []
    public private(set) var visits = 0

    mutating func add(_ effect: Effect) {
      for lot in effect.lots {
        remainders[lot.lot, default: .zero] += lot.remainder
        held[lot.lot, default: .zero] += lot.held
      }
      debt += effect.debt
      if let month = effect.month { months[month.month, default: MonthSum(month: month.month)].add(month) }
      if let day = effect.earned { earned[day.day, default: .zero] += day.points }
      if let day = effect.checkIn { checkIns.insert(day) }
      uses += effect.uses
      memberships += effect.memberships
      if let back = effect.returned { returns.append(back) }
      if effect.isVisit { visits += 1 }
    }
  }

  private var effects: [Effect] = []
  private var sums = Totals()

  mutating func add(_ effect: Effect) {
    effects.append(effect)
    sums.add(effect)
  }

  /// The sums of what comes after `included`; usually of everything, because what is included is forgotten.
  public func totals(after included: JournalSeq) -> Totals? {
    guard let first = effects.first, let last = effects.last, last.seq > included else { return nil }
    if first.seq > included { return sums }
    var rest = Totals()
    for effect in effects where effect.seq > included { rest.add(effect) }
    return rest
  }

  /// Lets go of what the replica includes; nil when nothing is left.
  func remaining(after included: JournalSeq) -> AccountOverlay? {
    if let first = effects.first, first.seq > included { return self }
    var rest = AccountOverlay()
    for effect in effects where effect.seq > included { rest.add(effect) }
    return rest.effects.isEmpty ? nil : rest
  }
}
