import AgentCore
import Loyalty
import Seeds
import SyncProtocol
import Testing

struct Overlays {
  private static let node = NodeID(7)
  private static let people = (0..<4).map { MemberID(high: 0, low: $0) }

  /// Headquarters as it knew four records of three people before this store did anything.
  private func begin(_ samples: inout Samples) -> TinyHub {
    var hub = TinyHub(node: Self.node)
    for (index, person) in Self.people.enumerated() {
      let row = MemberRow(
        maskedName: "王*", phoneKey: TinyHub.phoneKey("+861380000000\(index)"),
        phoneLastDigits: "000\(index)", card: samples.maybe { "K\($0.number(0...9))" },
        birthday: "01-0\(index + 1)",
        home: samples.oneOf([Self.node, NodeID(8)]), aliasOf: index == 3 ? Self.people[0] : nil,
        enrolledAt: HybridTime(ms: 1_000))
      hub.begin(
        person, row, debt: samples.points(0...5), lastStore: samples.oneOf([Self.node, NodeID(8), .hub]))
      for lot in Samples.lots where samples.flag() {
        let remainder = samples.number(0...100)
        hub.begin(person, lot, remainder: Points(remainder), held: samples.points(0...remainder))
      }
      for year in 2025...2026 where samples.flag() {
        hub.begin(person, samples.month(year))
      }
    }
    return hub
  }

  /// Some of what the store holds of any record.
  private func held(in hub: TinyHub, _ samples: inout Samples) -> [LotAmount] {
    var amounts: [LotAmount] = []
    for owner in hub.members.keys.sorted() {
      for (lot, holding) in (hub.holdings[owner] ?? [:]).sorted(by: { $0.key < $1.key })
      where holding.held > .zero && samples.number(0...3) == 0 {
        amounts.append(
          LotAmount(owner: owner, lot: lot, points: samples.points(1...holding.held.count)))
      }
    }
    return amounts
  }

  private func registers(_ samples: inout Samples) -> [Register] {
    let names = [Register.nameField, Register.phoneField, Register.cardField, Register.birthdayField, "size"]
    return names.shuffled(using: &samples.random).prefix(Int(samples.number(1...3))).map { name in
      let texts =
        switch name {
        case Register.nameField: ["王小明", "李", "Anna"]
        case Register.phoneField: ["+8613900000001", "+8613900000002"]
        case Register.birthdayField: ["1990-05-17", "05-18"]
        default: ["A1", "B2"]
        }
      return Register(name: name, value: samples.number(0...4) == 0 ? nil : samples.oneOf(texts))
    }
  }

  private func entry(_ seq: UInt64, _ hub: TinyHub, _ samples: inout Samples) -> Entry {
    let member = samples.oneOf(hub.members.keys.sorted())
    let time = Timestamp(ms: Samples.noon.ms + Int64(seq) * 60_000)
    let lot = samples.oneOf(Samples.lots)
    let body: EntryBody
    switch samples.number(0...10) {
    case 0:
      body = .enrolment(
        Enrolment(
          member: MemberID(high: 1, low: seq), businessTime: time, channel: "till",
          registers: registers(&samples), requestDigest: 0))
    case 1: body = .profile(ProfileChange(member: member, registers: registers(&samples)))
    case 2:
      let earned = LotAmount(owner: member, lot: lot, points: samples.points(0...20))
      body = .sale(sale(by: samples.flag() ? member : nil, time, earned, held(in: hub, &samples), &samples))
    case 3:
      let restored = LotAmount(owner: member, lot: lot, points: samples.points(1...20))
      body = .saleReturn(
        SaleReturn(
          id: samples.id(), sale: samples.id(), businessTime: time, member: samples.flag() ? member : nil,
          isVoid: false, lines: [], net: Money(samples.number(0...300)), refund: .zero,
          restored: samples.flag() ? [restored] : [], clawedBack: held(in: hub, &samples),
          debt: samples.points(0...3), coupons: [], requestDigest: 0))
    case 4:
      body = .checkIn(
        CheckIn(
          id: samples.id(), member: member, businessTime: time, rulebook: 1, earned: samples.points(0...2),
          earnedLot: lot))
    case 5: body = .order(order(by: member, time, held(in: hub, &samples), &samples))
    case 6:
      body = .orderClose(
        ClosedOrder(
          order: samples.id(), member: member, item: "cup", quantity: samples.number(1...3),
          businessTime: time,
          isCancelled: samples.flag(),
          restored: [LotAmount(owner: member, lot: lot, points: samples.points(1...20))], stock: []))
    case 7:
      body = .participation(
        Participation(
          id: samples.id(), member: member, activity: "share", businessTime: time, rulebook: 1,
          earned: samples.points(0...9), earnedLot: lot, growth: samples.number(0...9)))
    case 8:
      body = .prize(
        PrizeDrawn(
          id: samples.id(), member: member, draw: "wheel", businessTime: time, rulebook: 1, seed: 7,
          spent: held(in: hub, &samples), stock: [], prize: nil, earned: samples.points(0...9),
          earnedLot: lot))
    default: body = .release(Release(points: held(in: hub, &samples), coupons: []))
    }
    return Entry(seq: JournalSeq(seq), time: HybridTime(ms: time.ms), body: body)
  }

  private func order(
    by member: MemberID, _ time: Timestamp, _ spent: [LotAmount], _ samples: inout Samples
  ) -> PlacedOrder {
    PlacedOrder(
      id: samples.id(), member: member, item: "cup", quantity: samples.number(1...3), businessTime: time,
      rulebook: 1, spent: spent, stock: [], money: .zero, requestDigest: 0)
  }

  private func sale(
    by member: MemberID?, _ time: Timestamp, _ earned: LotAmount, _ spent: [LotAmount],
    _ samples: inout Samples
  ) -> Sale {
    let line = SaleLine(
      sku: "milk", quantity: Quantity(milli: 1000), gross: Money(samples.number(0...500)))
    return Sale(
      id: samples.id(), businessTime: time, member: member, phone: nil, rulebook: 1, lines: [line],
      tenders: [], coupons: [], spent: spent, earned: earned.points, earnedLot: earned.lot, balance: nil,
      asOf: time, offline: true, outcomes: [], requestDigest: 0)
  }

  private func add(_ entry: Entry, to overlay: inout Overlay) {
    overlay.add(
      entry,
      EntryReading(
        day: TinyHub.day, counted: { $0.net.minor % 2 == 0 ? ["promotion/first"] : [] },
        phoneKey: { TinyHub.phoneKey($0) }))
  }

  /// A view without what nobody sees: on which days nothing was earned, and what headquarters does not keep.
  private struct Seen: Equatable {
    var view: MemberView?
    var totals: [Int64] = []
    static let limited = ["mall/cup", "activity/share", "draw/wheel", "promotion/first"]

    init(_ hub: TinyHub, _ overlay: Overlay, _ member: MemberID, _ included: JournalSeq? = nil) {
      view = MemberView(
        hub.records(of: member), overlay: overlay, after: included ?? hub.included, node: Overlays.node
      ) { TinyHub.phoneKey($0) }
      view?.earned = [:]
      view?.checkInDays = []
      totals = Self.limited.map { view?.uses.total(of: $0) ?? 0 }
      view?.uses = MemberUses()
    }
  }

  @Test func `what a store sees does not change when headquarters includes its entries`() {
    forAll(1_500) { (samples: inout Samples) in
      var hubs = [begin(&samples)]
      var overlay = Overlay()
      for seq in 1...UInt64(samples.number(1...8)) {
        let entry = entry(seq, hubs[hubs.count - 1], &samples)
        var next = hubs[hubs.count - 1]
        next.apply(entry)
        hubs.append(next)
        add(entry, to: &overlay)
      }
      let last = hubs[hubs.count - 1]
      let roots = last.members.keys.filter { last.root(of: $0) == $0 }
      return roots.allSatisfy { member in
        let included = Seen(last, Overlay(), member)
        return included.view != nil && hubs.allSatisfy { Seen($0, overlay, member) == included }
      }
    }
  }

  @Test func `letting go of entries changes no view of a replica that includes them`() {
    forAll(1_500) { (samples: inout Samples) in
      var hub = begin(&samples)
      var overlay = Overlay()
      var replica = hub
      let count = UInt64(samples.number(1...8))
      let included = UInt64(samples.number(0...Int64(count)))
      for seq in 1...count {
        let entry = entry(seq, hub, &samples)
        hub.apply(entry)
        if seq == included { replica = hub }
        add(entry, to: &overlay)
      }
      var slim = overlay
      slim.forget(through: JournalSeq(UInt64(samples.number(0...Int64(included)))))
      return hub.members.keys.allSatisfy { Seen(replica, overlay, $0) == Seen(replica, slim, $0) }
    }
  }

  @Test func `once everything is included, an overlay remembers nothing`() {
    forAll(500) { (samples: inout Samples) in
      let hub = begin(&samples)
      var overlay = Overlay()
      for seq in 1...6 { add(entry(UInt64(seq), hub, &samples), to: &overlay) }
      overlay.forget(through: JournalSeq(6))
      return overlay.accounts.isEmpty && overlay.member(card: "A1") == nil
        && overlay.member(card: "B2") == nil
        && overlay.member(phone: TinyHub.phoneKey("+8613900000001")) == nil
        && Self.people.allSatisfy { overlay.registers(of: $0, after: .none).isEmpty }
    }
  }

  private static func enrolment(_ seq: UInt64, _ registers: [Register]) -> Entry {
    Entry(
      seq: JournalSeq(seq), time: HybridTime(ms: 5),
      body: .enrolment(
        Enrolment(
          member: MemberID(high: 1, low: seq), businessTime: Samples.noon, channel: "till",
          registers: registers, requestDigest: 0)))
  }

  @Test func `a member enrolled a moment ago is at home here, was last seen here and is found`() throws {
    var overlay = Overlay()
    let entry = Self.enrolment(
      1,
      [
        Register(name: Register.nameField, value: "王小明"),
        Register(name: Register.phoneField, value: "+8613900001234"),
        Register(name: Register.cardField, value: "K9"),
        Register(name: Register.birthdayField, value: "1990-05-17"),
      ])
    add(entry, to: &overlay)
    let id = MemberID(high: 1, low: 1)
    let seen = try #require(Seen(TinyHub(node: Self.node), overlay, id).view)
    #expect(seen.home == Self.node && seen.lastStore == Self.node && seen.enrolledAt == entry.time)
    #expect(seen.maskedName == "王*明" && seen.phoneLastDigits == "1234" && seen.card == "K9")
    #expect(seen.birthday == "05-17")
    #expect(overlay.member(phone: TinyHub.phoneKey("+8613900001234")) == id)
    #expect(overlay.member(card: "K9") == id && overlay.member(code: ShortCode(id)) == id)
    #expect(Seen(TinyHub(node: Self.node), overlay, MemberID(high: 1, low: 2)).view == nil)
  }

  @Test func `the last thing that happened to a coupon here counts, until it is included`() {
    let coupon = CouponID(high: 0, low: 1)
    var overlay = Overlay()
    var samples = Samples(SplitMix64(seed: 1))
    func put(_ seq: UInt64, _ body: EntryBody) {
      add(Entry(seq: JournalSeq(seq), time: HybridTime(ms: 1), body: body), to: &overlay)
    }
    put(
      1,
      .sale(
        Sale(
          id: samples.id(), businessTime: Samples.noon, member: nil, phone: nil, rulebook: 1, lines: [],
          tenders: [], coupons: [coupon], spent: [], earned: .zero, earnedLot: Samples.lots[0], balance: nil,
          asOf: Samples.noon, offline: true, outcomes: [], requestDigest: 0)))
    put(
      2,
      .saleReturn(
        SaleReturn(
          id: samples.id(), sale: samples.id(), businessTime: Samples.noon, member: nil, isVoid: true,
          lines: [], net: .zero, refund: .zero, restored: [], clawedBack: [], debt: .zero, coupons: [coupon],
          requestDigest: 0)))
    #expect(overlay.lastEffect(on: coupon, after: .none) == .restored)
    put(3, .release(Release(points: [], coupons: [coupon])))
    #expect(overlay.lastEffect(on: coupon, after: .none) == .released)
    #expect(overlay.lastEffect(on: coupon, after: JournalSeq(2)) == .released)
    #expect(overlay.lastEffect(on: coupon, after: JournalSeq(3)) == nil)
    overlay.forget(through: JournalSeq(2))
    #expect(overlay.lastEffect(on: coupon, after: JournalSeq(2)) == .released)
    overlay.forget(through: JournalSeq(3))
    #expect(overlay.lastEffect(on: coupon, after: .none) == nil)
  }
}
