import Seeds
import Testing

@testable import SyncProtocol

struct RowCoding {
  @Test func `stored fields decode to the same fields and have no second spelling`() {
    forAll { (samples: inout Samples) in
      let fields = samples.fields()
      let bytes = fields.canonicalBytes
      return try Fields(canonicalBytes: bytes) == fields
        && (try Fields(canonicalBytes: bytes).canonicalBytes) == bytes
    }
  }

  @Test func `a stored change decodes to the same change and has no second spelling`() {
    forAll { (samples: inout Samples) in
      let change = samples.change()
      let bytes = change.canonicalBytes
      return try RowChange(canonicalBytes: bytes) == change
        && (try RowChange(canonicalBytes: bytes).canonicalBytes) == bytes
    }
  }

  @Test func `damaged rows and changes are refused or are other ones with one spelling`() {
    forAll(30_000) { (samples: inout Samples) in
      let bytes = damaged(
        samples.flag() ? samples.change().canonicalBytes : samples.fields().canonicalBytes, &samples)
      if let change = try? RowChange(canonicalBytes: bytes), change.canonicalBytes != bytes { return false }
      if let fields = try? Fields(canonicalBytes: bytes), fields.canonicalBytes != bytes { return false }
      return true
    }
  }

  @Test func `a field named twice is refused in a stored row and settled in a change`() throws {
    let twice: [UInt8] = [2, 1, 0, 2, 1, 0, 4]
    #expect(throws: WireError.badValue("tags out of order")) { try Fields(canonicalBytes: twice) }
    let change = RowChange(
      key: PositionRow.key,
      fields: [
        FieldChange(tag: 3, value: .int(1)), FieldChange(tag: 2, value: .int(7)),
        FieldChange(tag: 3, value: nil),
      ])
    #expect(change.fields == [FieldChange(tag: 2, value: .int(7)), FieldChange(tag: 3, value: nil)])
    #expect(try RowChange(canonicalBytes: change.canonicalBytes) == change)
  }

  @Test func `fields are read back by tag, whatever the order they were written in`() {
    forAll { (samples: inout Samples) in
      var (fields, plain) = (Fields(), [UInt32: FieldValue]())
      for _ in 0..<samples.number(0...12) {
        let (tag, value) = (samples.tag(), samples.maybe { $0.value() })
        fields[tag] = value
        plain[tag] = value
      }
      let pairs = plain.map { Field(tag: $0.key, value: $0.value) }.shuffled(using: &samples.random)
      return fields == Fields(pairs) && plain.allSatisfy { fields[$0.key] == $0.value }
        && fields.isEmpty == plain.isEmpty
    }
  }

  @Test func `rows of every kind are what they were when they come back`() {
    forAll { (samples: inout Samples) in
      let account = AccountRow(
        lots: samples.list { LotBalance(lot: $0.lot(), remainder: $0.points()) }, debt: samples.points(),
        joined: samples.maybe { $0.day() },
        months: samples.list {
          MonthSum(
            month: Int32($0.number(0...90_000)), spend: $0.money(), grossSpend: $0.money(),
            count: Int64($0.number(-5...90)), growth: $0.points().count)
        },
        floors: samples.list { TierFloor(level: $0.text(), from: $0.day(), until: $0.day()) },
        dayEarned: samples.maybe { DayEarned(day: $0.day(), points: $0.points()) },
        checkIns: samples.maybe {
          CheckInState(last: $0.maybe { $0.day() }, run: $0.number(0...900), monthPoints: $0.points())
        },
        uses: samples.list {
          UseCount(name: $0.text(), total: $0.int(), day: $0.day(), today: $0.int())
        },
        memberships: samples.list {
          BoughtMembership(
            sale: $0.id(), line: $0.number(0...499), time: $0.timestamp(), level: $0.text(),
            months: $0.maybe { $0.number(0...99) }, days: $0.maybe { $0.number(0...99) },
            quantity: $0.quantity(),
            returns: $0.list {
              BoughtMembership.Returned(id: $0.id(), time: $0.timestamp(), quantity: $0.quantity())
            })
        },
        segments: samples.list { $0.text() },
        lastStore: NodeID(UInt32(samples.number(0...90_000))))
      var holding = HoldingRow()
      for _ in 0..<samples.number(0...5) {
        holding.lots[samples.lot()] = Holding(granted: samples.points(), used: samples.points())
      }
      let member = MemberRow(
        maskedName: samples.text(), phoneKey: samples.maybe { PhoneKey(bytes: $0.bytes()) },
        phoneLastDigits: samples.text(), card: samples.maybe { $0.text() },
        birthday: samples.maybe { $0.text() }, home: NodeID(.max), aliasOf: samples.maybe { $0.id() },
        enrolledAt: samples.hybridTime())
      let coupon = CouponRow(
        member: samples.id(), code: samples.text(), template: samples.text(), terms: samples.bytes(),
        state: [.issued, .redeemed, .voided].randomElement(using: &samples.random)!, holder: NodeID(3))
      let position = PositionRow(epoch: samples.int(), includedThrough: JournalSeq(samples.position()))
      let result = ResultRow(outcome: UInt8(samples.number(0...255)), reason: samples.text())
      let rulebook = RulebookRow(
        effectiveFrom: samples.timestamp(), document: samples.bytes(), signature: samples.bytes())
      return try AccountRow(again(account.fields)) == account && HoldingRow(again(holding.fields)) == holding
        && MemberRow(again(member.fields)) == member && CouponRow(again(coupon.fields)) == coupon
        && ResultRow(again(result.fields)) == result && PositionRow(again(position.fields)) == position
        && RulebookRow(again(rulebook.fields)) == rulebook
    }
  }

  /// As if stored and read.
  func again(_ fields: Fields) throws -> Fields { try Fields(canonicalBytes: fields.canonicalBytes) }

  @Test func `typed rows are read from any fields without a trap`() {
    forAll { (samples: inout Samples) in
      let fields = samples.fields()
      _ = try? AccountRow(fields)
      _ = try? HoldingRow(fields)
      _ = (MemberRow(fields), CouponRow(fields), PositionRow(fields), RulebookRow(fields), ResultRow(fields))
      return true
    }
  }

  @Test func `somebody who earns every day for years still has an account that stores can read`() throws {
    let lots = (0..<1_500).map { LotKey(availableFrom: Day($0), expiresOn: Day($0 + 1_500)) }
    let account = AccountRow(lots: lots.map { LotBalance(lot: $0, remainder: Points(1)) })
    #expect(try AccountRow(account.fields) == account)
    let holding = HoldingRow(
      lots: Dictionary(uniqueKeysWithValues: lots.map { ($0, Holding(granted: Points(1))) }))
    #expect(try HoldingRow(holding.fields) == holding)
  }

  @Test func `rulebook versions sort as their keys do`() {
    forAll { (samples: inout Samples) in
      let (a, b) = (samples.int() & .max, samples.int() & .max)
      return (RulebookRow.key(version: a) < RulebookRow.key(version: b)) == (a < b)
    }
  }

  @Test func `lots sort by spend order and are active from their first day until their last`() {
    forAll { (samples: inout Samples) in
      let lots = (0..<4).map { _ in samples.lot() }.sorted()
      let sorted = zip(lots, lots.dropFirst()).allSatisfy {
        ($0.expiresOn, $0.availableFrom) <= ($1.expiresOn, $1.availableFrom)
      }
      let day = samples.day()
      return sorted && lots[0].isActive(on: day) == (lots[0].availableFrom <= day && day < lots[0].expiresOn)
    }
  }
}
