import Seeds
import SyncProtocol

/// Random values of every type that travels. `wild` ones reach to the ends of their types; the others keep
/// to what a till can produce and JSON can write.
struct Samples: RandomSamples {
  var random: SplitMix64
  let wild: Bool

  init(_ random: SplitMix64) { self.init(random, wild: true) }

  init(_ random: SplitMix64, wild: Bool) {
    self.random = random
    self.wild = wild
  }

  mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }
  mutating func count(upTo limit: Int) -> Int { flag() ? number(0...min(2, limit)) : number(0...limit) }

  mutating func list<T>(upTo limit: Int = 4, _ make: (inout Samples) -> T) -> [T] {
    var values: [T] = []
    for _ in 0..<count(upTo: limit) { values.append(make(&self)) }
    return values
  }

  mutating func int(within bound: Int64 = .max) -> Int64 {
    if !wild { return Int64.random(in: -min(bound, 1 << 40)...min(bound, 1 << 40), using: &random) }
    switch number(0...3) {
    case 0: return [.min, .min + 1, -1, 0, 1, .max - 1, .max].randomElement(using: &random)!
    case 1: return Int64.random(in: -200...200, using: &random)
    default: return Int64(bitPattern: random.next()) >> Int64.random(in: 0..<64, using: &random)
    }
  }

  mutating func uint() -> UInt64 { UInt64(bitPattern: int()) }

  static let words = [
    "", "S001", "牛奶", "山泉饮用水 550ml", "é", "e\u{301}", "👩‍👩‍👧", "\0", "a.b~c", "\u{1F1E8}\u{1F1F3}",
    "\u{301}华东", "\n", "Ünïcödé", "\u{FFFF}", "𠮷野家",
  ]

  mutating func text() -> String {
    switch number(0...3) {
    case 0: return "sku-\(number(0...50))"
    case 1:
      var scalars = String.UnicodeScalarView()
      for _ in 0..<count(upTo: 12) { scalars.append(scalar()) }
      return String(scalars)
    default: return Samples.words.randomElement(using: &random)!
    }
  }

  mutating func scalar() -> Unicode.Scalar {
    Unicode.Scalar(UInt32(flag() ? number(0x4E00...0x9FFF) : number(0x20...0x24F)))!
  }

  mutating func bytes(upTo limit: Int = 24) -> [UInt8] {
    var bytes: [UInt8] = []
    for _ in 0..<count(upTo: limit) { bytes.append(UInt8(truncatingIfNeeded: random.next())) }
    return bytes
  }

  mutating func id<Kind>() -> ID<Kind> {
    switch number(0...4) {
    case 0: ID(high: 0, low: 0)
    case 1: ID(high: .max, low: .max)
    case 2: ID(high: 7, low: UInt64(number(0...7)))
    default: ID(high: random.next(), low: random.next())
    }
  }

  /// From 1900 to 2200, or any.
  mutating func timestamp() -> Timestamp {
    Timestamp(ms: wild ? int() : Int64.random(in: -2_208_988_800_000...7_289_654_399_999, using: &random))
  }

  mutating func hybridTime() -> HybridTime {
    HybridTime(packed: wild ? uint() : UInt64(number(0...7_289_654_399_999)) << 16 | uint() & 0xFFFF)
  }

  mutating func money() -> Money { Money(int(within: Limits.lineMinorUnits)) }
  mutating func points() -> Points { Points(int(within: Limits.movementPoints)) }
  mutating func quantity() -> Quantity { Quantity(milli: int(within: Limits.quantityMilli)) }
  mutating func position() -> UInt64 { UInt64(bitPattern: int()) & (1 << 62 - 1) }

  mutating func day() -> Day {
    Day(Int32.random(in: .min ... .max, using: &random) >> Int32.random(in: 0..<31, using: &random))
  }

  mutating func lot() -> LotKey { LotKey(availableFrom: day(), expiresOn: day()) }
  mutating func lotAmount() -> LotAmount { LotAmount(owner: id(), lot: lot(), points: points()) }
  mutating func register() -> Register { Register(name: text(), value: maybe { $0.text() }) }

  mutating func hash() -> ChainHash {
    var bytes: [UInt8] = []
    for _ in 0..<32 { bytes.append(UInt8(truncatingIfNeeded: random.next())) }
    return ChainHash(bytes: bytes)!
  }
}

// Entries.
extension Samples {
  mutating func line() -> SaleLine {
    SaleLine(
      sku: text(), name: maybe { $0.text() }, category: maybe { $0.text() }, quantity: quantity(),
      gross: money(),
      discounts: list(upTo: 3) { LineDiscount(kind: $0.text(), source: $0.text(), amount: $0.money()) })
  }

  mutating func lineIndex() -> Int { number(0...Limits.saleLines - 1) }

  mutating func tender() -> Tender {
    Tender(type: text(), amount: money(), line: maybe { $0.lineIndex() }, coupon: maybe { $0.id() })
  }

  mutating func sale() -> Sale {
    Sale(
      id: id(), businessTime: timestamp(), member: maybe { $0.id() }, phone: maybe { $0.text() },
      rulebook: int(), lines: list { $0.line() }, tenders: list { $0.tender() }, coupons: list { $0.id() },
      spent: list { $0.lotAmount() }, earned: points(), earnedLot: lot(), balance: maybe { $0.points() },
      asOf: timestamp(), offline: flag(),
      outcomes: list(upTo: 3) {
        RuleOutcome(rule: $0.text(), code: $0.text(), amount: $0.int(), distance: $0.int())
      },
      requestDigest: uint(), growth: points().count, context: saleContext(),
      gifts: list(upTo: 2) { Gift(rule: $0.text(), sku: $0.text(), count: $0.number(0...9)) },
      allowances: allowances())
  }

  mutating func saleContext() -> SaleContext {
    SaleContext(
      store: maybe { $0.text() }, channel: maybe { $0.text() }, tier: maybe { $0.text() },
      segments: list { $0.text() }, traits: UInt8(number(0...255)), isMember: flag(),
      capLeft: maybe { $0.points() }, exhausted: list(upTo: 2) { $0.text() })
  }

  mutating func allowances() -> [AllowanceUse] {
    list(upTo: 2) { AllowanceUse(name: $0.text(), amount: $0.wild ? $0.int() : Int64($0.number(0...900))) }
  }

  mutating func saleReturn() -> SaleReturn {
    SaleReturn(
      id: id(), sale: id(), businessTime: timestamp(), member: maybe { $0.id() }, isVoid: flag(),
      lines: list { ReturnedLine(line: $0.lineIndex(), quantity: $0.quantity()) },
      net: money(), refund: money(), restored: list { $0.lotAmount() }, clawedBack: list { $0.lotAmount() },
      debt: points(), loss: points(), coupons: list { $0.id() }, requestDigest: uint(),
      growth: points().count, isUnresolved: flag())
  }

  mutating func enrolment() -> Enrolment {
    Enrolment(
      member: id(), businessTime: timestamp(), channel: text(), registers: list { $0.register() },
      referrer: maybe { $0.id() }, requestDigest: uint())
  }

  private mutating func pieces() -> Int64 { wild ? int() : Int64(number(1...99)) }

  mutating func order() -> PlacedOrder {
    PlacedOrder(
      id: id(), member: id(), item: text(), quantity: pieces(), businessTime: timestamp(), rulebook: int(),
      spent: list { $0.lotAmount() }, stock: allowances(), money: money(), requestDigest: uint())
  }

  mutating func orderClose() -> ClosedOrder {
    ClosedOrder(
      order: id(), member: id(), item: text(), quantity: pieces(), businessTime: timestamp(),
      isCancelled: flag(),
      restored: list { $0.lotAmount() }, stock: allowances())
  }

  mutating func participation() -> Participation {
    Participation(
      id: id(), member: id(), activity: text(), businessTime: timestamp(), rulebook: int(), earned: points(),
      earnedLot: lot(), growth: points().count)
  }

  mutating func prize() -> PrizeDrawn {
    PrizeDrawn(
      id: id(), member: id(), draw: text(), businessTime: timestamp(), rulebook: int(), seed: uint(),
      spent: list { $0.lotAmount() }, stock: allowances(), prize: maybe { $0.text() }, earned: points(),
      earnedLot: lot())
  }

  mutating func checkIn() -> CheckIn {
    CheckIn(
      id: id(), member: id(), businessTime: timestamp(), rulebook: int(), earned: points(), earnedLot: lot())
  }

  mutating func body() -> EntryBody {
    switch number(0...9) {
    case 0: .enrolment(enrolment())
    case 1: .profile(ProfileChange(member: id(), registers: list { $0.register() }))
    case 2: .sale(sale())
    case 3: .saleReturn(saleReturn())
    case 4: .checkIn(checkIn())
    case 5: .order(order())
    case 6: .orderClose(orderClose())
    case 7: .participation(participation())
    case 8: .prize(prize())
    default:
      .release(Release(points: list { $0.lotAmount() }, coupons: list { $0.id() }, allowances: allowances()))
    }
  }

  mutating func entry(_ seq: UInt64? = nil) -> Entry {
    Entry(seq: JournalSeq(seq ?? position()), time: hybridTime(), body: body())
  }
}

// Messages.
extension Samples {
  mutating func push(entries limit: Int = 5) -> PushRequest {
    let first = position() | 1
    var entries: [Entry] = []
    for index in 0..<count(upTo: limit) { entries.append(entry(first + UInt64(index))) }
    return PushRequest(
      epoch: int(), firstSeq: JournalSeq(first), previousHash: hash(), entries: entries, chainHash: hash())
  }

  mutating func pushResponse() -> PushResponse {
    PushResponse(
      receivedThrough: JournalSeq(position()), chainHash: hash(), hubTime: timestamp(),
      results: list {
        EntryResult(
          seq: JournalSeq($0.position()), outcome: EntryOutcome.allCases.randomElement(using: &$0.random)!,
          reason: $0.text())
      })
  }

  mutating func cursor() -> Cursor {
    Cursor(
      logEpoch: int(), position: HubSeq(position()),
      shape: list { $0.flag() ? .own(NodeID(UInt32($0.number(0...90_000)))) : .region($0.text()) })
  }

  /// Points as a store may ask for them.
  private mutating func claimable() -> Points {
    Points(Int64.random(in: 0...Limits.movementPoints, using: &random))
  }

  mutating func claim() -> ClaimRequest {
    ClaimRequest(
      cursor: cursor(), points: list { PointsClaim(member: $0.id(), points: $0.claimable()) },
      coupons: list { $0.id() }, allowances: allowances())
  }

  mutating func page() -> PullPage {
    let positions = [position(), position(), position()].sorted()
    return PullPage(
      logEpoch: int(), from: HubSeq(positions[0]), to: HubSeq(positions[1]), head: HubSeq(positions[2]),
      hubTime: timestamp(),
      sections: list { PageSection(partition: Partition($0.text()), payload: $0.bytes()) })
  }

  mutating func section() -> SectionBody {
    SectionBody(changes: list(upTo: 8) { $0.change() }, digest: digest())
  }

  mutating func digest() -> PartitionDigest {
    PartitionDigest(count: uint(), sum: UInt128(uint()) << 64 | UInt128(uint()))
  }
}

// Rows.
extension Samples {
  mutating func value() -> FieldValue {
    switch number(0...2) {
    case 0: .int(int())
    case 1: .text(text())
    default: .bytes(bytes())
    }
  }

  /// Few tags, so that changes of one row meet; now and then the greatest of all.
  mutating func tag() -> UInt32 { number(0...20) == 0 ? .max : UInt32(number(0...7)) }

  mutating func fields() -> Fields {
    var fields = Fields()
    for _ in 0..<count(upTo: 6) { fields[tag()] = value() }
    return fields
  }

  mutating func rowKey() -> RowKey {
    let member: MemberID = id()
    return RowKey(
      kind: RowKind(code: UInt8(truncatingIfNeeded: random.next())), bytes: flag() ? member.bytes : bytes())
  }

  mutating func change(of key: RowKey? = nil) -> RowChange {
    let effects: [RowChange.Effect] = [.update, .update, .remove, .replace]
    return RowChange(
      key: key ?? rowKey(), effect: effects.randomElement(using: &random)!,
      fields: list(upTo: 6) { samples in
        FieldChange(tag: samples.tag(), value: samples.maybe { $0.value() })
      })
  }
}
