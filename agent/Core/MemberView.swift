import Loyalty
import SyncProtocol

/// One person as this store sees them now: all records that were merged into them, replica and overlay
/// together.
public struct MemberView: Hashable, Sendable {
  public let id: MemberID
  public var maskedName: String
  public var phoneLastDigits: String
  public var phoneKey: PhoneKey?
  public var card: String?
  /// `MM-DD`, as in the replica: the year is the hub's alone.
  public var birthday: String?
  public var home: NodeID
  public var enrolledAt: HybridTime
  public var lots: [LotAmount]
  public var held: [LotAmount]
  public var debt: Points
  /// What tiers follow from besides paid memberships.
  public var tierFacts: TierFacts
  /// What was earned on days that a cap may ask for.
  public var earned: [Day: Points]
  /// What check-ins came to that the replica includes, and the days of this store's own since.
  public var checkIns: [CheckInState]
  public var checkInDays: Set<Day>
  public var uses: MemberUses
  public var memberships: [BoughtMembership]
  public var segments: Set<String>
  public var lastStore: NodeID

  public func available(on day: Day) -> Points {
    lots.reduce(.zero - debt) { $1.lot.isActive(on: day) ? $0 + $1.points : $0 }
  }

  /// What the tier follows from, paid memberships included.
  public func tierFacts(utcOffsetMinutes: Int) -> TierFacts {
    var facts = tierFacts
    facts.pay(memberships, utcOffsetMinutes: utcOffsetMinutes)
    return facts
  }

  public func standing(on day: Day, utcOffsetMinutes: Int) -> MemberStanding {
    MemberStanding(
      tierFacts: tierFacts(utcOffsetMinutes: utcOffsetMinutes), available: available(on: day), held: held,
      lots: lots, birthday: birthday.flatMap { MonthDay($0) }, segments: segments,
      hasBought: tierFacts.history.months.contains { $0.count > 0 })
  }
}

/// The replica's rows of one record of a person.
public struct MemberRecord: Sendable {
  public let id: MemberID
  public let member: MemberRow?
  public let account: AccountRow?
  public let holding: HoldingRow?

  public init(id: MemberID, member: MemberRow?, account: AccountRow?, holding: HoldingRow?) {
    self.id = id
    self.member = member
    self.account = account
    self.holding = holding
  }
}

extension MemberView {
  /// `records` begins with the record that stands, followed by those merged into it. Nil when neither the
  /// replica nor the overlay knows the first.
  public init?(
    _ records: [MemberRecord], overlay: Overlay, after included: JournalSeq, node: NodeID,
    phoneKey: (String) -> PhoneKey?
  ) {
    guard let root = records.first else { return nil }
    let written = overlay.registers(of: root.id, after: included)
    let enrolled = overlay.joined(root.id, after: included)
    guard root.member != nil || enrolled != nil else { return nil }
    id = root.id
    home = root.member?.home ?? node
    enrolledAt = root.member?.enrolledAt ?? enrolled?.time ?? .zero
    // Enrolling is a visit, to the hub as well.
    lastStore = root.account?.lastStore ?? (enrolled == nil ? .hub : node)
    maskedName = root.member?.maskedName ?? ""
    self.phoneKey = root.member?.phoneKey
    phoneLastDigits = root.member?.phoneLastDigits ?? ""
    card = root.member?.card
    birthday = root.member?.birthday
    (lots, held, debt, earned) = ([], [], .zero, [:])
    (checkIns, checkInDays, uses, memberships, segments) = ([], [], MemberUses(), [], [])
    tierFacts = TierFacts(
      history: MetricHistory(
        joined: root.account?.joined ?? enrolled?.day ?? Timestamp(ms: enrolledAt.ms).day(utcOffsetMinutes: 0)
      ))
    if let name = written[Register.nameField] { maskedName = SyncProtocol.maskedName(name ?? "") }
    if let card = written[Register.cardField] { self.card = card }
    if let birthday = written[Register.birthdayField] {
      self.birthday = birthday.map { String($0.suffix(5)) }
    }
    if let phone = written[Register.phoneField] {
      self.phoneKey = phone.flatMap(phoneKey)
      phoneLastDigits = phone.map { String($0.suffix(4)) } ?? ""
    }
    for record in records { add(record, overlay.totals(of: record.id, after: included), node: node) }
  }

  private mutating func add(_ record: MemberRecord, _ local: AccountOverlay.Totals?, node: NodeID) {
    var left: [LotKey: Points] = [:]
    for balance in record.account?.lots ?? [] { left[balance.lot] = balance.remainder }
    var mine = record.holding?.lots.mapValues(\.held) ?? [:]
    debt += record.account?.debt ?? .zero
    if let account = record.account {
      tierFacts.add(account)
      if let day = account.dayEarned { earned[day.day, default: .zero] += day.points }
      if let state = account.checkIns { checkIns.append(state) }
      for count in account.uses { uses.add(count) }
      memberships += account.memberships
      segments.formUnion(account.segments)
    }
    if let local {
      left.merge(local.remainders, uniquingKeysWith: +)
      mine.merge(local.held, uniquingKeysWith: +)
      debt += local.debt
      for month in local.months.values { tierFacts.history.add(month) }
      earned.merge(local.earned, uniquingKeysWith: +)
      checkInDays.formUnion(local.checkIns)
      for count in local.uses { uses.add(count) }
      memberships += local.memberships
      for back in local.returns { takeBack(back) }
      if local.visits > 0 { lastStore = node }
    }
    lots += Self.amounts(left.filter { $0.value != .zero }, of: record.id)
    held += Self.amounts(mine.filter { $0.value > .zero }, of: record.id)
  }

  /// What check-ins came to, with this store's own since, up to today: one that a wrong clock put into the
  /// future keeps nobody from earning until then.
  public func checkInState(under program: CheckInProgram, through today: Day) -> CheckInState {
    let latest = checkIns.max { ($0.last ?? Day(.min)) < ($1.last ?? Day(.min)) } ?? CheckInState()
    return checkInDays.sorted().filter { day in day <= today && latest.last.map { day > $0 } ?? true }
      .reduce(latest) { program.checkIn($0, on: $1).state }
  }

  /// Memberships that a return of this store's brings back.
  private mutating func takeBack(_ back: SaleReturn) {
    for index in memberships.indices where memberships[index].sale == back.sale {
      let milli = back.lines.filter { $0.line == memberships[index].line }.reduce(0) {
        $0 + $1.quantity.milli
      }
      if milli == 0 { continue }
      memberships[index].returns.append(
        BoughtMembership.Returned(id: back.id, time: back.businessTime, quantity: Quantity(milli: milli)))
    }
  }

  private static func amounts(_ lots: [LotKey: Points], of owner: MemberID) -> [LotAmount] {
    lots.sorted { $0.key < $1.key }.map { LotAmount(owner: owner, lot: $0.key, points: $0.value) }
  }
}
