import SyncProtocol

/// What this store's own entries add to the replica. What a till sees is the replica with the overlay of
/// every entry the replica does not include yet, so a store always sees its own doings at once.
public struct Overlay: Sendable {
  public enum CouponEffect: Hashable, Sendable { case redeemed, released, restored }

  public private(set) var accounts: [MemberID: AccountOverlay] = [:]
  private var coupons: [CouponID: [(seq: JournalSeq, effect: CouponEffect)]] = [:]
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

  public mutating func add(_ entry: Entry, day: (Timestamp) -> Day, phoneKey: (String) -> PhoneKey?) {
    let seq = entry.seq
    switch entry.body {
    case .enrolment(let enrolment):
      enrolments[enrolment.member] = (seq, Joining(time: entry.time, day: day(enrolment.businessTime)))
      note(enrolment.registers, of: enrolment.member, at: seq, phoneKey)
    case .profile(let change):
      note(change.registers, of: change.member, at: seq, phoneKey)
    case .sale(let sale):
      spend(sale.spent, at: seq)
      for coupon in sale.coupons { coupons[coupon, default: []].append((seq, .redeemed)) }
      guard let member = sale.member else { return }
      var effect = AccountOverlay.Effect(seq: seq)
      effect.isVisit = true
      effect.month = MonthSum(sale, on: day(sale.businessTime))
      if sale.earned > .zero {
        effect.earned = DayEarned(day: day(sale.businessTime), points: sale.earned)
        effect.lots = [
          AccountOverlay.LotEffect(lot: sale.earnedLot, remainder: sale.earned, held: sale.earned)
        ]
      }
      accounts[member, default: AccountOverlay()].add(effect)
    case .saleReturn(let back): add(back, at: seq, on: day(back.businessTime))
    case .checkIn(let checkIn):
      var effect = AccountOverlay.Effect(seq: seq)
      effect.isVisit = true
      effect.lots = [
        AccountOverlay.LotEffect(lot: checkIn.earnedLot, remainder: checkIn.earned, held: checkIn.earned)
      ]
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
    }
  }

  private mutating func add(_ back: SaleReturn, at seq: JournalSeq, on day: Day) {
    spend(back.clawedBack, at: seq)
    for amount in back.restored {
      var effect = AccountOverlay.Effect(seq: seq)
      effect.lots = [AccountOverlay.LotEffect(lot: amount.lot, remainder: amount.points, held: amount.points)]
      accounts[amount.owner, default: AccountOverlay()].add(effect)
    }
    for coupon in back.coupons { coupons[coupon, default: []].append((seq, .restored)) }
    guard let member = back.member else { return }
    var effect = AccountOverlay.Effect(seq: seq)
    effect.debt = back.debt
    effect.month = MonthSum(back, on: day)
    accounts[member, default: AccountOverlay()].add(effect)
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
    registers = registers.compactMapValues { kept($0.filter { $0.seq > included }) }
    enrolments = enrolments.filter { $0.value.seq > included }
    byPhone = byPhone.filter { registers[$0.value] != nil }
    byCard = byCard.filter { registers[$0.value] != nil }
  }

  private func kept<T>(_ values: [T]) -> [T]? { values.isEmpty ? nil : values }
}
