import Foundation
import Seeds
import Testing

@testable import SyncProtocol

struct TextForms {
  @Test func `an id is read back from what it prints, in either case and from its bytes`() {
    forAll { (samples: inout Samples) in
      let id: SaleID = samples.id()
      let text = id.description
      return SaleID(text) == id && SaleID(text.uppercased()) == id && SaleID(bytes: id.bytes) == id
        && UUID(uuidString: text)?.uuidString.lowercased() == text
        && Hex.bytes(Hex.text(id.bytes)) == id.bytes
    }
  }

  @Test func `what is not a UUID is no id`() {
    let good = "0192f0c1-2d3e-7f40-8123-456789abcdef"
    #expect(SaleID(good) != nil)
    let bad = [
      "", String(good.dropLast()), good + "0", good.replacingOccurrences(of: "-", with: ""),
      good.replacingOccurrences(of: "f", with: "g"), "{\(good.dropFirst().dropLast())}",
      good.replacingOccurrences(of: "-", with: "–"), "０192f0c1-2d3e-7f40-8123-4567890",
    ]
    for text in bad { #expect(SaleID(text) == nil, "\(text)") }
    #expect(Hex.bytes("0") == nil)
    #expect(Hex.bytes("0g") == nil)
  }

  @Test func `an id made from a time is a UUIDv7 and sorts by that time`() {
    forAll { (samples: inout Samples) in
      let times = [samples, samples].indices.map { _ in Int64(samples.number(0...1 << 48 - 1)) }
      let ids = times.map { SaleID(ms: $0, randomHigh: samples.uint(), randomLow: samples.uint()) }
      let laidOut = zip(ids, times).allSatisfy { id, ms in
        id.high >> 16 == UInt64(ms) && id.high >> 12 & 0xF == 7 && id.low >> 62 == 0b10
      }
      return laidOut && (times[0] == times[1] || (ids[0] < ids[1]) == (times[0] < times[1]))
    }
  }

  @Test func `an id made from a text is a UUIDv8 and always the same`() {
    // From sha256sum: the first 16 bytes with version and variant set.
    #expect(SaleID(derivedFrom: "").description == "e3b0c442-98fc-8c14-9afb-f4c8996fb924")
    #expect(SaleID(derivedFrom: "abc").description == "ba7816bf-8f01-8fea-8141-40de5dae2223")
    forAll(2_000) { (samples: inout Samples) in
      let (a, b) = (samples.text(), samples.text())
      let (first, second) = (SaleID(derivedFrom: a), SaleID(derivedFrom: b))
      return first.high >> 12 & 0xF == 8 && first.low >> 62 == 0b10
        && (first == second) == (Array(a.utf8) == Array(b.utf8))
    }
  }

  @Test func `moments from 1900 to 2200 are read back from what they print`() {
    forAll { (random: inout SplitMix64) in
      var samples = Samples(random, wild: false)
      let moment = samples.timestamp()
      return Timestamp(moment.description) == moment
    }
  }

  @Test func `any moment prints as a valid RFC 3339 time and falls on a day`() {
    forAll { (samples: inout Samples) in
      let moment = samples.timestamp()
      let day = moment.day(utcOffsetMinutes: samples.number(-1_440...1_440))
      guard let read = Timestamp(moment.description) else { return false }
      return day >= Day(.min) && (!Timestamp.written.contains(moment.ms) || read == moment)
    }
  }

  @Test(arguments: [
    ("1970-01-01T00:00:00Z", 0), ("1969-12-31T23:59:59.999Z", -1),
    ("2026-11-22T09:30:00+08:00", 1_795_311_000_000),
    ("2026-11-22T01:30:00.5Z", 1_795_311_000_500), ("2026-11-22t01:30:00z", 1_795_311_000_000),
    ("2026-11-22 01:30:00.123456789Z", 1_795_311_000_123), ("2000-02-29T12:00:00-05:30", 951_845_400_000),
    ("2024-02-29T00:00:00+23:59", 1_709_078_460_000), ("2016-12-31T23:59:60Z", 1_483_228_800_000),
    ("0000-01-01T00:00:00Z", -62_167_219_200_000), ("9999-12-31T23:59:59.999Z", 253_402_300_799_999),
  ])
  func `RFC 3339 times are read with any offset`(_ text: String, _ ms: Int) {
    #expect(Timestamp(text)?.ms == Int64(ms))
  }

  @Test(arguments: [
    "", "2026-11-22", "2026-11-22T09:30:00", "2026-11-22T09:30Z", "2026-1-22T09:30:00Z",
    "2026-02-29T00:00:00Z",
    "1900-02-29T00:00:00Z", "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z", "2026-04-31T00:00:00Z",
    "2026-11-22T24:00:00Z", "2026-11-22T09:60:00Z", "2026-11-22T09:30:61Z", "2026-11-22T09:30:00.Z",
    "2026-11-22T09:30:00+0800", "2026-11-22T09:30:00+24:00", "2026-11-22T09:30:00Z ", " 2026-11-22T09:30:00Z",
    "２026-11-22T09:30:00Z", "2026-11-22T09:30:00ZZ", "9999-12-31T23:59:59-00:01", "0000-01-01T00:00:00+00:01",
    "2026-11-22T09:30:00.0000000000000000000000000000000000000000000Zjunk",
  ])
  func `what is not an RFC 3339 time is refused`(_ text: String) {
    #expect(Timestamp(text) == nil)
  }

  @Test func `days count as a calendar on the wall does, from 1600 to 2400`() {
    var (year, month, day) = (1600, 1, 1)
    for number in Day(year: 1600, month: 1, day: 1)!.number...Day(year: 2400, month: 12, day: 31)!.number {
      let made = Day(year: year, month: month, day: day)
      let components = Day(number).components
      guard made == Day(number), components == (year, month, day) else {
        Issue.record("day \(number) is \(year)-\(month)-\(day)")
        return
      }
      day += 1
      let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
      if day > [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] {
        (month, day) = (month + 1, 1)
      }
      if month > 12 { (year, month) = (year + 1, 1) }
    }
    #expect(Day(year: 1970, month: 1, day: 1) == Day(0))
  }

  @Test func `any day is read back from what it prints`() throws {
    forAll { (samples: inout Samples) in
      let day = samples.day()
      return Day(day.description) == day
    }
    for day in [Day(.min), Day(0), Day.never] { #expect(Day(day.description) == day) }
    #expect(Day(20_000).description == "2024-10-04")
  }

  @Test func `a day from nowhere is refused, not a crash`() {
    let bad = [
      "", "2026", "2026-02-29", "2026-13-01", "2026-1-1", "--2026-01-01", "2026-01-01-",
      "99999999999999999-01-01",
      "9999999-01-01", "5881580-07-12", "-5877641-06-22", "+2026-01-01", "2026-01-0１",
    ]
    for text in bad { #expect(Day(text) == nil, "\(text)") }
    #expect(Day(year: .max, month: 1, day: 1) == nil)
    #expect(Day(year: .min, month: 12, day: 31) == nil)
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode(Day.self, from: Data("\"9999999-01-01\"".utf8))
    }
  }

  @Test func `a business day begins at midnight of the chain's own offset`() {
    let moment = Timestamp("2026-11-22T16:00:00Z")!
    #expect(moment.day(utcOffsetMinutes: 480).description == "2026-11-23")
    #expect(Timestamp(ms: moment.ms - 1).day(utcOffsetMinutes: 480).description == "2026-11-22")
    #expect(Timestamp(ms: -1).day(utcOffsetMinutes: 0).description == "1969-12-31")
  }

  @Test(arguments: [
    ("2", 2_000), ("0.385", 385), ("-1.5", -1_500), ("0", 0), ("2.000", 2_000), ("1e3", 1_000_000),
    ("10000000", 10_000_000_000),
  ])
  func `a quantity in JSON has up to three decimals`(_ json: String, _ milli: Int) throws {
    #expect(try JSONDecoder().decode(Quantity.self, from: Data(json.utf8)).milli == Int64(milli))
  }

  @Test(arguments: [
    "1.2345", "0.0001", "1e400", "-1e400", "1e39", "10000000.001", "1e-200", "\"2\"", "null", "NaN", "true",
    "1e128",
  ])
  func `a quantity that is none is refused`(_ json: String) {
    #expect(throws: (any Error).self) { try JSONDecoder().decode(Quantity.self, from: Data(json.utf8)) }
  }

  @Test func `quantities are read back from JSON as they were`() {
    forAll(5_000) { (random: inout SplitMix64) in
      var samples = Samples(random, wild: false)
      let quantity = samples.quantity()
      let json = try JSONEncoder().encode(quantity)
      return try JSONDecoder().decode(Quantity.self, from: json) == quantity
    }
  }

  @Test func `a store code is 1 to 64 plain letters, digits, hyphens and underscores`() {
    for good in ["S001", "a", "A-b_9", String(repeating: "x", count: 64)] {
      #expect(StoreCode(good)?.text == good)
    }
    for bad in ["", "S 1", "店", "S.1", "é", "S/1", String(repeating: "x", count: 65)] {
      #expect(StoreCode(bad) == nil, "\(bad)")
    }
    #expect(StoreCode("S1")! < StoreCode("S2")!)
  }

  @Test func `a cursor is read back from what it prints, whatever the regions are called`() {
    forAll { (samples: inout Samples) in
      let cursor = samples.cursor()
      let read = Cursor(cursor.description)
      return read == cursor && read?.description == cursor.description
    }
    let cursor = Cursor(
      logEpoch: 3, position: HubSeq(42), shape: [.rulebook, .region("华东.上海"), .own(NodeID(7))])
    #expect(cursor.description == "3.42.rulebook.region/华东~p上海.store/7")
  }

  @Test func `what is not a cursor is refused`() {
    for bad in [
      "", "1", "a.1", "1.a", "1.-1", ".1", "1.", "1.18446744073709551616",
      "1.1." + String(repeating: "x", count: Limits.cursorBytes),
    ] {
      #expect(Cursor(bad) == nil, "\(bad.prefix(40))")
    }
  }
}
