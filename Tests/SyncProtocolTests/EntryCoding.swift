import Seeds
import Testing

@testable import SyncProtocol

struct EntryCoding {
  @Test func `an entry's canonical form decodes to the same entry and has no second spelling`() {
    forAll { (samples: inout Samples) in
      let bytes = samples.entry().canonicalBytes
      return try Entry(canonicalBytes: bytes).canonicalBytes == bytes
    }
  }

  @Test func `an entry that differs in one bit is not the same entry`() {
    forAll { (samples: inout Samples) in
      var bytes = samples.entry().canonicalBytes
      bytes[samples.number(0...bytes.count - 1)] ^= 1 << UInt8(samples.number(0...7))
      guard let decoded = try? Entry(canonicalBytes: bytes) else { return true }
      return decoded.canonicalBytes == bytes
    }
  }

  @Test func `an entry cut short anywhere is refused`() {
    forAll(500) { (samples: inout Samples) in
      let bytes = samples.entry().canonicalBytes
      return (0..<bytes.count).allSatisfy { (try? Entry(canonicalBytes: Array(bytes.prefix($0)))) == nil }
    }
  }

  @Test func `random bytes never trap the reader of entries`() {
    forAll(50_000) { (samples: inout Samples) in
      let bytes = samples.bytes(upTo: 200)
      guard let decoded = try? Entry(canonicalBytes: bytes) else { return true }
      return decoded.canonicalBytes == bytes
    }
  }

  @Test func `entries with bytes after their end are refused`() {
    var samples = Samples(SplitMix64(seed: 1))
    let bytes = samples.entry().canonicalBytes
    #expect(throws: WireError.trailingBytes) { try Entry(canonicalBytes: bytes + [0]) }
  }

  @Test func `an entry of a later kind or with extensions of a later version is refused by name`() {
    var sink = RowSink()
    sink.uint(1, .seq)
    sink.delta(1, .hybridTime)
    sink.uint(99, .kind)
    #expect(throws: WireError.badValue("unknown kind of entry 99")) {
      try Entry(canonicalBytes: sink.bytes)
    }
    var bytes = Entry(seq: JournalSeq(1), time: .zero, body: .release(Release(points: [], coupons: [])))
      .canonicalBytes
    bytes[bytes.count - 1] = 1
    #expect(throws: WireError.badValue("extensions of a later version")) { try Entry(canonicalBytes: bytes) }
  }

  @Test func `a varint has one spelling and at most 64 bits`() throws {
    forAll { (samples: inout Samples) in
      let value = samples.uint()
      var bytes: [UInt8] = []
      Varint.append(value, to: &bytes)
      var cursor = ByteCursor(bytes)
      let same = try cursor.varint() == value && cursor.remaining == 0
      return same && Varint.unzigzag(Varint.zigzag(Int64(bitPattern: value))) == Int64(bitPattern: value)
    }
    for refused in [
      [0x80, 0x00], [0x81, 0x80, 0x00], [UInt8](repeating: 0xFF, count: 9) + [0x02],
      [UInt8](repeating: 0x80, count: 10) + [0x01], [UInt8](repeating: 0xFF, count: 9) + [0x81, 0x00],
    ] as [[UInt8]] {
      var cursor = ByteCursor(refused)
      #expect(throws: WireError.self) { try cursor.varint() }
    }
  }

  @Test func `a list longer than its limit is refused`() {
    let coupons = [CouponID](repeating: ID(high: 1, low: 2), count: Limits.releaseItems + 1)
    let entry = Entry(seq: JournalSeq(1), time: .zero, body: .release(Release(points: [], coupons: coupons)))
    #expect(throws: WireError.overLimit("count: 4097 of at most 4096")) {
      try Entry(canonicalBytes: entry.canonicalBytes)
    }
  }

  @Test func `a journal position that no database could hold is refused`() {
    let entry = Entry(seq: JournalSeq(.max), time: .zero, body: .release(Release(points: [], coupons: [])))
    #expect(throws: WireError.self) { try Entry(canonicalBytes: entry.canonicalBytes) }
  }

  @Test func `a line may carry every coupon of its sale, the tier's part and the till's own`() throws {
    var samples = Samples(SplitMix64(seed: 1), wild: false)
    func sale(discounts count: Int) -> Entry {
      let discounts = [LineDiscount](
        repeating: LineDiscount(kind: LineDiscount.coupon, amount: Money(1)), count: count)
      let line = SaleLine(
        sku: "a", quantity: Quantity(milli: 1), gross: Money(10_000), discounts: discounts)
      return Entry(seq: JournalSeq(1), time: .zero, body: .sale(samples.sale().with(lines: [line])))
    }
    #expect(sale(discounts: Limits.saleCoupons + 3).brokenLimit == nil)
    // More than the hub would read is known before it is journalled.
    #expect(sale(discounts: Limits.lineDiscounts + 1).brokenLimit != nil)
  }

  @Test func `an entry whose numbers could overflow a sum is known before anybody adds them up`() {
    forAll { (random: inout SplitMix64) in
      var (till, wild) = (Samples(random, wild: false), Samples(random))
      // Only a sum that is within the limits may be asked of a wild entry.
      let entry = wild.entry()
      if entry.brokenLimit == nil, case .sale(let sale) = entry.body {
        _ = (sale.gross, sale.net, sale.pointsSpent)
      }
      return till.entry().brokenLimit == nil
    }
    var samples = Samples(SplitMix64(seed: 1), wild: false)
    let lines = [Int64.max, .min, Limits.lineMinorUnits + 1].map {
      SaleLine(sku: "a", quantity: Quantity(milli: 1), gross: Money($0))
    }
    for line in lines {
      let sale = samples.sale().with(lines: [line, line])
      #expect(Entry(seq: JournalSeq(1), time: .zero, body: .sale(sale)).brokenLimit == "lineMinorUnits")
    }
    let long = SaleLine(
      sku: String(repeating: "长", count: Limits.entryBytes), quantity: Quantity(milli: 1), gross: .zero)
    let sale = samples.sale().with(lines: [long])
    #expect(Entry(seq: JournalSeq(1), time: .zero, body: .sale(sale)).brokenLimit == "entryBytes")
  }
}

extension Sale {
  func with(lines: [SaleLine]) -> Sale {
    Sale(
      id: id, businessTime: businessTime, member: member, phone: phone, rulebook: rulebook, lines: lines,
      tenders: tenders, coupons: coupons, spent: spent, earned: earned, earnedLot: earnedLot,
      balance: balance, asOf: asOf, offline: offline, outcomes: outcomes, requestDigest: requestDigest,
      growth: growth, context: context)
  }
}
