import Seeds
import ServerCore
import SyncProtocol
import Testing

/// People who may be one, found among records in the order of their names.
@Suite struct DuplicateSearches {
  private static func records(_ samples: inout SplitMix64) -> [DuplicateSearch.Record] {
    (0..<samples.number(0...7)).map { _ in
      DuplicateSearch.Record(
        person: MemberID(high: 1, low: UInt64(samples.number(0...5))),
        name: samples.oneOf(["王芳", "李娜", " "]),
        birthday: samples.oneOf(["1990-05-20", "1985-01-02", nil]),
        phone: samples.oneOf(["+8613800001234", "+8615900001234", "+8615900005678", "12", nil]))
    }.sorted { $0.name < $1.name }
  }

  /// Two at a time, by the words of the rule.
  private static func mayBeOne(_ one: DuplicateSearch.Record, _ other: DuplicateSearch.Record) -> Bool {
    if one.person == other.person || one.name != other.name || one.name == " " { return false }
    if let birthday = one.birthday, let another = other.birthday { if birthday != another { return false } }
    let digits = (one.phone.map { $0.suffix(4) }, other.phone.map { $0.suffix(4) })
    return one.birthday != nil && one.birthday == other.birthday
      || digits.0 != nil && digits.0?.count == 4 && digits.0 == digits.1
  }

  @Test func `whoever may be one with somebody else is found, and nobody else`() {
    var found = 0
    forAll { (samples: inout SplitMix64) in
      let records = Self.records(&samples)
      var search = DuplicateSearch()
      let pairs = records.flatMap { search.add($0) }.map { [$0.first, $0.second].sorted() }
      var expected: Set<[MemberID]> = []
      for (index, one) in records.enumerated() {
        for other in records[..<index] where Self.mayBeOne(one, other) {
          expected.insert([one.person, other.person].sorted())
        }
      }
      found += expected.count
      return Set(pairs) == expected
    }
    #expect(found > 2_000)
  }

  @Test func `ten thousand people of one name and birthday are not ten thousand questions each`() {
    var search = DuplicateSearch()
    for number in 0..<10_000 {
      let suspicions = search.add(
        DuplicateSearch.Record(
          person: MemberID(high: 1, low: UInt64(number)), name: "王伟", birthday: "1990-05-20", phone: nil))
      #expect(suspicions.count == min(number, DuplicateSearch.remembered))
    }
  }
}
