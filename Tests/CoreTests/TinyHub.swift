import AgentCore
import SyncProtocol

/// Headquarters in a few dictionaries: applies one store's entries to the rows that the store would be sent.
/// Written from the laws, and in nothing like the way the overlay is.
struct TinyHub {
  let node: NodeID
  private(set) var included = JournalSeq.none
  private(set) var members: [MemberID: MemberRow] = [:]
  private(set) var debts: [MemberID: Points] = [:]
  private(set) var remainders: [MemberID: [LotKey: Points]] = [:]
  private(set) var holdings: [MemberID: [LotKey: Holding]] = [:]
  private(set) var months: [MemberID: [Int32: MonthSum]] = [:]
  private(set) var uses: [MemberID: [String: UseCount]] = [:]
  private(set) var joined: [MemberID: Day] = [:]
  private(set) var lastStores: [MemberID: NodeID] = [:]

  init(node: NodeID) { self.node = node }

  static func phoneKey(_ phone: String) -> PhoneKey { PhoneKey(bytes: Array(phone.utf8)) }
  static func day(_ time: Timestamp) -> Day { time.day(utcOffsetMinutes: 480) }
  private static func month(_ time: Timestamp) -> Int32 {
    let (year, month, _) = day(time).components
    return Int32(year * 12 + month - 1)
  }

  /// A member as other stores' entries have left them.
  mutating func begin(_ member: MemberID, _ row: MemberRow, debt: Points, lastStore: NodeID) {
    members[member] = row
    joined[member] = Day("2025-01-05")
    debts[member] = debt
    lastStores[member] = lastStore
  }

  mutating func begin(_ member: MemberID, _ lot: LotKey, remainder: Points, held: Points) {
    remainders[member, default: [:]][lot] = remainder
    holdings[member, default: [:]][lot] = Holding(granted: held + Points(11), used: Points(11))
  }

  mutating func begin(_ member: MemberID, _ month: MonthSum) {
    months[member, default: [:]][month.month] = month
  }

  func root(of member: MemberID) -> MemberID { members[member]?.aliasOf ?? member }

  func records(of root: MemberID) -> [MemberRecord] {
    let losers = members.filter { $0.value.aliasOf == root }.keys.sorted()
    return ([root] + losers).map { id in
      guard members[id] != nil else { return MemberRecord(id: id, member: nil, account: nil, holding: nil) }
      let lots = (remainders[id] ?? [:]).filter { $0.value > .zero }.sorted { $0.key < $1.key }
      let held = (holdings[id] ?? [:]).filter { $0.value.held > .zero }
      let account = AccountRow(
        lots: lots.map { LotBalance(lot: $0.key, remainder: $0.value) }, debt: debts[id] ?? .zero,
        joined: joined[id],
        months: (months[id] ?? [:]).sorted { $0.key < $1.key }.map(\.value).filter { !$0.isNothing },
        uses: (uses[id] ?? [:]).values.sorted { $0.name < $1.name }, lastStore: lastStores[id] ?? .hub)
      return MemberRecord(
        id: id, member: members[id], account: account,
        holding: held.isEmpty ? nil : HoldingRow(lots: held))
    }
  }
}

extension TinyHub {
  mutating func apply(_ entry: Entry) {
    included = entry.seq
    switch entry.body {
    case .enrolment(let enrolment):
      members[enrolment.member] = MemberRow(
        maskedName: "", phoneKey: nil, phoneLastDigits: "", card: nil, birthday: nil, home: node,
        aliasOf: nil, enrolledAt: entry.time)
      joined[enrolment.member] = TinyHub.day(enrolment.businessTime)
      lastStores[enrolment.member] = node
      write(enrolment.registers, of: enrolment.member)
    case .profile(let change): write(change.registers, of: change.member)
    case .sale(let sale):
      take(sale.spent)
      guard let member = sale.member else { return }
      give([LotAmount(owner: member, lot: sale.earnedLot, points: sale.earned)])
      visit(member)
      if sale.net.minor % 2 == 0 { use("promotion/first", 1, member, sale.businessTime) }
      count(member, sale.businessTime) {
        $0.spend += sale.net
        $0.grossSpend += sale.net
        $0.count += 1
        $0.growth += sale.growth
      }
    case .saleReturn(let back):
      give(back.restored)
      take(back.clawedBack)
      guard let member = back.member else { return }
      debts[member, default: .zero] += back.debt
      count(member, back.businessTime) {
        $0.spend -= back.net
        $0.growth -= back.growth
        if back.isVoid {
          $0.grossSpend -= back.net
          $0.count -= 1
        }
      }
    case .checkIn(let checkIn):
      give([LotAmount(owner: checkIn.member, lot: checkIn.earnedLot, points: checkIn.earned)])
      visit(checkIn.member)
    case .release(let release):
      for amount in release.points {
        holdings[amount.owner, default: [:]][amount.lot, default: Holding()].used += amount.points
      }
    case .order(let order):
      take(order.spent)
      use("mall/\(order.item)", order.quantity, order.member, order.businessTime)
    case .orderClose(let close) where close.isCancelled:
      give(close.restored)
      use("mall/\(close.item)", -close.quantity, close.member, close.businessTime)
    case .orderClose: break
    case .participation(let part):
      give([LotAmount(owner: part.member, lot: part.earnedLot, points: part.earned)])
      count(part.member, part.businessTime) { $0.growth += part.growth }
      use("activity/\(part.activity)", 1, part.member, part.businessTime)
    case .prize(let prize):
      take(prize.spent)
      use("draw/\(prize.draw)", 1, prize.member, prize.businessTime)
      give([LotAmount(owner: prize.member, lot: prize.earnedLot, points: prize.earned)])
    }
  }

  private mutating func count(_ member: MemberID, _ time: Timestamp, _ change: (inout MonthSum) -> Void) {
    let month = TinyHub.month(time)
    change(&months[member, default: [:]][month, default: MonthSum(month: month)])
  }

  private mutating func use(_ name: String, _ count: Int64, _ member: MemberID, _ time: Timestamp) {
    let before = uses[member]?[name] ?? UseCount(name: name, total: 0, day: TinyHub.day(time), today: 0)
    uses[member, default: [:]][name] = UseCount(
      name: name, total: before.total + count, day: TinyHub.day(time), today: before.today + count)
  }

  private mutating func visit(_ member: MemberID) {
    lastStores[member] = node
    lastStores[root(of: member)] = node
  }

  private mutating func give(_ amounts: [LotAmount]) {
    for amount in amounts where amount.points > .zero {
      remainders[amount.owner, default: [:]][amount.lot, default: .zero] += amount.points
      holdings[amount.owner, default: [:]][amount.lot, default: Holding()].granted += amount.points
    }
  }

  private mutating func take(_ amounts: [LotAmount]) {
    for amount in amounts {
      remainders[amount.owner, default: [:]][amount.lot, default: .zero] -= amount.points
      holdings[amount.owner, default: [:]][amount.lot, default: Holding()].used += amount.points
    }
  }

  private mutating func write(_ registers: [Register], of member: MemberID) {
    guard var row = members[member] else { return }
    for register in registers {
      switch register.name {
      case Register.nameField: row.maskedName = maskedName(register.value ?? "")
      case Register.cardField: row.card = register.value
      case Register.birthdayField: row.birthday = register.value.map { String($0.suffix(5)) }
      case Register.phoneField:
        row.phoneKey = register.value.map { TinyHub.phoneKey($0) }
        row.phoneLastDigits = register.value.map { String($0.suffix(4)) } ?? ""
      default: break
      }
    }
    members[member] = row
  }
}
