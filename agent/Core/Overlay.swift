import SyncProtocol

/// What this store's own entries add to the replica. What a till sees is the replica with the overlay of
/// every entry the replica does not include yet, so a store always sees its own doings at once.
public struct Overlay: Sendable {
  public enum CouponEffect: Hashable, Sendable { case redeemed, released, restored }

  public private(set) var accounts: [MemberID: AccountOverlay] = [:]
  private var coupons: [CouponID: [(seq: JournalSeq, effect: CouponEffect)]] = [:]
  /// What entries took of this store's allowances.
  private var allowances: [String: [(seq: JournalSeq, taken: Int64)]] = [:]
  private var registers: [MemberID: [(seq: JournalSeq, registers: [Register])]] = [:]
  private var enrolments: [MemberID: (seq: JournalSeq, at: Joining)] = [:]
  /// When somebody joined here.
  public struct Joining: Hashable, Sendable {
    public let time: HybridTime
    public let day: Day
  }

  private var byPhone: [PhoneKey: MemberID] = [:]
  private var byCard: [String: MemberID] = [:]

  public init() {}

  public mutating func add(_ entry: Entry, _ reading: EntryReading) {
    let seq = entry.seq
    switch entry.body {
    case .enrolment(let enrolment):
      enrolments[enrolment.member] = (
        seq, Joining(time: entry.time, day: reading.day(enrolment.businessTime))
      )
      note(enrolment.registers, of: enrolment.member, at: seq, reading.phoneKey)
    case .profile(let change):
      note(change.registers, of: change.member, at: seq, reading.phoneKey)
    case .sale(let sale): add(sale, at: seq, reading)
    case .saleReturn(let back): add(back, at: seq, on: reading.day(back.businessTime))
    case .checkIn(let checkIn):
      var effect = AccountOverlay.Effect(seq: seq)
      effect.isVisit = true
      effect.checkIn = reading.day(checkIn.businessTime)
      effect.earn(checkIn.earned, checkIn.earnedLot)
      accounts[checkIn.member, default: AccountOverlay()].add(effect)
    case .release(let release):
      for amount in release.points {
        var effect = AccountOverlay.Effect(seq: seq)
        effect.lots = [
          AccountOverlay.LotEffect(lot: amount.lot, remainder: .zero, held: .zero - amount.points)
        ]
        accounts[amount.owner, default: AccountOverlay()].add(effect)
      }
      for coupon in release.coupons { coupons[coupon, default: []].append((seq, .released)) }
      take(release.allowances, at: seq)
    case .order, .orderClose, .participation, .prize: addProgram(entry.body, at: seq, reading)
    }
  }

  private mutating func add(_ sale: Sale, at seq: JournalSeq, _ reading: EntryReading) {
    spend(sale.spent, at: seq)
    for coupon in sale.coupons { coupons[coupon, default: []].append((seq, .redeemed)) }
    take(sale.allowances, at: seq)
    guard let member = sale.member else { return }
    let day = reading.day(sale.businessTime)
    var effect = AccountOverlay.Effect(seq: seq)
    effect.isVisit = true
    effect.month = MonthSum(sale, on: day)
    effect.uses = reading.counted(sale).map { UseCount(name: $0, total: 1, day: day, today: 1) }
    effect.memberships = reading.memberships(sale)
    if sale.earned > .zero {
      effect.earned = DayEarned(day: day, points: sale.earned)
      effect.earn(sale.earned, sale.earnedLot)
    }
    accounts[member, default: AccountOverlay()].add(effect)
  }

  /// What members do beside purchases.
  private mutating func addProgram(_ body: EntryBody, at seq: JournalSeq, _ reading: EntryReading) {
    var effect = AccountOverlay.Effect(seq: seq)
    func use(_ name: String, _ count: Int64, _ time: Timestamp) -> [UseCount] {
      [UseCount(name: name, total: count, day: reading.day(time), today: count)]
    }
    switch body {
    case .order(let order):
      spend(order.spent, at: seq)
      take(order.stock, at: seq)
      effect.uses = use(UseCount.mall(order.item), order.quantity, order.businessTime)
    case .orderClose(let close):
      guard close.isCancelled else { return }
      restore(close.restored, at: seq)
      take(close.stock.map { AllowanceUse(name: $0.name, amount: -$0.amount) }, at: seq)
      effect.uses = use(UseCount.mall(close.item), -close.quantity, close.businessTime)
    case .participation(let part):
      effect.uses = use(UseCount.activity(part.activity), 1, part.businessTime)
      effect.earn(part.earned, part.earnedLot)
      var month = MonthSum(month: MonthSum.month(of: reading.day(part.businessTime)))
      month.growth = part.growth
      effect.month = month
    case .prize(let prize):
      spend(prize.spent, at: seq)
      take(prize.stock, at: seq)
      effect.uses = use(UseCount.draw(prize.draw), 1, prize.businessTime)
      effect.earn(prize.earned, prize.earnedLot)
    default: return
    }
    guard let member = body.member else { return }
    accounts[member, default: AccountOverlay()].add(effect)
  }

  private mutating func add(_ back: SaleReturn, at seq: JournalSeq, on day: Day) {
    spend(back.clawedBack, at: seq)
    restore(back.restored, at: seq)
    for coupon in back.coupons { coupons[coupon, default: []].append((seq, .restored)) }
    guard let member = back.member else { return }
    var effect = AccountOverlay.Effect(seq: seq)
    effect.debt = back.debt
    effect.month = MonthSum(back, on: day)
    effect.returned = back
    accounts[member, default: AccountOverlay()].add(effect)
  }

  private mutating func restore(_ amounts: [LotAmount], at seq: JournalSeq) {
    for amount in amounts {
      var effect = AccountOverlay.Effect(seq: seq)
      effect.earn(amount.points, amount.lot)
      accounts[amount.owner, default: AccountOverlay()].add(effect)
    }
  }

  private mutating func take(_ uses: [AllowanceUse], at seq: JournalSeq) {
    for use in uses { allowances[use.name, default: []].append((seq, use.amount)) }
  }

  private mutating func spend(_ amounts: [LotAmount], at seq: JournalSeq) {
    for amount in amounts {
      var effect = AccountOverlay.Effect(seq: seq)
      let taken = Points.zero - amount.points
      effect.lots = [AccountOverlay.LotEffect(lot: amount.lot, remainder: taken, held: taken)]
      accounts[amount.owner, default: AccountOverlay()].add(effect)
    }
  }

  private mutating func note(
    _ written: [Register], of member: MemberID, at seq: JournalSeq, _ phoneKey: (String) -> PhoneKey?
  ) {
    registers[member, default: []].append((seq, written))
    for register in written {
      guard let value = register.value else { continue }
      if register.name == Register.phoneField, let key = phoneKey(value) { byPhone[key] = member }
      if register.name == Register.cardField { byCard[value] = member }
    }
  }
}

extension Overlay {
  /// Nil when every entry about this owner is included.
  public func totals(of owner: MemberID, after included: JournalSeq) -> AccountOverlay.Totals? {
    accounts[owner]?.totals(after: included)
  }

  public func lastEffect(on coupon: CouponID, after included: JournalSeq) -> CouponEffect? {
    coupons[coupon]?.last { $0.seq > included }?.effect
  }

  /// What entries took of one of this store's allowances.
  public func taken(of allowance: String, after included: JournalSeq) -> Int64 {
    (allowances[allowance] ?? []).reduce(0) { $1.seq > included ? $0 + $1.taken : $0 }
  }

  /// Values written here, later ones over earlier ones.
  public func registers(of member: MemberID, after included: JournalSeq) -> [String: String?] {
    var values: [String: String?] = [:]
    for (seq, written) in registers[member] ?? [] where seq > included {
      for register in written { values[register.name] = .some(register.value) }
    }
    return values
  }

  public func joined(_ member: MemberID, after included: JournalSeq) -> Joining? {
    enrolments[member].flatMap { $0.seq > included ? $0.at : nil }
  }

  /// Candidates only: the caller checks that the member still has the phone.
  public func member(phone: PhoneKey) -> MemberID? { byPhone[phone] }
  public func member(card: String) -> MemberID? { byCard[card] }
  public func member(code: ShortCode) -> MemberID? { enrolments.keys.first { ShortCode($0) == code } }

  /// Lets go of what the replica includes.
  public mutating func forget(through included: JournalSeq) {
    accounts = accounts.compactMapValues { $0.remaining(after: included) }
    coupons = coupons.compactMapValues { kept($0.filter { $0.seq > included }) }
    allowances = allowances.compactMapValues { kept($0.filter { $0.seq > included }) }
    registers = registers.compactMapValues { kept($0.filter { $0.seq > included }) }
    enrolments = enrolments.filter { $0.value.seq > included }
    byPhone = byPhone.filter { registers[$0.value] != nil }
    byCard = byCard.filter { registers[$0.value] != nil }
  }

  private func kept<T>(_ values: [T]) -> [T]? { values.isEmpty ? nil : values }
}
